//! The evidence pack: the rows as received and a redacted copy of them, tables, drafts, the case in all its forms, and a manifest with the SHA-256 of
//! everything, the files as received included.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::matches::{Match, Strength};
use super::privacy::Privacy;
use super::{Case, page};
use crate::calls::zones::{Clock, DAY};
use crate::engine::casework::{By, Gathered};
use crate::error::{Error, Result};
use crate::language::Lang;
use crate::language::casework::{Msg, say};

/// A row of a log that a case rests on.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    source: String,
    line: u64,
    call_id: String,
    started: i64,
    /// As received; none where it is somebody else's, who may not be known to the reader.
    original: Option<Vec<u8>>,
    redacted: String,
    answered: bool,
    listed: bool,
}

/// What a pack is made from besides the case.
#[derive(Debug, Default)]
pub(crate) struct Sealed {
    rows: Vec<Row>,
    heads: Vec<(String, Vec<String>)>,
}

/// The rows of the person, and redacted those of candidates.
pub(crate) fn rows(gathered: &Gathered, ranked: &[Match], privacy: &Privacy) -> Sealed {
    let mut all = Vec::new();
    for (i, call) in gathered.calls.iter().enumerate() {
        let found = ranked.iter().find(|m| m.call == i);
        let theirs = matches!(call.by, By::Number | By::Person) || found.is_some_and(|m| m.strength == Strength::Near);
        if !theirs && found.is_none() {
            continue;
        }
        let text = String::from_utf8_lossy(&call.row);
        all.push(Row {
            source: call.source.clone(),
            line: call.line,
            call_id: if theirs { call.call_id.clone() } else { privacy.text(&call.call_id) },
            started: call.at.0,
            original: Some(call.row.clone()).filter(|_| theirs),
            redacted: privacy.text(text.trim_end_matches(['\r', '\n'])),
            answered: matches!(call.outcome.as_str(), "answered" | "abandoned"),
            listed: found.is_some_and(|m| m.rules.iter().any(|r| r.kind == "dnc_list")),
        });
    }
    Sealed { rows: all, heads: gathered.heads.clone() }
}

/// The files of a pack by their names.
type Files = BTreeMap<String, Vec<u8>>;

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// SHA-256 of a file as it lies on the disk.
///
/// Errors: those of reading.
fn hash_file(path: &Path) -> Result<(String, u64)> {
    let fail = |e: std::io::Error| Error::Io(format!("cannot read {}: {e}", path.display()));
    let mut file = std::fs::File::open(path).map_err(fail)?;
    let (mut sum, mut buffer, mut bytes) = (Sha256::new(), vec![0; 1 << 20], 0);
    loop {
        let n = file.read(&mut buffer).map_err(fail)?;
        if n == 0 {
            return Ok((hex(&sum.finalize()), bytes));
        }
        sum.update(&buffer[..n]);
        bytes += n as u64;
    }
}

/// The file on the disk that an input comes from: a member of an archive comes from the archive.
fn on_disk(path: &str) -> Option<PathBuf> {
    Path::new(path).ancestors().find(|p| p.is_file()).map(Path::to_path_buf)
}

/// Writes the pack into a folder that is not there yet or is empty. `ruleset`: its tables after merging.
///
/// Errors: a place that holds something; reading the inputs again; writing.
pub fn write_folder(case: &Case, ruleset: &serde_json::Value, place: &Path) -> Result<()> {
    folder(&files(case, ruleset)?, place)
}

/// The same as a zip.
///
/// Errors: reading the inputs again; writing.
pub fn write_zip(case: &Case, ruleset: &serde_json::Value, out: &mut dyn Write) -> Result<()> {
    zip(&files(case, ruleset)?, out)
}

/// The fields of a csv row, with formulas disarmed as in every spreadsheet that the program writes.
fn csv(rows: Vec<Vec<String>>) -> Result<Vec<u8>> {
    // A mark at its begin: these tables are opened in spreadsheets.
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        let cells: Vec<String> = row.iter().map(|c| crate::report::renderers::csv::guard(c).into_owned()).collect();
        writer.write_record(&cells).map_err(|e| Error::Io(format!("cannot write a table: {e}")))?;
    }
    writer.into_inner().map_err(|e| Error::Io(format!("cannot write a table: {e}")))
}

fn files(case: &Case, ruleset: &serde_json::Value) -> Result<Files> {
    let lang = case.lang;
    let tell = |message: Msg| say(lang, message, &[]);
    let mut files = Files::new();
    let pretty = |value: &serde_json::Value| serde_json::to_vec_pretty(value).map_err(|e| Error::Io(format!("cannot write JSON: {e}")));
    let mut whole = Vec::new();
    crate::report::escapes::pretty(&mut whole, case).map_err(|e| Error::Io(format!("cannot write JSON: {e}")))?;
    files.insert("case.json".into(), whole);
    files.insert("case.md".into(), page::markdown(case).into_bytes());
    files.insert("case.html".into(), page::html(case).into_bytes());
    files.insert("ruleset.json".into(), pretty(ruleset)?);
    for draft in &case.drafts {
        files.insert(format!("drafts/{}.{}.md", draft.id, draft.lang), draft.text.clone().into_bytes());
        if draft.id == "rectification" {
            let mut bytes = Vec::new();
            let foot = crate::language::drafts::say(if draft.lang == "zh" { Lang::Zh } else { Lang::En }, crate::language::drafts::Msg::DraftFoot, &[]);
            super::docx::write(draft, &foot, &mut bytes)?;
            files.insert(format!("drafts/{}.{}.docx", draft.id, draft.lang), bytes);
        }
    }
    evidence(case, &mut files)?;
    let clock = Clock::parse(&case.ruleset.timezone).map_err(Error::Usage)?;
    tables(case, &clock, &mut files)?;
    files.insert(
        "READ-FIRST.md".into(),
        format!("# {}\n\n{}\n\n{}\n\n{}\n", tell(Msg::PackTitle), tell(Msg::StepHold), tell(Msg::PackWhat), tell(Msg::Disclaimer)).into_bytes(),
    );
    let mut received = Vec::new();
    let mut seen = Vec::new();
    for log in &case.inputs {
        let Some(path) = on_disk(&log.path).filter(|p| !seen.contains(p)) else { continue };
        let (sha256, bytes) = hash_file(&path)?;
        received.push(json!({"path": path.display().to_string(), "bytes": bytes, "sha256": sha256}));
        seen.push(path);
    }
    let listed: Vec<_> = files.iter().map(|(name, bytes)| json!({"path": name, "bytes": bytes.len(), "sha256": hash(bytes)})).collect();
    let manifest = json!({
        "schema": "callaudit.pack/1",
        "tool": case.tool,
        "as_of": case.as_of,
        "complaint": case.complaint.id,
        "ruleset": {"id": case.ruleset.id, "version": case.ruleset.version, "hash": case.ruleset.hash},
        "received": received,
        "files": listed,
    });
    files.insert("manifest.json".into(), pretty(&manifest)?);
    let sums = files.iter().fold(String::new(), |mut out, (name, bytes)| {
        let _ = writeln!(out, "{}  {name}", hash(bytes));
        out
    });
    files.insert("SHA256SUMS".into(), sums.into_bytes());
    Ok(files)
}

/// The rows as received, source by source, and a redacted copy, row by row.
fn evidence(case: &Case, files: &mut Files) -> Result<()> {
    let lang = case.lang;
    let names = |messages: &[Msg]| messages.iter().map(|m| say(lang, *m, &[])).collect::<Vec<_>>();
    let mut originals: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let mut index = vec![names(&[Msg::ColNumber, Msg::ColSource, Msg::ColLine, Msg::ColCallId, Msg::ColTime, Msg::ColSealed, Msg::ColSha, Msg::ColRedacted])];
    let sources: Vec<&str> = case.evidence.heads.iter().map(|h| h.0.as_str()).collect();
    let file_of = |source: &str| format!("evidence/sealed/{:03}.txt", sources.iter().position(|s| *s == source).map_or(0, |i| i + 1));
    for (n, row) in case.evidence.rows.iter().enumerate() {
        let (file, sum) = match &row.original {
            Some(bytes) => {
                let all = originals.entry(row.source.as_str()).or_default();
                all.extend_from_slice(bytes);
                if !bytes.ends_with(b"\n") {
                    all.push(b'\n');
                }
                (file_of(&row.source), hash(bytes))
            }
            None => (String::new(), String::new()),
        };
        let started = crate::calls::timestamps::rfc3339(row.started);
        index.push(vec![(n + 1).to_string(), row.source.clone(), row.line.to_string(), row.call_id.clone(), started, file, sum, row.redacted.clone()]);
    }
    for (source, bytes) in originals {
        files.insert(file_of(source), bytes);
    }
    let mut heads = vec![names(&[Msg::ColSource, Msg::ColSealed, Msg::ColColumns])];
    for (source, columns) in &case.evidence.heads {
        heads.push(vec![source.clone(), file_of(source), columns.join(" | ")]);
    }
    files.insert("evidence/rows.csv".into(), csv(index)?);
    files.insert("evidence/columns.csv".into(), csv(heads)?);
    Ok(())
}

/// The tables that operators ask for: when was dialled, how often a day and whether lists were asked, and the complaint ledger.
fn tables(case: &Case, clock: &Clock, files: &mut Files) -> Result<()> {
    let lang = case.lang;
    let names = |messages: &[Msg]| messages.iter().map(|m| say(lang, *m, &[])).collect::<Vec<_>>();
    let theirs: Vec<&Row> = case.evidence.rows.iter().filter(|r| r.original.is_some()).collect();
    let mut hours = [(0_u64, 0_u64); 24];
    let mut days: BTreeMap<i64, (u64, u64, u64)> = BTreeMap::new();
    for row in &theirs {
        let local = clock.local(row.started);
        let hour = usize::try_from(local.rem_euclid(DAY) / 3_600_000).unwrap_or(0);
        hours[hour].0 += 1;
        hours[hour].1 += u64::from(row.answered);
        let day = days.entry(local.div_euclid(DAY)).or_default();
        day.0 += 1;
        day.1 += u64::from(row.answered);
        day.2 += u64::from(row.listed);
    }
    let mut table = vec![names(&[Msg::ColHour, Msg::ColCalls, Msg::ColAnswered])];
    for (hour, (calls, answered)) in hours.iter().enumerate() {
        table.push(vec![format!("{hour:02}:00–{hour:02}:59"), calls.to_string(), answered.to_string()]);
    }
    files.insert("tables/dial-times.csv".into(), csv(table)?);
    let mut table = vec![names(&[Msg::ColDay, Msg::ColCalls, Msg::ColAnswered, Msg::ColListed])];
    for (day, (calls, answered, listed)) in &days {
        let date = crate::calls::calendar::Date::try_from(*day).map(crate::calls::calendar::iso).unwrap_or_default();
        table.push(vec![date, calls.to_string(), answered.to_string(), listed.to_string()]);
    }
    files.insert("tables/daily-frequency.csv".into(), csv(table)?);
    files.insert("tables/complaint-ledger.csv".into(), csv(ledger(case))?);
    Ok(())
}

/// One row of the complaint ledger (投诉台账).
fn ledger(case: &Case) -> Vec<Vec<String>> {
    let lang = case.lang;
    let names = |messages: &[Msg]| messages.iter().map(|m| say(lang, *m, &[])).collect::<Vec<_>>();
    let told = &case.complaint;
    let comma = if lang == Lang::Zh { "、" } else { ", " };
    let semicolon = if lang == Lang::Zh { "；" } else { "; " };
    let text = |s: &Option<String>| s.clone().unwrap_or_else(|| "[…]".to_owned());
    let verdicts: Vec<String> =
        case.claims.iter().map(|c| format!("{} = {}", c.text.as_deref().unwrap_or(&c.meaning), say(lang, c.verdict.message(), &[]))).collect();
    let due = case.deadlines.iter().find(|d| d.id == "asked").or_else(|| case.deadlines.iter().find(|d| d.id == "answer"));
    let channel = told.channel.map(|c| crate::language::casework::channel(lang, c).to_owned());
    let causes: Vec<String> = case.cause.iter().map(|c| c.text.clone()).collect();
    vec![
        names(&[
            Msg::LedgerId,
            Msg::LedgerReceived,
            Msg::LedgerChannel,
            Msg::LedgerNumber,
            Msg::LedgerShown,
            Msg::LedgerClaims,
            Msg::LedgerVerdict,
            Msg::LedgerCause,
            Msg::LedgerDue,
            Msg::LedgerDone,
            Msg::LedgerOwner,
        ]),
        vec![
            text(&told.id),
            text(&told.received),
            text(&channel),
            told.numbers.join(comma),
            told.shown.join(comma),
            told.claims.join(semicolon),
            verdicts.join(semicolon),
            causes.join(semicolon),
            due.and_then(|d| d.due.clone()).unwrap_or_else(|| "[…]".to_owned()),
            "[…]".to_owned(),
            "[…]".to_owned(),
        ],
    ]
}

fn folder(files: &Files, place: &Path) -> Result<()> {
    let fail = |path: &Path, e: std::io::Error| Error::Io(format!("cannot write {}: {e}", path.display()));
    if std::fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Error::Usage(format!("--pack {}: the folder holds something already; name one that is empty or not there, or a .zip", place.display())));
    }
    let parent = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Beside its place, and moved there when it is whole.
    let making = tempfile::Builder::new().prefix(".callaudit-pack-").tempdir_in(parent).map_err(|e| fail(parent, e))?;
    for (name, bytes) in files {
        let path = making.path().join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| fail(folder, e))?;
        }
        std::fs::write(&path, bytes).map_err(|e| fail(&path, e))?;
        let sealed = name.starts_with("evidence/");
        if sealed && let Ok(facts) = std::fs::metadata(&path) {
            let mut rights = facts.permissions();
            rights.set_readonly(true);
            let _ = std::fs::set_permissions(&path, rights);
        }
    }
    if place.is_dir() {
        std::fs::remove_dir(place).map_err(|e| fail(place, e))?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // It holds what was said of a person: nobody but its owner reads it.
        let _ = std::fs::set_permissions(making.path(), std::fs::Permissions::from_mode(0o700));
    }
    let made = making.keep();
    std::fs::rename(&made, place).map_err(|e| {
        let _ = std::fs::remove_dir_all(&made);
        fail(place, e)
    })
}

fn zip(files: &Files, out: &mut dyn Write) -> Result<()> {
    let fail = |e: zip::result::ZipError| Error::Io(format!("cannot write the pack: {e}"));
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = zip::ZipWriter::new(&mut bytes);
    for (name, content) in files {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .unix_permissions(if name.starts_with("evidence/") { 0o400 } else { 0o600 });
        writer.start_file(name.as_str(), options).map_err(fail)?;
        writer.write_all(content).map_err(|e| Error::Io(format!("cannot write the pack: {e}")))?;
    }
    writer.finish().map_err(fail)?;
    bytes.rewind().map_err(|e| Error::Io(format!("cannot write the pack: {e}")))?;
    std::io::copy(&mut bytes, out).map_err(|e| crate::report::renderers::write_error(&e))?;
    Ok(())
}
