//! SQL dumps: the whole intake.

#![no_main]

use callaudit::engine::intake::Reading;
use callaudit_fuzz::{Dice, intake};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (data, mut dice) = Dice::behind(bytes, 8);
    let reading = Reading { region: dice.of(&[None, Some("CN"), Some("US")]).map(str::to_owned), ..Reading::default() };
    intake("calls.sql", data, &reading, &mut dice);
});
