//! How a text gets into a page: as text, and nothing else.

use std::fmt::{Result, Write};

use super::super::table::steers;

/// What templates put between their tags: markup is escaped, and what would turn the direction of the text or hide in it is shown, as on the terminal.
#[derive(Clone, Copy, Debug)]
pub struct Text;

impl askama::filters::Escaper for Text {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> Result {
        for c in text.chars() {
            match c {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&#34;")?,
                '\'' => out.write_str("&#39;")?,
                c if steers(c) => write!(out, "\\u{{{:x}}}", u32::from(c))?,
                c => out.write_char(c)?,
            }
        }
        Ok(())
    }
}
