//! Telephone numbers: a key is written and read again as the same key, and nobody's memory changes a verdict.

#![no_main]

use std::sync::OnceLock;

use callaudit::calls::keys::Dictionary;
use callaudit::calls::numbers::{NumberReader, NumberRegion, Sort};
use callaudit_fuzz::zones;
use libfuzzer_sys::fuzz_target;

const REGIONS: [&str; 8] = ["CN", "US", "GB", "DE", "IT", "BR", "IN", "RU"];

fn regions() -> &'static [NumberRegion] {
    static ALL: OnceLock<Vec<NumberRegion>> = OnceLock::new();
    ALL.get_or_init(|| REGIONS.iter().map(|r| Some(*r)).chain([None]).map(|r| NumberRegion::new(r).expect("a region")).collect())
}

fuzz_target!(|cell: &str| {
    let dictionary = Dictionary::default();
    let mut readers: Vec<NumberReader<'_>> = regions().iter().map(|r| NumberReader::small(&dictionary, zones(), *r)).collect();
    for i in 0..readers.len() {
        let number = readers[i].read(cell);
        assert_eq!(readers[i].read(cell), number, "{cell:?} read twice");
        assert_eq!(readers[i].read(&format!(" {cell}\t")), number, "blanks around {cell:?}");
        let shown = dictionary.show(number.key);
        assert_eq!(number.key.is_null(), number.sort == Sort::Null, "{cell:?}");
        assert_eq!(number.key.groups(), matches!(number.sort, Sort::Valid | Sort::Service | Sort::Other), "{cell:?} is {:?}", number.sort);
        match number.sort {
            // What is valid is so everywhere.
            Sort::Valid => {
                let digits = number.key.as_e164().expect("a valid number has its E.164 digits");
                assert!((1_000..10_u64.pow(17)).contains(&digits), "{cell:?} is +{digits}");
                for other in &mut readers {
                    let again = other.read(&shown);
                    assert_eq!(again, number, "{cell:?} is {shown}, which is {}", dictionary.show(again.key));
                }
            }
            Sort::Service => {
                let again = readers[0].read(&shown);
                assert_eq!(again, number, "{cell:?} is {shown}, which is {} at home", dictionary.show(again.key));
            }
            // Digits stay what they are. Of other texts only those signs are taken off that somebody puts around a number.
            Sort::Other if shown.bytes().all(|b| b.is_ascii_digit()) => {
                let again = readers[i].read(&shown);
                assert_eq!(again.key, number.key, "{cell:?} is {shown:?}, which is {:?} ({:?})", dictionary.show(again.key), again.sort);
            }
            _ => {}
        }
    }
});
