//! Complaints held against the calls: which calls each is about, how many there are a call, where they gather, what rules would have prevented, and what is
//! due. And the refusals that the calls tell: when each was listed, and what was called since.

pub mod attribution;
pub mod build;
pub mod counting;
pub mod deadlines;
pub mod ledger_page;
pub mod lift;
pub mod log;
pub mod matching;
pub mod model;
pub mod optouts;
pub mod page;
pub mod prevented;
pub mod rows;
pub mod sources;
pub mod stats;
pub mod terminal;
