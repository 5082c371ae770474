//! A kind of rule, explained; and all kinds in a line each.

use unicode_width::UnicodeWidthStr;

use super::page;
use crate::language::rules::Msg;
use crate::language::{self, Lang, kinds};
use crate::report::renderers::View;
use crate::report::renderers::table::{BOLD, PLAIN, Page};
use crate::rules::RuleKind;
use crate::rules::registry::KINDS;

/// All kinds.
pub fn list(view: &View) -> String {
    let mut page = page(view);
    let title = page.tell(Msg::HeadKinds, &[]);
    page.line(BOLD, &title);
    let column = KINDS.iter().map(|k| k.name().width()).max().unwrap_or(0) + 4;
    for kind in KINDS {
        let about = kind.schema().about(page.lang);
        page.labelled(PLAIN, &format!("  {}", kind.name()), column, &about.replace('`', ""));
    }
    page.blank();
    let more = page.tell(Msg::KindMore, &[]);
    page.indented(PLAIN, 0, 0, &more);
    page.text
}

/// One kind.
pub fn text(kind: &dyn RuleKind, view: &View) -> String {
    let mut page = page(view);
    let name = language::kind(page.lang, kind.name());
    let title = if name == kind.name() { name.to_owned() } else { format!("{} · {name}", kind.name()) };
    page.line(BOLD, &title);
    let schema = kind.schema();
    let zh = kinds::zh(kind.name()).filter(|_| page.lang == Lang::Zh);
    for (n, (message, heading)) in [(Msg::HeadChecks, "What it checks"), (Msg::HeadWhy, "Why it matters")].into_iter().enumerate() {
        page.heading(message);
        match zh {
            Some(texts) => page.body(texts[n]),
            None => paragraphs(&mut page, section(kind.doc(), heading)),
        }
    }
    page.heading(Msg::HeadKeys);
    for key in &schema.keys {
        let name = if key.required { page.tell(Msg::KeyRequired, &[("key", key.name)]) } else { key.name.to_owned() };
        page.item(&name);
        page.indented(PLAIN, 6, 0, key.about(page.lang));
    }
    page.told(Msg::KeyAlways, &[]);
    page.heading(Msg::HeadExample);
    let example = section(kind.doc(), "Example");
    for line in example.lines().filter(|l| !l.starts_with("```")) {
        // An example is copied, not read: it is not wrapped.
        page.line(PLAIN, &format!("  {line}"));
    }
    page.heading(Msg::HeadDo);
    if page.lang == Lang::En {
        paragraphs(&mut page, section(kind.doc(), "What to do"));
    }
    page.default_steps(kind.name());
    page.text
}

/// What stands under a heading of a kind's documentation.
pub(crate) fn section<'a>(doc: &'a str, heading: &str) -> &'a str {
    let Some((_, rest)) = doc.split_once(&format!("## {heading}\n")) else { return "" };
    rest.split("\n## ").next().unwrap_or_default().trim()
}

fn paragraphs(page: &mut Page, text: &str) {
    for paragraph in text.split("\n\n") {
        page.body(&paragraph.replace('\n', " "));
    }
}
