// The HTML report in a real browser: nothing is asked of anybody, nothing is said on the console, the filter filters, axe finds no serious fault,
// hostile texts do nothing, and ten thousand findings open within two seconds.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { example, launch, report, require, root, scratch } from './browser.mjs';

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const browser = await launch();
let passed = 0;

/** A page that fails with whatever goes wrong in it. */
async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on('console', message => faults.push(`console: ${message.text()}`));
  page.on('pageerror', error => faults.push(`error: ${error.message}`));
  page.on('dialog', dialog => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', request => { if (request.url() !== pathToFileURL(file).href) faults.push(`request: ${request.url()}`); });
  const begun = performance.now();
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  if (options.javaScriptEnabled !== false) await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done))));
  const ms = performance.now() - begun;
  return { page, ms, close: async () => { assert.deepEqual(faults, []); await context.close(); } };
}

async function test(name, body) {
  try {
    await body();
  } catch (error) {
    console.error(`FAILED ${name}\n${error.stack}`);
    process.exit(1);
  }
  passed += 1;
  console.log(`ok ${name}`);
}

/** Serious faults by axe; every card is laid out first, since what is skipped while off the screen cannot be judged. */
async function faultsOf(page) {
  await page.evaluate(() => document.querySelectorAll('.f').forEach(card => { card.style.contentVisibility = 'visible'; }));
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.filter(v => ['serious', 'critical', 'moderate'].includes(v.impact)).map(v => `${v.id}: ${v.help} (${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join('; ')})`);
  });
}

const shown = page => page.locator('#list > article:visible').count();

for (const lang of ['en', 'zh']) {
  const folder = path.join(root, 'tests/cases/baseline-and-suppressions');
  const file = report('settled', ['calls.csv', '-r', 'rules.toml', '--baseline', 'earlier.json', '--suppressions', 'accepted.toml'], lang, folder);
  await test(`baseline and suppressions in ${lang}: each has its place in the contents, axe finds no fault, no wider than its screen`, async () => {
    const { page, close } = await open(file);
    const places = await page.$$eval('nav a', links => links.map(a => a.getAttribute('href').slice(1)));
    assert.equal(places.filter(id => id.startsWith('settled-')).length, 2);
    for (const id of places) assert.equal(await page.locator(`[id="${id}"]`).count(), 1, id);
    assert.deepEqual(await faultsOf(page), []);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `wider than ${width}`);
    }
    for (const [state, n] of [['suppressed', 1], ['grown', 1], ['new', 0], ['', 2]]) {
      await page.selectOption('#filter-state', state);
      assert.equal(await shown(page), n, state);
    }
    await close();
  });
}

for (const [name, lang] of [['callcentre-en', 'en'], ['callcentre-en', 'zh'], ['robot-zh', 'zh'], ['axb-zh', 'en']]) {
  const file = example(name, lang);
  await test(`${name} in ${lang}: language, headings, no wider than its screen`, async () => {
    const { page, close } = await open(file);
    assert.equal(await page.getAttribute('html', 'lang'), lang === 'zh' ? 'zh-CN' : 'en');
    const levels = await page.$$eval('h1,h2,h3,h4', heads => heads.map(h => Number(h.tagName[1])));
    levels.reduce((before, level) => { assert.ok(level <= before + 1, `h${level} after h${before}`); return level; }, 0);
    assert.equal(levels.filter(level => level === 1).length, 1);
    for (const width of [1280, 768, 390, 320]) {
      await page.setViewportSize({ width, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `wider than ${width}`);
    }
    const unnamed = await page.$$eval('svg:not([aria-hidden="true"])', all => all.filter(s => s.getAttribute('role') !== 'img' || !s.getAttribute('aria-label')).length);
    assert.equal(unnamed, 0, 'a picture without a text');
    assert.equal(await page.$$eval('table', all => all.filter(t => !t.caption?.textContent.trim()).length), 0, 'a table without a caption');
    await close();
  });
  for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['light', 390], ['dark', 390]]) {
    await test(`${name} in ${lang}: axe, ${colorScheme}, ${width} pixels`, async () => {
      const { page, close } = await open(file, { colorScheme, viewport: { width, height: 900 } });
      assert.deepEqual(await faultsOf(page), []);
      await close();
    });
  }
}

await test('axe is awake', async () => {
  const { page, close } = await open(example('axb-zh', 'en'));
  await page.evaluate(() => { document.documentElement.removeAttribute('lang'); document.querySelector('label').remove(); });
  assert.deepEqual((await faultsOf(page)).map(fault => fault.split(':')[0]), ['html-has-lang', 'label']);
  await close();
});

await test('filter, sort and reset', async () => {
  const { page, close } = await open(example('callcentre-en', 'en'));
  const all = await shown(page);
  assert.ok(all >= 10);
  await page.selectOption('#filter-severity', 'critical');
  const critical = await shown(page);
  assert.ok(critical > 0 && critical < all);
  assert.equal(critical, await page.locator('#list > article[data-s=critical]').count());
  assert.match(await page.textContent('#shown'), new RegExp(`^${critical} of ${all} `));
  await page.click('#filter-reset');
  assert.equal(await shown(page), all);
  const rule = await page.$eval('#filter-rule', select => select.options[1].value);
  await page.selectOption('#filter-rule', rule);
  assert.equal(await shown(page), await page.locator(`#list > article[data-r="${rule}"]`).count());
  await page.click('#filter-reset');
  await page.fill('#filter-text', 'solar october');
  await page.waitForFunction(n => document.querySelectorAll('#list > article:not([hidden])').length < n, all);
  for (const text of await page.locator('#list > article:visible').allTextContents()) assert.match(text.toLowerCase(), /solar october/);
  await page.click('#filter-reset');
  await page.selectOption('#filter-sort', 'first');
  const times = await page.$$eval('#list > article', cards => cards.map(card => Number(card.dataset.t)));
  assert.deepEqual(times, [...times].sort((a, b) => a - b));
  await page.selectOption('#filter-sort', 'calls');
  const calls = await page.$$eval('#list > article', cards => cards.map(card => Number(card.dataset.n)));
  assert.deepEqual(calls, [...calls].sort((a, b) => b - a));
  await page.click('#filter-reset');
  assert.deepEqual(await page.$$eval('#list > article', cards => cards.map(card => card.id)), Array.from({ length: all }, (_, n) => `f${n + 1}`));
  await close();
});

await test('tables are sorted from the keyboard', async () => {
  const { page, close } = await open(example('robot-zh', 'zh'));
  const table = page.locator('#where ~ .stack table[data-sort], section:has(#where) table[data-sort]').first();
  const button = table.locator('thead button').nth(2);
  await button.focus();
  await page.keyboard.press('Enter');
  const column = () => table.locator('tbody tr').evaluateAll(rows => rows.map(row => Number(row.cells[2].dataset.n)));
  const down = await column();
  assert.deepEqual(down, [...down].sort((a, b) => b - a));
  await page.keyboard.press('Enter');
  assert.deepEqual(await column(), [...down].reverse().sort((a, b) => a - b));
  assert.equal(await table.locator('th[aria-sort=ascending]').count(), 1);
  await page.locator('#list summary').first().focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('#list details[open]').count() === 1);
  await close();
});

await test('without its script everything is there but the filter', async () => {
  const { page, close } = await open(example('robot-zh', 'zh'), { javaScriptEnabled: false });
  assert.equal(await page.locator('#filter').isVisible(), false);
  assert.ok(await page.locator('#list > article').count() >= 10);
  assert.equal(await page.locator('#list > article[hidden]').count(), 0);
  await page.locator('#list summary').first().click();
  assert.ok(await page.locator('#list details[open] table').first().isVisible());
  await close();
});

await test('on paper', async () => {
  const { page, close } = await open(example('robot-zh', 'zh'), { colorScheme: 'dark' });
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)].map(m => [Math.round(m[1]), Math.round(m[2])]);
  assert.ok(boxes.length > 3 && boxes.every(([width, height]) => Math.abs(width - 595) <= 1 && Math.abs(height - 842) <= 1), `no A4: ${boxes[0]}`);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.$eval('html', html => getComputedStyle(html).backgroundColor), 'rgb(255, 255, 255)');
  assert.equal(await page.locator('#filter').isVisible(), false);
  await close();
});

/** A log, and a ruleset that finds something for everybody called four times. */
function log(name, calls) {
  const folder = path.join(scratch, name);
  fs.mkdirSync(folder);
  const quoted = text => `"${String(text).replaceAll('"', '""')}"`;
  fs.writeFileSync(path.join(folder, 'calls.csv'), ['call_id,caller,callee,started_at,outcome,agent,campaign', ...calls.map(row => row.map(quoted).join(','))].join('\n') + '\n');
  fs.writeFileSync(path.join(folder, 'rules.toml'), `[ruleset]\nid = "load"\ntimezone = "Asia/Shanghai"\nregion = "CN"\n\n[[rule]]\nid = "redial"\nkind = "repeat_dial"\nseverity = "high"\nforce = "house"\nper = ["callee"]\nmax = 3\nwindow = "24h"\n\n[[rule]]\nid = "hours"\nkind = "quiet_hours"\nseverity = "medium"\nforce = "house"\nallow = { mon-sun = ["09:30-20:00"] }\ngroup_by = ["campaign"]\n`);
  return folder;
}

await test('ten thousand findings open within two seconds and stay under 10 MB', async () => {
  const calls = [];
  for (let callee = 0; callee < 10100; callee++) {
    for (let n = 0; n < 5; n++) {
      const minute = 9 * 60 + (callee % 120) + n * 97;
      const at = `2026-11-${String(2 + callee % 20).padStart(2, '0')}T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:${String(callee % 60).padStart(2, '0')}+08:00`;
      calls.push([`call-${callee}-${n}`, `0755888801${String(callee % 50).padStart(2, '0')}`, `138${String(70000000 + callee)}`, at, n % 2 ? 'no_answer' : 'answered', `坐席 ${callee % 40}`, `十一月推广任务 ${callee % 12}`]);
    }
  }
  const file = report('load', ['calls.csv', '-r', 'rules.toml'], 'zh', log('load', calls));
  const size = fs.statSync(file).size;
  assert.ok(size < 10e6, `${size} bytes`);
  const { page, close } = await open(file);
  assert.equal(await page.locator('#list > article').count(), 10000);
  await close();
  const times = [];
  for (let n = 0; n < 3; n++) {
    const { ms, close } = await open(file);
    times.push(Math.round(ms));
    await close();
  }
  console.log(`   ${(size / 1e6).toFixed(1)} MB, opened in ${times.join(', ')} ms`);
  assert.ok(Math.min(...times) < 2000, `${times} ms`);
  const again = await open(file);
  const begun = performance.now();
  await again.page.fill('#filter-text', '13870000001');
  await again.page.waitForFunction(() => document.querySelectorAll('#list > article:not([hidden])').length < 10);
  assert.ok(performance.now() - begun < 3000, 'the filter is slow');
  await again.close();
});

await test('hostile texts are shown and do nothing', async () => {
  const texts = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</style><svg onload=alert(1)>', '</script><script>alert(1)</script>', "';alert(1);//", '{{7*7}}', '<!--', '\u202egnp.exe', '\u001b[31mred', 'javascript:alert(1)', '&lt;b&gt;', 'x'.repeat(10000), '\u200bhidden'];
  const calls = texts.flatMap((text, c) => [0, 1, 2, 3, 4].map(n => [`id-${c}-${n}${n ? '' : text}`, '075588880101', `138700000${String(c).padStart(2, '0')}`, `2026-11-03T08:0${n}:00+08:00`, 'answered', text, text]));
  const folder = log('hostile', calls);
  for (const lang of ['en', 'zh']) {
    const { page, close } = await open(report('hostile', ['calls.csv', '-r', 'rules.toml'], lang, folder));
    const text = await page.evaluate(() => document.body.textContent);
    for (const part of [...texts.slice(0, 7), '\\u{202e}gnp.exe', '\\u{1b}[31mred', '\\u{200b}hidden', '&lt;b&gt;']) assert.ok(text.includes(part), part);
    assert.equal(await page.locator('img, iframe, object, embed, link, base, form').count(), 0);
    assert.equal(await page.locator('script').count(), 1);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `wider than ${width}`);
    }
    await close();
  }
});

await browser.close();
console.log(`${passed} passed, 0 failed`);
