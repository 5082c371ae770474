//! Lines of fields of a fixed number of characters, where a profile or a layout asks for it with `widths`.

use std::io::{BufRead, BufReader, Read};

use super::containers::{Container, Head, Original};
use super::spool::{SpoolWriter, Stop};

/// The form: how many characters each field has; 0, as the last one, is the rest of the line.
#[derive(Debug)]
pub struct Fixed {
    /// Characters of each field.
    pub widths: Vec<usize>,
}

/// A line longer than this is rejected.
const LONGEST: u64 = 1 << 20;

impl Container for Fixed {
    fn name(&self) -> &'static str {
        "fixed width"
    }

    fn recognise(&self, _head: &Head<'_>) -> bool {
        false
    }

    fn convert(&self, original: &Original<'_>, spool: &mut SpoolWriter) -> Result<(), Stop> {
        let mut input = BufReader::with_capacity(1 << 17, original.text()?);
        let (mut line, mut bytes) = (0, Vec::new());
        loop {
            bytes.clear();
            let number = line + 1;
            let fail = |e| Stop::Input(format!("line {number}: {e}"));
            if input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes).map_err(fail)? == 0 {
                return Ok(());
            }
            line += 1;
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
            if bytes.len() as u64 >= LONGEST && !bytes.ends_with(b"\n") {
                input.skip_until(b'\n').map_err(fail)?;
                spool.fault(line, "longer than 1 MiB", text)?;
            } else if !text.trim().is_empty() {
                match self.fields(text) {
                    Ok(fields) => spool.row(line, &fields)?,
                    Err(why) => spool.fault(line, &why, text)?,
                }
            }
        }
    }
}

impl Fixed {
    /// The fields of a line. One that ends early has empty fields, as exporters leave out blanks at the end.
    fn fields<'a>(&self, line: &'a str) -> Result<Vec<&'a str>, String> {
        let mut rest = line;
        let mut fields = Vec::with_capacity(self.widths.len());
        for &width in &self.widths {
            let end = if width == 0 { rest.len() } else { rest.char_indices().nth(width).map_or(rest.len(), |c| c.0) };
            let (field, after) = rest.split_at(end);
            fields.push(field.trim());
            rest = after;
        }
        if rest.trim().is_empty() {
            return Ok(fields);
        }
        Err(format!("{} characters where {} were expected", line.chars().count(), self.widths.iter().sum::<usize>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_cut_by_characters_and_longer_lines_are_told() {
        let fixed = Fixed { widths: vec![2, 4, 3] };
        assert_eq!(fixed.fields("主叫 1  xyz").unwrap(), ["主叫", "1", "xyz"]);
        assert_eq!(fixed.fields("ab").unwrap(), ["ab", "", ""]);
        assert_eq!(fixed.fields("abcdefghi  ").unwrap()[2], "ghi");
        assert_eq!(fixed.fields("abcdefghijk").unwrap_err(), "11 characters where 9 were expected");
        assert_eq!(Fixed { widths: vec![1, 0] }.fields("abc d").unwrap(), ["a", "bc d"]);
    }
}
