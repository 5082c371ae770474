//! What is wrong with a ruleset: every mistake with its place, gathered while reading and shown together.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::node::{FileId, Place};
use crate::language::diagnostics::{counted, said};

/// One mistake (or warning) and where it is.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// The words under the caret; may be empty.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A mistake or warning for programs: what [`Diagnostics::render`] shows to people.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// Path of the file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The column behind the last character that is meant, on the same line.
    pub end_column: usize,
    /// What is wrong.
    pub message: String,
    /// What was expected there.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A file that was read: what `FileId` stands for.
#[derive(Debug)]
struct File {
    path: String,
    text: String,
}

/// The mistakes found so far, and the files they are in.
#[derive(Debug, Default)]
pub struct Diagnostics {
    files: Vec<File>,
    errors: Vec<Diagnostic>,
    warnings: Vec<Diagnostic>,
}

/// A place as a reader of the file counts it.
struct Position<'a> {
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    /// The whole line, without its end.
    text: &'a str,
    /// The bytes of the line that are meant.
    span: Range<usize>,
}

impl Diagnostics {
    /// Remembers a file, so that places in it can be shown.
    pub fn add_file(&mut self, path: String, text: String) -> FileId {
        self.files.push(File { path, text });
        self.files.len() - 1
    }

    /// Notes a mistake. The same message at the same place is noted once; label and help can be set on what is returned.
    pub fn error(&mut self, place: &Place, message: impl Into<String>) -> &mut Diagnostic {
        note(&mut self.errors, place, message.into())
    }

    /// Notes something suspicious that does not stop the run.
    pub fn warning(&mut self, place: &Place, message: impl Into<String>) -> &mut Diagnostic {
        note(&mut self.warnings, place, message.into())
    }

    /// Was any mistake found?
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// How many different mistakes were found.
    pub fn errors(&self) -> usize {
        self.errors.len()
    }

    /// All mistakes with their lines and carets, in the order of the files, and their number; empty if there are none.
    ///
    /// In the language of the program's talk.
    pub fn render(&self, colour: bool) -> String {
        let lang = crate::language::spoken();
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut out = String::new();
        for diagnostic in sorted(&self.errors) {
            let position = self.position(&diagnostic.place);
            // Only the line itself is handed over: a file of thousands of rules is not scanned again for each mistake, and no span can leave it.
            let mut annotation = AnnotationKind::Primary.span(position.span.clone());
            let [message, label] = [&diagnostic.message, &diagnostic.label].map(|text| said(lang, text));
            let help = diagnostic.help.as_ref().map(|help| said(lang, help));
            if !label.is_empty() {
                annotation = annotation.label(label.as_str());
            }
            let (path, _) = self.file(diagnostic.place.file);
            let snippet = Snippet::source(position.text).line_start(position.line).path(path).annotation(annotation);
            let mut group = Level::ERROR.primary_title(message.as_str()).element(snippet);
            if let Some(help) = &help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            out.push_str(&renderer.render(&[group]));
            out.push_str("\n\n");
        }
        if let Some(first) = self.errors.first() {
            let one = self.errors.iter().all(|d| d.place.file == first.place.file);
            out.push_str(&counted(lang, self.errors.len(), one.then_some(self.file(first.place.file).0)));
            out.push('\n');
        }
        out
    }

    /// The warnings, one line each, with their place.
    pub fn warnings(&self) -> Vec<String> {
        let line = |d: &Diagnostic| {
            let mut text = format!("{}: {}", self.at(&d.place), d.message);
            if let Some(help) = &d.help {
                let _ = write!(text, " ({help})");
            }
            text
        };
        sorted(&self.warnings).into_iter().map(line).collect()
    }

    /// All mistakes, and all warnings, in the order of the files.
    pub fn told(&self) -> (Vec<Told>, Vec<Told>) {
        let told = |d: &Diagnostic| {
            let position = self.position(&d.place);
            let meant = position.text.get(position.span.clone()).unwrap_or_default();
            Told {
                file: self.file(d.place.file).0.to_owned(),
                line: position.line,
                column: position.column,
                end_column: position.column + meant.chars().count(),
                message: d.message.clone(),
                label: (!d.label.is_empty()).then(|| d.label.clone()),
                help: d.help.clone(),
            }
        };
        (sorted(&self.errors).into_iter().map(told).collect(), sorted(&self.warnings).into_iter().map(told).collect())
    }

    /// Path and text of a file; both empty for a file that was never added.
    pub fn file(&self, id: FileId) -> (&str, &str) {
        self.files.get(id).map_or(("", ""), |f| (f.path.as_str(), f.text.as_str()))
    }

    /// `rules.toml:12:9`: line and column from 1, the column in characters.
    pub fn at(&self, place: &Place) -> String {
        let position = self.position(place);
        format!("{}:{}:{}", self.file(place.file).0, position.line, position.column)
    }

    fn position(&self, place: &Place) -> Position<'_> {
        let (_, text) = self.file(place.file);
        let start = boundary(text, place.span.start);
        let end = boundary(text, place.span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let line = text[line_start..line_end].trim_end_matches('\r');
        // A span over several lines (a whole table) would fill the screen; its first line says where it is.
        let span = (start - line_start).min(line.len())..(end - line_start).min(line.len());
        Position { line: text[..line_start].matches('\n').count() + 1, column: text[line_start..start].chars().count() + 1, text: line, span }
    }
}

/// Adds a diagnostic, or finds the same one again.
fn note<'a>(list: &'a mut Vec<Diagnostic>, place: &Place, message: String) -> &'a mut Diagnostic {
    let same = list.iter().position(|d| d.place.file == place.file && d.place.span == place.span && d.message == message);
    let index = same.unwrap_or_else(|| {
        list.push(Diagnostic { place: place.clone(), message, label: String::new(), help: None });
        list.len() - 1
    });
    &mut list[index]
}

/// In the order in which a reader meets them.
fn sorted(list: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut list: Vec<_> = list.iter().collect();
    list.sort_by_key(|d| (d.place.file, d.place.span.start, d.place.span.end));
    list
}

/// The last character boundary at or before an offset, which may lie beyond the end.
fn boundary(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(span: Range<usize>) -> Place {
        Place { file: 0, span }
    }

    #[test]
    fn errors_are_sorted_counted_and_shown_once() {
        let mut out = Diagnostics::default();
        out.add_file("rules.toml".into(), "a = 1\r\n名称 = 22\n".into());
        out.error(&place(16..18), "second");
        out.error(&place(0..1), "first").help = Some("did you mean `b`?".into());
        out.error(&place(16..18), "second").label = "here".into();
        assert_eq!(out.errors(), 2);
        let text = out.render(false);
        assert!(text.find("first") < text.find("second"), "{text}");
        assert!(text.contains("--> rules.toml:1:1") && text.contains("--> rules.toml:2:6"), "{text}");
        assert!(text.contains("help: did you mean `b`?") && text.contains("^^ here"), "{text}");
        assert!(text.ends_with("2 errors in rules.toml\n"), "{text}");
        assert_eq!(out.at(&place(16..18)), "rules.toml:2:6");
        assert!(out.render(true).contains('\u{1b}'));
    }

    #[test]
    fn no_span_panics() {
        for text in ["", "a", "a\n", "é\r\n\r\n", "名\n[t]\nx=1\n"] {
            for start in 0..12 {
                for end in 0..12 {
                    let mut out = Diagnostics::default();
                    out.add_file("f".into(), text.into());
                    out.error(&place(start..end), "m");
                    assert!(out.render(false).contains("1 error in f"));
                }
            }
        }
        let mut out = Diagnostics::default();
        out.error(&place(3..9), "no such file");
        assert!(out.render(false).contains("no such file"));
    }

    #[test]
    fn a_table_is_shown_by_its_first_line_and_warnings_have_a_place() {
        let mut out = Diagnostics::default();
        out.add_file("f".into(), "[t]\nx = 1\n".into());
        out.add_file("g".into(), "y".into());
        out.error(&place(0..10), "whole");
        assert!(!out.render(false).contains("x = 1"));
        out.error(&Place { file: 1, span: 0..1 }, "other");
        assert!(out.render(false).ends_with("2 errors\n"));
        out.warning(&place(4..5), "odd");
        assert_eq!(out.warnings(), ["f:2:1: odd"]);
        assert!(Diagnostics::default().render(false).is_empty());
    }
}
