//! The canonical call: its columns, and how numbers, times, zones and dates are understood.

pub mod areas;
pub mod calendar;
pub mod classes;
pub mod columns;
pub mod keys;
pub mod numbers;
pub mod ranges;
pub mod regions;
pub mod timestamps;
pub mod zones;
