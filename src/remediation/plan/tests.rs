use super::editing::Edit;
use super::ics::calendar;
use super::reading::File;
use super::sheets::{Sheet, plain};
use super::updating::{Said, done};
use super::*;
use crate::calls::calendar::parse_iso;
use crate::language::Lang;

const PLAN: &str = r#"# ours
[plan]
schema = "callaudit.plan/1"

[[report]]
hash = "0123456789abcdef0123"
as_of = 2026-11-09

[[item]] # the first
id = "a/1" # as in the report
rules = [
  "evening", # hours
]
step = { en = "Pause", zh = "暂停" }
owner = "it"
due = 2026-11-10
state = "open" # not yet
remark = """
call the vendor
first"""

# between

[[item]]
id = "a/2"
owner = "legal"
"#;

fn read(text: &str) -> File {
    File::parse("plan.toml", text, false).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn what_people_wrote_stays_in_its_place() {
    let file = read(PLAN);
    let said = Said { id: "a/1", by: "Li \"L\" Wei", proof: "C:\\log", on: parse_iso("2026-11-10").unwrap() };
    let made = done(&file, "plan.toml", &said).unwrap();
    let item = made.plan.item("a/1").unwrap();
    assert_eq!((item.state, item.by.as_str(), item.proof.as_str(), item.on), (State::Done, "Li \"L\" Wei", "C:\\log", Some(said.on)));
    assert_eq!(item.remark, "call the vendor\nfirst");
    // Every old line is there, but for the state.
    for line in PLAN.lines().filter(|l| !l.starts_with("state")) {
        assert!(made.text.lines().any(|l| l == line), "{line}\n{}", made.text);
    }
    assert!(made.text.contains("state = \"done\" # not yet\n"));
    assert_eq!(made.plan.log.len(), 1);
    let error = done(&made, "plan.toml", &said).err().unwrap().to_string();
    assert!(error.contains("a/1 is done already"), "{error}");
    let mut edit = Edit::new(&made);
    edit.add("a/1", "rules", "late");
    edit.add("a/2", "rules", "late");
    let more = edit.finish("plan.toml").unwrap();
    assert_eq!(more.plan.item("a/1").unwrap().rules, ["late", "evening"]);
    assert_eq!(more.plan.item("a/2").unwrap().rules, ["late"]);
    assert!(more.text.contains("\"evening\", # hours"));
}

#[test]
fn lines_of_another_system_stay_so() {
    let file = read(&PLAN.replace('\n', "\r\n"));
    let made = done(&file, "p", &Said { id: "a/2", by: "x", proof: "y", on: 20_000 }).unwrap();
    assert!(made.text.lines().count() > 20 && made.text.matches('\n').count() == made.text.matches("\r\n").count());
}

#[test]
fn a_form_that_cannot_be_changed_is_left_alone() {
    let file = read("[plan]\nschema = \"callaudit.plan/1\"\n[[item]]\nowner = 'it'\nid = 'x'\n[item.step]\nen = 'a'\n");
    let made = done(&file, "p", &Said { id: "x", by: "b", proof: "c", on: 20_000 }).unwrap();
    assert_eq!(made.plan.item("x").unwrap().state, State::Done);
    let inline = read("item = [{ id = 'x' }]\n[plan]\nschema = \"callaudit.plan/1\"\n");
    let error = done(&inline, "p", &Said { id: "x", by: "b", proof: "c", on: 20_000 }).err().unwrap().to_string();
    assert!(error.contains("left as it is"), "{error}");
}

#[test]
fn unknown_steps_and_empty_words_are_refused() {
    let file = read(PLAN);
    for (id, by, told) in [("a/3", "x", "no step has the id \"a/3\"; did you mean a/1?"), ("a/1", " ", "--by is empty")] {
        let error = done(&file, "plan.toml", &Said { id, by, proof: "p", on: 0 }).err().unwrap().to_string();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn every_mistake_is_told_with_its_place() {
    for (from, to, said, place) in [
        ("owner = \"it\"", "ownr = \"it\"", "did you mean `owner`?", "plan.toml:15:1"),
        ("state = \"open\"", "state = \"opened\"", "`state`: unknown word `opened`", "plan.toml:17:9"),
        ("state = \"open\"", "state = \"done\"", "the state \"done\" needs `by`", "plan.toml:17:9"),
        ("state = \"open\"", "state = \"verified\"", "no audit verified this step: only an audit does", "plan.toml:17:9"),
        ("due = 2026-11-10", "due = \"soon\"", "expected a date", "plan.toml:16:7"),
        ("id = \"a/2\"", "id = \"a/1\"", "two [[item]] have the id \"a/1\"", "plan.toml:25:6"),
        ("[plan]", "[plans]", "the table [plan] is missing", "plan.toml:1:1"),
        ("callaudit.plan/1", "callaudit.plan/2", "this program reads \"callaudit.plan/1\"", "plan.toml:3:10"),
        ("# between", "[[log]]\nitem = \"a/9\"\non = 2026-11-11\nwhat = \"done\"", "no [[item]] has the id \"a/9\"", "plan.toml:23:8"),
        ("zh = \"暂停\"", "fr = \"Arrêter\"", "unknown language `fr`", "plan.toml:14:24"),
        ("[[report]]", "[[report]", "", "plan.toml:5:"),
    ] {
        assert!(PLAN.contains(from), "{from}");
        let error = File::parse("plan.toml", &PLAN.replacen(from, to, 1), false).unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains(said) && shown.contains(place) && error.status() == 2, "{to}\n{shown}");
    }
}

#[test]
fn settings_name_a_platform_only_where_the_log_came_from_it() {
    let of = |id: &str, platform: &[&str]| crate::remediation::leaks::setting(id, &platform.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>()).unwrap();
    assert!(of("LK2", &["vicidial"])[0].contains("VICIdial: 24-hour call count limits") && of("LK2", &["vicidial"])[1].contains("VICIdial"));
    assert!(!of("LK2", &["asterisk-master"])[0].contains("VICIdial") && !of("LK2", &[])[1].contains("VICIdial"));
    assert!(of("LK15", &["aliyun-outbound"])[0].contains("CALL_REJECTED") && !of("LK15", &["vicidial"])[0].contains("CALL_REJECTED"));
    assert!(crate::remediation::leaks::setting("LK99", &[]).is_none());
}

#[test]
fn what_stands_in_a_plan_harms_no_reader_of_a_sheet() {
    const TEXT: &str = "=1+1</li><script>x</script>| *a* [b](c)\u{1b}[2J\u{202e}\r\nBEGIN:VEVENT\r\nX-A;B:1,2\\n";
    let both = || [("en".to_owned(), TEXT.to_owned()), ("zh".to_owned(), TEXT.to_owned())].into();
    let text = || TEXT.to_owned();
    let item = Item {
        id: text(),
        rules: vec![text()],
        owner: text(),
        due: parse_iso("2026-11-20"),
        step: both(),
        settings: vec![both()],
        values: vec![text()],
        platform: vec![text()],
        attach: both(),
        state: State::Done,
        by: text(),
        on: parse_iso("2026-11-10"),
        proof: text(),
        remark: text(),
        ..Item::default()
    };
    let log = vec![Entry { item: text(), what: "kept".into(), why: vec![format!("{TEXT}: {TEXT}")], ..Entry::default() }];
    let reports = vec![Taken { hash: text(), ruleset: text(), first: text(), last: text(), ..Taken::default() }];
    let plan = Plan { items: vec![item], log, reports, measures: Vec::new() };
    for lang in Lang::ALL {
        let sheet = Sheet { plan: &plan, owner: None, as_of: 20_000, lang };
        let document = sheet.document();
        let (html, markdown, plain, csv, ics) =
            (crate::policy::html(&document), crate::policy::markdown(&document), plain(&document), sheet.csv(), calendar(&sheet));
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"));
        assert!(!markdown.contains("<script>") && !markdown.contains("[b](c)") && !markdown.contains("*a*"));
        for text in [&html, &markdown, &plain, &csv, &ics] {
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
        }
        assert!(csv::Reader::from_reader(csv.as_bytes()).records().all(|r| r.unwrap().iter().all(|c| !c.starts_with('='))));
        assert_eq!(ics.split("\r\n").filter(|l| *l == "BEGIN:VEVENT").count(), 1, "{ics}");
        assert!(!ics.split("\r\n").any(|l| l.starts_with("X-A")), "{ics}");
    }
}
