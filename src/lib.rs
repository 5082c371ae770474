//! `callaudit` audits call detail records against a TOML ruleset: violations with their evidence, and what to do about them.

#![cfg_attr(test, allow(clippy::unwrap_used))]
pub mod calls;
pub mod casework;
pub mod cli;
pub mod complaints;
pub mod engine;
pub mod error;
pub mod exposure;
pub mod findings;
pub mod input;
pub mod language;
pub mod policy;
pub mod remediation;
pub mod report;
pub mod rules;
pub mod ruleset;
pub mod temporary;
