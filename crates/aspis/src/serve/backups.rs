//! The backups of a server: one each day, one before an older database is changed, and a look at how old the newest is.

use std::{path::PathBuf, sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    event::Sink,
};
use aspis_store_sql::{OpenError, backup::schema};
use aspis_watch::backup::newest;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::StartError;
use crate::{
    app::App,
    backup::{self, Made, MakeError, Order, Target},
    settings::Settings,
};

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(20);
/// Who makes them, for the log.
const WHO: &str = "server";

/// Looks after the backups until the server stops.
pub(super) fn start(
    app: &Arc<App>,
    config: Option<PathBuf>,
    tasks: &TaskTracker,
    stopped: &watch::Receiver<bool>,
) {
    tasks.spawn(keep(Arc::clone(app), config, stopped.clone()));
}

async fn keep(app: Arc<App>, config: Option<PathBuf>, mut stopped: watch::Receiver<bool>) {
    let began = app.clock.now();
    let mut failed = None;
    loop {
        tokio::select! {
            // One that is under way is left: its half stays under a name that is cleared away.
            _ = stopped.changed() => return,
            () = async { look(&app, config.as_ref(), began, &mut failed).await; tokio::time::sleep(LOOK).await } => {}
        }
    }
}

async fn look(app: &App, config: Option<&PathBuf>, began: Timestamp, failed: &mut Option<Timestamp>) {
    let now = app.clock.now();
    // One of the future is of a clock that was wrong.
    let made =
        newest(&backup::folder(&app.settings)).ok().flatten().map(|stamp| stamp.at).filter(|at| *at <= now);
    app.backups.saw(made);
    let Some(minute) = app.settings.backup.schedule.get() else { return };
    if !backup::is_due(minute, now, made.unwrap_or(began), *failed) {
        return;
    }
    let order = order(&app.settings, config, &app.clock, &app.chance);
    let outcome = backup::make(order).await;
    tell(&outcome);
    app.events.record(backup::event(outcome.as_ref(), WHO, app.clock.now()));
    *failed = outcome.is_err().then_some(now);
    if outcome.is_ok() {
        app.backups.saw(Some(now));
    }
}

fn order(
    settings: &Settings,
    config: Option<&PathBuf>,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
) -> Order {
    Order {
        settings: settings.clone(),
        target: Target::Kept,
        encrypt: false,
        config: config.cloned(),
        clock: Arc::clone(clock),
        chance: Arc::clone(chance),
    }
}

fn tell(outcome: &Result<Made, MakeError>) {
    match outcome {
        Ok(made) => tracing::info!(name = made.name(), bytes = made.bytes, "a backup was made"),
        Err(error) => tracing::error!(%error, "a backup could not be made"),
    }
}

/// Before a database of an older release is changed, a copy of it is made. A newer one is refused, as at its opening.
pub(super) async fn before_upgrade(
    settings: &Settings,
    config: Option<&PathBuf>,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
    events: &dyn Sink,
) -> Result<(), StartError> {
    let path = super::database(settings.server.data.as_path());
    // What is not there yet, or empty, has nothing to lose; what cannot be read is told when it is opened.
    if !settings.backup.before_upgrade || !path.metadata().is_ok_and(|data| data.len() > 0) {
        return Ok(());
    }
    let found = schema(&path).await;
    if !found.as_ref().is_ok_and(|schema| schema.found > 0 && schema.is_pending()) {
        return found.map(drop).or_else(|_: OpenError| Ok(()));
    }
    let outcome = backup::make(order(settings, config, clock, chance)).await;
    tell(&outcome);
    events.record(backup::event(outcome.as_ref(), WHO, clock.now()));
    outcome.map(drop).map_err(StartError::Backup)
}
