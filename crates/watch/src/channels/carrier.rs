//! The one who carries messages: writes them down, and brings each by its channels, all of these at once.
//!
//! No channel waits for another, and nobody waits for the carrier. Deliberately not here: how a channel sends.

use std::{sync::Arc, time::Duration};

use aspis_core::{clock::Clock, event::Sink};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::outbox::{Line, Outbox, Parts, Rules};

mod health;
mod intake;
mod pace;
mod round;
mod settle;
mod shelf;

use round::Round;
use shelf::Shelf;

/// How long everything takes.
#[derive(Debug, Clone)]
pub(super) struct Timing {
    /// The waits between tries, each a fifth shorter or longer by chance. After the last one a message is given up.
    pub(super) backoff: Vec<Duration>,
    /// The longest that one try may take.
    pub(super) send: Duration,
    /// How long a message that is being sent is nobody else's.
    pub(super) lease: Duration,
    /// How often it is looked whether something is due that nobody spoke of.
    pub(super) look: Duration,
    /// What is left of the time when the server ends.
    pub(super) grace: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let (minute, hour) = (60, 3600);
        let waits =
            [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];
        Self {
            backoff: waits.map(seconds).to_vec(),
            send: seconds(60),
            lease: seconds(90),
            look: seconds(10),
            grace: seconds(5),
        }
    }
}

/// Carries the messages of one outbox. Nothing is carried before [`Carrier::run`].
pub struct Carrier {
    outbox: Arc<Outbox>,
    shelf: Shelf,
    events: Arc<dyn Sink>,
    rules: Rules,
    /// True where others carry beside it.
    shared: bool,
    pub(super) timing: Timing,
}

/// What the rounds of all channels share.
#[derive(Clone)]
struct Shared {
    outbox: Arc<Outbox>,
    shelf: Shelf,
    events: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
    rules: Rules,
    timing: Timing,
}

impl Carrier {
    pub(super) fn new(outbox: Arc<Outbox>, parts: Parts) -> Self {
        let shelf = Shelf::new(parts.store);
        let Parts { events, rules, shared, .. } = parts;
        Self { outbox, shelf, events, rules, shared, timing: Timing::default() }
    }

    /// Carries messages until `stop`. What has not arrived then is sent after the next start.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let Self { outbox, shelf, events, rules, shared: beside_others, timing } = self;
        if outbox.lines.is_empty() {
            return;
        }
        let clock = Arc::clone(&outbox.clock);
        let shared = Shared { outbox, shelf, events, clock, rules, timing };
        // What is taken was taken by a server that died; or another is sending it now, and its lease says how long.
        if !beside_others {
            shared.shelf.recover(shared.clock.now()).await;
        }
        let (end, ending) = watch::channel(false);
        let mut rounds = JoinSet::new();
        rounds.spawn(intake::run(shared.clone(), ending.clone()));
        for line in &shared.outbox.lines {
            rounds.spawn(round_of(shared.clone(), Arc::clone(line), ending.clone()));
        }
        stop.await;
        end.send_replace(true);
        // A try that had begun may end; one that is cut is made again after the next start.
        let all = async { while rounds.join_next().await.is_some() {} };
        if timeout(shared.timing.grace, all).await.is_err() {
            tracing::info!("an alert was still being sent; it is sent again after the next start");
        }
        shared.shelf.say_what_is_left();
    }
}

async fn round_of(shared: Shared, line: Arc<Line>, mut ending: watch::Receiver<bool>) {
    let look = shared.timing.look;
    let mut round = Round::new(shared, Arc::clone(&line));
    while !*ending.borrow() {
        let rest = round.turn().await;
        if rest.is_zero() {
            continue;
        }
        tokio::select! {
            _ = ending.changed() => {}
            () = line.came.notified() => {}
            () = tokio::time::sleep(rest.min(look)) => {}
        }
    }
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Carrier")
    }
}
