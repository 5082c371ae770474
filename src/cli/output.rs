//! Outputs: standard output, or files that appear whole or not at all.

use std::collections::BTreeSet;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::report::renderers::{self, RENDERERS, Renderer, View};
use crate::report::{Findings, Report};

/// An output that was asked for.
pub struct Output {
    /// Who writes it.
    pub renderer: &'static dyn Renderer,
    /// Where; none is standard output.
    pub path: Option<PathBuf>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").field("renderer", &self.renderer.name()).field("path", &self.path).finish()
    }
}

/// Of what outputs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// An audit, which knows every violating call.
    Audit,
    /// A stored report, which knows its findings.
    Stored,
}

/// Reads `FORMAT[=PATH]` arguments.
///
/// Errors: unknown formats, formats that a stored report does not give, two outputs to one place, folders that do not exist, bytes for a terminal.
pub fn parse(arguments: &[String], from: From) -> Result<Vec<Output>> {
    let default = ["table".to_owned()];
    let arguments = if arguments.is_empty() { &default[..] } else { arguments };
    let mut outputs = Vec::new();
    for (argument, name, path) in places(arguments)? {
        let Some(renderer) = renderers::by_name(name) else {
            let known: Vec<_> = RENDERERS.iter().map(|r| r.name()).collect();
            let near = crate::error::nearest(name, known.iter().copied()).map(|n| format!("; did you mean {n}?")).unwrap_or_default();
            return Err(Error::Usage(format!("-o {argument}: unknown format \"{name}\"{near} (one of {})", known.join(", "))));
        };
        if from == From::Stored && !renderer.shows_findings() {
            let known: Vec<_> = RENDERERS.iter().filter(|r| r.shows_findings()).map(|r| r.name()).collect();
            return Err(Error::Usage(format!(
                "-o {argument}: {name} lists every violating call, and a stored report holds only its findings: callaudit audit … -o {argument} (render writes {})",
                known.join(", ")
            )));
        }
        if renderer.binary() && path.is_none() && std::io::stdout().is_terminal() {
            return Err(Error::Usage(format!("-o {argument}: {name} is no text for a terminal: give it a path, such as -o {name}=report.{name}")));
        }
        outputs.push(Output { renderer, path });
    }
    Ok(outputs)
}

/// The arguments, each with its format and its path.
///
/// Errors: two outputs to one place, folders that do not exist.
pub fn places(arguments: &[String]) -> Result<Vec<(&str, &str, Option<PathBuf>)>> {
    let mut places = BTreeSet::new();
    let mut all = Vec::new();
    for argument in arguments {
        let (name, path) = argument.split_once('=').map_or((argument.as_str(), None), |(n, p)| (n, Some(PathBuf::from(p))));
        if !places.insert(path.clone()) {
            let place = path.map_or_else(|| "standard output".to_owned(), |p| p.display().to_string());
            return Err(Error::Usage(format!("two outputs go to {place}: give each a path, such as -o json=report.json")));
        }
        if let Some(folder) = path.as_ref().and_then(|p| p.parent()).filter(|f| !f.as_os_str().is_empty() && !f.is_dir()) {
            return Err(Error::Usage(format!("-o {argument}: the folder {} does not exist", folder.display())));
        }
        all.push((argument.as_str(), name, path));
    }
    Ok(all)
}

/// Writes all outputs, the files first: a closed pipe on standard output must not cost them.
///
/// Errors: what the file system says; a closed pipe is none.
pub fn write_all(outputs: &[Output], report: &Report, rows: &dyn Findings, view: &dyn Fn(bool) -> View) -> Result<()> {
    for to_file in [true, false] {
        for output in outputs.iter().filter(|o| o.path.is_some() == to_file) {
            match write(output, report, rows, &view(output.path.is_none())) {
                Err(e) if is_broken_pipe(&e) => {}
                other => other?,
            }
        }
    }
    Ok(())
}

/// Writes one output.
///
/// Errors: what the file system says; a closed pipe is told by [`is_broken_pipe`].
fn write(output: &Output, report: &Report, rows: &dyn Findings, view: &View) -> Result<()> {
    let fresh = renderers::Fresh(rows);
    let rows: &dyn Findings = if view.only_new && output.renderer.may_leave_out_known() { &fresh } else { rows };
    match &output.path {
        None => {
            let mut out = BufWriter::new(std::io::stdout().lock());
            output.renderer.render(report, rows, view, &mut out)?;
            out.flush().map_err(|e| renderers::write_error(&e))
        }
        Some(path) => whole(path, |out| output.renderer.render(report, rows, view, out)),
    }
}

/// Writes a file beside its place and puts it there when it is whole.
///
/// Errors: what the file system says, with the path.
pub fn whole(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let fail = |e: std::io::Error| Error::Io(format!("cannot write {}: {e}", path.display()));
    // A device or a pipe is written to, never replaced; where a link leads to a file, that file is replaced and not the link.
    if is_device(path) {
        let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(path).map_err(fail)?);
        fill(&mut out).map_err(|e| if is_broken_pipe(&e) { e } else { Error::Io(format!("cannot write {}: {e}", path.display())) })?;
        return out.flush().map_err(fail);
    }
    let resolved = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let path = resolved.as_path();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = crate::temporary::within(folder, "").map_err(fail)?;
    let mut out = BufWriter::with_capacity(1 << 18, file.as_file_mut());
    fill(&mut out).map_err(|e| Error::Io(format!("cannot write {}: {e}", path.display())))?;
    out.flush().map_err(fail)?;
    drop(out);
    // No fsync: a process that dies leaves the old file or the new one, and waiting for the disk costs as much as the audit.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644));
    }
    file.persist(path).map_err(|e| fail(e.error))?;
    Ok(())
}

/// Is there something at this path that is neither a file nor a folder?
pub fn is_device(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir())
}

/// Did the reader of our output go away?
pub fn is_broken_pipe(error: &Error) -> bool {
    matches!(error, Error::Io(text) if text.starts_with("broken pipe"))
}
