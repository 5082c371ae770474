//! A policy as Markdown (CommonMark with tables).

use std::fmt::Write as _;

use super::{Block, Policy};
use crate::language::{Lang, Msg, say};
use crate::report::renderers::table::show;

/// The policy. What comes from the ruleset can neither mark up nor link.
pub fn markdown(policy: &Policy) -> String {
    let mut out = String::new();
    let w = &mut out;
    let colon = if policy.lang == Lang::Zh { "：" } else { ": " };
    let _ = writeln!(w, "# {}\n", line(&policy.title));
    for (label, text) in &policy.head {
        let _ = writeln!(w, "- **{}**{colon}{}", line(label), line(text));
    }
    w.push_str(&body(&policy.blocks, policy.lang));
    let _ = writeln!(w, "\n---\n\n{}", line(&policy.foot));
    out
}

/// Blocks alone, an empty line before each.
pub(crate) fn body(blocks: &[Block], lang: Lang) -> String {
    let mut out = String::new();
    let w = &mut out;
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    for block in blocks {
        w.push('\n');
        let _ = match block {
            Block::Section(title) => writeln!(w, "## {}", numbered(title)),
            Block::Part(title) => writeln!(w, "### {}", line(title)),
            Block::Text(text) => writeln!(w, "{}", line(text)),
            Block::Warning(text) => writeln!(w, "> **{}**", line(text)),
            Block::Items(items) => items.iter().try_for_each(|item| writeln!(w, "- {}", line(item))),
            Block::Table { head, rows } => {
                let row = |cells: &[String]| format!("| {} |", cells.iter().map(|c| line(c)).collect::<Vec<_>>().join(" | "));
                let rule = format!("|{}", " --- |".repeat(head.len()));
                writeln!(w, "{}\n{rule}", row(head)).and_then(|()| rows.iter().try_for_each(|r| writeln!(w, "{}", row(r))))
            }
            Block::Rule(card) => {
                let mut text = format!("### {}\n\n**{}** · {}\n\n{}\n\n", line(&card.title), line(&card.badge), code(&card.id), line(&card.text));
                for (label, fact) in &card.facts {
                    let _ = writeln!(text, "- {}{colon}{}", line(label), line(fact));
                }
                if !card.sources.is_empty() {
                    let numbers: Vec<String> = card.sources.iter().map(|n| format!("[\\[{n}\\]](#source-{n})")).collect();
                    let _ = writeln!(text, "- {}{colon}{}", line(&say(lang, Msg::PolicySourcesOf, &[])), numbers.join(" "));
                }
                for warning in &card.warnings {
                    let _ = writeln!(text, "- ⚠ **{}**", line(warning));
                }
                write!(w, "{text}")
            }
            Block::Source(n, card) => {
                let mut text = format!("<a id=\"source-{n}\"></a>**\\[{n}\\]** {}{}\n\n", if card.doubtful { "⚠ " } else { "" }, line(&card.text));
                for (label, fact) in &card.facts {
                    let _ = writeln!(text, "- {}{colon}{}", line(label), line(fact));
                }
                if let Some(url) = &card.url {
                    let _ = writeln!(text, "- <{url}>");
                }
                write!(w, "{text}")
            }
        };
    }
    out
}

/// A heading that may begin with its number.
fn numbered(title: &str) -> String {
    match title.split_once(". ") {
        Some((number, rest)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => format!("{number}. {}", line(rest)),
        _ => line(title),
    }
}

/// A text on one line that is nothing but text: whatever could be markup, a link or the beginning of a list is escaped.
pub(crate) fn line(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = show(&text.join(" "));
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let special = match c {
            // Within a word it marks nothing up.
            '_' => !(before.is_alphanumeric() && rest.starts_with(char::is_alphanumeric)),
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '@' => true,
            '#' | '+' | '=' => at == 0,
            '-' => at == 0 || rest.starts_with('-'),
            '!' => rest.starts_with('['),
            // Bare addresses become links by themselves.
            ':' => rest.starts_with("//"),
            '.' => before.is_ascii_digit() && text[..at].bytes().all(|b| b.is_ascii_digit()) || text[..at].to_ascii_lowercase().ends_with("www"),
            ')' => at > 0 && text[..at].bytes().all(|b| b.is_ascii_digit()),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// A name as code, whatever quotes it holds.
pub(crate) fn code(text: &str) -> String {
    let text = show(text).replace('`', "'");
    format!("`{text}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(line("# a *b* [c](http://x.y) <script> | `d`\n- e"), "\\# a \\*b\\* \\[c\\](http\\://x.y) \\<script\\> \\| \\`d\\` - e");
        assert_eq!(line("12. first"), "12\\. first");
        assert_eq!(line("1) first"), "1\\) first");
        assert_eq!(line("- x --- y"), "\\- x \\-\\-- y");
        assert_eq!(line("www.example.org a@b.c ![x] \u{202e}\u{1b}[2J"), "www\\.example.org a\\@b.c \\!\\[x\\] \\\\u{202e}\\\\u{1b}\\[2J");
        assert_eq!(line("09:00–12:00, 2026-10-01, 3.5 % of New_York, _x_"), "09:00–12:00, 2026-10-01, 3.5 % of New_York, \\_x\\_");
        assert_eq!(code("a`b"), "`a'b`");
    }
}
