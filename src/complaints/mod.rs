//! Complaints held against the calls: which calls each is about, how many there are a call, where they gather, what rules would have prevented, and what is
//! due. And the refusals that the calls tell: when each was listed, and what was called since.

pub mod attribution;
pub mod build;
pub mod counting;
pub mod deadlines;
pub mod ledger_page;
pub mod lift;
mod limits;
pub mod log;
pub mod matching;
pub mod model;
pub mod optouts;
pub mod page;
pub mod prevented;
pub mod refusals;
mod remarks;
pub mod rows;
mod running;
pub mod sheets;
pub mod sources;
pub mod stats;
pub mod targets;
pub mod terminal;
pub mod titles;

pub use running::{Asked, complaints, optouts};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::report::masking::{Hide, Masking};

/// A report without the numbers of anybody, ours included: too much rather than too little.
///
/// Errors: a defect of this program.
pub fn masked<T: Serialize + DeserializeOwned>(report: &T) -> Result<T> {
    let wrong = |e: serde_json::Error| Error::Io(format!("hiding numbers: {e}"));
    let mut value = serde_json::to_value(report).map_err(wrong)?;
    let keys = ["number", "shown", "caller", "callee", "level", "worst"];
    let masking = Masking::of_value(&value, &keys, Hide { mask: true, key: None });
    // A source is cited as it is.
    let limits = value.get_mut("limits").map(serde_json::Value::take);
    masking.hide(&mut value);
    if let Some(mut limits) = limits {
        for limit in limits.as_array_mut().into_iter().flatten() {
            if let Some(worst) = limit.get_mut("worst") {
                masking.hide(worst);
            }
        }
        value["limits"] = limits;
    }
    serde_json::from_value(value).map_err(wrong)
}
