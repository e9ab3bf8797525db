//! The backups of a server: one each day, one whenever a command asks for it, one before an older database is changed, and a look at how old the newest is.

use std::{path::PathBuf, sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    event::Sink,
};
use aspis_watch::backup::Copying;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::StartError;
use crate::{
    app::App,
    backup::{self, Made, MakeError, Order, Target, Why},
    home::Home,
    settings::Settings,
};

/// How often it is looked whether one is due.
const LOOK: Duration = Duration::from_secs(20);
/// Who makes them, for the log.
const WHO: &str = "server";

/// Notes where the settings are, and clears away what a backup that was killed has left.
pub(super) fn prepare(app: &App, config: Option<PathBuf>) {
    if let Some(config) = config {
        // Nobody else sets it.
        let _ = app.backups.config.set(config);
    }
    if let Err(error) = Copying::clear(app.settings.server.data.as_path()) {
        tracing::warn!(%error, "what a backup that was killed has left was not cleared away");
    }
}

/// Looks after the backups until the server stops.
pub(super) fn start(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    tasks.spawn(keep(Arc::clone(app), stopped.clone()));
}

async fn keep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut failed = None;
    loop {
        tokio::select! {
            // One that is under way is left: its half stays under a name that is cleared away.
            _ = stopped.changed() => return,
            () = async { look(&app, &mut failed).await; tokio::time::sleep(LOOK).await } => {}
        }
    }
}

async fn look(app: &App, failed: &mut Option<Timestamp>) {
    let (now, settings) = (app.clock.now(), app.live().clone());
    let born = backup::born(settings.server.data.as_path()).unwrap_or(now).min(now);
    let newest = backup::newest(&settings, now).ok().flatten();
    let minute = settings.backup.schedule.get();
    if minute.is_some_and(|minute| backup::is_due(minute, now, newest, born, *failed)) {
        let outcome = make(app, WHO, false).await;
        // A command that makes one at this moment is no failure of ours.
        *failed = outcome.as_ref().is_err_and(|error| !error.is_busy()).then_some(now);
        if outcome.is_ok() {
            return;
        }
    }
    app.backups.saw(newest, born);
}

/// Makes one by the settings in force, and tells of it.
pub(crate) async fn make(app: &App, who: &str, encrypt: bool) -> Result<Made, MakeError> {
    let settings = app.live().clone();
    let order = order(&settings, app.backups.config.get(), &app.clock, &app.chance);
    let outcome = backup::make(Order { encrypt, ..order }).await;
    if who == WHO && outcome.as_ref().is_err_and(MakeError::is_busy) {
        return outcome;
    }
    tell(&outcome);
    let now = app.clock.now();
    for event in backup::events(outcome.as_ref(), who, now) {
        app.events.record(event);
    }
    if outcome.is_ok() {
        app.backups.saw(Some(now), now);
    }
    outcome
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
        why: Why::Daily,
        encrypt: false,
        clear: false,
        known: true,
        config: config.cloned(),
        clock: Arc::clone(clock),
        chance: Arc::clone(chance),
    }
}

fn tell(outcome: &Result<Made, MakeError>) {
    match outcome {
        Ok(made) if made.is_old => {
            tracing::info!(name = made.name(), "the backup before this upgrade is there");
        }
        Ok(made) => {
            tracing::info!(name = made.name(), bytes = made.bytes, "a backup was made");
            let left_alone = made.tidied.strange;
            if left_alone > 0 {
                tracing::warn!(
                    left_alone,
                    "files among the backups are called like them, and are none, or not whole, or of the future"
                );
            }
        }
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
    // What is not there yet, or empty, has nothing to lose; what cannot be read is told when it is opened.
    if !settings.backup.before_upgrade {
        return Ok(());
    }
    let found = Home::of(settings).schema().await.ok().flatten();
    if !found.is_some_and(|schema| schema.found > 0 && schema.is_pending()) {
        return Ok(());
    }
    let order = Order { why: Why::Upgrade, ..order(settings, config, clock, chance) };
    let outcome = backup::make(order).await;
    tell(&outcome);
    if !outcome.as_ref().is_ok_and(|made| made.is_old) {
        for event in backup::events(outcome.as_ref(), WHO, clock.now()) {
            events.record(event);
        }
    }
    outcome.map(drop).map_err(StartError::Backup)
}
