//! Packing: gzip, zstd and zip, told by their first bytes, unpacked as a stream and never beyond what the user allows.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// How much a packed input may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Unpacked bytes of one source (`--max-decoded`); none: 1 GiB or 200 times its packed size, whichever is more.
    pub decoded: Option<u64>,
    /// Members of an archive.
    pub members: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { decoded: None, members: 10_000 }
    }
}

impl Limits {
    /// Most bytes that `packed` bytes may become.
    pub fn most(&self, packed: u64) -> u64 {
        self.decoded.unwrap_or_else(|| packed.saturating_mul(200).max(1 << 30))
    }

    /// The error of an input that unpacks to more than `most`.
    pub fn exceeded(&self, most: u64, packed: u64) -> String {
        let times = most.checked_div(packed).map_or_else(String::new, |n| format!(", {n} times its size"));
        format!(
            "it unpacks to more than {}{times}: if it is meant to be so big, raise the limit with --max-decoded {}",
            size(most),
            size(most.saturating_mul(4))
        )
    }
}

/// A size as the command line takes it.
pub fn size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 => format!("{}GB", b.div_ceil(1 << 30)),
        b if b >= 1 << 20 => format!("{}MB", b.div_ceil(1 << 20)),
        b => format!("{}KB", b.div_ceil(1 << 10)),
    }
}

/// One wrapping around the bytes of a source.
#[derive(Clone, Debug)]
pub enum Layer {
    /// gzip, several members one after the other among them.
    Gzip,
    /// Zstandard.
    Zstd,
    /// A member of a zip archive.
    Member(Member),
}

/// Where a member of a zip archive lies.
#[derive(Clone, Debug)]
pub struct Member {
    at: u64,
    packed: u64,
    /// Of the file in it.
    pub size: u64,
    method: Method,
    crc: u32,
}

#[derive(Clone, Copy, Debug)]
enum Method {
    Stored,
    Deflate,
    Zstd,
}

/// What the first bytes of a stream say of its packing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Magic {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// zip, which spreadsheets are, too.
    Zip,
    /// A packing that is not read, by its name.
    Other(&'static str),
    /// Not packed.
    None,
}

/// Tells the packing of a stream by its first bytes (8 are enough).
pub fn magic(bytes: &[u8]) -> Magic {
    match bytes {
        [0x1f, 0x8b, ..] => Magic::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Magic::Zstd,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Magic::Zip,
        [b'7', b'z', 0xbc, 0xaf, ..] => Magic::Other("7z"),
        [b'R', b'a', b'r', b'!', ..] => Magic::Other("rar"),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Magic::Other("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Magic::Other("xz"),
        _ => Magic::None,
    }
}

/// Opens a file behind its layers, outermost first.
///
/// Errors: the file cannot be opened; the stream itself fails where it is damaged, cut, or becomes more than `limits` allow.
pub fn open(path: &Path, layers: &[Layer], limits: Limits) -> io::Result<Box<dyn Read + Send>> {
    let mut file = File::open(path)?;
    let mut packed = file.metadata()?.len();
    let mut stream: Box<dyn Read + Send> = match layers.first() {
        Some(Layer::Member(member)) => {
            file.seek(SeekFrom::Start(member.at))?;
            packed = member.packed;
            member.open(file)?
        }
        Some(_) => Box::new(BufReader::with_capacity(1 << 18, file)),
        None => return Ok(Box::new(file)),
    };
    for layer in layers {
        stream = match layer {
            Layer::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(1 << 17, stream))),
            Layer::Zstd => Box::new(zstd::stream::read::Decoder::new(stream)?),
            Layer::Member(_) => stream,
        };
    }
    let most = limits.most(packed);
    Ok(Box::new(Limited { inner: stream, left: most, packed, most, limits }))
}

impl Member {
    fn open(&self, file: File) -> io::Result<Box<dyn Read + Send>> {
        let packed = BufReader::with_capacity(1 << 18, file).take(self.packed);
        let inner: Box<dyn Read + Send> = match self.method {
            Method::Stored => Box::new(packed),
            Method::Deflate => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
            Method::Zstd => Box::new(zstd::stream::read::Decoder::new(packed)?),
        };
        Ok(Box::new(Checked { inner, crc: flate2::Crc::new(), expected: self.crc, done: false }))
    }
}

/// Ends with an error where the checksum differs.
struct Checked {
    inner: Box<dyn Read + Send>,
    crc: flate2::Crc,
    expected: u32,
    done: bool,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.crc.update(&buffer[..n]);
        if n == 0 && !buffer.is_empty() && !self.done {
            self.done = true;
            if self.crc.sum() != self.expected {
                return Err(io::Error::other("the archive is damaged: the checksum of this member differs"));
            }
        }
        Ok(n)
    }
}

/// Ends with an error where more comes than is allowed.
struct Limited {
    inner: Box<dyn Read + Send>,
    left: u64,
    most: u64,
    packed: u64,
    limits: Limits,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        match self.left.checked_sub(n as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(self.limits.exceeded(self.most, self.packed))),
        }
        Ok(n)
    }
}

/// What a zip archive holds.
#[derive(Debug, Default)]
pub struct Archive {
    /// Members that can be read, with their names.
    pub members: Vec<(String, Member)>,
    /// Members that cannot, and why.
    pub problems: Vec<(String, String)>,
    /// It is a spreadsheet.
    pub workbook: bool,
}

/// Reads the table of contents of a zip archive.
///
/// Errors: a sentence that says why it cannot be read.
pub fn archive(path: &Path, limits: Limits) -> Result<Archive, String> {
    let file = File::open(path).map_err(|e| format!("cannot be read: {e}"))?;
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|e| format!("a zip archive that is damaged or cut off ({e}): fetch it again"))?;
    if zip.len() > limits.members {
        return Err(format!("a zip archive with {} members, more than the {} that are read: unpack it into a folder and pass that", zip.len(), limits.members));
    }
    let mut found = Archive { workbook: zip.file_names_raw().any(|n| n == b"[Content_Types].xml" || n == b"mimetype"), ..Archive::default() };
    if found.workbook {
        return Ok(found);
    }
    if zip.has_duplicate_names() {
        found.problems.push((String::new(), "holds several members of one name, of which only one can be read: unpack it and pass the files".to_owned()));
    }
    for index in 0..zip.len() {
        let Ok(entry) = zip.by_index_raw(index) else {
            found.problems.push((format!("member {}", index + 1), "its place in the archive is damaged".to_owned()));
            continue;
        };
        let name = member_name(entry.name_raw()).into_owned();
        if entry.is_dir() || name.ends_with('/') {
            continue;
        }
        let method = match entry.compression() {
            _ if entry.encrypted() => Err("is encrypted: unpack the archive with its password and pass the files".to_owned()),
            zip::CompressionMethod::Stored => Ok(Method::Stored),
            zip::CompressionMethod::Deflated => Ok(Method::Deflate),
            zip::CompressionMethod::ZSTD => Ok(Method::Zstd),
            other => Err(format!("is packed by {other:?}, which is not read: unpack the archive and pass the files")),
        };
        match (method, entry.data_start()) {
            (Ok(method), Some(at)) => {
                found.members.push((name, Member { at, packed: entry.compressed_size(), size: entry.size(), method, crc: entry.crc32() }))
            }
            (Ok(_), None) => found.problems.push((name, "its place in the archive is damaged".to_owned())),
            (Err(e), _) => found.problems.push((name, e)),
        }
    }
    Ok(found)
}

/// The name of a member: UTF-8, else GBK, which archives made on Chinese Windows hold without saying so.
fn member_name(raw: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(raw) {
        Ok(name) => name.into(),
        Err(_) => match encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(raw) {
            Some(name) => name,
            None => String::from_utf8_lossy(raw),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn write(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn what_unpacks_to_too_much_ends_with_a_message_that_says_what_to_pass() {
        let packed = zstd::stream::encode_all(&vec![b'x'; 3 << 20][..], 1).unwrap();
        let file = write(&packed);
        let limits = Limits { decoded: Some(1 << 20), ..Limits::default() };
        let mut out = Vec::new();
        let error = open(file.path(), &[Layer::Zstd], limits).unwrap().read_to_end(&mut out).unwrap_err().to_string();
        assert!(error.contains("more than 1MB") && error.contains("--max-decoded 4MB"), "{error}");
        assert!(out.len() <= 1 << 20);
        open(file.path(), &[Layer::Zstd], Limits::default()).unwrap().read_to_end(&mut out).unwrap();
    }

    #[test]
    fn an_archive_tells_its_members_and_a_flipped_byte_is_found() {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file("a/calls.csv", options).unwrap();
        zip.write_all(b"callee,started_at\n").unwrap();
        let mut bytes = zip.finish().unwrap().into_inner();
        let archive_of = |bytes: &[u8]| {
            let file = write(bytes);
            let found = archive(file.path(), Limits::default());
            (file, found)
        };
        let (file, found) = archive_of(&bytes);
        let (name, member) = found.unwrap().members.remove(0);
        assert_eq!(name, "a/calls.csv");
        let read = |file: &tempfile::NamedTempFile| {
            let mut text = Vec::new();
            open(file.path(), &[Layer::Member(member.clone())], Limits::default()).unwrap().read_to_end(&mut text).map(|_| text)
        };
        assert_eq!(read(&file).unwrap(), b"callee,started_at\n");
        let place = bytes.windows(6).position(|w| w == b"callee").unwrap();
        bytes[place] = b'k';
        assert!(read(&archive_of(&bytes).0).unwrap_err().to_string().contains("checksum"));
        for cut in 0..bytes.len() {
            assert!(archive_of(&bytes[..cut]).1.is_err(), "{cut}");
        }
    }

    #[test]
    fn names_without_the_flag_are_read_as_gbk() {
        assert_eq!(member_name(&encoding_rs::GBK.encode("十月话单.csv").0), "十月话单.csv");
        assert_eq!(member_name("十月.csv".as_bytes()), "十月.csv");
    }
}
