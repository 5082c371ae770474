//! Writes `docs/packs` from the packs, in English and Chinese, and fails when what lies there is not what they say now.
//! `CALLAUDIT_RENEW=1 cargo test --test packs` rewrites it.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use callaudit::ruleset::packs::{PACKS, Pack};
use toml::{Table, Value};

/// English or Chinese.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lang {
    En,
    Zh,
}
use Lang::{En, Zh};

impl Lang {
    fn say(self, en: &'static str, zh: &'static str) -> &'static str {
        if self == En { en } else { zh }
    }
    fn of(self, both: &Value) -> &str {
        both.get(self.say("en", "zh")).and_then(Value::as_str).unwrap_or("")
    }
    fn suffix(self) -> &'static str {
        self.say("", ".zh")
    }
}

/// What is shown elsewhere than in the rule's block of TOML.
const SHOWN: [&str; 12] =
    ["id", "kind", "title", "enabled", "disabled_because", "severity", "force", "checklist", "citation", "penalty", "exposure", "required"];

fn tables<'a>(pack: &'a Table, name: &str) -> Vec<&'a Table> {
    pack.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table).collect()
}

fn text<'a>(table: &'a Table, key: &str) -> &'a str {
    table.get(key).and_then(Value::as_str).unwrap_or("")
}

/// The keys of a rule as they stand in the pack.
fn block(source: &str, id: &str) -> String {
    let lines = source.lines().skip_while(|l| *l != format!("id = \"{id}\"")).take_while(|l| !l.starts_with("[["));
    let shown = lines.filter(|l| !SHOWN.iter().any(|k| l.starts_with(&format!("{k} = "))) && !l.is_empty() && !l.starts_with([' ', ']', '#']));
    shown.collect::<Vec<_>>().join("\n")
}

fn forces(lang: Lang, word: &str) -> &str {
    match word {
        "law" => lang.say("law", "法律"),
        "presumption" => lang.say("presumption, rebuttable", "推定（可反驳）"),
        "standard" => lang.say("standard", "标准"),
        "guideline" => lang.say("guideline", "指引"),
        "contract" => lang.say("contract or platform", "合同/平台"),
        "house" => lang.say("house rule", "内部规则"),
        "signal" => lang.say("signal", "风险信号"),
        other => other,
    }
}

fn confidence(rule: &Table) -> String {
    let mut marks: Vec<&str> = tables(rule, "citation").iter().map(|c| text(c, "confidence")).collect();
    marks.sort_unstable();
    marks.dedup();
    marks.join(", ")
}

fn is_on(rule: &Table) -> bool {
    rule.get("enabled").and_then(Value::as_bool) != Some(false)
}

fn page(pack: &Pack, lang: Lang) -> String {
    let table: Table = pack.text.parse().unwrap();
    let head = table["ruleset"].as_table().unwrap();
    let about = head["pack"].as_table().unwrap();
    let mut o = String::new();
    let w = &mut o;
    writeln!(w, "# {}: {}\n", pack.name, lang.of(&head["title"])).unwrap();
    writeln!(w, "{}\n", lang.say("<!-- made from rules/ by tests/packs.rs -->", "<!-- 由 tests/packs.rs 根据 rules/ 生成 -->")).unwrap();
    writeln!(w, "{}\n", lang.of(&about["about"])).unwrap();
    let (version, jurisdiction, as_of) = (pack.version(), text(about, "jurisdiction"), &about["as_of"]);
    match lang {
        En => writeln!(w, "Version {version} · {jurisdiction} · figures as of {as_of}\n"),
        Zh => writeln!(w, "版本 {version} · {jurisdiction} · 数值截至 {as_of}\n"),
    }
    .unwrap();
    let lists: Vec<&Table> = tables(&table, "list");
    let uses: String = lists.iter().fold(String::new(), |mut all, l| {
        write!(all, " --use-list {0}={0}.csv", text(l, "id")).unwrap();
        all
    });
    writeln!(w, "```sh\ncallaudit audit calls.csv -r {}{uses}\n```\n", pack.name).unwrap();
    writeln!(
        w,
        "{}",
        lang.say("| rule | what it asks | force | confidence | |\n|---|---|---|---|---|", "| 规则 | 要求 | 效力 | 可信度 | |\n|---|---|---|---|---|")
    )
    .unwrap();
    let rules = tables(&table, "rule");
    for rule in &rules {
        let (id, title, force) = (text(rule, "id"), lang.of(&rule["title"]), forces(lang, text(rule, "force")));
        let on = if is_on(rule) { lang.say("on", "启用") } else { lang.say("off", "停用") };
        writeln!(w, "| [`{id}`](#{id}) | {title} | {force} | {} | {on} |", confidence(rule)).unwrap();
    }
    if !lists.is_empty() {
        writeln!(w, "\n## {}\n", lang.say("Lists", "名单")).unwrap();
        writeln!(w, "{}\n", lang.say("A rule whose list is not given is not evaluable, and the report says so; an exemption whose list is not given exempts nobody, and each finding says so.", "未提供名单的规则为“无法判定”，报告会写明；未提供豁免名单的，不予豁免，每个问题项均会注明。"))
            .unwrap();
        for list in &lists {
            writeln!(w, "- `{}` ({}): {}", text(list, "id"), text(list, "kind"), list.get("title").map_or("", |t| lang.of(t))).unwrap();
        }
    }
    let exemptions = tables(&table, "exemption");
    if !exemptions.is_empty() {
        writeln!(w, "\n## {}\n", lang.say("Exemptions", "豁免")).unwrap();
        for exemption in &exemptions {
            writeln!(w, "- `{}`: {}", text(exemption, "id"), lang.of(&exemption["title"])).unwrap();
            cited(w, exemption, lang, "  ");
        }
    }
    writeln!(w, "\n## {}", lang.say("Rules", "规则")).unwrap();
    for rule in &rules {
        let id = text(rule, "id");
        writeln!(w, "\n### {id}\n\n{}\n", lang.of(&rule["title"])).unwrap();
        if let Some(why) = rule.get("disabled_because") {
            writeln!(w, "**{}** {}\n", lang.say("Off:", "停用："), lang.of(why)).unwrap();
        }
        writeln!(w, "`{}` · {} · {}\n", text(rule, "kind"), forces(lang, text(rule, "force")), text(rule, "severity")).unwrap();
        writeln!(w, "```toml\n{}\n```\n", block(pack.text, id)).unwrap();
        cited(w, rule, lang, "");
        if let Some(penalty) = rule.get("penalty").and_then(Value::as_table) {
            let amount = |k: &str| penalty.get(k).map(ToString::to_string);
            let range = [amount("min"), amount("max")].into_iter().flatten().collect::<Vec<_>>().join("–");
            let (currency, per, basis) = (text(penalty, "currency"), text(penalty, "per"), text(penalty, "basis"));
            writeln!(w, "- {} {range} {currency} / {per}{}{basis}", lang.say("penalty", "罚则"), if basis.is_empty() { "" } else { " · " }).unwrap();
        }
        let regimes: Vec<String> =
            rule.get("exposure").and_then(Value::as_array).into_iter().flatten().filter_map(|r| Some(format!("`{}`", r.as_str()?))).collect();
        if !regimes.is_empty() {
            writeln!(w, "- {} {}", lang.say("regimes", "处罚制度"), regimes.join(", ")).unwrap();
        }
    }
    let cases: Table = pack.tests.parse().unwrap();
    writeln!(w, "\n## {}\n", lang.say("Cases", "用例")).unwrap();
    let path = format!("../../rules/{}.test.toml", pack.name);
    match lang {
        En => writeln!(w, "{} cases in [{1}]({path}); `callaudit rules test {1}` runs them.", tables(&cases, "case").len(), pack.name),
        Zh => writeln!(w, "[{1}]({path}) 含 {} 个用例；`callaudit rules test {1}` 可运行。", tables(&cases, "case").len(), pack.name),
    }
    .unwrap();
    o
}

fn cited(w: &mut String, table: &Table, lang: Lang, indent: &str) {
    for c in tables(table, "citation") {
        let (words, source, url) = (text(c, "text"), text(c, "source"), text(c, "url"));
        let source = if url.is_empty() { source.to_owned() } else { format!("[{source}]({url})") };
        let (as_of, mark) = (&c["as_of"], text(c, "confidence"));
        match lang {
            En => writeln!(w, "{indent}- {words} — {source}, as of {as_of}, confidence {mark}"),
            Zh => writeln!(w, "{indent}- {words}——{source}，截至 {as_of}，可信度 {mark}"),
        }
        .unwrap();
    }
}

fn index(lang: Lang) -> String {
    let mut o = String::new();
    let w = &mut o;
    writeln!(w, "# {}\n", lang.say("Packs", "规则包")).unwrap();
    writeln!(w, "{}\n", lang.say("<!-- made from rules/ by tests/packs.rs -->", "<!-- 由 tests/packs.rs 根据 rules/ 生成 -->")).unwrap();
    writeln!(
        w,
        "{}\n",
        lang.say(
            "Rulesets inside the program: `callaudit audit calls.csv -r NAME`, or a name in `extends` of a ruleset of yours, which may change any key of a rule by its `id`. \
             A figure is not legal advice: each says where it was read, when, and how far that can be relied upon.\n\n\
             Confidence: A the legal text itself was read · B the page of the regulator or of the platform · C secondary sources · D rules of thumb from pages of little authority · U unverified. \
             A rule that rests on D or U alone, or on sources that contradict each other, is off and says why; `enabled = true` turns it on.",
            "程序内置的规则集：`callaudit audit calls.csv -r 名称`，或写入自己规则集的 `extends`，并可按 `id` 修改任一规则的任一项。\
             数值不构成法律意见：每个数值均注明出处、日期及可信程度。\n\n\
             可信度：A 读到法律条文 · B 监管机构或平台的网页 · C 二手资料 · D 权威性低的网页，仅供参考 · U 未核实。\
             仅依据 D 或 U、或来源相互矛盾的规则默认停用并说明原因；`enabled = true` 可启用。"
        )
    )
    .unwrap();
    writeln!(w, "{}", lang.say("| pack | | place | on | off |\n|---|---|---|---|---|", "| 规则包 | | 地区 | 启用 | 停用 |\n|---|---|---|---|---|")).unwrap();
    for pack in PACKS {
        let table: Table = pack.text.parse().unwrap();
        let head = table["ruleset"].as_table().unwrap();
        let rules = tables(&table, "rule");
        let on = rules.iter().filter(|r| is_on(r)).count();
        let place = text(head["pack"].as_table().unwrap(), "jurisdiction");
        writeln!(w, "| [{0}]({0}{1}.md) | {2} | {place} | {on} | {3} |", pack.name, lang.suffix(), lang.of(&head["title"]), rules.len() - on).unwrap();
    }
    o
}

#[test]
fn the_pages_say_what_the_packs_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/packs");
    let mut pages = BTreeMap::new();
    for lang in [En, Zh] {
        pages.insert(format!("README{}.md", lang.suffix()), index(lang));
        pages.extend(PACKS.iter().map(|p| (format!("{}{}.md", p.name, lang.suffix()), page(p, lang))));
    }
    if std::env::var_os("CALLAUDIT_RENEW").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        for file in std::fs::read_dir(&folder).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
        for (name, page) in &pages {
            std::fs::write(folder.join(name), page).unwrap();
        }
    }
    let there: Vec<String> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().to_string_lossy().into_owned()).collect();
    let unknown: Vec<_> = there.iter().filter(|name| !pages.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "no pack gives {unknown:?}: CALLAUDIT_RENEW=1 cargo test --test packs");
    for (name, page) in &pages {
        let text = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(text == *page, "docs/packs/{name} is not what the pack says: CALLAUDIT_RENEW=1 cargo test --test packs");
    }
}

/// What `docs/rules.md` calls a rule, a case or an exemption of a pack is one.
#[test]
fn the_page_of_published_rules_names_what_there_is() {
    let mut known = std::collections::BTreeSet::new();
    for pack in PACKS {
        known.insert(pack.name.to_owned());
        for (text, name) in [(pack.text, "rule"), (pack.text, "exemption"), (pack.text, "list"), (pack.tests, "case")] {
            let table: Table = text.parse().unwrap();
            known.extend(tables(&table, name).iter().map(|t| text_of(t)));
        }
    }
    let folders: Vec<&str> = PACKS.iter().map(|p| p.name.split('-').next().unwrap()).collect();
    let mut named = 0;
    for page in ["docs/rules.md", "docs/zh/规则对照.md"] {
        let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        for word in
            page.split('`').skip(1).step_by(2).filter(|w| w.contains('-') && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
        {
            if folders.contains(&word.split('-').next().unwrap()) {
                assert!(known.contains(word), "`{word}` is neither a rule nor a case of a pack");
                named += 1;
            }
        }
    }
    assert!(named > 200, "only {named} names were found");
}

fn text_of(table: &Table) -> String {
    text(table, "id").to_owned()
}
