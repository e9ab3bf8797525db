//! What becomes of a message after a try, and what that says of its channel.

use std::{sync::atomic::Ordering, time::Duration};

use aspis_core::{
    chance,
    event::{Event, Kind},
    ids::uuid_v7,
    refusal::Rule,
};
use aspis_store::outbox::Parcel;

use super::{
    super::{
        failure::{Failure, Reason},
        message::Message,
    },
    round::Round,
    shelf::{Fate, Place},
};

impl Round {
    /// Writes down what became of a try.
    pub(super) async fn settle(&mut self, place: Place, parcel: &Parcel, sent: Result<String, Failure>) {
        let (message, now) = (parcel.message, self.shared.clock.uptime());
        let fate = match sent {
            Ok(_) => self.arrived(),
            Err(Failure::Spent) => {
                tracing::warn!(channel = self.name(), "the budget of the day is spent: an alert is not sent");
                self.line.tally.dropped.add(1);
                Fate::Done
            }
            Err(Failure::Never(reason)) => {
                self.health.bad(now);
                self.give_up(parcel, &reason)
            }
            Err(Failure::Later { reason, after }) => {
                self.health.bad(now);
                self.put_off(parcel, &reason, after)
            }
            Err(Failure::Gone(reason)) => return self.end(&reason).await,
        };
        self.shared.shelf.settle(self.name(), place, message, fate).await;
    }

    fn arrived(&mut self) -> Fate {
        self.line.tally.sent.add(1);
        if self.health.good() {
            self.tell(false);
        }
        Fate::Done
    }

    fn put_off(&mut self, parcel: &Parcel, reason: &Reason, after: Option<Duration>) -> Fate {
        if let Some(after) = after {
            self.pace.leave_alone(self.shared.clock.uptime() + after);
        }
        let tries = usize::try_from(parcel.tries).unwrap_or(usize::MAX);
        let Some(wait) = self.shared.timing.backoff.get(tries).copied() else {
            return self.give_up(parcel, reason);
        };
        tracing::warn!(channel = self.name(), message = %parcel.message, tries = tries + 1, %reason, "an alert is sent again later");
        self.line.tally.retried.add(1);
        let wait = self.jittered(wait).max(after.unwrap_or_default());
        Fate::Again(self.shared.clock.now().plus(wait))
    }

    fn give_up(&self, parcel: &Parcel, reason: &Reason) -> Fate {
        tracing::error!(channel = self.name(), message = %parcel.message, tries = parcel.tries + 1, %reason, "an alert was given up");
        self.line.tally.failed.add(1);
        Fate::Done
    }

    /// The receiver is gone for good: nothing is sent there until the next start.
    async fn end(&mut self, reason: &Reason) {
        self.line.gone.store(true, Ordering::Relaxed);
        let left = self.shared.shelf.clear(self.name()).await;
        self.line.tally.dropped.add(left);
        tracing::error!(channel = self.name(), %reason, dropped = left, "a channel of alerts is switched off until the next start");
        if self.health.gone() {
            self.tell(true);
        }
    }

    /// Says by the other channels, and to whoever watches, that this one is dead or back.
    pub(super) fn tell(&self, dead: bool) {
        let name = self.name();
        let kind = if dead { Kind::ChannelDead } else { Kind::ChannelBack };
        let now = self.shared.clock.now();
        let rule = Rule { place: Some(name.to_owned()), ..Rule::named("channel.dead") };
        self.shared.events.record(Event { rule: Some(rule), ..Event::of_server(kind, now) });
        if dead {
            tracing::error!(channel = name, "a channel of alerts does not take them any more");
        } else {
            tracing::info!(channel = name, "a channel of alerts takes them again");
        }
        let id = uuid_v7(now, self.shared.outbox.chance.as_ref());
        self.shared.outbox.tell(Message::of_channel(name, dead, now, id));
    }

    /// A fifth shorter to a fifth longer, so that many servers do not come back to one receiver at once.
    fn jittered(&self, span: Duration) -> Duration {
        let [byte] = chance::bytes(self.shared.outbox.chance.as_ref());
        span.mul_f64(0.8 + 0.4 * f64::from(byte) / 255.0)
    }
}
