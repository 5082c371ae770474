//! How much memory a run may use, and has used.

use crate::error::{Error, Result};

/// `512MB`, `1GB`, or a quarter of what is free.
pub(super) fn memory(text: Option<&str>) -> Result<usize> {
    text.map_or_else(|| Ok((available_memory() / 4).max(64 << 20)), |t| size("--memory", t))
}

/// `512MB`, `1GB`.
pub(super) fn size(option: &str, text: &str) -> Result<usize> {
    let upper = text.to_ascii_uppercase();
    let bad = || Error::Usage(format!("{option} {text}: a size such as 512MB or 2GB was expected"));
    let (digits, factor) = [("KB", 1_usize << 10), ("MB", 1 << 20), ("GB", 1 << 30), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("", 1)]
        .into_iter()
        .find_map(|(unit, factor)| upper.strip_suffix(unit).map(|d| (d.trim().to_owned(), factor)))
        .ok_or_else(bad)?;
    let n: usize = digits.parse().map_err(|_| bad())?;
    n.checked_mul(factor).filter(|n| *n >= 1 << 20).ok_or_else(bad)
}

fn available_memory() -> usize {
    let read = |path: &std::path::Path| std::fs::read_to_string(path).ok();
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let free = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
        line.trim().trim_end_matches("kB").trim().parse::<usize>().ok()
    });
    group_limit(&own, std::path::Path::new("/sys/fs/cgroup"), &read).unwrap_or(usize::MAX).min(free.map_or(2 << 30, |kb| kb << 10))
}

/// The least that a control group of the process, or one around it, permits (both versions). `own`: /proc/self/cgroup.
fn group_limit(own: &str, root: &std::path::Path, read: &dyn Fn(&std::path::Path) -> Option<String>) -> Option<usize> {
    let mut least = None::<usize>;
    for line in own.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let (base, file) = match controllers {
            "" => (root.to_owned(), "memory.max"),
            c if c.split(',').any(|c| c == "memory") => (root.join("memory"), "memory.limit_in_bytes"),
            _ => continue,
        };
        // In a container the path is often one of the host's, and the limit lies at the root.
        for folder in std::path::Path::new(path.trim_start_matches('/')).ancestors() {
            let limit = read(&base.join(folder).join(file)).and_then(|t| t.trim().parse::<usize>().ok());
            least = least.into_iter().chain(limit).min();
        }
    }
    least
}

pub(super) fn peak_memory() -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    text.lines().find_map(|l| l.strip_prefix("VmHWM:")).map_or_else(|| "unknown".to_owned(), |l| l.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_tightest_group_around_the_process_limits_its_memory() {
        let files = [
            ("/g/memory.max", "max\n"),
            ("/g/user.slice/memory.max", "800000000\n"),
            ("/g/user.slice/run.scope/memory.max", "1000000000\n"),
            ("/g/memory/docker/memory.limit_in_bytes", "500000000\n"),
        ];
        let read = |path: &Path| files.iter().find(|f| Path::new(f.0) == path).map(|f| f.1.to_owned());
        let limit = |own: &str| group_limit(own, Path::new("/g"), &read);
        assert_eq!(limit("0::/user.slice/run.scope\n"), Some(800_000_000));
        assert_eq!(limit("0::/\n"), None);
        assert_eq!(limit("12:cpu,cpuacct:/docker\n5:memory:/docker\n0::/\n"), Some(500_000_000));
        assert_eq!(limit("0::/not/seen/from/here\n"), None, "the files of the host are not here");
    }
}
