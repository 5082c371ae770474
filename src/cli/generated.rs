//! `callaudit completions` and `callaudit man`: made from the table of commands that the help is made from.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Arguments, Completions, Man};
use super::output;
use crate::error::{Error, Result};
use crate::report::renderers::write_error;

/// Writes completions to standard output.
pub fn completions(options: &Completions) -> Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "callaudit", &mut text);
    print(&text)
}

/// Writes manual pages.
pub fn man(options: &Man) -> Result<u8> {
    let mut command = Arguments::command();
    command.build();
    let Some(folder) = &options.folder else { return print(&page(command)?) };
    if !folder.is_dir() {
        return Err(Error::Usage(format!("--folder {}: there is no such folder", folder.display())));
    }
    pages(command, "callaudit".to_owned(), &mut |name, text| {
        output::whole(&folder.join(format!("{name}.1")), |out| out.write_all(text).map_err(|e| write_error(&e)))
    })?;
    Ok(0)
}

/// The page of a command and those of the commands below it.
fn pages(command: clap::Command, name: String, put: &mut dyn FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
    let below: Vec<clap::Command> = command.get_subcommands().filter(|c| c.get_name() != "help").cloned().collect();
    put(&name, &page(command.name(name.clone()))?)?;
    below.into_iter().try_for_each(|c| {
        let name = format!("{name}-{}", c.get_name());
        pages(c, name, put)
    })
}

fn page(command: clap::Command) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    clap_mangen::Man::new(command).render(&mut text).map_err(|e| Error::Io(format!("making the manual page: {e}")))?;
    Ok(text)
}

fn print(text: &[u8]) -> Result<u8> {
    let mut out = std::io::stdout().lock();
    out.write_all(text).and_then(|()| out.flush()).map_err(|e| write_error(&e))?;
    Ok(0)
}
