//! From the line into the outbox, several at once.

use aspis_core::alert::Severity;
use aspis_store::outbox::{Posting, Room};
use tokio::sync::watch;

use super::{super::message::Message, Shared};

/// Messages that are written at once.
const AT_ONCE: usize = 100;

pub(super) async fn run(shared: Shared, mut ending: watch::Receiver<bool>) {
    loop {
        let last = *ending.borrow();
        while take_in(&shared).await {}
        if last {
            return;
        }
        tokio::select! {
            () = shared.outbox.front.came() => {}
            _ = ending.changed() => {}
        }
    }
}

/// Writes some down: false when there was none.
async fn take_in(shared: &Shared) -> bool {
    let messages = shared.outbox.front.take(AT_ONCE);
    if messages.is_empty() {
        return false;
    }
    let postings: Vec<_> = messages.iter().filter_map(|message| posting(shared, message)).collect();
    if !postings.is_empty() {
        let room = Room { same: shared.rules.same, most: shared.rules.waiting };
        let posted = shared.shelf.post(&postings, room).await;
        shared.outbox.tally.dropped.add(posted.dropped);
        shared.outbox.lines.iter().for_each(|line| line.came.notify_one());
    }
    true
}

/// What a message is to the store; nothing where no channel carries it.
fn posting(shared: &Shared, message: &Message) -> Option<Posting> {
    let channels = shared.outbox.channels_of(message);
    if channels.is_empty() {
        return None;
    }
    let body = serde_json::to_string(message).ok()?;
    let (key, weight, at) = (message.key(), weight(message.severity), shared.clock.now());
    Some(Posting { message: message.id, key, channels, weight, at, body })
}

/// How heavy a severity is in the store.
pub(super) const fn weight(severity: Severity) -> u8 {
    severity as u8
}
