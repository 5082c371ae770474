//! From files to calls: sources, records, layouts, and what became of each row.

mod cells;
#[cfg(test)]
mod conformance;
pub mod derive;
pub mod formats;
pub mod layout;
pub mod mapping;
pub mod prefix;
pub mod profile;
mod profile_file;
pub mod records;
pub mod refused;
mod repair;
pub mod source;
pub mod survey;
pub mod words;
