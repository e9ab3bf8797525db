//! The sources of prices: a task each, for as long as the server runs. What they bring goes to the intake.

use std::sync::Arc;

use aspis_market::sources::{RealTime, Takes, Waits};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::signals;
use crate::app::App;

/// Starts those that the settings enable.
pub(super) fn start(app: &App, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    let takes: Arc<dyn Takes> = app.intake.clone();
    let waits: Arc<dyn Waits> = Arc::new(RealTime);
    for feed in app.sources.feeds(&takes, &waits) {
        tasks.spawn(feed.run(signals::until(stopped.clone())));
    }
}
