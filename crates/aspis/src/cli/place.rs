//! Where a command works: at the server that runs on the data folder, or on the database itself.

use std::{path::Path, sync::Arc};

use anyhow::Context;
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
    backup,
    control::{self, Answer, Request},
    home::Home,
    incidents::{By, Desk},
    serve::folder::{Guest, Share},
    settings::Settings,
};

/// What is said where there is no database.
pub(super) fn missing(database: &Path) -> String {
    let shown = database.display();
    format!("there is no database at {shown}: start the server once, or name its folder with --data")
}

/// A database that is there, opened beside whatever else works on it. One of another release is left as it is: bringing it
/// up to date is for the server, which makes a backup before.
pub(super) async fn database(home: &Home) -> anyhow::Result<Arc<Sql>> {
    if let Some(path) = home.file() {
        anyhow::ensure!(path.exists(), missing(path));
        Share::take(path)?.for_good();
    }
    Ok(Arc::new(home.open_as_it_is().await?))
}

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
        let sql = database(&Home::of(settings)).await?;
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

/// Root does what is to be written as the owner of the data folder.
pub(super) fn step_down(settings: &Settings) -> anyhow::Result<()> {
    let data = settings.server.data.as_path();
    backup::step_down(data).with_context(|| format!("becoming the owner of {}", data.display()))
}

/// This process works where no server runs, and none starts before it has ended.
pub(super) fn alone(settings: &Settings) -> anyhow::Result<()> {
    let data = settings.server.data.as_path();
    Guest::enter(data)
        .context("a server has started on the data folder: nothing was done, try again")?
        .for_good();
    Ok(())
}

/// The same as the owner of the data folder.
pub(super) fn step_down_alone(settings: &Settings) -> anyhow::Result<()> {
    step_down(settings)?;
    alone(settings)
}

/// Does something at the desk of the database, and closes both in good order, whatever came of it.
pub(super) fn at_desk<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Place, &Desk) -> Result<T, Refusal>,
) -> anyhow::Result<T> {
    step_down(settings)?;
    wait(async {
        let place = Place::open(settings).await?;
        let (desk, log) = place.desk()?;
        let done = work(&place, &desk).await;
        log.close();
        drop(desk);
        place.close().await?;
        done.map_err(|refusal| refused(&refusal))
    })
}

/// The same where no server runs that would have to know.
pub(super) fn at_desk_alone<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Place, &Desk) -> Result<T, Refusal>,
) -> anyhow::Result<T> {
    step_down_alone(settings)?;
    at_desk(settings, work)
}

/// The system user who gives the command.
pub(super) fn me() -> By {
    By::system(control::user(nix::unistd::getuid().as_raw()))
}

/// What the server says; none where none runs. What it refuses is an error in its own words.
pub(super) fn ask(settings: &Settings, request: &Request) -> anyhow::Result<Option<Value>> {
    understood(control::ask(settings.server.data.as_path(), request)?)
}

/// What an answer holds, or why not.
pub(super) fn understood(answer: Option<Answer>) -> anyhow::Result<Option<Value>> {
    let Some(answer) = answer else { return Ok(None) };
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
