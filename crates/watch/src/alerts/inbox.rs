//! The line between those who record events and the engine: bounded, and never waited for.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
    mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
};

use aspis_core::{
    alert::{Moment, Seen, What},
    client::Client,
    clock::Clock,
    event::{Event, Sink},
    ids::AccountId,
};
use tokio::sync::Notify;

/// What may wait to be judged.
const WAITING: usize = 16_384;

type Item = (Seen, Moment);

/// The end that is written to.
pub struct Inbox {
    sender: SyncSender<Item>,
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    sign_in: Vec<String>,
}

/// The end that is read from.
pub struct Line {
    receiver: Mutex<Receiver<Item>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    came: Notify,
    lost: AtomicU64,
}

/// A line, with both ends. On the routes of `sign_in` every refusal is a failed try.
pub fn line(clock: Arc<dyn Clock>, sign_in: Vec<String>) -> (Arc<Inbox>, Line) {
    let (sender, receiver) = sync_channel(WAITING);
    let shared = Arc::new(Shared::default());
    let inbox = Inbox { sender, shared: Arc::clone(&shared), clock, sign_in };
    (Arc::new(inbox), Line { receiver: Mutex::new(receiver), shared })
}

impl Inbox {
    /// Bytes go out to a client, perhaps for an account.
    pub fn bytes(&self, client: Client, account: Option<AccountId>, bytes: u64) {
        let what = What::Bytes { account, bytes };
        self.put(Seen { client: Some(client), request: None, enforced: true, what });
    }

    fn put(&self, seen: Seen) {
        let (now, uptime) = self.clock.both();
        match self.sender.try_send((seen, Moment { now, uptime })) {
            Ok(()) => self.shared.came.notify_one(),
            // Nobody listens any more: the server has ended.
            Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(_)) => {
                self.shared.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

impl Sink for Inbox {
    fn record(&self, event: Event) {
        self.see(&event);
    }

    fn see(&self, event: &Event) {
        let signs_in = |route: &str| self.sign_in.iter().any(|one| one == route);
        if let Some(seen) = Seen::of(event, signs_in) {
            self.put(seen);
        }
    }
}

impl Line {
    /// Waits until something came.
    pub(super) async fn came(&self) {
        self.shared.came.notified().await;
    }

    /// Everything that waits, and no more than the line holds: who floods it does not keep the engine here.
    pub(super) fn all(&self) -> Vec<Item> {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        receiver.try_iter().take(WAITING).collect()
    }

    pub(super) fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Relaxed)
    }
}
