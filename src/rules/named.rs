//! Numbers that a rule names: `95588`, `+86138*`, `138****1234`.

use super::lists::{Home, Pattern, Shown, bare};
use crate::calls::keys::{Dictionary, Key};
use crate::calls::numbers::{Number, NumberReader, NumberRegion, Sort, ascii};
use crate::ruleset::compile::Compile;
use crate::ruleset::diagnostics::Diagnostics;
use crate::ruleset::node::Reader;

/// The numbers of one key of a rule.
#[derive(Debug, Default)]
pub struct Named {
    texts: Vec<String>,
    exact: Vec<(Key, usize)>,
    patterns: Vec<(Pattern, usize)>,
    country: String,
    trunk: String,
}

impl Named {
    /// The numbers that a key names, as they would be read in the ruleset's region; None if the rule does not have the key. Complains of what is no number.
    pub fn read(table: &mut Reader<'_>, key: &'static str, cx: &Compile<'_>, out: &mut Diagnostics) -> Option<Named> {
        let texts = table.texts(key, out)?;
        let region = NumberRegion::new(cx.region()).or_else(|_| NumberRegion::new(None)).ok()?;
        let dictionary = Dictionary::default();
        let mut numbers = NumberReader::small(&dictionary, cx.zones(), region);
        let mut named = Named { country: region.country_code().map(|c| c.to_string()).unwrap_or_default(), trunk: region.trunk_prefix(), ..Named::default() };
        for (text, node) in texts {
            let plain = bare(&ascii(text));
            let starred = plain.contains('*');
            let number = numbers.read(&plain);
            // A number of another country's form, or one that is short, is what it is everywhere.
            let local = !plain.starts_with('+') && !plain.starts_with("00");
            let digits = plain.bytes().filter(u8::is_ascii_digit).count();
            if local && cx.region().is_none() && (starred || digits > 6) {
                out.error(&node.place, format!("\"{text}\" has no country code")).help =
                    Some("write it with a plus, such as \"+8613*\", or give [ruleset] a region".to_owned());
                continue;
            }
            let place = named.texts.len();
            let pattern = starred.then(|| Pattern::read(&plain, named.home())).flatten();
            match pattern {
                Some(pattern) => named.patterns.push((pattern, place)),
                // A key that is a text would be known to this dictionary only.
                None if !starred && (number.key.as_e164().is_some() || Key::digits(dictionary.show(number.key).as_bytes()) == Some(number.key)) => {
                    named.exact.push((number.key, place));
                }
                None => {
                    out.error(&node.place, format!("\"{text}\" is no number")).help =
                        Some("a number, a prefix such as \"+86138*\", or a mask such as \"138****1234\"".to_owned());
                    continue;
                }
            }
            named.texts.push(text.to_owned());
        }
        Some(named)
    }

    fn home(&self) -> Home<'_> {
        Home { country: &self.country, trunk: &self.trunk }
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// All that the rule says, in its order.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// What the rule says, by its number.
    pub fn text(&self, which: usize) -> &str {
        self.texts.get(which).map_or("", String::as_str)
    }

    /// Which of them a number is, and whether that is sure: not where one of the two is masked. None: none of them, or no number.
    pub fn find(&self, number: Number, dictionary: &Dictionary) -> Option<(usize, bool)> {
        if number.sort == Sort::Masked {
            let text = bare(&ascii(&dictionary.show(number.key)));
            let may_be = |key: Key| {
                let shown = Shown::of(Number { key, ..number }, dictionary);
                Pattern::Mask(text.clone()).fits(&shown, self.home())
            };
            let exact = self.exact.iter().find(|e| may_be(e.0)).map(|e| e.1);
            return exact.or_else(|| self.patterns.iter().find(|p| p.0.may_mean(&text, self.home())).map(|p| p.1)).map(|which| (which, false));
        }
        if !number.key.groups() {
            return None;
        }
        if let Some((_, which)) = self.exact.iter().find(|e| e.0 == number.key) {
            return Some((*which, true));
        }
        if self.patterns.is_empty() {
            return None;
        }
        let shown = Shown::of(number, dictionary);
        // A Chinese service number is its digits, and may be meant with the country code as well: +8695*.
        let abroad = (number.sort == Sort::Service).then(|| Shown::with_country(number, dictionary));
        let is = |p: &Pattern| p.fits(&shown, self.home()) || abroad.as_ref().is_some_and(|s| p.fits(s, self.home()));
        let fits = |sure: bool| self.patterns.iter().find(|p| matches!(p.0, Pattern::Prefix { .. }) == sure && is(&p.0)).map(|p| p.1);
        fits(true).map(|which| (which, true)).or_else(|| fits(false).map(|which| (which, false)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::zones::Zones;
    use crate::ruleset::compile::load;

    /// Is a callee forbidden by a rule that names these numbers? As the rule of kind `destination` sees it.
    fn named(region: &str, texts: &str) -> Result<Named, String> {
        let zones = Zones::new();
        let file = tempfile::Builder::new().suffix(".toml").tempfile().unwrap();
        let region = if region.is_empty() { String::new() } else { format!("region = \"{region}\"\n") };
        std::fs::write(file.path(), format!("[ruleset]\nid = \"x\"\n{region}[[rule]]\nid = \"r\"\nkind = \"destination\"\nforbid = {texts}\n")).unwrap();
        load(&[file.path().to_owned()], &[], &zones, false).map_err(|e| e.to_string())?;
        let mut out = Diagnostics::default();
        let text = format!("forbid = {texts}");
        let id = out.add_file("r".into(), text.clone());
        let table = crate::ruleset::node::parse(id, &text, &mut out);
        let place = crate::ruleset::node::Place { file: id, span: 0..0 };
        let region = region.split('"').nth(1).map(str::to_owned);
        Ok(Named::read(&mut Reader::new(&table, &place, "a rule"), "forbid", &Compile::bare(&zones, region), &mut out).unwrap())
    }

    #[test]
    fn numbers_prefixes_and_masks() {
        let named = super::tests::named("CN", "[\"95588\", \"0755-12345678\", \"+86138*\", \"139****0001\", \"96*\", \"400*\", \"+8612*\"]").unwrap();
        let (dictionary, zones) = (Dictionary::default(), Zones::new());
        let mut numbers = NumberReader::small(&dictionary, &zones, NumberRegion::new(Some("CN")).unwrap());
        let mut find = |text: &str| named.find(numbers.read(text), &dictionary).map(|(which, sure)| (named.text(which).to_owned(), sure));
        let sure = |text: &str| Some((text.to_owned(), true));
        let unsure = |text: &str| Some((text.to_owned(), false));
        assert_eq!(find("95588"), sure("95588"));
        assert_eq!(find("+8695588"), sure("95588"));
        assert_eq!(find("955881"), None);
        assert_eq!(find("+8675512345678"), sure("0755-12345678"));
        assert_eq!(find("13812345678"), sure("+86138*"));
        assert_eq!(find("96110"), sure("96*"));
        assert_eq!(find("12315"), sure("+8612*"), "with the country code");
        assert_eq!(find("4001234567"), sure("400*"));
        assert_eq!(find("13900000001"), unsure("139****0001"), "a mask is not the number");
        assert_eq!(find("138****5678"), unsure("+86138*"));
        assert_eq!(find("0755****5678"), unsure("0755-12345678"));
        for other in ["137****5678", "13912345678", "anonymous", "", "1.38E+10"] {
            assert_eq!(find(other), None, "{other}");
        }
        let abroad = super::tests::named("CN", "[\"+8695588\", \"+8610108888\"]").unwrap();
        for (text, which) in [("95588", "+8695588"), ("10108888", "+8610108888")] {
            assert_eq!(abroad.find(numbers.read(text), &dictionary), Some((abroad.texts().iter().position(|t| t == which).unwrap(), true)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["nobody", "", "*", "12a*"] {
            let error = named("CN", &format!("[\"{text}\"]")).unwrap_err();
            assert!(error.contains(&format!("\"{text}\" is no number")), "{error}");
        }
        let error = named("", "[\"138*\", \"13812345678\"]").unwrap_err();
        assert!(error.contains("\"138*\" has no country code") && error.contains("\"13812345678\" has no country code"), "{error}");
        assert!(named("", "[\"+86138*\", \"110\", \"0086138*\"]").is_ok());
    }
}
