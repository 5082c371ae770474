//! Exports that are no delimited text: one file each, and one word in the list below. Each becomes a table ([`Spool`]) that the reader of
//! delimited text then reads, and recognition looks at that table as at any other.

use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};

use super::source::Source;
use super::spool::{Spool, SpoolWriter, Stop};
use super::text::{Encoding, Transcoder};

/// A form of export that can be turned into a table.
pub trait Container: Sync {
    /// Its name in reports.
    fn name(&self) -> &'static str;
    /// Is it this form, by the first bytes?
    fn recognise(&self, head: &Head<'_>) -> bool;
    /// Writes its rows to the spool.
    ///
    /// Errors: where the original breaks off, and why; the rows before it are in the spool.
    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop>;
}

macro_rules! containers {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// All forms, the most particular first.
        pub static CONTAINERS: &[&dyn Container] = &[$(&$module::Form),*];
    };
}
containers! { json_lines, json, sheet, parquet, html, sql }

/// The first bytes of an export.
#[derive(Debug)]
pub struct Head<'a> {
    /// As unpacked.
    pub bytes: &'a [u8],
    /// As text; empty where they are none.
    pub text: &'a str,
    /// Are there no more?
    pub whole: bool,
}

/// An export as it was received and unpacked.
#[derive(Debug)]
pub struct Original<'a> {
    source: &'a Source,
    encoding: Encoding,
    damaged: Arc<AtomicBool>,
    /// The first text, as far as it is valid.
    pub head: &'a str,
}

impl Original<'_> {
    /// Its text in valid UTF-8; bytes that are none have become U+FFFD.
    ///
    /// Errors: it cannot be opened.
    pub fn text(&self) -> Result<Box<dyn Read + Send>, Stop> {
        let bytes = self.source.unpacked().map_err(Stop::input)?;
        Ok(Box::new(Transcoder::new(bytes, self.encoding, self.damaged.clone())))
    }

    /// Its bytes, in which one can seek.
    ///
    /// Errors: it cannot be opened or unpacked.
    pub fn file(&self) -> Result<File, Stop> {
        self.source.original().map_err(Stop::input)
    }

    /// Most bytes that it may unpack to.
    pub fn most(&self) -> u64 {
        self.source.limits().most(self.source.size())
    }
}

/// What an export was turned into.
#[derive(Debug)]
pub struct Converted {
    /// The table.
    pub table: Spool,
    /// Name of the form.
    pub form: &'static str,
    /// Encoding of its text.
    pub encoding: Option<Encoding>,
    /// Why it breaks off.
    pub broken: Option<String>,
}

/// The form of an export that is no delimited text.
pub fn recognise(head: &[u8], whole: bool) -> Option<(&'static dyn Container, Option<Encoding>)> {
    let encoding = Encoding::detect(head, whole).ok();
    let text = encoding.map(|e| String::from_utf8_lossy(&e.transcode(head)).into_owned()).unwrap_or_default();
    let head = Head { bytes: head, text: &text, whole };
    CONTAINERS.iter().find(|c| c.recognise(&head)).map(|c| (*c, encoding))
}

/// Turns an export into a table.
///
/// Errors: no temporary file can be written.
pub fn convert(form: &dyn Container, source: &Source, encoding: Option<Encoding>, head: &[u8]) -> io::Result<Converted> {
    let damaged = Arc::new(AtomicBool::new(false));
    let text = encoding.map(|e| String::from_utf8_lossy(&e.transcode(head)).into_owned()).unwrap_or_default();
    let original = Original { source, encoding: encoding.unwrap_or(Encoding::Utf8), damaged: damaged.clone(), head: &text };
    let mut spool = SpoolWriter::new(source.limits(), source.size(), damaged)?;
    let result = quietly(|| form.convert(&original, &mut spool));
    let broken = match result {
        Ok(Ok(())) => None,
        Ok(Err(Stop::Input(why))) => Some(why),
        Ok(Err(Stop::Spool(e))) => return Err(e),
        Err(()) => Some(format!("a damaged {} file: it cannot be read", form.name())),
    };
    Ok(Converted { table: spool.finish()?, form: form.name(), encoding, broken })
}

/// Readers of binary forms may panic on damaged files: that is an error of the input, and nothing is printed.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, ()> {
    static HOOK: Once = Once::new();
    static QUIET: AtomicBool = AtomicBool::new(false);
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.load(Ordering::Relaxed) {
                before(info);
            }
        }));
    });
    QUIET.store(true, Ordering::Relaxed);
    let result = catch_unwind(AssertUnwindSafe(work)).map_err(|_| ());
    QUIET.store(false, Ordering::Relaxed);
    result
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::records::Splitter;
    use super::super::source::Inputs;
    use super::super::spool;
    use super::*;
    use std::io::Write;

    /// The table of an export: names, rows (line, cells, or the fault), and why it breaks off.
    #[derive(Debug)]
    pub struct Seen {
        pub form: &'static str,
        pub names: Vec<String>,
        pub rows: Vec<(u64, Vec<String>, Option<String>)>,
        pub broken: Option<String>,
    }

    /// Turns bytes into a table as an audit would.
    pub fn table(bytes: &[u8]) -> Option<Seen> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let source = Inputs::find(&[file.path().to_string_lossy().into_owned()]).unwrap().sources.pop()?;
        let head = source.head(1 << 16).unwrap();
        let (form, encoding) = recognise(&head, head.len() < 1 << 16)?;
        let done = convert(form, &source, encoding, &head).unwrap();
        let mut raw = Vec::new();
        done.table.open().unwrap().read_to_end(&mut raw).unwrap();
        let table = Splitter::new(spool::DIALECT, done.table.width + spool::HIDDEN).split(&raw, 0, raw.len(), 0, true, usize::MAX);
        assert_eq!(table.rows.len() as u64, done.table.rows);
        let rows = table.rows.iter().map(|r| {
            assert_eq!(r.fault, None);
            let cells = (spool::HIDDEN..table.width(r)).map(|i| String::from_utf8_lossy(table.field(&raw, r, i)).into_owned()).collect();
            (spool::line(&raw, &table, r).unwrap(), cells, spool::fault(&raw, &table, r).map(|f| f.into_owned()))
        });
        let rows = rows.collect();
        Some(Seen { form: done.form, names: done.table.names.unwrap_or_default(), rows, broken: done.broken })
    }

    #[test]
    fn names_are_unique_and_each_file_is_registered() {
        let names: std::collections::BTreeSet<_> = CONTAINERS.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), CONTAINERS.len());
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/input/containers");
        let files = std::fs::read_dir(folder).unwrap().filter(|f| f.as_ref().unwrap().file_name() != "mod.rs").count();
        assert_eq!(files, CONTAINERS.len());
    }

    #[test]
    fn delimited_text_is_no_container() {
        for text in ["a,b\n1,2\n", "[2026-10-01],x\n", "{x},y\n", "call_id\tb\n", ""] {
            assert!(table(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_reader_that_panics_is_an_error_of_the_input() {
        assert_eq!(quietly(|| assert_eq!(std::hint::black_box(1), 2)), Err(()));
        assert_eq!(quietly(|| 5), Ok(5));
    }
}
