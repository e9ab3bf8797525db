//! What is done about incidents in the background: soon after it came, and every few seconds. Letters are written aside,
//! so that nobody who attacks goes on while thousands are told of it.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::app::App;

/// How often blocks that are over are looked for.
const EVERY: Duration = Duration::from_secs(5);
/// How often it is looked whether there is room for more letters.
const PACE: Duration = Duration::from_millis(500);

/// Does it until the server is told to stop, and once more then.
pub(super) fn start(app: &Arc<App>, tasks: &TaskTracker, stopped: &watch::Receiver<bool>) {
    tasks.spawn(keep(Arc::clone(app), stopped.clone()));
    tasks.spawn(write(Arc::clone(app), stopped.clone()));
}

async fn keep(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let mut going = true;
    while going {
        tokio::select! {
            _ = stopped.changed() => going = false,
            () = app.incidents.came() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
        app.keep_incidents().await;
    }
}

async fn write(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let (mut going, mut done) = (true, true);
    while going {
        tokio::select! {
            _ = stopped.changed() => going = false,
            () = app.letters_came(), if done => {}
            () = tokio::time::sleep(PACE), if !done => {}
        }
        done = app.write_letters().await;
    }
    if !done {
        let letters = app.letters_left();
        tracing::warn!(
            letters,
            "letters about incidents are not written: the server stops; the notices are there"
        );
    }
}
