//! `aspis migrate`: everything from a file to a server, while no server of ours runs.

use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Mutex,
};

use anyhow::Context;
use aspis_core::secret::SecretText;
use aspis_store_sql::{
    Server, Wire,
    copy::{Copied, Progress, copy},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::{Cli, place, say, say_json, trace::printable};
use crate::{control, home, serve::folder::Share, settings::Settings};

/// Rows between two lines in a pipe.
const EVERY: u64 = 100_000;

#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// The file, as sqlite:PATH; without it that of the data folder
    #[arg(long, value_name = "sqlite:PATH", value_parser = file)]
    from: Option<PathBuf>,
    /// The server, as postgres://…; better in the settings (store.database), where nobody sees its password
    #[arg(long, value_name = "postgres://…", value_parser = url)]
    to: Option<Url>,
}

/// The address of a server, which nobody is shown.
#[derive(Debug, Clone)]
struct Url(SecretText);

fn file(text: &str) -> Result<PathBuf, &'static str> {
    let path = text.strip_prefix("sqlite:").filter(|path| !path.is_empty());
    path.map(PathBuf::from).ok_or("a file is named as sqlite:PATH")
}

fn url(text: &str) -> Result<Url, &'static str> {
    Wire::of(text)
        .map(|_| Url(SecretText::new(text.to_owned())))
        .ok_or("a server is named as postgres://…/DATABASE")
}

impl Migrate {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let to = self.server(&settings)?;
        let from =
            self.from.clone().unwrap_or_else(|| crate::serve::database(settings.server.data.as_path()));
        anyhow::ensure!(from.is_file(), place::missing(&from));
        self.is_free(&settings, &from)?;
        place::step_down(&settings)?;
        let shown = Shown::new();
        let copied = place::wait(async { Ok(copy(&from, &to, &|progress| shown.tell(progress)).await?) });
        shown.bar.finish_and_clear();
        let copied = copied?;
        if cli.json {
            say_json(&described(&copied, &from, &to))?;
        } else {
            say(text(&copied, &to))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn server(&self, settings: &Settings) -> anyhow::Result<Server> {
        let set = home::server(settings);
        let Some(Url(url)) = &self.to else {
            return set.context("where to? Name the server by --to, or in the settings (store.database)");
        };
        Ok(home::at(settings, url.clone()))
    }

    /// No server runs on the data folder whose file it is, and no command works there; none begins either.
    fn is_free(&self, settings: &Settings, from: &Path) -> anyhow::Result<()> {
        let data = settings.server.data.as_path();
        let runs = self.from.is_none() && control::is_live(data);
        anyhow::ensure!(!runs, "a server is running on the data folder {}: stop it first", data.display());
        Share::alone(from)?.for_good();
        Ok(())
    }
}

/// How far it has come: a bar on a terminal, plain lines in a pipe.
struct Shown {
    bar: ProgressBar,
    on_terminal: bool,
    said: Mutex<u64>,
}

impl Shown {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style =
            ProgressStyle::with_template("{msg} {wide_bar} {human_pos} of {human_len} rows, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, on_terminal: std::io::stderr().is_terminal(), said: Mutex::new(0) }
    }

    fn tell(&self, progress: Progress) {
        let Progress { table, done, all } = progress;
        self.bar.set_length(all);
        self.bar.set_message(table);
        self.bar.set_position(done);
        let Ok(mut said) = self.said.lock() else { return };
        if !self.on_terminal && (done / EVERY > *said || (done == all && *said == 0)) {
            *said = (done / EVERY).max(1);
            eprintln!("{table}: {done} of {all} rows");
        }
    }
}

fn described(copied: &Copied, from: &Path, to: &Server) -> serde_json::Value {
    let balances = copied.census.balances.iter().map(|(asset, sum)| (asset.clone(), json!(sum.to_string())));
    json!({
        "ok": true,
        "from": from,
        "to": to.place(),
        "schema": copied.census.schema,
        "resumed": copied.resumed,
        "rows": copied.census.rows,
        "entries": copied.census.ledger.entries,
        "balances": balances.collect::<serde_json::Map<_, _>>(),
    })
}

fn text(copied: &Copied, to: &Server) -> String {
    let rows: u64 = copied.census.rows.values().sum();
    let (place, entries) = (printable(&to.place()), copied.census.ledger.entries);
    let resumed = match copied.resumed {
        0 => String::new(),
        resumed => format!(" ({resumed} of them were there from before)"),
    };
    format!(
        "{place} holds what the file holds: {rows} rows{resumed}, counted on both sides; {entries} entries in the books, \
         which balance and come to the same\nthe file stays as it is; set store.database, and start the server\n"
    )
}
