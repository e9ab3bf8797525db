//! `aspis backup`: a copy of everything, by the server that runs or without one.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context;
use aspis_core::{
    chance::{Chance, SystemChance},
    clock::{Clock, SystemClock},
    event::Sink,
};
use aspis_watch::security_log::{SecurityLog, life::has_lived};
use clap::Args;

use super::{Cli, place, say, say_json};
use crate::{
    backup::{self, Made, Order, Target, Told, Why},
    control::{self, Request},
    home::Home,
    serve::folder::Share,
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
    /// Leave it in clear although the others in its folder are encrypted; without it that is refused, but for --config
    #[arg(long, conflicts_with = "encrypt")]
    clear: bool,
}

impl Backup {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        anyhow::ensure!(
            self.out.as_deref() != Some(Path::new("-")),
            "a backup is read back before it counts, and cannot go to standard output: name a file, or ./-"
        );
        let told = match self.by_server(&settings)? {
            Some(told) => told,
            None => Told::of(self.alone(cli, &settings)?, false),
        };
        if cli.json {
            say_json(&told)?;
        } else {
            say(&told)?;
        }
        Ok(if told.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    /// What goes into the folder of the settings is made by the server that runs: it knows which ones these are.
    fn by_server(&self, settings: &Settings) -> anyhow::Result<Option<Told>> {
        if self.out.is_some() {
            return Ok(None);
        }
        let request = Request::Backup { encrypt: self.encrypt };
        let answer = control::ask_at_length(settings.server.data.as_path(), &request)
            .context("asking the server that runs on the data folder for a backup")?;
        let told = place::understood(answer)?.map(serde_json::from_value).transpose();
        told.context("the server that runs is of another release: restart it")
    }

    /// Without a server, or to elsewhere.
    fn alone(&self, cli: &Cli, settings: &Settings) -> anyhow::Result<Made> {
        place::step_down(settings)?;
        Share::take(&crate::serve::database(settings.server.data.as_path()))?.for_good();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        let order = Order {
            settings: settings.clone(),
            target: self.target(),
            why: Why::Daily,
            encrypt: self.encrypt,
            clear: self.clear,
            known: cli.config.is_some(),
            config: cli.config.clone(),
            clock: Arc::clone(&clock),
            chance: Arc::clone(&chance),
        };
        let made = place::wait(async { Ok(backup::make(order).await) })?;
        record(settings, &made, &clock, &chance)?;
        Ok(made?)
    }

    fn target(&self) -> Target {
        match &self.out {
            None => Target::Kept,
            Some(path) if path.is_dir() => Target::Folder(path.clone()),
            Some(path) => Target::File(path.clone()),
        }
    }
}

/// It is written into the security log, where there is one or a database that it belongs to: a server beside us writes to
/// the same. Elsewhere it would tell of a life that never was.
fn record(
    settings: &Settings,
    made: &Result<Made, backup::MakeError>,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> anyhow::Result<()> {
    let data = settings.server.data.as_path();
    if data.is_dir() && (Home::of(settings).is_there() || has_lived(data)) {
        let log = SecurityLog::open(data, crate::serve::log::options(settings, chance, clock.now()))?;
        let events = backup::events(made.as_ref(), &place::me().name, clock.now());
        for event in events {
            log.record(event);
        }
        log.close();
    }
    Ok(())
}
