//! `aspis backup`: a copy of everything, beside the server that runs or without one.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode, sync::Arc};

use aspis_core::{
    chance::{Chance, SystemChance},
    clock::{Clock, SystemClock},
    event::Sink,
};
use aspis_watch::security_log::SecurityLog;
use clap::Args;
use serde_json::json;

use super::{Cli, place, say, say_json};
use crate::{
    backup::{self, Made, Order, Target},
    settings::Settings,
};

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// Where to: a file, or a folder that is there; without it the folder of the settings (backup.folder)
    #[arg(long, value_name = "DIR|FILE")]
    out: Option<PathBuf>,
    #[arg(
        long,
        help = "Encrypt it by the passphrase of the settings (backup.passphrase, backup.passphrase_file)"
    )]
    encrypt: bool,
}

impl Backup {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        let order = Order {
            settings: settings.clone(),
            target: self.target(),
            encrypt: self.encrypt,
            config: cli.config.clone(),
            clock: Arc::clone(&clock),
            chance: Arc::clone(&chance),
        };
        let made = place::wait(async { Ok(backup::make(order).await) })?;
        record(&settings, &made, &clock, &chance)?;
        let made = made?;
        if cli.json {
            say_json(&described(&made))?;
        } else {
            say(text(&made))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn target(&self) -> Target {
        match &self.out {
            None => Target::Kept,
            Some(path) if path.is_dir() => Target::Folder(path.clone()),
            Some(path) => Target::File(path.clone()),
        }
    }
}

/// It is written into the security log, where there is one: a server beside us writes to the same.
fn record(
    settings: &Settings,
    made: &Result<Made, backup::MakeError>,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> anyhow::Result<()> {
    let data = settings.server.data.as_path();
    if data.is_dir() {
        let log = SecurityLog::open(data, crate::serve::log::options(settings, chance, clock.now()))?;
        log.record(backup::event(made.as_ref(), &place::me().name, clock.now()));
        log.close();
    }
    Ok(())
}

fn described(made: &Made) -> serde_json::Value {
    json!({
        "ok": true,
        "path": made.path,
        "bytes": made.bytes,
        "encrypted": made.sealed,
        "removed": made.removed,
        "manifest": made.manifest,
    })
}

fn text(made: &Made) -> String {
    let manifest = &made.manifest;
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{}", made.path.display());
    let sealed = if made.sealed { "encrypted" } else { "not encrypted" };
    let _ = writeln!(
        text,
        "{} bytes, {sealed}; {} parts of {} bytes, read back and whole",
        made.bytes,
        manifest.parts.len(),
        manifest.bytes()
    );
    let books = if manifest.database.ledger.balanced { "balance" } else { "DO NOT BALANCE" };
    let _ = writeln!(
        text,
        "schema {}; {} entries in the books, which {books}",
        manifest.database.schema, manifest.database.ledger.entries
    );
    if made.removed > 0 {
        let _ = writeln!(text, "{} older ones were removed", made.removed);
    }
    text
}
