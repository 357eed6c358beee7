//! `degarble generate`: man pages and shell completions, from the very arguments.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::Outcome;
use super::args::{Arguments, GenerateArgs, Product};
use super::error::CliError;

/// Writes what is asked for.
pub(super) fn run(args: &GenerateArgs) -> Result<Outcome, CliError> {
    let mut command = Arguments::command();
    let mut out = Vec::new();
    match &args.product {
        Product::Man { output_dir: Some(folder) } => {
            command.build();
            pages(&command, "degarble", folder)?;
        }
        Product::Man { output_dir: None } => {
            Man::new(command).render(&mut out).map_err(CliError::Output)?;
        }
        Product::Completions { shell } => clap_complete::generate(*shell, &mut command, "degarble", &mut out),
    }
    match io::stdout().lock().write_all(&out) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(CliError::Output(e)),
        _ => Ok(Outcome::Done),
    }
}

/// Writes a page for a command and for each below it.
fn pages(command: &clap::Command, name: &str, folder: &Path) -> Result<(), CliError> {
    let path = folder.join(format!("{name}.1"));
    let mut page = Vec::new();
    let written = Man::new(command.clone()).title(name.to_owned()).render(&mut page).and_then(|()| {
        fs::create_dir_all(folder)?;
        fs::write(&path, &page)
    });
    written.map_err(|source| CliError::Write { path: path.clone(), source })?;
    for below in command.get_subcommands() {
        pages(below, &format!("{name}-{}", below.get_name()), folder)?;
    }
    Ok(())
}
