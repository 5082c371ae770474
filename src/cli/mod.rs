//! The command line: arguments to a job, a report to files and the terminal, a report to an exit status.

mod args;
mod audit;
mod output;
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
        args::Command::Audit(audit) => audit::run(audit, &arguments, &terminal),
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
