//! Reads with tokens at one node, at a steady pace.

use std::{cell::Cell, net::SocketAddr, rc::Rc, time::Duration};

use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use super::super::{caller::Caller, member::Member};

/// What a load has seen.
#[derive(Debug, Default)]
struct Seen {
    good: Cell<u64>,
    other: Cell<u64>,
}

/// A load that goes on until it is stopped or dropped.
pub(super) struct Load {
    seen: Rc<Seen>,
    _readers: JoinSet<()>,
}

impl Load {
    /// So many reads a second from all readers together. Runs inside a `LocalSet`.
    pub(super) fn start(to: [SocketAddr; 2], node: usize, readers: &[Member], reads: u32) -> Self {
        let seen = Rc::new(Seen::default());
        let each = Duration::from_secs(1) * u32::try_from(readers.len()).unwrap_or(1) / reads;
        let mut tasks = JoinSet::new();
        for reader in readers {
            tasks.spawn_local(read(Caller::new(to), node, reader.who_am_i(), each, Rc::clone(&seen)));
        }
        Self { seen, _readers: tasks }
    }

    /// Ends it: how many reads were answered well, and how many otherwise.
    pub(super) fn stop(self) -> (u64, u64) {
        (self.seen.good.get(), self.seen.other.get())
    }
}

async fn read(mut caller: Caller, node: usize, request: Vec<u8>, each: Duration, seen: Rc<Seen>) {
    let mut ticks = interval(each);
    // What could not be sent in time is made up for: the load is what was asked for.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    loop {
        ticks.tick().await;
        let is_good = caller.ask(node, &request).await.is_ok_and(|said| said.status == 200);
        let count = if is_good { &seen.good } else { &seen.other };
        count.set(count.get() + 1);
    }
}
