//! `callaudit rules …`: what is done with rulesets themselves.

pub mod test;

use clap::Subcommand;

use super::args::Arguments;
use super::terminal::Terminal;
use crate::error::Result;

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Runs the cases beside a ruleset: does each rule say of each call what it should?
    Test(test::Test),
}

/// Runs the subcommand; gives the exit status.
pub fn run(command: &RulesCommand, arguments: &Arguments, terminal: &Terminal) -> Result<u8> {
    super::known_language(arguments)?;
    match command {
        RulesCommand::Test(options) => test::run(options, terminal),
    }
}
