//! Temporary files: most have no name and vanish with the process; those that need one are locked while they are in use, and what a killed run left
//! behind is removed by the next one that works in the same folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// All names begin so; the number of the process follows.
const PREFIX: &str = ".callaudit-";

/// Folders in which this process has cleaned up.
static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A file without a name, in the folder for temporary files.
///
/// Errors: there can be none, with the folder and what to do.
pub fn unnamed() -> io::Result<File> {
    tempfile::tempfile().map_err(told)
}

/// A file with a name, in the folder for temporary files.
///
/// Errors: there can be none, with the folder and what to do.
pub fn named() -> io::Result<NamedTempFile> {
    within(&std::env::temp_dir(), "").map_err(told)
}

/// A file with a name that ends in `suffix`, in a folder.
///
/// Errors: what the file system says.
pub fn within(folder: &Path, suffix: &str) -> io::Result<NamedTempFile> {
    sweep(folder);
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let file = tempfile::Builder::new().prefix(&prefix).suffix(suffix).tempfile_in(folder)?;
    // Where there are no locks the number of the process is all that others have to go by.
    let _ = file.as_file().try_lock();
    Ok(file)
}

fn told(error: io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    io::Error::new(error.kind(), format!("{}: {error} (the environment variable TMPDIR names another folder)", folder.display()))
}

/// Removes what killed runs left in a folder: files of processes that are gone and that nobody has locked.
fn sweep(folder: &Path) {
    if !SWEPT.lock().expect("swept").insert(folder.to_owned()) {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|n| n.strip_prefix(PREFIX)).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok()) else { continue };
        if process == std::process::id() || is_alive(process) {
            continue;
        }
        // On a folder that machines share the process may live on another one: its lock tells.
        let Ok(file) = fs::OpenOptions::new().read(true).write(true).open(entry.path()) else { continue };
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Is there such a process here? Where that cannot be told it is taken to be.
fn is_alive(process: u32) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process.to_string()).exists()
}

/// Is there room for so many bytes more in the folder for temporary files?
///
/// Errors: how much there is, how much is needed, and what to do.
pub fn room_for(needed: u64) -> Result<()> {
    let folder = std::env::temp_dir();
    match free(&folder) {
        Some(free) if free < needed => Err(Error::Io(format!(
            "the folder for temporary files {} has {} free, and about {} are needed: name another one with the environment variable TMPDIR, or give --memory more",
            folder.display(),
            size(free),
            size(needed)
        ))),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    rustix::fs::statvfs(folder).ok().map(|s| s.f_bavail.saturating_mul(s.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}

/// Bytes as people read them: `1.5 GB`.
pub fn size(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // one decimal is shown
    let of = |unit: u64| bytes as f64 / unit as f64;
    match bytes {
        b if b >= 1 << 30 => format!("{:.1} GB", of(1 << 30)),
        b if b >= 1 << 20 => format!("{:.0} MB", of(1 << 20)),
        _ => format!("{:.0} kB", of(1 << 10)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        // No process has this number: the kernel's greatest is 2^22.
        let left = folder.path().join(".callaudit-4194999-abc");
        let locked = folder.path().join(".callaudit-4194998-abc");
        let others = folder.path().join(".callaudit-mine");
        for path in [&left, &locked, &others] {
            fs::write(path, "x").unwrap();
        }
        let held = File::open(&locked).unwrap();
        held.lock().unwrap();
        let own = within(folder.path(), ".toml").unwrap();
        assert!(!left.exists() && locked.exists() && others.exists() && own.path().exists());
        drop(held);
        fs::write(&left, "x").unwrap();
        let second = within(folder.path(), "").unwrap();
        assert!(left.exists(), "once for a folder");
        let name = own.path().file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&format!(".callaudit-{}-", std::process::id())) && name.ends_with(".toml"), "{name}");
        drop((own, second));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }

    #[test]
    fn room_is_refused_with_both_sizes() {
        room_for(1).unwrap();
        if cfg!(unix) {
            let error = room_for(u64::MAX).unwrap_err().to_string();
            assert!(error.contains("GB free") && error.contains("are needed") && error.contains("TMPDIR"), "{error}");
        }
        assert_eq!([size(1 << 10), size(5 << 20), size(3 << 29)], ["1 kB", "5 MB", "1.5 GB"]);
    }
}
