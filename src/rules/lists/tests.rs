//! Every shape of list file, read as an audit reads it.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::calls::numbers::NumberReader;
use crate::calls::timestamps;

/// A list and what is needed to ask it.
struct Asked {
    dictionary: Dictionary,
    zones: Zones,
    region: NumberRegion,
    list: Result<List, Box<Facts>>,
}

const HASHED: fn(Hash, Form) -> Settings = |hash, format| Settings { hash: Some(hash), format, ..Settings::default() };

fn load(region: &str, path: &Path, settings: &Settings) -> Asked {
    let (dictionary, zones) = (Dictionary::default(), Zones::new());
    let region = NumberRegion::new(Some(region)).unwrap();
    let around = Surroundings { clock: Arc::new(Clock::parse("Asia/Shanghai").unwrap()), region, dictionary: &dictionary, zones: &zones };
    let list = List::load("l", path, settings, &around);
    Asked { dictionary, zones, region, list }
}

fn named(name: &str, region: &str, bytes: &[u8]) -> Asked {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    load(region, &path, &Settings::default())
}

fn read(region: &str, text: &str) -> Asked {
    named("list.txt", region, text.as_bytes())
}

impl Asked {
    fn list(&self) -> &List {
        self.list.as_ref().unwrap()
    }
    fn at(&self, number: &str, time: &str) -> Match {
        let callee = NumberReader::small(&self.dictionary, &self.zones, self.region).read(number);
        let at = timestamps::parse(time, None).map(|s| s.local - s.offset.unwrap_or(8 * 3_600_000)).unwrap();
        self.list().find(callee, "", &Moment { at, purpose: "", grace: Grace::None, calendar: None }, &self.dictionary)
    }
    fn on(&self, number: &str) -> bool {
        self.at(number, "2026-11-01 12:00:00") >= Match::Certain { undated: false }
    }
    fn counts(&self) -> (u64, u64) {
        (self.list().facts.entries, self.list().facts.unreadable.rows)
    }
}

#[test]
fn one_number_a_line() {
    for text in ["13800130001\n13800130002", "13800130001 \r\n13800130002  \r\n", "\u{feff}# mine\n\n13800130001\n+8613800130002\n"] {
        let asked = read("CN", text);
        assert!(asked.on("13800130001") && asked.on("13800130002") && !asked.on("13800130003"), "{text:?}");
        assert_eq!(asked.counts(), (2, 0), "{text:?}");
    }
}

#[test]
fn numbers_with_comments_and_labels() {
    let asked = read("CH", "# list\n0412490010;Firm A, B, C\n00442079460958;Firm unknown\n0445087887;Firm\n");
    assert!(asked.on("+41412490010") && asked.on("+442079460958") && asked.on("044 508 78 87"));
    assert_eq!(asked.counts(), (3, 0));
    let asked = read("FR", "3922,spam-FR\n+33178569561,spam\n");
    assert_eq!((asked.counts(), asked.list().facts.short, asked.list().facts.prefixes), ((2, 0), 1, 0));
    assert!(asked.on("+33178569561") && asked.on("3922") && !asked.on("39221"));
    assert!(read("GB", "442038545454,example.org\n").on("020 3854 5454"));
}

#[test]
fn registries_of_the_united_states() {
    let asked = read("US", "212,5550123\n646,5550124\n");
    assert!(asked.on("2125550123") && asked.on("+16465550124") && !asked.on("5550123"));
    let asked = read("US", "2125550123,A,2026-01-05\n6465550124,D,2026-02-01\n2125550123,D,2026-03-01\n2125550123,A,2026-06-01\n");
    let on = |number, time| matches!(asked.at(number, time), Match::Certain { .. });
    assert!(!on("2125550123", "2026-01-04 23:59:59") && on("2125550123", "2026-01-05 00:00:00"));
    assert!(on("2125550123", "2026-03-01 23:59:59") && !on("2125550123", "2026-03-02 00:00:00"));
    assert!(on("2125550123", "2026-06-01 00:00:00"));
    // What is deleted and was never added stood there before, nobody knows since when.
    assert_eq!(asked.at("6465550124", "2020-01-01 00:00:00"), Match::Certain { undated: true });
    assert!(!on("6465550124", "2026-02-02 00:00:00"));
    assert_eq!((asked.counts(), asked.list().facts.dated), ((3, 0), 3));
    assert_eq!(asked.list().facts.last_added_at.as_deref(), Some("2026-05-31T16:00:00Z"));
}

#[test]
fn rows_of_a_log_that_say_nothing_are_told() {
    let asked = read(
        "US",
        &"2125550123,A,2026-01-05\n".repeat(40).replacen(",A,", ",?,", 1).replacen(
            "2026-01-05\n2125550123,A,2026-01-05\n",
            "2026-01-05\n2125550124,D,some day\n",
            1,
        ),
    );
    let reasons: Vec<&str> = asked.list().facts.unreadable.first.iter().map(|r| &*r.reason).collect();
    assert_eq!(reasons, ["neither added nor deleted", "deleted at no time that can be read"]);
    assert!(!asked.on("2125550124"));
}

#[test]
fn american_dates_are_told_by_the_days_or_by_the_ruleset() {
    let asked = read("US", "phone,action,change_date\n2125550123,add,02/01/2026\n2125550124,add,02/28/2026\n");
    assert_eq!(asked.at("2125550123", "2026-01-15 00:00:00"), Match::No);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("l");
    std::fs::write(&path, "number,added_at\n2125550123,02/01/2026\n").unwrap();
    assert_eq!(load("US", &path, &Settings::default()).list().warnings.len(), 1, "which is the month?");
    let settings = Settings { order: Some(DateOrder::MonthFirst), ..Settings::default() };
    assert_eq!(load("US", &path, &settings).at("2125550123", "2026-01-15 00:00:00"), Match::No);
}

#[test]
fn columns_of_fixed_width_with_blanks_in_them() {
    let asked = read("GB", "01635 506160\r\n0207 3787244\r\n0191 5657153\r\n01635506161 \r\n");
    assert!(["01635506160", "02073787244", "+441915657153", "01635506161"].iter().all(|n| asked.on(n)));
    assert_eq!(asked.counts(), (4, 0));
}

#[test]
fn chinese_headers_in_any_encoding_and_packing() {
    let text = "手机号,添加时间,失效时间,范围\n13800130001,2026-01-01,2026-10-31,\n13800130002,,,营销\n";
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let (first, second) = text.split_at(text.find("13800130002").unwrap());
    zip.start_file("a/one.txt", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(first.as_bytes()).unwrap();
    zip.start_file("two", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(format!("手机号,添加时间,失效时间,范围\n{second}").as_bytes()).unwrap();
    for (name, bytes) in [
        ("list.csv", text.as_bytes().to_vec()),
        ("list.csv", wide),
        ("list.csv", encoding_rs::GB18030.encode(text).0.into_owned()),
        ("list.csv.gz", gzip.finish().unwrap()),
        ("list.csv.zst", zstd::encode_all(text.as_bytes(), 1).unwrap()),
        ("list.zip", zip.finish().unwrap().into_inner()),
        (
            "list.json",
            "[{\"手机号\":\"13800130001\",\"添加时间\":\"2026-01-01\",\"失效时间\":\"2026-10-31\"},{\"手机号\":\"13800130002\",\"范围\":\"营销\"}]".into(),
        ),
    ] {
        let asked = named(name, "CN", &bytes);
        assert_eq!(asked.counts(), (2, 0), "{name}");
        assert_eq!(asked.at("13800130001", "2026-10-31 23:00:00"), Match::Certain { undated: false }, "{name}");
        assert_eq!(asked.at("13800130001", "2026-11-01 00:00:00"), Match::No, "{name}");
        assert_eq!(asked.at("13800130002", "2026-11-01 00:00:00"), Match::Possible { undated: true }, "{name}");
        let facts = &asked.list().facts;
        assert_eq!((facts.hash.as_deref(), facts.bytes), (Some(blake3::hash(&bytes).to_hex().as_str()), bytes.len() as u64), "{name}");
    }
}

#[test]
fn free_text_gives_a_number_where_it_holds_one() {
    let asked = read("GB", "01234567890 (call after 3pm)\n012345/67891\n01234567892 or 01234567893\nring the bell\nMobile: 07700 900123\n");
    assert!(asked.on("01234567890") && asked.on("01234567891") && asked.on("07700900123"));
    assert!(!asked.on("01234567892") && !asked.on("01234567893"));
    let told: Vec<(u64, &str)> = asked.list().facts.unreadable.first.iter().map(|r| (r.line, &*r.reason)).collect();
    assert_eq!(told, [(3, "several numbers in it"), (4, "no number in it")]);
}

#[test]
fn of_unreadable_rows_the_first_are_told_and_not_whole() {
    let asked = read("CN", &format!("number\n13800130001\n{}", format!("{}\n", "字".repeat(3000)).repeat(30)));
    let unreadable = &asked.list().facts.unreadable;
    assert_eq!((unreadable.rows, unreadable.first.len(), unreadable.first[0].text.chars().count()), (30, 20, 201));
}

#[test]
fn only_a_star_makes_a_prefix() {
    let asked = read("CN", "003862\n0755*\n138****1234\n13900139000\n");
    let facts = &asked.list().facts;
    assert_eq!((facts.entries, facts.prefixes, facts.masks, facts.short), (4, 1, 1, 1));
    assert!(!asked.on("0038621234567") && asked.on("075512345678"));
    assert_eq!(asked.at("13800001234", "2026-11-01 00:00:00"), Match::Possible { undated: true });
    assert_eq!(asked.at("139****9000", "2026-11-01 00:00:00"), Match::Possible { undated: true });
    assert_eq!(asked.at("139****9001", "2026-11-01 00:00:00"), Match::No);
}

#[test]
fn hashes_of_numbers() {
    let number = ["+8613800130001", "13800130001", "8613800130001"];
    for hash in [Hash::Md5, Hash::Sha1, Hash::Sha256] {
        for (form, text) in [Form::E164, Form::National, Form::Digits].into_iter().zip(number) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("l.txt");
            let digits = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
            let hex = |t: &str| match hash {
                Hash::Md5 => digits(&<md5::Md5 as md5::Digest>::digest(t)),
                Hash::Sha1 => digits(&<sha1::Sha1 as sha1::Digest>::digest(t)),
                Hash::Sha256 => digits(&<sha2::Sha256 as sha2::Digest>::digest(t)),
            };
            std::fs::write(&path, format!("{}\n13800130002\n{}\n", hex(text), hex(text).to_uppercase())).unwrap();
            let asked = load("CN", &path, &HASHED(hash, form));
            assert!(asked.on("13800130001") && !asked.on("13800130002") && !asked.on("138****0001"), "{hash:?} {form:?}");
            assert_eq!((asked.counts(), asked.list().facts.unreadable.first[0].reason.as_ref()), ((2, 1), "no such hash"));
            let by_id = load("CN", &path, &Settings { by: MatchBy::CalleeId, ..HASHED(hash, form) });
            let callee = NumberReader::small(&by_id.dictionary, &by_id.zones, by_id.region).read("");
            let moment = Moment { at: 0, purpose: "", grace: Grace::None, calendar: None };
            let find = |id: &str| by_id.list().find(callee, id, &moment, &by_id.dictionary);
            assert_eq!((find(&hex(text)), find(&hex("x")), find("")), (Match::Certain { undated: true }, Match::No, Match::No));
        }
    }
}

#[test]
fn successive_copies_give_intervals() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("tps-2026-01-01.txt", "13800130001\n13800130002\n0755*\n");
    write("tps-20260201.txt", "13800130001\n13800130003\n");
    write("tps-2026-03-01.txt", "13800130002\n13800130001\n0755*\n");
    write("tps-latest.txt", "nothing\n");
    let asked = load("CN", &folder.path().join("tps-{date}.txt"), &Settings::default());
    let on = |number, time| asked.at(number, time) == Match::Certain { undated: false };
    assert!(!on("13800130001", "2025-12-31 23:59:59"), "no copy is in force");
    assert!(["2026-01-01 00:00:00", "2026-02-10 00:00:00", "2026-12-01 00:00:00"].iter().all(|t| on("13800130001", t)));
    assert!(on("13800130002", "2026-01-31 23:59:59") && !on("13800130002", "2026-02-01 00:00:00") && on("13800130002", "2026-03-01 00:00:00"));
    assert!(!on("13800130003", "2026-01-31 23:59:59") && on("13800130003", "2026-02-28 23:59:59") && !on("13800130003", "2026-03-01 00:00:00"));
    assert!(on("075512345678", "2026-01-02 00:00:00") && !on("075512345678", "2026-02-02 00:00:00") && on("075512345678", "2026-03-02 00:00:00"));
    let list = asked.list();
    let day = |text: &str| timestamps::parse(text, None).map(|s| s.local - 8 * 3_600_000).unwrap();
    assert_eq!(list.copy_in_force(day("2026-02-15")).map(|c| c.from), Some(day("2026-02-01")));
    assert_eq!((list.copy_in_force(day("2025-12-31")), list.copies().len()), (None, 3));
    let dates: Vec<(&str, u64)> = list.facts.copies.iter().map(|c| (c.date.as_str(), c.entries)).collect();
    assert_eq!(dates, [("2026-01-01", 3), ("2026-02-01", 2), ("2026-03-01", 3)]);
    assert_eq!((list.facts.entries, list.facts.dated, list.facts.hash.as_deref()), (3, 3, None));
}

#[test]
fn what_is_no_list_says_why_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let error = |name: &str| load("CN", &path(name), &Settings { place: "r.toml:3:8".into(), ..Settings::default() }).list.unwrap_err().error.unwrap();
    std::fs::write(path("empty.csv"), "").unwrap();
    std::fs::write(path("words.csv"), "number\nnobody\n").unwrap();
    std::fs::write(path("cut.csv.gz"), b"\x1f\x8b\x08\x00").unwrap();
    std::fs::write(path("a-20260101.csv"), "13800130001").unwrap();
    std::fs::write(path("a-2026-01-01.csv"), "13800130001").unwrap();
    for (name, part) in [
        ("absent.csv", "No such file"),
        ("empty.csv", "holds no readable number"),
        ("words.csv", "holds no readable number"),
        ("cut.csv.gz", "cannot read the list"),
        ("tps-{date}.csv", "no file has such a name"),
        ("a-{date}.csv", "copies of the same day"),
    ] {
        let error = error(name);
        assert!(error.starts_with("r.toml:3:8: ") && error.contains(part) && error.contains("--use-list l=PATH"), "{error}");
        assert_ne!(crate::language::sentence(crate::language::Lang::Zh, &error), error);
    }
}
