//! The list of those who may report leaked keys: a task for as long as the server runs.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::signals;
use crate::app::App;

/// Keeps it until the server stops.
pub(super) fn start(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    let (app, stop) = (Arc::clone(app), signals::until(stopped.clone()));
    tasks.spawn(async move { app.keep_reporters(stop).await });
}
