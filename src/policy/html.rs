//! A policy as one HTML page: no script, nothing from elsewhere, prints on A4.

use std::fmt::Write as _;

use super::{Block, Policy};
use crate::language::{Lang, Msg, say};
use crate::report::renderers::table::show;
use crate::rules::Force;

const STYLE: &str = "
@page { size: A4; margin: 18mm 17mm 20mm }
:root { --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --pale: #f6f8fa; --warn: #7a4b00; --warn-bg: #fff6e0; --law: #8c1d18 }
* { box-sizing: border-box }
html { font: 15px/1.6 system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif; color: var(--ink) }
body { margin: 0 auto; padding: 32px 24px 48px; max-width: 820px; overflow-wrap: anywhere }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .6rem }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .7rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); break-after: avoid }
h3 { font-size: 1rem; margin: 0 0 .3rem; break-after: avoid }
p { margin: .5rem 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .6rem 0 0; font-size: .9rem }
dt { color: var(--soft) }
dd { margin: 0 }
.head { border-bottom: 2px solid var(--ink); padding-bottom: .9rem; margin-bottom: 1.2rem }
.warn { background: var(--warn-bg); color: var(--warn); border-left: 4px solid #d8a200; padding: .5rem .8rem; margin: .8rem 0; break-inside: avoid }
.rule, .source { border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem; margin: .8rem 0; break-inside: avoid }
.rule p { font-size: 1.02rem }
.badge { display: inline-block; font-size: .78rem; line-height: 1.5; padding: 0 .5rem; border: 1px solid var(--soft); border-radius: 999px; color: var(--soft); margin-right: .5rem }
.law .badge { border-color: var(--law); color: #fff; background: var(--law) }
.presumption .badge, .unsettled .badge { border-color: var(--law); color: var(--law) }
.id { font: .82rem ui-monospace, Consolas, monospace; color: var(--soft) }
.n { font-weight: 600; margin-right: .3rem }
table { border-collapse: collapse; width: 100%; margin: .7rem 0; font-size: .92rem }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word }
th { background: var(--pale); font-weight: 600; min-width: 3.2em }
tr { break-inside: avoid }
thead { display: table-header-group }
a { color: #0550ae }
footer { margin-top: 2.4rem; padding-top: .6rem; border-top: 1px solid var(--line); font-size: .8rem; color: var(--soft) }
@media (max-width: 560px) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .35rem } th, td { padding: .35rem .3rem } }
@media print { html { font-size: 10.5pt } body { padding: 0; max-width: none } a { color: inherit } .warn, .law .badge, th { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
";

/// The policy. What comes from the ruleset is text and nothing else.
pub fn html(policy: &Policy) -> String {
    let mut out = String::new();
    let w = &mut out;
    let code = if policy.lang == Lang::Zh { "zh-CN" } else { "en" };
    let title = text(&policy.title);
    let _ = write!(
        w,
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<header class=\"head\">\n<h1>{title}</h1>\n{}</header>\n<main>\n",
        facts(&policy.head)
    );
    for block in &policy.blocks {
        let _ = match block {
            Block::Section(title) => writeln!(w, "<h2>{}</h2>", text(title)),
            Block::Part(title) => writeln!(w, "<h3>{}</h3>", text(title)),
            Block::Text(words) => writeln!(w, "<p>{}</p>", text(words)),
            Block::Warning(words) => writeln!(w, "<p class=\"warn\">{}</p>", text(words)),
            Block::Items(items) => writeln!(w, "<ul>{}</ul>", items.iter().map(|i| format!("<li>{}</li>", text(i))).collect::<String>()),
            Block::Table { head, rows } => {
                let row = |cells: &[String], tag: &str| format!("<tr>{}</tr>", cells.iter().map(|c| format!("<{tag}>{}</{tag}>", text(c))).collect::<String>());
                writeln!(w, "<table><thead>{}</thead><tbody>{}</tbody></table>", row(head, "th"), rows.iter().map(|r| row(r, "td")).collect::<String>())
            }
            Block::Rule(card) => {
                let mut inside = format!(
                    "<h3>{}</h3>\n<div><span class=\"badge\">{}</span><span class=\"id\">{}</span></div>\n<p>{}</p>\n",
                    text(&card.title),
                    text(&card.badge),
                    text(&card.id),
                    text(&card.text)
                );
                for warning in &card.warnings {
                    let _ = writeln!(inside, "<div class=\"warn\">⚠ {}</div>", text(warning));
                }
                let mut list = facts(&card.facts);
                if !card.sources.is_empty() {
                    let numbers: Vec<String> = card.sources.iter().map(|n| format!("<a href=\"#source-{n}\">[{n}]</a>")).collect();
                    let row = format!("<dt>{}</dt><dd>{}</dd>\n</dl>\n", text(&say(policy.lang, Msg::PolicySourcesOf, &[])), numbers.join(" "));
                    list = list.trim_end().trim_end_matches("</dl>").to_owned() + &row;
                }
                let class = if card.force == Force::Law && !card.settled_law { "unsettled" } else { card.force.word() };
                writeln!(w, "<section class=\"rule {class}\">\n{inside}{list}</section>")
            }
            Block::Source(n, card) => {
                let doubt = if card.doubtful { "⚠ " } else { "" };
                let mut inside = format!("<div><span class=\"n\">[{n}]</span>{doubt}{}</div>\n{}", text(&card.text), facts(&card.facts));
                if let Some(url) = &card.url {
                    let url = text(url);
                    let _ = writeln!(inside, "<div><a href=\"{url}\" rel=\"noreferrer\">{url}</a></div>");
                }
                writeln!(w, "<section class=\"source\" id=\"source-{n}\">\n{inside}</section>")
            }
        };
    }
    let _ = write!(w, "</main>\n<footer>{}</footer>\n</body>\n</html>\n", text(&policy.foot));
    out
}

fn facts(facts: &[(String, String)]) -> String {
    if facts.is_empty() {
        return "<dl>\n</dl>\n".to_owned();
    }
    let rows: String = facts.iter().map(|(label, fact)| format!("<dt>{}</dt><dd>{}</dd>\n", text(label), text(fact))).collect();
    format!("<dl>\n{rows}</dl>\n")
}

/// A text that is nothing but text, in an element or an attribute.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in show(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
