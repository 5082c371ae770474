//! The command line: arguments to a job, a report to files and the terminal, a report to an exit status.

mod args;
mod audit;
mod calls;
mod case;
mod compare;
mod complaints;
mod generated;
mod inspect;
mod loading;
mod memory;
mod output;
mod outward;
mod plan;
mod render;
mod rules;
mod split;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

/// Runs the command that the arguments ask for.
pub fn run() -> ExitCode {
    let arguments = match args::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { 2 } else { 0 });
        }
    };
    let terminal = terminal::Terminal::new(&arguments);
    let result = match &arguments.command {
        args::Command::Audit(options) => audit::run(options, &arguments, &terminal),
        args::Command::Calls(options) => calls::run(options, &arguments, &terminal),
        args::Command::Case(options) => case::run(options, &arguments, &terminal),
        args::Command::Inspect(options) => inspect::run(options, &arguments, &terminal),
        args::Command::Render(options) => render::run(options, &arguments, &terminal),
        args::Command::Diff(options) => compare::diff(options, &arguments, &terminal),
        args::Command::Trend(options) => compare::trend(options, &arguments, &terminal),
        args::Command::Plan(options) => plan::run(options, &arguments, &terminal),
        args::Command::Complaints(options) => complaints::run(options, &arguments, &terminal),
        args::Command::Optouts(options) => complaints::ledger(options, &arguments, &terminal),
        args::Command::Completions(options) => generated::completions(options),
        args::Command::Man(options) => generated::man(options),
        args::Command::Rules { command } => rules::run(command, &arguments, &terminal),
    };
    match result {
        Ok(status) => ExitCode::from(status),
        Err(e) if output::is_broken_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => {
            terminal.error(&e);
            ExitCode::from(e.status())
        }
    }
}

/// Refuses a language that there is not.
fn known_language(arguments: &args::Arguments) -> crate::error::Result<()> {
    match arguments.lang.as_deref().filter(|l| crate::language::Lang::parse(l).is_none()) {
        Some(lang) => Err(crate::error::Error::Usage(format!("--lang {lang}: en or zh"))),
        None => Ok(()),
    }
}
