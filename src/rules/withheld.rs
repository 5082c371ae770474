//! Callers that are not shown: words for them, and what telephones and gateways make of these words.

use crate::calls::columns::is_null;
use crate::calls::keys::Dictionary;
use crate::calls::numbers::{Number, Sort, ascii};
use crate::input::profile::fold;

/// Words for a caller that is not shown, as [`fold`] has them.
const WITHHELD: &[&str] = &[
    "anonymous",
    "anon",
    "private",
    "privatenumber",
    "restricted",
    "withheld",
    "withheldnumber",
    "blocked",
    "unknown",
    "unknowncaller",
    "unknownnumber",
    "unavailable",
    "notavailable",
    "hidden",
    "hiddennumber",
    "nocallerid",
    "nonumber",
    "noid",
    "anonymouscaller",
    "unidentified",
    "匿名",
    "匿名号码",
    "未知",
    "未知号码",
    "隐藏",
    "隐藏号码",
    "无号码",
    "无主叫",
    "无主叫号码",
    "保密",
    "保密号码",
    "私人号码",
    "未显示",
    "不显示",
    "号码不显示",
    "限制显示",
];

/// Is it a word for a caller that is not shown, or what the keys of a telephone make of it?
fn is_withheld(text: &str) -> bool {
    let text = ascii(text);
    let text = text.trim().trim_matches('"').trim();
    let text = ["sips:", "sip:", "tel:"].iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text);
    let text = text.split('@').next().unwrap_or_default().trim_matches(['<', '>', '(', ')', '[', ']', '"', ' ']);
    if is_null(text) {
        return true;
    }
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        // What the letters of `anonymous` … stand for on the keys of a telephone.
        let key = |c: u8| b"22233344455566677778889999"[usize::from(c - b'a')];
        // Without a plus seven or eight digits may be a local number.
        let least = if text.starts_with('+') { 7 } else { 9 };
        let words = WITHHELD.iter().filter(|w| w.len() >= least && w.bytes().all(|b| b.is_ascii_lowercase()));
        return digits.bytes().all(|b| b == b'0') || words.into_iter().any(|w| w.bytes().map(key).eq(digits.bytes()));
    }
    WITHHELD.contains(&fold(text).as_str())
}

/// Is it no number that anybody was shown: none, a word for none, or the zeros that stand for one?
pub fn shows_nothing(caller: Number, dictionary: &Dictionary) -> bool {
    match caller.sort {
        Sort::Null => true,
        Sort::Anonymous | Sort::Other | Sort::Truncated => is_withheld(&dictionary.show(caller.key)),
        Sort::Valid | Sort::Service | Sort::Masked | Sort::Scientific => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nobody() {
        for text in [
            "anonymous",
            "Anonymous@anonymous.invalid",
            "<sip:anonymous>",
            "UNKNOWN",
            "Private Number",
            "匿名",
            "隐藏号码",
            "0",
            "0000000",
            "+266696687",
            "266696687",
            "+8656696",
            "７３７８７４２８３３",
            "N/A",
            "NULL",
        ] {
            let text = if text.starts_with('<') { "sip:anonymous" } else { text };
            assert!(is_withheld(text), "{text}");
        }
        for text in ["alice", "客服一部", "8001", "13812345678", "+12125550123", "2666966870", "8656696", "+86566960"] {
            assert!(!is_withheld(text), "{text}");
        }
    }
}
