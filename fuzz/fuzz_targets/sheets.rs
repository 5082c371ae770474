//! Excel workbooks: the parts of an .xlsx put into an archive, the records of an .xls put into a compound file, and plain bytes; then the whole intake.

#![no_main]

use std::io::{Cursor, Write};

use callaudit::engine::intake::Reading;
use callaudit_fuzz::{Dice, intake};
use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Between the parts of an .xlsx in the fuzzer's bytes.
const BETWEEN: &[u8] = b"\n%%\n";

const PARTS: [&str; 6] =
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet2.xml"];

const LINKS: &[u8] = br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// What stands for a part that is left out.
const PLAIN: [&[u8]; 6] = [
    b"<worksheet><sheetData/></worksheet>",
    b"",
    br#"<styleSheet><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
    br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="calls" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
    br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#,
    b"",
];

fuzz_target!(|bytes: &[u8]| {
    let (data, mut dice) = Dice::behind(bytes, 8);
    let reading = Reading { region: dice.of(&[None, Some("CN"), Some("US")]).map(str::to_owned), ..Reading::default() };
    let made = match dice.choose(4) {
        2 => compound(data),
        3 => data.to_vec(),
        _ => workbook(data),
    };
    intake("calls.xlsx", &made, &reading, &mut dice);
});

/// The parts of an .xlsx, one after the other as in [`PARTS`].
fn workbook(data: &[u8]) -> Vec<u8> {
    let mut given = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|w| w == BETWEEN) {
        given.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    given.push(rest);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("[Content_Types].xml", options).expect("an archive in memory");
    zip.start_file("_rels/.rels", options).expect("an archive in memory");
    zip.write_all(LINKS).expect("memory");
    for (i, name) in PARTS.iter().enumerate() {
        let part = given.get(i).copied().filter(|p| !p.is_empty()).unwrap_or(PLAIN[i]);
        if !part.is_empty() {
            zip.start_file(*name, options).expect("an archive in memory");
            zip.write_all(part).expect("memory");
        }
    }
    zip.finish().expect("an archive in memory").into_inner()
}

/// A compound file with one stream, the workbook: header, one sector of the FAT, one of the directory, then the stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const END: u32 = 0xFFFF_FFFE;
    const FREE: u32 = 0xFFFF_FFFF;
    let mut stream = stream[..stream.len().min(100 * SECTOR)].to_vec();
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = u32::try_from(stream.len() / SECTOR).expect("a small stream");
    let mut out = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    out.extend([0; 16]);
    for n in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        out.extend(n.to_le_bytes());
    }
    // Sectors: none of a directory counted, one FAT at 0, the directory at 1; small streams from 4096 down, of which there are none.
    for n in [0, 1, 1, 0, 4096, END, 0, END, 0, 0_u32] {
        out.extend(n.to_le_bytes());
    }
    out.resize(SECTOR, 0xFF);
    for n in 0..u32::try_from(SECTOR / 4).unwrap_or(0) {
        let next = match n {
            0 => 0xFFFF_FFFD,
            1 => END,
            n if n == sectors + 1 => END,
            n if n <= sectors => n + 1,
            _ => FREE,
        };
        out.extend(next.to_le_bytes());
    }
    let mut entry = |name: &str, kind: u8, child: u32, start: u32, size: u32| {
        let begin = out.len();
        out.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        out.resize(begin + 64, 0);
        let length = if name.is_empty() { 0 } else { u16::try_from(2 * name.len() + 2).unwrap_or(0) };
        out.extend(length.to_le_bytes());
        out.extend([kind, 1]);
        for n in [FREE, FREE, child] {
            out.extend(n.to_le_bytes());
        }
        out.resize(begin + 116, 0);
        out.extend(start.to_le_bytes());
        out.extend(u64::from(size).to_le_bytes());
    };
    entry("Root Entry", 5, 1, END, 0);
    entry("Workbook", 2, FREE, 2, sectors * 512);
    entry("", 0, FREE, 0, 0);
    entry("", 0, FREE, 0, 0);
    out.extend(stream);
    out
}
