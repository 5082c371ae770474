//! How fast exports are read, mapped and normalised: the whole program on a generated log, with one rule that nothing breaks.
//!
//! `cargo bench --bench reading`; `CALLAUDIT_BENCH_MB` sets the size of the log (default 256). divan's throughput counts bytes of content, also for compressed files.

#![allow(clippy::unwrap_used)]
#![allow(missing_docs)]

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

const RULES: &str = r#"
[ruleset]
id = "reading"
timezone = "Asia/Shanghai"
region = "CN"
[[rule]]
id = "all-day"
kind = "quiet_hours"
allow = { mon-sun = ["00:00-24:00"] }
"#;

const HEADER: &str = "call_id,direction,caller,callee,agent,campaign,start_time,answer_time,end_time,ring_s,talk_s,disposition\n";

/// Files of one content in several forms.
struct Files {
    folder: tempfile::TempDir,
    content: u64,
    small: u64,
}

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

static FILES: LazyLock<Files> = LazyLock::new(|| {
    let megabytes: u64 = std::env::var("CALLAUDIT_BENCH_MB").ok().and_then(|n| n.parse().ok()).unwrap_or(256);
    let text = log(megabytes * 1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let files = Files { folder, content: text.len() as u64, small: 1000 };
    std::fs::write(files.path("rules.toml"), RULES).unwrap();
    std::fs::write(files.path("log.csv"), &text).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(std::fs::File::create(files.path("log.csv.gz")).unwrap(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap();
    std::fs::write(files.path("log.csv.zst"), zstd::encode_all(text.as_bytes(), 3).unwrap()).unwrap();
    std::fs::create_dir(files.path("small")).unwrap();
    let rows: Vec<&str> = text.lines().skip(1).collect();
    for n in 0..usize::try_from(files.small).unwrap() {
        std::fs::write(files.path("small").join(format!("{n:04}.csv")), format!("{HEADER}{}\n", rows[n * 20..n * 20 + 20].join("\n"))).unwrap();
    }
    files
});

/// A dialler's log of about so many bytes.
fn log(bytes: u64) -> String {
    let mut state = 20_261_124_u64;
    let mut random = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let mut text = HEADER.to_owned();
    let mut row = 0;
    while (text.len() as u64) < bytes {
        let second = row / 4 % (30 * 43_200);
        let (day, clock) = (1 + second / 43_200, 28_800 + second % 43_200);
        let at = |t: u64| format!("2026-10-{day:02} {:02}:{:02}:{:02}", t / 3600, t / 60 % 60, t % 60);
        let (ring, talk) = (3 + random(30), random(240));
        let (answer, end, outcome) = match random(3) {
            0 => (at(clock + ring), at(clock + ring + talk), "answered"),
            1 => (String::new(), at(clock + ring), "no_answer"),
            _ => (String::new(), at(clock + ring), "busy"),
        };
        text += &format!(
            "b-{row:010},outbound,400{:07},{}{:08},A{:04},camp-{},{},{answer},{end},{ring},{talk},{outcome}\n",
            random(900),
            // One number in a hundred is none: its prefix is not given out.
            if random(100) == 0 { 142 } else { [135, 138, 139, 150, 158, 186, 189][usize::try_from(random(7)).unwrap()] },
            random(100_000_000),
            random(400),
            random(40),
            at(clock)
        );
        row += 1;
    }
    text
}

fn read(bencher: Bencher<'_, '_>, name: &str) {
    let files = &*FILES;
    bencher.counter(BytesCount::new(files.content)).bench(|| audit(&files.path(name)));
}

/// The program, from its start to its end.
fn audit(input: &std::path::Path) {
    let rules = FILES.path("rules.toml");
    let status = Command::new(env!("CARGO_BIN_EXE_callaudit"))
        .arg("audit")
        .arg(input)
        .arg("-r")
        .arg(rules)
        .args(["-q", "--as-of", "2026-11-24", "-o", "json=/dev/null"])
        .status();
    assert!(status.unwrap().success());
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn csv(bencher: Bencher<'_, '_>) {
    read(bencher, "log.csv");
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn gzip(bencher: Bencher<'_, '_>) {
    read(bencher, "log.csv.gz");
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn zstd_3(bencher: Bencher<'_, '_>) {
    read(bencher, "log.csv.zst");
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn a_thousand_small_files(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(FILES.small)).bench(|| audit(&FILES.path("small")));
}

fn main() {
    divan::main();
}
