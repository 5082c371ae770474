//! From files to calls: sources, records, layouts, and what became of each row.

mod cells;
mod compound;
#[cfg(test)]
mod conformance;
pub mod containers;
pub mod derive;
pub mod fixed;
pub mod folds;
pub mod formats;
pub mod json;
mod json_cdr;
pub mod layout;
pub mod mapping;
pub mod paths;
pub mod prefix;
pub mod profile;
mod profile_file;
pub mod profile_text;
pub mod quoting;
pub mod records;
pub mod refused;
mod repair;
pub mod side_table;
pub mod source;
pub mod spool;
pub mod survey;
pub mod text;
pub mod titles;
pub mod unpack;
pub mod words;
