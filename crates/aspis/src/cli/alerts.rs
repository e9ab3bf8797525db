//! `aspis alerts`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Cli;

mod list;
mod test;

/// What operators were told, and how they are told.
#[derive(Debug, Args)]
pub(super) struct Alerts {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List alerts, newest first
    List(list::List),
    /// Send a message by a channel, and say what came back; exit 1 where it did not arrive, 2 where there is no such channel
    Test(test::Test),
}

impl Alerts {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        match &self.command {
            Command::List(list) => list.run(cli),
            Command::Test(test) => test.run(cli),
        }
    }
}
