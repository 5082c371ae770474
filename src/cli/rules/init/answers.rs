//! The questions of `rules init` at a terminal.

use std::io::{BufRead, Write};

use super::draft::{self, Cap, Draft, Hours};
use crate::calls::zones::Zones;
use crate::error::{Error, Result};
use crate::language::{Lang, Msg, say, sentence};
use crate::ruleset::packs;

/// Asks for what a ruleset needs; an empty answer takes what stands in brackets, or leaves it out. A wrong answer is asked for again.
///
/// Errors: the answers end before the questions do, and nothing is written.
pub fn ask(input: &mut dyn BufRead, output: &mut dyn Write, zones: &Zones, lang: Lang) -> Result<Draft> {
    let mut talk = Talk { input, output, lang };
    let mut draft = Draft::default();
    let home = if lang == Lang::Zh { "CN" } else { "" };
    draft.region = talk.answer(Msg::AskRegion, home, &[], draft::region)?;
    let zone = draft.region.as_deref().and_then(|r| draft::zone_of(r, zones)).unwrap_or_else(|| "UTC".to_owned());
    draft.timezone = talk.answer(Msg::AskZone, &zone, &[], draft::timezone)?;
    draft.purpose = talk.answer(Msg::AskPurpose, "", &[], draft::word)?;
    let region = draft.region.clone();
    draft.hours = talk.answer(Msg::AskHours, "", &[], |text| Hours::parse(text, region.as_deref()))?;
    while let Some(cap) = talk.answer(if draft.caps.is_empty() { Msg::AskCap } else { Msg::AskMore }, "", &[], Cap::parse)? {
        draft.add_cap(cap);
    }
    loop {
        let question = if draft.lists.is_empty() { Msg::AskList } else { Msg::AskMore };
        if talk.answer(question, "", &[], |text| draft.add_list(text))?.is_none() {
            break;
        }
    }
    let names = packs::names();
    loop {
        let question = if draft.packs.is_empty() { Msg::AskPack } else { Msg::AskMore };
        if talk.answer(question, "", &[("packs", &names)], |text| draft.add_pack(text))?.is_none() {
            break;
        }
    }
    draft.examples_if_empty();
    Ok(draft)
}

struct Talk<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
    lang: Lang,
}

impl Talk<'_> {
    /// An answer that can be read, or none where the answer is empty and nothing stands for it.
    fn answer<T>(
        &mut self,
        question: Msg,
        default: &str,
        values: &[(&str, &str)],
        mut read: impl FnMut(&str) -> std::result::Result<T, String>,
    ) -> Result<Option<T>> {
        let fail = |e: std::io::Error| Error::Io(format!("cannot ask: {e}"));
        loop {
            let brackets = if default.is_empty() { String::new() } else { format!(" [{default}]") };
            write!(self.output, "{}{brackets}: ", say(self.lang, question, values)).and_then(|()| self.output.flush()).map_err(fail)?;
            let mut line = String::new();
            if self.input.read_line(&mut line).map_err(fail)? == 0 {
                return Err(Error::Usage("the answers ended: nothing was written".to_owned()));
            }
            let answer = match line.trim() {
                "" if default.is_empty() => return Ok(None),
                "" => default,
                given => given,
            };
            match read(answer) {
                Ok(value) => return Ok(Some(value)),
                Err(e) => writeln!(self.output, "  {}", sentence(self.lang, &e)).map_err(fail)?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answers: &str, lang: Lang) -> (Result<Draft>, String) {
        let mut said = Vec::new();
        let draft = ask(&mut answers.as_bytes(), &mut said, &Zones::new(), lang);
        (draft, String::from_utf8(said).unwrap())
    }

    #[test]
    fn answers_make_a_ruleset_and_wrong_ones_are_asked_for_again() {
        let (draft, said) = asked("\n\nmarketing\n9 to 5\n09:00-20:00\n3/24h\ncaller=60/hour\n\ndnc=dnc.csv\n\n\n", Lang::Zh);
        let draft = draft.unwrap();
        assert_eq!((draft.region.as_deref(), draft.timezone.as_deref(), draft.purpose.as_deref()), (Some("CN"), Some("Asia/Shanghai"), Some("marketing")));
        assert_eq!((draft.caps.len(), draft.lists.len(), draft.packs.len(), draft.examples), (2, 1, 0, false));
        assert!(said.contains("[CN]") && said.contains("[Asia/Shanghai]") && said.contains("不是 09:00-12:00 这样的时段"), "{said}");
    }

    #[test]
    fn without_an_answer_there_are_examples_and_without_an_end_nothing() {
        let (draft, _) = asked("\n\n\n\n\n\n\n", Lang::En);
        let draft = draft.unwrap();
        assert!(draft.examples && draft.hours.is_some() && draft.timezone.as_deref() == Some("UTC"));
        let (draft, _) = asked("CN\n\n", Lang::En);
        assert!(draft.unwrap_err().to_string().contains("nothing was written"));
    }
}
