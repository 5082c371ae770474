//! From files to calls: sources, records, layouts, and what became of each row.

pub mod formats;
pub mod mapping;
pub mod prefix;
pub mod profile;
pub mod records;
pub mod source;
