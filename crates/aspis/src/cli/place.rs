//! Where a command works: at the server that runs on the data folder, or on the database itself.

use std::sync::Arc;

use aspis_core::{
    chance::{Chance, SystemChance},
    clock::{Clock, SystemClock},
    event::Sink,
    refusal::Refusal,
};
use aspis_store::Durable;
use aspis_store_sql::Sql;
use aspis_watch::security_log::SecurityLog;
use serde_json::Value;

use crate::{
    app::incidents,
    control::{self, Request},
    incidents::{By, Desk},
    settings::Settings,
};

/// The database of a data folder, opened beside whatever else works on it.
pub(super) struct Place {
    pub(super) sql: Arc<Sql>,
    pub(super) store: Durable,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
    settings: Settings,
}

impl Place {
    /// Opens it; there has to be one.
    pub(super) async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let database = crate::serve::database(settings.server.data.as_path());
        anyhow::ensure!(database.exists(), "there is no database at {}", database.display());
        let sql = Arc::new(Sql::open(&database).await?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let chance: Arc<dyn Chance> = Arc::new(SystemChance);
        let store = Durable::of(Arc::clone(&sql));
        Ok(Self { sql, store, clock, chance, settings: settings.clone() })
    }

    /// The desk that works on it, with the log that it writes.
    pub(super) fn desk(&self) -> anyhow::Result<(Desk, Arc<SecurityLog>)> {
        let data = self.settings.server.data.as_path();
        let options = crate::serve::log::options(&self.settings, &self.chance, self.clock.now());
        let log = Arc::new(SecurityLog::open(data, options)?);
        let events: Arc<dyn Sink> = log.clone();
        Ok((incidents::desk(&self.settings, &self.store, &self.clock, &self.chance, &events), log))
    }

    /// Closes it in good order.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        drop(self.store);
        self.sql.close().await?;
        Ok(())
    }
}

/// The system user who gives the command.
pub(super) fn me() -> By {
    By::system(control::user(nix::unistd::geteuid().as_raw()))
}

/// What the server says; none where none runs. What it refuses is an error in its own words.
pub(super) fn ask(settings: &Settings, request: &Request) -> anyhow::Result<Option<Value>> {
    let Some(answer) = control::ask(settings.server.data.as_path(), request)? else { return Ok(None) };
    let data = answer.data.unwrap_or_default();
    if answer.ok {
        return Ok(Some(data));
    }
    let why = data.get("detail").and_then(Value::as_str).map(str::to_owned);
    let word = answer.error.unwrap_or_default();
    anyhow::bail!("{} ({word})", why.unwrap_or_else(|| "the server says no".to_owned()))
}

/// A refusal as an error of the command line.
pub(super) fn refused(refusal: &Refusal) -> anyhow::Error {
    anyhow::anyhow!("{} ({})", refusal.facts().detail, refusal.code().word())
}

/// Does work that waits.
pub(super) fn wait<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
