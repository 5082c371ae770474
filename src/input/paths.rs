//! From what the command line names to sources: files, folders, patterns, standard input, and the members of archives.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::{Received, Source};
use super::unpack::{self, Limits, Magic};
use crate::error::Result;

/// What the command line's inputs turned out to be.
#[derive(Debug, Default)]
pub struct Inputs {
    /// Sorted by path.
    pub sources: Vec<Source>,
    /// Inputs that cannot be read, and why.
    pub problems: Vec<(String, String)>,
    /// Files of folders that were passed over.
    pub notes: Vec<String>,
}

/// How the names of exports end.
const EXPORTS: &[&str] = &["csv", "tsv", "txt", "psv", "log", "tab", "json", "jsonl", "ndjson", "xlsx", "xlsm", "xls", "parquet", "sql", "htm", "html"];
/// What may follow that.
const PACKED: &[&str] = &["gz", "zst"];

impl Inputs {
    /// Finds the files behind files, folders, globs and `-`.
    pub fn find(arguments: &[String]) -> Result<Inputs> {
        Inputs::find_within(arguments, Limits::default())
    }

    /// The same, with limits on what packed ones may hold.
    pub fn find_within(arguments: &[String], limits: Limits) -> Result<Inputs> {
        let mut inputs = Inputs::default();
        for argument in arguments {
            if argument == "-" {
                inputs.received("-".to_owned(), Received::standard_input()?, limits);
                continue;
            }
            let path = Path::new(argument);
            match std::fs::metadata(path) {
                Ok(found) if found.is_dir() => inputs.folder(path, limits),
                Ok(_) => inputs.add(path, limits),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound && argument.contains(['*', '?', '[', '{']) => inputs.glob(argument, limits),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => inputs.problem(argument, "no such file: check the path"),
                Err(e) => inputs.problem(argument, &format!("cannot be read: {e}")),
            }
        }
        inputs.sources.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        inputs.drop_doubles();
        Ok(inputs)
    }

    fn problem(&mut self, path: &str, why: &str) {
        self.problems.push((path.to_owned(), why.to_owned()));
    }

    fn drop_doubles(&mut self) {
        let mut seen = std::collections::BTreeSet::new();
        let mut twice = Vec::new();
        self.sources.retain(|s| {
            let new = seen.insert(s.identity());
            if !new {
                twice.push(format!("{} is named twice and read once", s.path));
            }
            new
        });
        self.notes.extend(twice);
    }

    /// A file, or the members of an archive.
    fn add(&mut self, path: &Path, limits: Limits) {
        let name = path.to_string_lossy().into_owned();
        match std::fs::metadata(path) {
            Ok(found) if found.is_file() => match Received::file(path) {
                Ok(received) => self.received(name, received, limits),
                Err(e) => self.problem(&name, &format!("cannot be read: {e}")),
            },
            Ok(_) => self.problem(&name, "a pipe or device, not a file: pass - and redirect it to standard input"),
            Err(e) => self.problem(&name, &format!("cannot be read: {e}")),
        }
    }

    fn received(&mut self, name: String, received: Received, limits: Limits) {
        let received = Arc::new(received);
        let source = Source::new(name.clone(), received.clone(), Vec::new(), limits);
        match source.head(8).map(|head| unpack::magic(&head)) {
            Ok(Magic::Zip) => self.archive(&name, &received, limits),
            Ok(_) => self.unpacked(source),
            Err(e) => self.problem(&name, &format!("cannot be read: {e}")),
        }
    }

    /// A source behind as many layers as its bytes have.
    fn unpacked(&mut self, mut source: Source) {
        if let Err(e) = source.unpack() {
            let path = source.path.clone();
            return self.problem(&path, &e);
        }
        self.sources.push(source);
    }

    fn archive(&mut self, name: &str, received: &Arc<Received>, limits: Limits) {
        let found = match unpack::archive(received.path(), limits) {
            Ok(found) => found,
            Err(e) => return self.problem(name, &e),
        };
        if found.workbook {
            return self.sources.push(Source::new(name.to_owned(), received.clone(), Vec::new(), limits));
        }
        for (member, why) in found.problems {
            self.problem(&if member.is_empty() { name.to_owned() } else { format!("{name}/{member}") }, &why);
        }
        let (mut taken, mut others) = (0, 0);
        for (member, place) in found.members {
            let path = format!("{name}/{member}");
            if is_archive(&member) {
                self.problem(&path, "an archive inside of an archive: unpack the outer one and pass that");
            } else if is_export(Path::new(&member)) && !member.starts_with("__MACOSX/") {
                taken += 1;
                self.unpacked(Source::new(path, received.clone(), vec![unpack::Layer::Member(place)], limits));
            } else {
                others += 1;
            }
        }
        if taken == 0 && others > 0 {
            self.problem(name, &format!("the archive holds no export ({others} other files; looked for .{})", EXPORTS.join(" .")));
        } else if others > 0 {
            self.notes.push(format!("{name}: {others} members that are no exports by their names were passed over"));
        } else if taken == 0 && !self.problems.iter().any(|p| p.0.starts_with(name)) {
            self.problem(name, "the archive is empty");
        }
    }

    fn folder(&mut self, folder: &Path, limits: Limits) {
        let before = self.sources.len() + self.problems.len();
        let mut others = 0;
        for entry in walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) if is_export(entry.path()) || is_archive(&entry.file_name().to_string_lossy()) => self.add(entry.path(), limits),
                Ok(_) => others += 1,
                Err(e) => self.walk_error(folder, &e),
            }
        }
        let name = folder.display();
        if self.sources.len() + self.problems.len() == before {
            self.problem(
                &name.to_string(),
                &format!(
                    "the folder holds no export (looked for .{}, the same with .{}, and .zip; {others} other files)",
                    EXPORTS.join(" ."),
                    PACKED.join(" ."),
                ),
            );
        } else if others > 0 {
            self.notes.push(format!("{name}: {others} files that are no exports by their names were passed over"));
        }
    }

    fn walk_error(&mut self, folder: &Path, error: &walkdir::Error) {
        let path = error.path().unwrap_or(folder).display().to_string();
        match (error.loop_ancestor(), error.io_error()) {
            (Some(above), _) => self.notes.push(format!("{path}: a link to {}, in which it lies: passed over", above.display())),
            (None, Some(e)) => self.problem(&path, &format!("cannot be read: {e}")),
            (None, None) => self.problem(&path, &format!("cannot be read: {error}")),
        }
    }

    fn glob(&mut self, pattern: &str, limits: Limits) {
        let glob = match globset::GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(e) => return self.problem(pattern, &format!("not a pattern: {e}")),
        };
        let fixed: PathBuf = Path::new(pattern).components().take_while(|c| !c.as_os_str().to_string_lossy().contains(['*', '?', '[', '{'])).collect();
        let root = if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed };
        let before = self.sources.len() + self.problems.len();
        for entry in walkdir::WalkDir::new(&root).follow_links(true).sort_by_file_name().into_iter().flatten() {
            let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
            if !entry.file_type().is_dir() && glob.is_match(path) {
                self.add(path, limits);
            }
        }
        if self.sources.len() + self.problems.len() == before {
            self.problem(pattern, "no file matches the pattern");
        }
    }
}

/// Does a file look like an export by its name? CUCM's have no extension.
fn is_export(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let name = PACKED.iter().find_map(|p| name.strip_suffix(&format!(".{p}"))).unwrap_or(&name);
    let plain = !name.contains('.') && name.starts_with("cdr_");
    !name.starts_with('.') && (plain || EXPORTS.iter().any(|e| name.ends_with(&format!(".{e}"))))
}

/// Is it an archive by its name?
fn is_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz"].iter().any(|e| name.ends_with(e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_told_by_their_names() {
        for name in ["a.csv", "A.CSV.GZ", "a.ndjson.zst", "cdr_StandAlone_01_202610010900_7", "话单.xls", "x/y.parquet", "dump.sql.gz"] {
            assert!(is_export(Path::new(name)), "{name}");
        }
        for name in ["readme.md", ".csv", "cmr_01", "a.zip", "cdr_notes.pdf", "a.gz"] {
            assert!(!is_export(Path::new(name)), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_in_circles_and_pipes_are_told_and_nothing_hangs() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.csv"), "x\n").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("self"), folder.path().join("self")).unwrap();
        let pipe = folder.path().join("pipe.csv");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let inputs = Inputs::find(&[folder.path().to_string_lossy().into_owned(), folder.path().join("self").to_string_lossy().into_owned()]).unwrap();
        assert_eq!(inputs.sources.len(), 1);
        assert!(inputs.notes.iter().any(|n| n.contains("again")), "{:?}", inputs.notes);
        assert!(inputs.problems.iter().any(|p| p.0.ends_with("pipe.csv") && p.1.contains("pass -")), "{:?}", inputs.problems);
        assert!(inputs.problems.iter().any(|p| p.0.ends_with("self")), "{:?}", inputs.problems);
    }
}
