//! From bytes to text: which encoding a stream has, and a stage in front that turns every other one into UTF-8.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How the bytes of a source are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Chinese, GB18030 and its part GBK (CP936).
    Gb18030,
    /// Not UTF-8: each byte above 127 is taken as ISO 8859-1, so that nothing is lost.
    Latin1,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Encoding; 5] = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::Gb18030, Encoding::Latin1];
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
            Encoding::Gb18030 => "gb18030",
            Encoding::Latin1 => "iso-8859-1",
        }
    }

    /// By its usual names; None for a name that is not known.
    pub fn by_name(name: &str) -> Option<Encoding> {
        Some(match name.to_ascii_lowercase().replace('_', "-").as_str() {
            "utf-8" | "utf8" => Encoding::Utf8,
            "utf-16" | "utf-16le" | "utf16le" | "utf16" => Encoding::Utf16Le,
            "utf-16be" | "utf16be" => Encoding::Utf16Be,
            "gb18030" | "gbk" | "gb2312" | "cp936" => Encoding::Gb18030,
            "iso-8859-1" | "latin1" | "latin-1" => Encoding::Latin1,
            _ => return None,
        })
    }

    /// Is the stream turned into UTF-8 before anything else sees it?
    pub fn transcoded(self) -> bool {
        matches!(self, Encoding::Utf16Le | Encoding::Utf16Be | Encoding::Gb18030)
    }

    /// Bytes of the (transcoded) stream as text; None where they are none.
    pub fn text(self, bytes: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.into()),
            Err(_) if self == Encoding::Latin1 => Some(bytes.iter().map(|&b| char::from(b)).collect::<String>().into()),
            Err(_) => None,
        }
    }

    fn decoder(self) -> encoding_rs::Decoder {
        match self {
            Encoding::Utf8 => encoding_rs::UTF_8,
            Encoding::Utf16Le => encoding_rs::UTF_16LE,
            Encoding::Utf16Be => encoding_rs::UTF_16BE,
            Encoding::Gb18030 => encoding_rs::GB18030,
            Encoding::Latin1 => encoding_rs::WINDOWS_1252,
        }
        .new_decoder_with_bom_removal()
    }

    /// What the first bytes of a stream are. `whole`: there are no more.
    ///
    /// Errors: a sentence that says why they are no text.
    pub fn detect(bytes: &[u8], whole: bool) -> Result<Encoding, String> {
        match bytes {
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err("UTF-32 text: save it in UTF-8 first".to_owned()),
            [0xFF, 0xFE, ..] => return Ok(Encoding::Utf16Le),
            [0xFE, 0xFF, ..] => return Ok(Encoding::Utf16Be),
            [0xEF, 0xBB, 0xBF, ..] => return Ok(Encoding::Utf8),
            _ => {}
        }
        if bytes.contains(&0)
            && let Some(wide) = zeros(bytes)
        {
            return Ok(wide);
        }
        let controls = bytes.iter().filter(|b| **b < 32 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x1b | 0x0c | 0x1f | 0x1e | 0x1a)).count();
        if controls * 50 > bytes.len() {
            return Err("a binary file, not a table of calls".to_owned());
        }
        Ok(match std::str::from_utf8(bytes) {
            Ok(_) => Encoding::Utf8,
            Err(e) if e.error_len().is_none() && !whole => Encoding::Utf8,
            Err(_) if few_invalid_lines(bytes) => Encoding::Utf8,
            Err(_) if is_chinese(bytes) => Encoding::Gb18030,
            Err(_) => Encoding::Latin1,
        })
    }

    /// These bytes as UTF-8, as far as they are whole characters.
    pub fn transcode(self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut reader = Transcoder::new(bytes, self, Arc::default());
        // The bytes are in memory: reading them cannot fail; a character that is cut at the end is left out.
        let _ = reader.read_to_end(&mut out);
        if reader.cut && out.ends_with("\u{fffd}".as_bytes()) {
            out.truncate(out.len() - 3);
        }
        out
    }
}

/// UTF-16 without a mark: nearly all digits and separators have a zero beside them, always on the same side.
fn zeros(bytes: &[u8]) -> Option<Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    let side = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (side(0), side(1), head.len() / 2);
    match () {
        () if odd * 5 >= pairs && even * 20 <= odd => Some(Encoding::Utf16Le),
        () if even * 5 >= pairs && odd * 20 <= even => Some(Encoding::Utf16Be),
        () => None,
    }
}

/// A damaged UTF-8 file has few lines that are none, and some multi-byte characters that are in order.
fn few_invalid_lines(bytes: &[u8]) -> bool {
    let (mut lines, mut bad, mut good) = (0, 0, 0);
    for line in bytes.split(|b| *b == b'\n') {
        lines += 1;
        match std::str::from_utf8(line) {
            Ok(text) => good += usize::from(!text.is_ascii()),
            Err(_) => bad += 1,
        }
    }
    lines > 10 && bad * 10 <= lines && good > 0
}

/// Is this Chinese text in GB18030? Words of Western text that happen to be legal pairs of bytes are rare characters; what people write
/// is nearly all of the common half of GB 2312, where both bytes are high.
fn is_chinese(bytes: &[u8]) -> bool {
    let (mut at, mut common, mut other, mut wrong) = (0, 0_usize, 0_usize, 0_usize);
    while at < bytes.len() {
        let b = bytes[at];
        if b < 0x80 {
            at += 1;
            continue;
        }
        match (b, bytes.get(at + 1), bytes.get(at + 2), bytes.get(at + 3)) {
            (_, None, ..) => break, // cut at the end of what was looked at
            (0xB0..=0xD7, Some(0xA1..=0xFE), ..) => {
                common += 1;
                at += 2;
            }
            (0x81..=0xFE, Some(0x40..=0x7E | 0x80..=0xFE), ..) => {
                other += 1;
                at += 2;
            }
            (0x81..=0xFE, Some(0x30..=0x39), Some(0x81..=0xFE), Some(0x30..=0x39)) => {
                other += 1;
                at += 4;
            }
            _ => {
                wrong += 1;
                at += 1;
            }
        }
    }
    common > 0 && common >= other * 2 && wrong * 10 <= common
}

/// Turns a stream into UTF-8. What cannot be read becomes U+FFFD, and `damaged` is set: rows that hold one must be rejected.
pub struct Transcoder<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    from: usize,
    out: Vec<u8>,
    sent: usize,
    ended: bool,
    /// The stream ended within a character.
    cut: bool,
    damaged: Arc<AtomicBool>,
}

impl<R> std::fmt::Debug for Transcoder<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transcoder").field("ended", &self.ended).finish_non_exhaustive()
    }
}

const CHUNK: usize = 1 << 16;

impl<R: Read> Transcoder<R> {
    /// A stage behind `inner`.
    pub fn new(inner: R, encoding: Encoding, damaged: Arc<AtomicBool>) -> Transcoder<R> {
        Transcoder { inner, decoder: encoding.decoder(), raw: Vec::new(), from: 0, out: Vec::new(), sent: 0, ended: false, cut: false, damaged }
    }

    /// Decodes more; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        self.out.clear();
        self.sent = 0;
        while self.out.is_empty() {
            if self.ended {
                return Ok(false);
            }
            let mut last = false;
            if self.from == self.raw.len() {
                self.raw.clear();
                self.from = 0;
                last = self.inner.by_ref().take(CHUNK as u64).read_to_end(&mut self.raw)? == 0;
            }
            self.decode(last);
            self.ended = last;
        }
        Ok(true)
    }

    fn decode(&mut self, last: bool) {
        const ROOM: usize = CHUNK + 64;
        self.out.resize(ROOM, 0);
        let mut written = 0;
        loop {
            let (result, read, put) = self.decoder.decode_to_utf8_without_replacement(&self.raw[self.from..], &mut self.out[written..], last);
            self.from += read;
            written += put;
            match result {
                encoding_rs::DecoderResult::InputEmpty => break,
                encoding_rs::DecoderResult::OutputFull if written + 64 < ROOM => break,
                encoding_rs::DecoderResult::OutputFull => {
                    self.out.resize(written + ROOM, 0);
                    if last {
                        continue;
                    }
                    break;
                }
                encoding_rs::DecoderResult::Malformed(..) => {
                    self.damaged.store(true, Ordering::Relaxed);
                    self.cut = last;
                    self.out.truncate(written);
                    self.out.extend_from_slice("\u{fffd}".as_bytes());
                    written = self.out.len();
                    self.out.resize(written + ROOM, 0);
                }
            }
        }
        self.out.truncate(written);
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.sent == self.out.len() && !self.fill()? {
            return Ok(0);
        }
        let n = buffer.len().min(self.out.len() - self.sent);
        buffer[..n].copy_from_slice(&self.out[self.sent..self.sent + n]);
        self.sent += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    }

    #[test]
    fn encodings_are_told_from_the_bytes() {
        let text = "主叫号码,被叫号码,呼叫时间\n4001,13800138000,2026-10-01 09:00:00\n";
        let gb = encoding_rs::GB18030.encode(text).0.into_owned();
        assert_eq!(Encoding::detect(text.as_bytes(), true), Ok(Encoding::Utf8));
        assert_eq!(Encoding::detect(&gb, true), Ok(Encoding::Gb18030));
        assert_eq!(Encoding::detect(&wide(text, true), true), Ok(Encoding::Utf16Le));
        assert_eq!(Encoding::detect(&wide(text, false), true), Ok(Encoding::Utf16Be));
        let western = "name,to\nM\u{fc}ller,1\nJos\u{e9} Garc\u{ed}a,2\nStra\u{df}e,3\n";
        let latin: Vec<u8> = western.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        assert_eq!(Encoding::detect(&latin, true), Ok(Encoding::Latin1));
        assert!(Encoding::detect(&[0, 1, 2, 3, 250, 9, 0, 0, 1, 7], true).is_err());
        assert_eq!(Encoding::detect(b"a,b\n1,\0\n2,3\n some more text that is in order, so that the zero is one of many bytes\n", true), Ok(Encoding::Utf8));
    }

    #[test]
    fn a_stream_becomes_utf8_however_it_is_cut_and_what_is_damaged_shows() {
        struct Drop(Vec<u8>, usize);
        impl Read for Drop {
            fn read(&mut self, b: &mut [u8]) -> io::Result<usize> {
                let n = b.len().min(3).min(self.0.len() - self.1);
                b[..n].copy_from_slice(&self.0[self.1..self.1 + n]);
                self.1 += n;
                Ok(n)
            }
        }
        let text = "任务,号码\n催收😀,138\n".repeat(9000);
        for (encoding, bytes) in [
            (Encoding::Utf16Le, wide(&text, true)),
            (Encoding::Utf16Be, wide(&text, false)),
            (Encoding::Gb18030, encoding_rs::GB18030.encode(&text).0.into_owned()),
        ] {
            let damaged = Arc::new(AtomicBool::new(false));
            let mut out = String::new();
            Transcoder::new(Drop(bytes, 0), encoding, damaged.clone()).read_to_string(&mut out).unwrap();
            assert!(out == text, "{encoding:?}");
            assert!(!damaged.load(Ordering::Relaxed));
        }
        let mut gb = encoding_rs::GB18030.encode("好,1\n坏").0.into_owned();
        gb.extend_from_slice(b"\xff\xff,2\n");
        let damaged = Arc::new(AtomicBool::new(false));
        let mut out = String::new();
        Transcoder::new(&gb[..], Encoding::Gb18030, damaged.clone()).read_to_string(&mut out).unwrap();
        assert!(out.starts_with("好,1\n坏\u{fffd}") && out.ends_with(",2\n"), "{out:?}");
        assert!(damaged.load(Ordering::Relaxed));
    }

    #[test]
    fn a_character_that_is_cut_at_the_end_of_a_look_is_left_out() {
        let gb = encoding_rs::GB18030.encode("号码").0.into_owned();
        assert_eq!(Encoding::Gb18030.transcode(&gb[..3]), "号".as_bytes());
        assert_eq!(Encoding::Gb18030.transcode(&gb), "号码".as_bytes());
    }
}
