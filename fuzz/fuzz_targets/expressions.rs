//! SQL expressions of rulesets: what passes the check can be evaluated, and leaves no call out of account.

#![no_main]

use callaudit::ruleset::sql;
use callaudit_fuzz::judge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match sql::check(text) {
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                assert!(error.span.start <= error.span.end, "{error:?}");
                assert!(text.get(error.span.clone()).is_some(), "{error:?} points between the bytes of a character, or behind the text");
            }
        }
        Ok(expression) => {
            if sql::type_check(&expression).is_ok() {
                let quoted = serde_json::to_string(text).expect("a text").replace('\u{7f}', "\\u007f");
                let rules = format!(
                    "[ruleset]\nid = \"x\"\n[[rule]]\nid = \"x\"\nkind = \"call_cap\"\nseverity = \"low\"\nforce = \"house\"\nper = [\"caller\"]\nmax = 1\nwindow = \"day\"\nwhere = {quoted}\n"
                );
                judge(&rules).expect("what passes the check is judged");
            }
        }
    }
});
