//! Where messages are handed in, and whom they go to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    alert::{Alert, Severity, Turn},
    chance::Chance,
    clock::Clock,
    event::Sink,
    ids::uuid_v7,
    rate::Rate,
};
use tokio::sync::Notify;

use super::{Channel, carrier::Carrier, front::Front, message::Message, tally::Tally};
use crate::alerts::Hears;

/// A channel, and what it carries.
#[derive(Clone)]
pub struct Route {
    /// The channel.
    pub channel: Arc<dyn Channel>,
    /// The least severity that it carries.
    pub from: Severity,
}

/// How messages are carried.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Within this time the same is told once.
    pub same: Duration,
    /// How often one channel is used,
    pub rate: Rate,
    /// and how often at once.
    pub burst: u32,
    /// How long a channel rests after many messages were told as one.
    pub digest: Duration,
    /// How long a channel has to fail until it is dead.
    pub dead_after: Duration,
    /// Messages that may wait for one channel.
    pub waiting: u64,
}

/// What an outbox needs.
pub struct Parts {
    /// Where messages wait.
    pub store: Arc<dyn aspis_store::Outbox>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where it is told that a channel died or came back.
    pub events: Arc<dyn Sink>,
    /// The channels.
    pub routes: Vec<Route>,
    /// What this server is called where several tell the same people; or nothing.
    pub server: String,
    /// True where other servers carry messages from there, too.
    pub shared: bool,
    /// How messages are carried.
    pub rules: Rules,
}

/// One channel as the outbox sees it.
pub(super) struct Line {
    pub(super) channel: Arc<dyn Channel>,
    pub(super) from: Severity,
    pub(super) tally: Tally,
    /// Something may be due.
    pub(super) came: Notify,
    /// The receiver is gone for good.
    pub(super) gone: AtomicBool,
}

/// Takes messages for the carrier.
pub struct Outbox {
    pub(super) lines: Vec<Arc<Line>>,
    pub(super) front: Front,
    pub(super) tally: Tally,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) chance: Arc<dyn Chance>,
    server: String,
}

impl Outbox {
    /// An outbox; and its carrier, which somebody has to run.
    pub fn open(parts: Parts) -> (Arc<Self>, Carrier) {
        let line = |route: &Route| {
            let (channel, from) = (Arc::clone(&route.channel), route.from);
            let (tally, came, gone) = (Tally::default(), Notify::new(), AtomicBool::new(false));
            Arc::new(Line { channel, from, tally, came, gone })
        };
        let outbox = Arc::new(Self {
            lines: parts.routes.iter().map(line).collect(),
            front: Front::default(),
            tally: Tally::default(),
            clock: Arc::clone(&parts.clock),
            chance: Arc::clone(&parts.chance),
            server: parts.server.clone(),
        });
        let carrier = Carrier::new(Arc::clone(&outbox), parts);
        (outbox, carrier)
    }

    /// Hands a message in. Never waits and never fails: what has no room is counted.
    pub fn tell(&self, mut message: Message) {
        if self.lines.is_empty() {
            return;
        }
        if !self.server.is_empty() {
            message.facts.push(("server".to_owned(), self.server.clone()));
        }
        if !self.front.push(message) {
            self.tally.dropped.add(1);
        }
    }

    /// What has become of the messages of each channel.
    pub fn tallies(&self) -> impl Iterator<Item = (&'static str, &Tally)> {
        self.lines.iter().map(|line| (line.channel.name(), &line.tally))
    }

    /// What was dropped before it was written down.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// A channel by its name, for a test of it.
    pub fn channel(&self, name: &str) -> Option<Arc<dyn Channel>> {
        self.lines.iter().find(|line| line.channel.name() == name).map(|line| Arc::clone(&line.channel))
    }

    /// By which channels a message goes. What is about a channel goes by all others, where none would carry it.
    pub(super) fn channels_of(&self, message: &Message) -> Vec<String> {
        let name = |line: &Arc<Line>| line.channel.name().to_owned();
        let alive = |line: &&Arc<Line>| !line.gone.load(Ordering::Relaxed);
        let others = || {
            let other = |line: &&Arc<Line>| message.but.as_deref() != Some(line.channel.name());
            self.lines.iter().filter(alive).filter(other)
        };
        let usual: Vec<_> = others().filter(|line| line.from <= message.severity).map(name).collect();
        if usual.is_empty() && message.but.is_some() { others().map(name).collect() } else { usual }
    }
}

impl Hears for Outbox {
    fn alert(&self, alert: &Alert) {
        if alert.turn == Turn::Again {
            return;
        }
        self.tell(Message::of(alert, uuid_v7(self.clock.now(), self.chance.as_ref())));
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outbox")
    }
}
