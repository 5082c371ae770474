//! The outcome of cases as JUnit XML, which build servers read: a suite for each ruleset, a test case for each case.

use std::fmt::Write as _;

use super::{Tested, Trials};

/// What XML 1.0 cannot hold becomes `\u{1b}`, as on terminals.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => drop(write!(out, "\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// A test of a suite: its name, the line that it is about, and what is wrong with it: kind, message and text.
struct Test {
    name: String,
    line: usize,
    wrong: Option<(&'static str, String, String)>,
}

fn tests(file: &Tested, covered: bool) -> Vec<Test> {
    let mut tests = Vec::new();
    for case in &file.cases {
        let lines: Vec<String> =
            case.wrong.iter().map(|w| format!("{}:{}: {}: expected {}, got {}{}", file.tests, w.line, w.rule, w.expected, w.got, because(&w.why))).collect();
        let wrong = (!case.passed).then(|| ("verdict", format!("{} of its expectations not met", case.wrong.len()), lines.join("\n")));
        tests.push(Test { name: case.id.clone(), line: case.line, wrong });
    }
    for c in file.coverage.iter().filter(|c| covered && !c.complete()) {
        let lacks: Vec<&str> = [("fires", &c.fires), ("clear", &c.clear), ("boundary", &c.boundary)].iter().filter(|c| c.1.is_none()).map(|c| c.0).collect();
        let message = format!("no case: {}", lacks.join(", "));
        tests.push(Test { name: format!("coverage of {}", c.rule), line: 1, wrong: Some(("coverage", message.clone(), message)) });
    }
    for m in file.mutations.iter().flatten() {
        let message = format!("{}: {}: no case notices {} → {}", m.rule, m.key, m.from, m.to);
        let wrong = m.noticed.is_none().then(|| ("mutation", message.clone(), message.clone()));
        tests.push(Test { name: format!("{} {} {} → {}", m.rule, m.key, m.from, m.to), line: 1, wrong });
    }
    for (case, rule) in &file.idle {
        let message = format!("{case} notices no change of a figure of {rule}, on whose boundary it says it stands");
        tests.push(Test { name: format!("boundary of {rule} in {case}"), line: 1, wrong: Some(("boundary", message.clone(), message)) });
    }
    tests
}

fn because(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(": {why}") }
}

/// The file. `covered`: must each rule have its three cases?
pub fn text(trials: &Trials, covered: bool) -> String {
    let suites: Vec<(&Tested, Vec<Test>)> = trials.files.iter().map(|f| (f, tests(f, covered))).collect();
    let failed = |tests: &[Test]| tests.iter().filter(|t| t.wrong.is_some()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (all, bad) = suites.iter().fold((0, 0), |(a, b), (_, t)| (a + t.len(), b + failed(t)));
    let _ = writeln!(out, "<testsuites name=\"callaudit rules test\" tests=\"{all}\" failures=\"{bad}\" errors=\"0\">");
    for (file, tests) in &suites {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">",
            escape(&file.ruleset),
            tests.len(),
            failed(tests)
        );
        for test in tests {
            let head = format!(
                "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\"",
                escape(&test.name),
                escape(&file.id),
                escape(&file.tests),
                test.line
            );
            match &test.wrong {
                None => drop(writeln!(out, "{head}/>")),
                Some((kind, message, text)) => {
                    let _ =
                        writeln!(out, "{head}>\n      <failure type=\"{kind}\" message=\"{}\">{}</failure>\n    </testcase>", escape(message), escape(text));
                }
            }
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_xml_cannot_hold_is_shown() {
        assert_eq!(super::escape("a<b>&\"c\u{1b}[31m\n外"), "a&lt;b&gt;&amp;&quot;c\\u{1b}[31m&#10;外");
    }
}
