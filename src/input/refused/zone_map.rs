//! Maps of number prefixes to time zones, as libphonenumber has them: `1201|America/New_York`.

use super::Refusal;
use crate::input::prefix::Prefix;

/// What it is.
pub struct Stranger;

impl Refusal for Stranger {
    fn name(&self) -> &'static str {
        "zone-map"
    }

    fn sentence(&self) -> &'static str {
        "a map of number prefixes to time zones, not calls: zones of numbers are built in; give a call log"
    }

    fn is(&self, prefix: &Prefix) -> bool {
        let line = |text: &&String| {
            let Some((digits, zones)) = text.split_once(['|', ',', ';', '\t']) else { return false };
            let zone = |z: &str| z.contains('/') && z.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_-+".contains(&b));
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && zones.trim_matches('"').split('&').all(|z| zone(z.trim()))
        };
        let lines: Vec<&String> = prefix.lines.iter().filter(|l| !l.trim().is_empty() && !l.starts_with('#')).collect();
        lines.len() > 1 && lines.iter().filter(|l| line(l)).count() * 10 >= lines.len() * 9
    }
}
