//! The task that sends telemetry.

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::signals;
use crate::app::App;

/// Sends until the server stops, where the settings name a collector.
pub(super) fn start(app: &App, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    if let Some(exporter) = app.exporter() {
        tasks.spawn(exporter.run(signals::until(stopped.clone())));
    }
}
