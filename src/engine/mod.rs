//! The engine: from inputs and a ruleset to a report, in two passes over the inputs and one over each key family.

pub mod assembly;
pub mod audit;
pub mod breakdowns;
pub mod companions;
pub mod completion;
pub mod coverage;
pub mod evidence;
pub mod export;
pub mod family;
pub mod findings;
pub mod folding;
pub mod inspect;
pub mod intake;
pub mod legs;
pub mod pass;
pub mod predicates;
pub mod reading;
pub mod rows;
pub mod running;
pub mod scan;
pub mod sorter;
pub mod store;
pub mod trace;
pub mod trial;
pub mod tuples;
pub mod why;
