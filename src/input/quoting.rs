//! Records whose quotes are not written by the usual rule: quotes escaped by a backslash, and blanks before a quote. They are tried only
//! where the usual reading fails or leaves quotes in a cell, and taken only where all of the record is consistent.

use super::records::Dialect;

/// What a second reading of a record gave.
#[derive(Debug, PartialEq, Eq)]
pub enum Reading {
    /// The record is whole: its length, and the ends of its fields in the bytes that were appended.
    Done(usize, Vec<usize>),
    /// The bytes end before the record does.
    More,
    /// Not consistent.
    Wrong,
}

/// Reads the record at the begin of `bytes` and appends the bytes of its fields to `out`. `escape`: a backslash protects a quote or another
/// backslash inside of quotes, which may span lines; else quotes close on their line. `whole`: nothing follows `bytes`.
pub fn read(bytes: &[u8], dialect: Dialect, escape: bool, whole: bool, out: &mut Vec<u8>) -> Reading {
    let (mut at, mut ends) = (0, Vec::new());
    let base = out.len();
    let unfinished = if whole { Reading::Wrong } else { Reading::More };
    loop {
        let blanks = bytes[at..].iter().take_while(|b| **b == b' ').count();
        if bytes.get(at + blanks) == Some(&dialect.quote) {
            at += blanks + 1;
            match quoted(bytes, at, dialect.quote, escape, out) {
                Some(close) if close < bytes.len() => at = close + 1,
                Some(_) => return unfinished,
                None => return Reading::Wrong,
            }
            at += bytes[at..].iter().take_while(|b| **b == b' ').count();
        } else {
            let length = bytes[at..].iter().take_while(|b| **b != dialect.delimiter && !matches!(b, b'\n' | b'\r')).count();
            out.extend_from_slice(&bytes[at..at + length]);
            at += length;
        }
        ends.push(out.len() - base);
        match bytes.get(at) {
            None if whole => return Reading::Done(at, ends),
            None => return Reading::More,
            Some(b'\n' | b'\r') => return Reading::Done(at, ends),
            Some(b) if *b == dialect.delimiter => at += 1,
            Some(_) => return Reading::Wrong,
        }
    }
}

/// Reads up to the closing quote and gives its place, which is the length of `bytes` where there is none; None where the line ends first
/// and quotes must close on their line.
fn quoted(bytes: &[u8], mut at: usize, quote: u8, escape: bool, out: &mut Vec<u8>) -> Option<usize> {
    while at < bytes.len() {
        let (byte, next) = (bytes[at], bytes.get(at + 1).copied());
        match byte {
            b'\\' if escape && next.is_some_and(|n| n == quote || n == b'\\') => {
                out.extend(next);
                at += 2;
            }
            b if b == quote && next == Some(quote) => {
                out.push(quote);
                at += 2;
            }
            b if b == quote => return Some(at),
            b'\n' | b'\r' if !escape => return None,
            b => {
                out.push(b);
                at += 1;
            }
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str, escape: bool, whole: bool) -> Result<Vec<String>, Reading> {
        let mut out = Vec::new();
        match read(text.as_bytes(), Dialect { delimiter: b',', quote: b'"' }, escape, whole, &mut out) {
            Reading::Done(_, ends) => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                Ok(starts.zip(&ends).map(|(a, b)| String::from_utf8_lossy(&out[a..*b]).into_owned()).collect())
            }
            other => Err(other),
        }
    }

    #[test]
    fn a_backslash_protects_and_blanks_before_a_quote_are_no_text() {
        assert_eq!(fields("1,\"say \\\"hi, \\\"\",\"c:\\\\\",\"a\"\"b\\n\"\nnext", true, false).unwrap(), ["1", "say \"hi, \"", "c:\\", "a\"b\\n"]);
        assert_eq!(fields("1, \"a, b\" ,  \"c\",d", false, true).unwrap(), ["1", "a, b", "c", "d"]);
    }

    #[test]
    fn what_is_not_consistent_is_refused() {
        assert_eq!(fields("1,\"a\"b,2\n", true, true), Err(Reading::Wrong));
        assert_eq!(fields("1,\"a\\\"", true, true), Err(Reading::Wrong));
        assert_eq!(fields("1,\"a\\\"", true, false), Err(Reading::More));
        assert_eq!(fields("1, \"a\nb\",2\n", false, true), Err(Reading::Wrong));
    }
}
