//! Looks at the ledger at the start and each hour, until the server stops.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::app::App;

/// How often all books are added up: often enough to be told within the hour, and seldom enough for large ones.
const LOOK: Duration = Duration::from_secs(3600);

/// Looks until the server stops.
pub(super) fn start(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    tasks.spawn(keep(Arc::clone(app), stopped.clone()));
}

async fn keep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = async { app.look_at_books().await; tokio::time::sleep(LOOK).await } => {}
        }
    }
}
