//! `aspis restore FILE`: a backup in the place of the data folder, while no server runs.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use aspis_core::{chance::SystemChance, clock::SystemClock};
use clap::Args;
use serde_json::json;

use super::{Cli, place, say, say_json};
use crate::{
    backup::{Accepted, Restore as Asked, Restored, restore},
    words::counted,
};

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
    /// Keep a data folder that is not empty under another name (DIR.before-restore-TIME); without it that is refused
    #[arg(long)]
    aside: bool,
    /// Put it back although the chain of its security log was broken when it was made; without it that is refused
    #[arg(long)]
    accept_broken_log: bool,
    /// Put it back although its books did not balance when it was made; without it that is refused
    #[arg(long)]
    accept_broken_books: bool,
}

impl Restore {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let asked = Asked {
            file: self.file.clone(),
            settings: cli.settings()?,
            aside: self.aside,
            accepted: Accepted { log: self.accept_broken_log, books: self.accept_broken_books },
            who: place::me().name,
            clock: Arc::new(SystemClock::start()),
            chance: Arc::new(SystemChance),
        };
        let restored = place::wait(async { Ok(Box::pin(restore(asked)).await?) })?;
        if cli.json {
            say_json(&described(&restored))?;
        } else {
            say(text(&restored))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn described(restored: &Restored) -> serde_json::Value {
    json!({
        "ok": true,
        "data": restored.data,
        "aside": restored.aside,
        "found": restored.found,
        "manifest": restored.manifest,
    })
}

fn text(restored: &Restored) -> String {
    let manifest = &restored.manifest;
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(
        text,
        "{} is as it was at {} (release {}, schema {})",
        restored.data.display(),
        manifest.made,
        manifest.version,
        manifest.database.schema
    );
    let ledger = &manifest.database.ledger;
    let books = if ledger.balanced { "balance, as they did" } else { "DO NOT BALANCE, as they did not" };
    let _ = writeln!(
        text,
        "{} what the manifest says; {} in the books, which {books}",
        counted(manifest.parts.len(), "part is", "parts are"),
        counted(ledger.entries, "entry", "entries")
    );
    for found in &restored.found {
        let shown = found.display();
        let _ = writeln!(text, "a restore that was killed had left an old folder; it is kept: {shown}");
    }
    if let Some(aside) = &restored.aside {
        let _ = writeln!(text, "the old folder is kept: {}", aside.display());
    }
    let _ =
        writeln!(text, "sign-ins, keys and limits are those of that time: see the runbook for what to end");
    text
}
