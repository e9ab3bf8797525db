//! What is done about incidents in the background: soon after it came, and every few seconds.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::app::App;

/// How often blocks that are over are looked for.
const EVERY: Duration = Duration::from_secs(5);

/// Does it until the server is told to stop, and once more then.
pub(super) fn start(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    let (app, mut stopped) = (Arc::clone(app), stopped.clone());
    tasks.spawn(async move {
        let mut going = true;
        while going {
            tokio::select! {
                _ = stopped.changed() => going = false,
                () = app.incidents.came() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
            app.keep_incidents().await;
        }
    });
}
