//! `aspis trace`

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use aspis_core::ids::AccountId;
use aspis_market::leaked;
use aspis_store::Durable;
use clap::Args;

use super::Cli;
use crate::home::Home;

mod census;
mod report;
mod shelf;

use census::Census;
use report::Report;
use shelf::Shelf;

#[derive(Debug, Args)]
pub(super) struct Trace {
    /// The file that turned up: CSV or JSON in any form; - reads standard input
    file: PathBuf,
    /// The asset of its rows, where the file does not say
    #[arg(long, value_name = "NAME")]
    asset: Option<String>,
}

/// Nobody was found.
const NOTHING: u8 = 1;
/// The file or the data folder cannot be read.
const UNREADABLE: u8 = 2;
/// Accounts that are read at once.
const PART: u32 = 1000;
/// Bytes of the file that are read at once.
const BUFFER: usize = 128 * 1024;

impl Trace {
    /// Found is 0, not found 1, and what cannot be read 2: a script must tell them apart.
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let report = match self.report(cli) {
            Ok(report) => report,
            Err(error) => {
                let said = format!("{error:#}");
                eprintln!("aspis: {}", said.lines().map(printable).collect::<Vec<_>>().join("\n"));
                return Ok(ExitCode::from(UNREADABLE));
            }
        };
        if cli.json {
            super::say_json(&report)?;
        } else {
            super::say(&report)?;
        }
        Ok(if report.found { ExitCode::SUCCESS } else { ExitCode::from(NOTHING) })
    }

    fn report(&self, cli: &Cli) -> anyhow::Result<Report> {
        let database = Home::of(&cli.settings()?);
        let home_name = printable(&database.to_string());
        anyhow::ensure!(database.is_there(), "there is no database at {home_name}");
        let input = self.open()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let home = Durable::of(runtime.block_on(super::place::database(&database))?);
        let Some(given) = runtime.block_on(Shelf::open(&home))? else {
            anyhow::bail!("the server of {home_name} has never given out a file");
        };
        let asset = self.asset.as_deref().map(|name| given.known(name)).transpose()?;
        let mut census = Census::new(&given, asset);
        leaked::read(input, &mut |piece| census.take(piece)).with_context(|| self.name())?;
        Ok(Report::of(census.done(), &given, &runtime.block_on(accounts(&home))?))
    }

    fn name(&self) -> String {
        if self.file.as_os_str() == "-" {
            "standard input".into()
        } else {
            printable(&self.file.display().to_string())
        }
    }

    fn open(&self) -> anyhow::Result<Box<dyn BufRead>> {
        if self.file.as_os_str() == "-" {
            return Ok(Box::new(BufReader::with_capacity(BUFFER, std::io::stdin())));
        }
        let file = aspis_watch::file::open(&self.file).with_context(|| self.name())?;
        Ok(Box::new(BufReader::with_capacity(BUFFER, file)))
    }
}

/// A text from outside as it may be shown on a terminal: what steers one is written out.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}

/// Everybody, with their addresses, by identifier.
async fn accounts(store: &Durable) -> anyhow::Result<Vec<(AccountId, String)>> {
    let mut all: Vec<(AccountId, String)> = Vec::new();
    loop {
        let after = all.last().map(|(id, _)| *id);
        let part = store.accounts.list(after, PART).await?;
        if part.is_empty() {
            return Ok(all);
        }
        all.extend(part);
    }
}
