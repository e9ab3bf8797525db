//! Letters to people, carried over SMTP to one relay.
//!
//! Posting never waits and never fails: letters stand in a bounded queue, and one worker carries them, each until it is
//! accepted, refused for good, or tried too often. Deliberately not here: what a letter says, and to whom it goes.
//!
//! A relay that accepts a letter and dies before it says so gets it again, with the same `Message-ID`: SMTP knows no
//! better (RFC 1047).

use std::sync::Arc;

use aspis_core::{
    chance::Chance,
    clock::Clock,
    courier::{Courier, Letter},
};
use tokio::sync::{
    Semaphore,
    mpsc::{UnboundedSender, unbounded_channel},
};

mod delivery;
mod direct;
mod message;
mod queue;
mod relay;
mod route;
mod tally;
mod worker;

pub use direct::{Direct, Undelivered};
pub use relay::RelayError;
pub use tally::Tally;
pub use worker::Worker;

use queue::Posted;
use relay::Relay;
use route::{Route, Timing};

/// Letters that may wait, wherever they stand; beyond them the newest is dropped.
const WAITING: usize = 1000;

/// The settings of the mailer are wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The relay's URL, of which nothing is repeated here: it may hold a password.
    #[error("the mail relay {0}")]
    Relay(#[from] RelayError),
    /// The sender's address.
    #[error("the sender must be an address such as \"Aspis <aspis@example.org>\", in ASCII")]
    From,
}

/// Takes letters for the worker.
#[derive(Debug)]
pub struct Mailer {
    post: UnboundedSender<Posted>,
    places: Arc<Semaphore>,
    /// Places that letters to many leave free.
    kept_free: usize,
    tally: Arc<Tally>,
    clock: Arc<dyn Clock>,
}

impl Mailer {
    /// A mailer to the relay at `url` (`smtps://user:password@host:465`, `smtp://host:587?tls=required`, or
    /// `smtp://host:25` in the clear), writing as `from`; and its worker, which somebody has to run.
    pub fn open(
        url: &str,
        from: &str,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Result<(Self, Worker), MailError> {
        let relay = Relay::parse(url)?;
        Self::with(relay, from, clock, chance, Timing::default(), WAITING)
    }

    fn with(
        relay: Relay,
        from: &str,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        timing: Timing,
        waiting: usize,
    ) -> Result<(Self, Worker), MailError> {
        let from = message::sender(from).ok_or(MailError::From)?;
        let (post, posted) = unbounded_channel();
        let (places, tally) = (Arc::new(Semaphore::new(waiting)), Arc::new(Tally::default()));
        let counts = Arc::clone(&tally);
        let worker = Worker::new(Route { relay, from, timing }, posted, counts, Arc::clone(&clock), chance);
        Ok((Self { post, places, kept_free: waiting / 2, tally, clock }, worker))
    }

    /// What has become of the letters so far.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }
}

impl Courier for Mailer {
    fn send(&self, letter: Letter) {
        let place = Arc::clone(&self.places).try_acquire_owned().ok();
        let posted = place.map(|place| Posted { letter, at: self.clock.now(), place });
        if posted.is_none_or(|posted| self.post.send(posted).is_err()) {
            self.tally.dropped_at(self.clock.uptime());
        }
    }

    fn has_room_for_many(&self) -> bool {
        !self.post.is_closed() && self.places.available_permits() > self.kept_free
    }
}

#[cfg(test)]
pub(crate) mod tests;
