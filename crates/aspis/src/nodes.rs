//! One node among several: it learns what the others changed, and does what only one of them may do while it leads.
//!
//! Where the database is a file there is one node. It leads for as long as it runs, and there is nobody to hear.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use aspis_core::{chance::Chance, clock::Clock, ids::uuid_v7};
use aspis_store::{Nodes, Stored, nodes::Topic};
use tokio::sync::{Mutex, watch};

mod hear;
mod lead;
mod seen;
mod turns;
mod votes;

pub(crate) use hear::{ANOTHER, hear, keep};
pub(crate) use lead::{stand, while_leading};
use seen::Seen;
use turns::Turns;
pub(crate) use votes::vote;

/// This node.
pub(crate) struct Node {
    /// What it has in common with others; nothing where it is alone.
    common: Option<Arc<dyn Nodes>>,
    /// Its name among them: made anew at each start, so that nobody takes a dead one's work for its own.
    name: String,
    clock: Arc<dyn Clock>,
    leads: watch::Sender<bool>,
    seen: Mutex<Seen>,
    /// When the last reading began that came to its end, in milliseconds of this node's uptime.
    heard: AtomicU64,
    turns: Turns,
}

impl Node {
    /// A node, and how far it has to hear: to be made before anything is read from the database into memory.
    pub(crate) async fn join(
        common: Option<Arc<dyn Nodes>>,
        clock: Arc<dyn Clock>,
        chance: &dyn Chance,
    ) -> Stored<Self> {
        let seen = match &common {
            Some(common) => Seen::from(common.changes().await?.newest, clock.uptime()),
            None => Seen::default(),
        };
        Ok(Self {
            heard: AtomicU64::new(millis(clock.uptime())),
            leads: watch::channel(common.is_none()).0,
            name: uuid_v7(clock.now(), chance).to_string(),
            common,
            clock,
            seen: Mutex::new(seen),
            turns: Turns::default(),
        })
    }

    /// Whether there may be others.
    pub(crate) const fn is_one_of_many(&self) -> bool {
        self.common.is_some()
    }

    /// Up to when it knows what the others did.
    fn heard(&self) -> Duration {
        Duration::from_millis(self.heard.load(Relaxed))
    }

    fn has_heard_at(&self, began: Duration) {
        self.heard.fetch_max(millis(began), Relaxed);
    }

    /// Has every other node read its settings anew.
    pub(crate) async fn tell_settings(&self) -> Stored<()> {
        match &self.common {
            Some(common) => common.tell(Topic::Settings, &self.name).await,
            None => Ok(()),
        }
    }
}

fn millis(uptime: Duration) -> u64 {
    u64::try_from(uptime.as_millis()).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({})", self.name)
    }
}
