use super::super::sample::{self, Broken, ClosedPipe};
use super::*;
use crate::report::{BreakdownRow, Finding};

fn render(report: &Report, rows: &dyn Findings, lang: Lang) -> String {
    let mut out = Vec::new();
    RENDERER.render(report, rows, &View { lang, width: 80, ..View::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(rows: &sample::Rows, lang: Lang) -> String {
    render(&sample::report(rows), rows, lang)
}

/// The card of the finding that contains a text.
fn card<'a>(page: &'a str, text: &str) -> &'a str {
    page.split("<article ").skip(1).map(|c| c.split("</article>").next().unwrap()).find(|c| c.contains(text)).unwrap()
}

#[test]
fn base64_is_that_of_others() {
    assert_eq!([&b""[..], b"f", b"fo", b"foo", b"foob"].map(base64), ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]);
}

#[test]
fn the_policy_permits_this_style_and_this_script_and_nothing_else() {
    let page = page(&sample::Rows::hostile(), Lang::En);
    let between = |from: &str, to: &str| page.split_once(from).unwrap().1.split_once(to).unwrap().0.to_owned();
    let policy = between("Content-Security-Policy\" content=\"", "\"").replace("&#39;", "'");
    for (name, text) in [("style", between("<style>", "</style>")), ("script", between("<script>", "</script>"))] {
        assert!(policy.contains(&format!("{name}-src 'sha256-{}';", base64(&Sha256::digest(text.as_bytes())))), "{policy}");
    }
    assert!(policy.starts_with("default-src 'none'; "));
    // Neither an attribute that the policy forbids, nor anything that is fetched.
    for word in [" style=", " src=", "url(", "@import", " onclick=", "<link", "<img"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn hostile_texts_are_shown_and_are_nothing_but_text() {
    const TEXT: &str = "</script><script>alert(1)</script>\" onload='x' <!-- ]]> &amp; {{ 7 }}\u{1b}[31m\u{202e}\0";
    const SHOWN: &str =
        "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#34; onload=&#39;x&#39; &lt;!-- ]]&gt; &amp;amp; {{ 7 }}\\u{1b}[31m\\u{202e}\\u{0}";
    let mut rows = sample::Rows::hostile();
    let finding = &mut rows.findings[0];
    finding.subject = [(TEXT.to_owned(), TEXT.to_owned())].into();
    finding.message = TEXT.into();
    finding.fingerprint = TEXT.into();
    finding.first = TEXT.into();
    finding.notes = vec![TEXT.into()];
    let call = &mut finding.evidence[0];
    for cell in [&mut call.source, &mut call.call_id, &mut call.started_at, &mut call.local_time, &mut call.caller, &mut call.callee] {
        *cell = TEXT.into();
    }
    for cell in [&mut call.agent, &mut call.campaign, &mut call.outcome] {
        *cell = TEXT.into();
    }
    let mut report = sample::report(&rows);
    report.ruleset.effective =
        serde_json::json!({ "ruleset": { "timezone": TEXT }, "rule": [{ "id": "evening", "where": TEXT, "allow": { TEXT: [TEXT] }, TEXT: TEXT }] });
    report.ruleset.id = TEXT.into();
    report.exposure = Some(crate::exposure::hostile(TEXT));
    report.as_of = TEXT.into();
    report.exit.reason = vec![TEXT.into()];
    report.breakdowns.insert("hour".into(), vec![BreakdownRow { value: TEXT.into(), calls: None, violations: 1 }]);
    report.breakdowns.insert("day".into(), vec![BreakdownRow { value: TEXT.into(), calls: None, violations: 1 }]);
    for lang in Lang::ALL {
        let page = render(&report, &rows, lang);
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(!page.contains("onload='x'") && !page.contains("<!--") && !page.contains("]]>"));
        assert!(page.chars().all(|c| c == '\n' || !super::super::table::steers(c)));
        assert!(page.matches(SHOWN).count() >= 20, "{}", page.matches(SHOWN).count());
    }
}

#[test]
fn what_is_no_law_is_not_called_a_breach() {
    let rows = sample::Rows::hostile();
    for (lang, law, house, contract) in
        [(Lang::En, "apparent breach", "against house rules", "over the platform&#39;s limit"), (Lang::Zh, "涉嫌违反", "不符合内部规定", "超出平台限额")]
    {
        let page = page(&rows, lang);
        let said = |text: &str| card(&page, text).matches(law).count();
        assert_eq!([said("do-not-call"), said("evening"), said("redial")], [1, 0, 0]);
        assert!(card(&page, "evening").contains(house) && card(&page, "redial").contains(contract));
        // The only source of that law is a secondary one: that is said where the finding is, and where the rule is.
        let doubt = if lang == Lang::Zh { "出处可信度低（C）" } else { "source of low confidence (C)" };
        assert!(card(&page, "do-not-call").contains(doubt));
        assert!(!card(&page, "evening").contains(doubt));
        assert!(page.contains(if lang == Lang::Zh { "法律（据二手资料）" } else { "Law, as secondary sources tell it" }));
    }
}

#[test]
fn everything_of_the_report_is_there() {
    let rows = sample::Rows::hostile();
    let page = page(&rows, Lang::En);
    assert_eq!(page.matches("<article ").count(), rows.findings.len());
    for text in [
        "The audit is incomplete",
        "gzip: unexpected end of file",
        "line-hourly",
        "column &#34;hangup_by&#34; is in none of the inputs",
        "ASSUMED",
        "inferred from ids (84 of 84)",
        "screenshot of the schedule",
        "2026-11-24",
        "35 h without any call",
        "give it with --use-list tps=PATH",
        "47 CFR 64.1200(d)(3)",
        "confidence C: only secondary sources were read",
        "Asia/Shanghai",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(page.contains("What it could cost") && page.contains("3,000.50"));
}

#[test]
fn nothing_found_is_said_so() {
    let page = page(&sample::Rows::none(), Lang::En);
    assert!(page.contains("There are no findings.") && page.contains("There is nothing to do.") && !page.contains("id=\"filter\""));
    assert!(page.contains("class=\"verdict"));
}

#[test]
fn many_findings_tell_less_of_each_and_say_so() {
    let mut rows = sample::Rows::hostile();
    let one = rows.findings[0].clone();
    let long = |n: usize| Finding { message: "长".repeat(290), fingerprint: format!("{n:016x}"), ..one.clone() };
    rows.findings = (0..10_000).map(long).collect();
    let mut report = sample::report(&rows);
    report.totals.findings = 10_001;
    let page = render(&report, &rows, Lang::En);
    assert!(page.len() < 10_000_000, "{}", page.len());
    let cards: Vec<&str> = page.split("<article ").skip(1).map(|c| c.split("</article>").next().unwrap()).collect();
    let with = |what: &str| cards.iter().filter(|c| c.contains(what)).count();
    assert_eq!(with("<details>"), findings::IN_FULL);
    let lines = with("class=\"tl\"");
    assert!(lines > findings::IN_FULL && lines < 10_000 && cards[lines - 1].contains("class=\"tl\""), "{lines}");
    assert!(page.contains(&format!("the lines of calls are drawn for the first {} findings only", grouped(lines as u64))));
    assert!(page.contains("listed for the first 250 findings only") && page.contains("not in this report: 1."));
}

#[test]
fn failures_are_told() {
    let report = sample::report(&sample::Rows::none());
    let view = View { lang: Lang::En, width: 80, ..View::default() };
    assert!(RENDERER.render(&report, &Broken, &view, &mut Vec::new()).unwrap_err().to_string().contains("the spill is gone"));
    let error = RENDERER.render(&report, &sample::Rows::none(), &view, &mut ClosedPipe).unwrap_err();
    assert!(error.to_string().starts_with("broken pipe"), "{error}");
}
