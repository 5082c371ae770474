//! Delimited text and text of fixed width: the whole intake, with the layout recognised, named or told by a profile made up, in several encodings.

#![no_main]

use std::fmt::Write;
use std::path::PathBuf;

use callaudit::calls::columns::Column;
use callaudit::engine::intake::Reading;
use callaudit::input::formats::FORMATS;
use callaudit_fuzz::{Dice, file, intake};
use libfuzzer_sys::fuzz_target;

/// Choices behind the data.
const CHOICES: usize = 32;

fuzz_target!(|bytes: &[u8]| {
    let (data, mut dice) = Dice::behind(bytes, CHOICES);
    let mut reading = Reading { region: dice.of(&[None, Some("CN"), Some("US")]).map(str::to_owned), ..Reading::default() };
    reading.tz = dice.of(&[None, Some("Asia/Shanghai"), Some("America/New_York"), Some("-03:30")]).map(str::to_owned);
    let (encoded, encoding) = encoded(data, dice.choose(8));
    match dice.choose(4) {
        0 | 1 => {}
        2 => reading.profile = Some(PathBuf::from(FORMATS[dice.choose(FORMATS.len())].name())),
        _ => reading.profile = Some(PathBuf::from(file("profile.toml", profile(data, encoding, &mut dice).as_bytes()))),
    }
    intake("calls.csv", &encoded, &reading, &mut dice);
});

/// The data in an encoding, and its name where nothing in the bytes tells it.
fn encoded(data: &[u8], choice: usize) -> (Vec<u8>, Option<&'static str>) {
    let text = || String::from_utf8_lossy(data);
    match choice {
        1 => (encoding_rs::GB18030.encode(&text()).0.into_owned(), Some("gb18030")),
        2 => ([0xFF, 0xFE].into_iter().chain(text().encode_utf16().flat_map(u16::to_le_bytes)).collect(), None),
        3 => ([0xFE, 0xFF].into_iter().chain(text().encode_utf16().flat_map(u16::to_be_bytes)).collect(), None),
        4 => (text().encode_utf16().flat_map(u16::to_le_bytes).collect(), Some("utf-16le")),
        5 => (text().chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect(), Some("iso-8859-1")),
        6 => ([0xEF, 0xBB, 0xBF].iter().chain(data).copied().collect(), None),
        _ => (data.to_vec(), None),
    }
}

/// A profile whose columns are those of the first line, in no order that makes sense.
fn profile(data: &[u8], encoding: Option<&str>, dice: &mut Dice<'_>) -> String {
    let delimiter = dice.of(&[',', ';', '\t', '|', '^', ',']);
    let first = String::from_utf8_lossy(data.split(|b| *b == b'\n' || *b == b'\r').next().unwrap_or_default()).into_owned();
    let names: Vec<String> = first.split(delimiter).map(|n| n.trim_matches(['"', ' ', '\u{FEFF}']).to_owned()).take(40).collect();
    let header = dice.choose(3) != 2;
    let places: Vec<String> = (0..names.len()).map(|i| format!("c{i}")).collect();
    let names = if header { &names } else { &places };
    let quoted = |s: &str| serde_json::to_string(s).expect("a string");
    let mut out = String::from("[profile]\nname = \"made-up\"\n");
    if dice.choose(5) == 4 {
        let widths: Vec<String> = (1..names.len()).map(|_| (1 + dice.choose(20)).to_string()).chain(["0".to_owned()]).collect();
        let _ = writeln!(out, "widths = [{}]", widths.join(", "));
    } else {
        let _ = writeln!(out, "delimiter = {}", quoted(&delimiter.to_string()));
    }
    if !header {
        let _ = writeln!(out, "header = false\nnames = [{}]", places.iter().map(|n| quoted(n)).collect::<Vec<_>>().join(", "));
    }
    if let Some(encoding) = encoding {
        let _ = writeln!(out, "encoding = \"{encoding}\"");
    }
    let _ = writeln!(out, "skip_rows = {}", dice.of(&[0, 0, 1, 3]));
    out.push_str(dice.of(&["", "date_order = \"dmy\"\n", "date_order = \"mdy\"\n"]));
    out.push_str(dice.of(&["", "", "quotes = \"loose\"\n"]));
    for key in ["call_key", "clock_id", "surplus"] {
        if dice.choose(4) == 3 {
            let name = quoted(&names[dice.choose(names.len())]);
            let _ = if key == "call_key" { writeln!(out, "{key} = [{name}]") } else { writeln!(out, "{key} = {name}") };
        }
    }
    out.push_str("[columns]\n");
    for column in Column::ALL {
        let name = quoted(&names[dice.choose(names.len())]);
        let more = quoted(&names[dice.choose(names.len())]);
        let asked = matches!(column, Column::StartedAt | Column::Callee) || dice.choose(3) == 2;
        if !asked {
            continue;
        }
        let _ = match dice.choose(6) {
            1 => writeln!(out, "{} = [{name}, {more}]", column.name()),
            2 => writeln!(out, "{} = {{ first_of = [{name}, {more}] }}", column.name()),
            3 if column.name().ends_with("_s") => writeln!(out, "{} = {{ column = {name}, unit = \"{}\" }}", column.name(), dice.of(&["ms", "min", "h"])),
            4 => writeln!(out, "{} = {{ column = {name}, unless = {more} }}", column.name()),
            _ => writeln!(out, "{} = {name}", column.name()),
        };
    }
    out
}
