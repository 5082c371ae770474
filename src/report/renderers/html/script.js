'use strict';
(function () {
  var by = function (id) { return document.getElementById(id); };
  // Details are closed on the screen and open on paper.
  addEventListener('beforeprint', function () { document.querySelectorAll('details').forEach(function (d) { d.open = true; }); });

  // Tables whose heads say so are sorted by a click on a head.
  document.querySelectorAll('table[data-sort]').forEach(function (table) {
    var body = table.tBodies[0];
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      if (!head.textContent.trim() || head.hasAttribute('data-still')) return;
      var button = document.createElement('button');
      button.type = 'button';
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener('click', function () {
        var down = head.getAttribute('aria-sort') !== 'descending';
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) { cell.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        var value = function (row) { var cell = row.cells[column]; return cell.dataset.n === undefined ? cell.textContent : Number(cell.dataset.n); };
        var order = function (a, b) { var x = value(a), y = value(b); return typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y)); };
        Array.prototype.slice.call(body.rows).sort(function (a, b) { return down ? order(b, a) : order(a, b); }).forEach(function (row) { body.appendChild(row); });
      });
    });
  });

  var filter = by('filter'), list = by('list');
  if (!filter || !list) return;
  filter.hidden = false;
  var cards = Array.prototype.slice.call(list.children);
  var text = by('filter-text'), severity = by('filter-severity'), rule = by('filter-rule'), verdict = by('filter-verdict'), state = by('filter-state'), sort = by('filter-sort'), shown = by('shown');
  var words = null;
  var place = new Map(cards.map(function (card, n) { return [card, n]; }));
  function show() {
    var wanted = text.value.trim().toLowerCase();
    if (wanted && !words) words = new Map(cards.map(function (card) { return [card, card.textContent.toLowerCase()]; }));
    var count = 0;
    cards.forEach(function (card) {
      var d = card.dataset;
      var hit = (!severity.value || d.s === severity.value) && (!rule.value || d.r === rule.value) && (!verdict.value || d.v === verdict.value) &&
        (!state || !state.value || (d.w || 'open') === state.value) &&
        (!wanted || words.get(card).indexOf(wanted) >= 0);
      card.hidden = !hit;
      if (hit) count += 1;
    });
    shown.textContent = shown.dataset.text.replace('{n}', count).replace('{of}', cards.length);
  }
  function arrange() {
    var first = function (a, b) { return place.get(a) - place.get(b); };
    var orders = {
      worst: first,
      calls: function (a, b) { return b.dataset.n - a.dataset.n || first(a, b); },
      first: function (a, b) { return a.dataset.t - b.dataset.t || first(a, b); },
      rule: function (a, b) { return a.dataset.r - b.dataset.r || first(a, b); }
    };
    var all = document.createDocumentFragment();
    cards.slice().sort(orders[sort.value] || first).forEach(function (card) { all.appendChild(card); });
    list.appendChild(all);
  }
  var timer = 0;
  text.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(show, 120); });
  [severity, rule, verdict, state].forEach(function (select) { if (select) select.addEventListener('change', show); });
  sort.addEventListener('change', arrange);
  by('filter-reset').addEventListener('click', function () {
    text.value = ''; severity.value = ''; rule.value = ''; verdict.value = ''; if (state) state.value = ''; sort.value = 'worst';
    arrange(); show();
  });
  // A link to a finding that is filtered out shows it again.
  addEventListener('hashchange', function () { var card = by(location.hash.slice(1)); if (card && card.hidden) { by('filter-reset').click(); card.scrollIntoView(); } });
  show();
})();
