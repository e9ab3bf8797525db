//! Stopping without losing a request.
//!
//! First every further answer says that it is the last of its connection, so that a client in the middle of its work
//! goes by itself; a little later those without a request are sent away; at the end of the time, everybody.

use std::time::Duration;

use tokio::{task::JoinSet, time::timeout};

use super::{accept::reap, desk::Desk, pulse::Stage};

/// How long a quiet connection may still bring a request: one sent before its client could know of the stop.
const GRACE: Duration = Duration::from_millis(250);

/// Finishes what is in progress; nothing is left running afterwards.
pub(super) async fn run(desk: &Desk, tasks: &mut JoinSet<()>) {
    desk.pulse.reach(Stage::Closing);
    let whole = desk.limits.drain;
    let finished = timeout(whole, async {
        let _ = timeout(GRACE.min(whole / 4), all(tasks)).await;
        desk.pulse.reach(Stage::Leaving);
        desk.seats.wake_all();
        all(tasks).await;
    });
    if finished.await.is_err() {
        desk.cut(desk.seats.len());
        tasks.shutdown().await;
    }
}

async fn all(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        reap(ended);
    }
}
