//! Complaints held against the calls: which calls each is about, how many there are a call, where they gather, what rules would have prevented, and what is
//! due. And the refusals that the calls tell: when each was listed, and what was called since.

pub mod counting;
pub mod lift;
pub mod log;
pub mod matching;
pub mod stats;
