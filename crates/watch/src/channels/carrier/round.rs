//! The round of one channel: what is due is sent, at the channel's pace.

use std::{sync::Arc, time::Duration};

use aspis_core::{clock::Timestamp, ids::uuid_v7};
use aspis_store::outbox::Parcel;
use tokio::time::timeout;

use super::{
    super::{
        failure::{Failure, Reason},
        message::Message,
        outbox::Line,
    },
    Shared,
    health::Health,
    intake::weight,
    pace::{Pace, Turn},
    shelf::{Fate, Place},
};

/// Messages that become one at most.
const MOST: u64 = 500;

/// The round of one channel.
pub(super) struct Round {
    pub(super) shared: Shared,
    pub(super) line: Arc<Line>,
    pub(super) pace: Pace,
    pub(super) health: Health,
}

impl Round {
    pub(super) fn new(shared: Shared, line: Arc<Line>) -> Self {
        let (pace, health) = (Pace::new(&shared.rules), Health::new(shared.rules.dead_after));
        Self { shared, line, pace, health }
    }

    pub(super) fn name(&self) -> &'static str {
        self.line.channel.name()
    }

    /// Sends what is to be sent now; how long nothing is to be done then.
    pub(super) async fn turn(&mut self) -> Duration {
        let (now, uptime) = (self.shared.clock.now(), self.shared.clock.uptime());
        if self.health.died(uptime) {
            self.tell(true);
        }
        let waiting = self.shared.shelf.waiting(self.name(), now).await;
        match self.pace.turn(waiting.due, uptime) {
            Turn::Wait(Duration::MAX) => waiting.next.map_or(Duration::MAX, |next| next.since(now).max(TICK)),
            Turn::Wait(wait) => wait,
            Turn::One => self.send(1).await,
            Turn::All => self.send(MOST).await,
        }
    }

    async fn send(&mut self, most: u64) -> Duration {
        let now = self.shared.clock.now();
        let until = now.plus(self.shared.timing.lease);
        let mut taken = self.shared.shelf.take(self.name(), now, until, most).await;
        if taken.len() > 1 {
            taken = self.merge(taken, until).await;
        }
        match taken.pop() {
            Some((place, parcel)) => {
                self.deliver(place, &parcel).await;
                Duration::ZERO
            }
            // Somebody else was quicker, or the database does not answer any more.
            None => PAUSE,
        }
    }

    /// Many as one; where that cannot be written down, only the first is sent now.
    async fn merge(&mut self, parts: Vec<(Place, Parcel)>, until: Timestamp) -> Vec<(Place, Parcel)> {
        let read = |(_, parcel): &(Place, Parcel)| serde_json::from_str(&parcel.body).ok();
        let messages: Vec<Message> = parts.iter().filter_map(read).collect();
        let now = self.shared.clock.now();
        let id = uuid_v7(now, self.shared.outbox.chance.as_ref());
        let whole = Message::digest(&messages, id, now);
        let Ok(body) = serde_json::to_string(&whole) else { return parts };
        // It is as old, and as tried, as the least of its parts: a fresh alert is not given up with an old one.
        let tries = parts.iter().map(|(_, part)| part.tries).min().unwrap_or_default();
        let whole = Parcel { message: id, weight: weight(whole.severity), at: now, body, tries };
        match self.shared.shelf.merge(self.name(), &parts, &whole, until).await {
            Some(place) => {
                self.line.tally.merged.add(parts.len() as u64);
                vec![(place, whole)]
            }
            None => parts.into_iter().take(1).collect(),
        }
    }

    async fn deliver(&mut self, place: Place, parcel: &Parcel) {
        if self.shared.clock.now().since(parcel.at) > STALE {
            tracing::warn!(channel = self.name(), message = %parcel.message, "an alert is too old to be sent");
            self.line.tally.dropped.add(1);
            return self.shared.shelf.settle(self.name(), place, parcel.message, Fate::Done).await;
        }
        let Ok(message) = serde_json::from_str::<Message>(&parcel.body) else {
            tracing::warn!(message = %parcel.message, "a stored alert cannot be read, and is dropped");
            self.line.tally.failed.add(1);
            return self.shared.shelf.settle(self.name(), place, parcel.message, Fate::Done).await;
        };
        let sent = timeout(self.shared.timing.send, self.line.channel.send(&message)).await;
        let sent = sent.unwrap_or(Err(Failure::later(Reason::TimedOut)));
        self.settle(place, parcel, sent).await;
    }
}

/// Older than this is news to nobody: a channel that was off for long does not begin with what was then.
const STALE: Duration = Duration::from_secs(7 * 86_400);
/// How long to wait where nothing could be taken.
const PAUSE: Duration = Duration::from_secs(1);
/// The shortest wait.
const TICK: Duration = Duration::from_millis(5);
