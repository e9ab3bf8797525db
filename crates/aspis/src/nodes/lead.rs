//! Work that one node does at a time: a lease by the database's clock, and what runs only while it is held.
//!
//! A node that cannot renew in time stops before another may begin: it counts from before it asked, by a clock that
//! never goes back. One that was paused finds its lease over as soon as it looks. What runs under a lease can be run
//! twice all the same (it asks the database what is due), so that a moment of two leaders costs work and nothing else.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::task::TaskTracker;

use super::Node;
use crate::app::App;

/// How long a lease is good, and how soon the work of a node that died moves.
const LEASE: Duration = Duration::from_secs(5);
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(1);
/// How long it is relied on: shorter, so that a node stops before another may begin.
const RELIED: Duration = Duration::from_secs(4);
/// How long the work may take to end.
const END: Duration = Duration::from_secs(20);
/// All of it moves together.
const WORK: &str = "leader";

/// Stands for leader until the server stops, then leaves the work to others at once.
pub(crate) async fn stand(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let node = &app.node;
    let Some(common) = &node.common else { return };
    let mut good_until = Duration::ZERO;
    while !*stopped.borrow_and_update() {
        let asked = node.clock.uptime();
        match timeout(RELIED, common.hold(WORK, &node.name, LEASE)).await {
            Ok(Ok(true)) => good_until = asked + RELIED,
            Ok(Ok(false)) => good_until = Duration::ZERO,
            // The database is away: what was promised still holds.
            Ok(Err(_)) | Err(_) => {}
        }
        lead(node, node.clock.uptime() < good_until);
        tokio::select! {
            _ = stopped.changed() => {}
            () = sleep(RENEW) => {}
        }
    }
    lead(node, false);
    // Where it cannot be said, the others wait until the lease is over.
    let _ = timeout(RENEW, common.let_go(WORK, &node.name)).await;
}

fn lead(node: &Node, leads: bool) {
    let changed = node.leads.send_if_modified(|now| std::mem::replace(now, leads) != leads);
    if changed {
        tracing::info!(node = node.name, leads, "the work of one node alone");
    }
}

/// Runs tasks for as long as this node leads, again each time that it does.
pub(crate) async fn while_leading<F>(app: Arc<App>, mut stopped: watch::Receiver<bool>, begin: F)
where
    F: Fn(&Arc<App>, &TaskTracker, &watch::Receiver<bool>) + Send,
{
    let mut leads = app.node.leads.subscribe();
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            Ok(_) = leads.wait_for(|leads| *leads) => {}
        }
        let (stop, ends) = watch::channel(false);
        let tasks = TaskTracker::new();
        begin(&app, &tasks, &ends);
        let over = tokio::select! {
            _ = stopped.changed() => true,
            Ok(_) = leads.wait_for(|leads| !*leads) => false,
        };
        // Nobody is left to hear it only when all have ended already.
        let _ = stop.send(true);
        tasks.close();
        if timeout(END, tasks.wait()).await.is_err() {
            tracing::warn!("some work of the leader has not ended, and is left where it is");
        }
        if over {
            return;
        }
    }
}
