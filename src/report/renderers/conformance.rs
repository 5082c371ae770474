//! What every output format must do, whatever it looks like.

use super::*;
use crate::language::Lang;

/// Names that a log may hold to harm who reads the report.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0",
        "+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd",
        "]]></failure><failure>",
        "\u{1b}[31mred\u{1b}]0;owned\u{7}",
        "\u{9b}2J",
        "left\u{202e}thgir\u{2066}",
        "a\0b",
        "a\r\n::error::injected",
        "\n# heading\n- [x] done | cell",
        "[link](javascript:alert(1)) ![x](http://evil.example/x.png) @all",
        "%0A::error::x",
        "`code` ``` ~~~",
        "\u{fffe}\u{ffff}",
        "-- */ ${{ secrets.TOKEN }} {0} {{x}}",
        "任务“年终”…",
    ]
    .map(String::from)
    .to_vec();
    names.push("x".repeat(10_000));
    names
}

fn rendered(renderer: &dyn Renderer, report: &Report, rows: &dyn Findings, lang: Lang) -> Vec<u8> {
    let mut out = Vec::new();
    renderer.render(report, rows, &View { lang, width: 80, ..View::default() }, &mut out).unwrap();
    out
}

#[test]
fn every_renderer_writes_the_same_bytes_twice() {
    for renderer in RENDERERS {
        for rows in [sample::Rows::hostile(), sample::Rows::none()] {
            for lang in Lang::ALL {
                let [first, second] = [(); 2].map(|()| rendered(*renderer, &sample::report(&rows), &rows, lang));
                assert!(first == second, "{}", renderer.name());
                // A line for each violation, and there are none.
                assert!(!first.is_empty() || renderer.name() == "ndjson", "{}", renderer.name());
            }
        }
    }
}

#[test]
fn what_a_log_says_harms_nobody() {
    for name in names() {
        let rows = sample::Rows::named(&name);
        let report = sample::report_named(&rows, &name);
        for renderer in RENDERERS {
            let out = rendered(*renderer, &report, &rows, Lang::En);
            let format = renderer.name();
            let Ok(text) = String::from_utf8(out) else {
                assert!(renderer.binary(), "{format} is no UTF-8");
                continue;
            };
            let wrong = |what: &str| panic!("{format}: {what} of {name:?}");
            // In a csv, lines may break within quotes.
            let for_people = renderer.shows_findings() && format != "json";
            let steering = |c: char| table::steers(c) && !matches!(c, '\n' | '\r' | '\t' | '\u{feff}');
            if text.chars().any(steering) {
                wrong("a character that steers");
            }
            if for_people && text.chars().any(|c| c != '\n' && table::steers(c)) {
                wrong("a character that steers or hides");
            }
            match format {
                "junit" if text.contains("<script") || text.contains("<img") || text.matches("<failure").count() != 4 => wrong("markup"),
                "markdown" => {
                    let bare = text.replace("\\<", "").replace("\\[", "").replace("\\]", "").replace("\\@", "").replace("\\!", "");
                    let link = bare.contains("](") || bare.contains("@all");
                    // In code nothing is markup.
                    let outside: String = bare.split('`').step_by(2).collect();
                    if link && outside.contains("](") || outside.contains("<script") || outside.contains("<img") {
                        wrong("markup");
                    }
                    let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
                    let plain = String::from_utf8(rendered(*renderer, &sample::report_named(&rows, "a"), &sample::Rows::named("a"), Lang::En)).unwrap();
                    if headings(&text) != headings(&plain) || text.lines().count() != plain.lines().count() {
                        wrong("lines");
                    }
                }
                "github" => {
                    let injected = text.lines().any(|line| line.trim_start().starts_with("::error::injected"));
                    let others = text.lines().filter(|line| !line.starts_with("::")).count();
                    if injected || others != 1 {
                        wrong("a command or a line");
                    }
                }
                "sarif" => {
                    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
                    let messages = log["runs"][0]["results"].as_array().unwrap().iter().map(|r| r["message"]["text"].as_str().unwrap());
                    if messages.into_iter().any(|text| text.contains("](")) {
                        wrong("a link");
                    }
                }
                "csv" | "csv-excel" => {
                    let mut reader = ::csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
                    let cells: Vec<String> = reader.records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
                    assert_eq!(cells.len(), 8, "{format}: {name:?}");
                    if cells.iter().any(|cell| cell.starts_with(['=', '@', '\t', '\r']) || cell.starts_with("+c")) {
                        wrong("a formula");
                    }
                }
                "ndjson" => assert_eq!(text.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count(), 2, "{name:?}"),
                "json" => assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{name:?}"),
                _ => {}
            }
        }
    }
}

#[test]
fn errors_of_cursor_and_pipe_are_told_apart() {
    let rows = sample::Rows::hostile();
    let report = sample::report(&rows);
    for renderer in RENDERERS {
        let error = renderer.render(&report, &sample::Broken, &View::default(), &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the spill is gone", "{}", renderer.name());
        let error = renderer.render(&report, &rows, &View::default(), &mut sample::ClosedPipe).unwrap_err();
        assert!(matches!(&error, Error::Io(text) if text.starts_with("broken pipe")), "{}: {error}", renderer.name());
    }
}

#[test]
fn fewer_findings_are_shown_where_fewer_are_wanted() {
    let rows = sample::Rows::hostile();
    let report = sample::report(&rows);
    for renderer in RENDERERS.iter().filter(|r| r.shows_findings() && r.name() != "json") {
        let with = |max_findings| {
            let mut out = Vec::new();
            renderer.render(&report, &rows, &View { max_findings, ..View::default() }, &mut out).unwrap();
            out
        };
        assert!(with(Some(1)).len() < with(Some(10)).len(), "{}", renderer.name());
        let none = with(Some(0));
        assert!(!none.is_empty() && none.len() < with(Some(1)).len(), "{}", renderer.name());
    }
}

#[test]
fn the_languages_differ_where_people_read() {
    let rows = sample::Rows::hostile();
    for renderer in RENDERERS {
        let [en, zh] = Lang::ALL.map(|lang| rendered(*renderer, &sample::report(&rows), &rows, lang));
        let for_people = renderer.shows_findings() && renderer.name() != "json";
        assert_eq!(en != zh, for_people, "{}", renderer.name());
    }
}
