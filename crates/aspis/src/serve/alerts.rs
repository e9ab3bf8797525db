//! The tasks of the rules of alarm.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::sleep};
use tokio_util::task::TaskTracker;

use super::signals;
use crate::app::App;

/// How often it is looked how the server stands, and alerts are written down.
const LOOK: Duration = Duration::from_secs(1);
/// What comes together is judged together.
const GATHER: Duration = Duration::from_millis(50);
/// How often it is looked who calls far more often than is usual.
const ACCOUNTS: Duration = Duration::from_secs(60);

/// Judges and writes until the server stops. What writes waits for the database; what judges waits for nobody.
pub(super) fn start(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    if let Some(carrier) = app.carrier() {
        tasks.spawn(carrier.run(signals::until(stopped.clone())));
    }
    tasks.spawn(hear(Arc::clone(app), stopped.clone()));
    tasks.spawn(look(Arc::clone(app), stopped.clone()));
    tasks.spawn(keep(Arc::clone(app), stopped.clone()));
    tasks.spawn(add_up(Arc::clone(app), stopped.clone()));
    tasks.spawn(look_at_accounts(Arc::clone(app), stopped.clone()));
}

async fn hear(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = async { app.alerts_came().await; sleep(GATHER).await } => app.hear_alerts(),
        }
    }
}

async fn look(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = sleep(LOOK) => app.look_at_alerts(),
        }
    }
}

async fn keep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    app.hear_unheard().await;
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = async { sleep(LOOK).await; app.keep_alerts().await } => {}
        }
    }
}

async fn add_up(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = async { sleep(LOOK).await; app.add_up_alerts().await } => {}
        }
    }
}

async fn look_at_accounts(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = async { sleep(ACCOUNTS).await; app.look_at_accounts().await } => {}
        }
    }
}
