//! `aspis assets`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Cli;

mod import;
mod input;
mod list;
mod progress;
mod server;

/// A file or the data folder cannot be read, or was refused: nothing was done, or not all.
const FAILED: u8 = 2;

#[derive(Debug, Args)]
pub(super) struct Assets {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring a file of prices in, whether the server runs or not
    #[command(after_help = AFTER)]
    Import(import::Import),
    /// List the assets, with what there is of each
    List,
}

const AFTER: &str = "\
The file is CSV: a first line of names, of which `timestamp` (a date or RFC 3339) and `close` are needed, and `open`,
`high`, `low`, `volume` may be there. Rows stand oldest first. A bad row is told of and left out; what is there already
stays as it is; what differs takes the place of what was there. An import that was interrupted goes on where it was.

Ends with 0 when every row is in, 1 when some were refused, and 2 when the file was not brought in to its end.";

impl Assets {
    /// As `trace`: what cannot be read is another end than what was found wanting.
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let outcome = match &self.command {
            Command::Import(command) => command.run(cli),
            Command::List => list::run(cli),
        };
        outcome.or_else(|error| {
            let said = format!("{error:#}");
            eprintln!("aspis: {}", said.lines().map(super::trace::printable).collect::<Vec<_>>().join("\n"));
            Ok(ExitCode::from(FAILED))
        })
    }
}
