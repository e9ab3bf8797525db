//! An outbox with its carrier at work.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aspis_core::{
    alert::Severity,
    chance::SeededChance,
    clock::{Clock, SystemClock},
    event::{Event, Kind, Sink},
};
use tokio::{sync::watch, task::JoinSet};

use super::{super::*, receiver::Receiver};

/// The events that were recorded.
#[derive(Default)]
pub(super) struct Noted(Mutex<Vec<Event>>);

impl Sink for Noted {
    fn record(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

impl Noted {
    /// What happened, with the place where.
    pub(super) fn all(&self) -> Vec<(Kind, String)> {
        let place = |event: &Event| event.rule.clone().and_then(|rule| rule.place).unwrap_or_default();
        self.0.lock().unwrap().iter().map(|event| (event.kind, place(event))).collect()
    }
}

pub(super) struct Scene {
    pub(super) outbox: Arc<Outbox>,
    pub(super) events: Arc<Noted>,
    stop: watch::Sender<bool>,
    carrier: JoinSet<()>,
}

/// Rules under which nothing is merged, held back or said to be dead.
pub(super) fn rules() -> Rules {
    Rules {
        same: Duration::from_secs(60),
        rate: "1000/second".parse().unwrap(),
        burst: 1000,
        digest: Duration::from_millis(10),
        dead_after: Duration::from_secs(600),
        waiting: 10_000,
    }
}

impl Scene {
    pub(super) fn open(store: Arc<dyn aspis_store::Outbox>, routes: Vec<Route>, rules: Rules) -> Self {
        Self::of(store, routes, rules, false)
    }

    /// One of several on the same store. What it takes is its own for two seconds.
    pub(super) fn beside(store: Arc<dyn aspis_store::Outbox>, routes: Vec<Route>) -> Self {
        Self::of(store, routes, rules(), true)
    }

    fn of(store: Arc<dyn aspis_store::Outbox>, routes: Vec<Route>, rules: Rules, shared: bool) -> Self {
        let events = Arc::new(Noted::default());
        let parts = Parts {
            store,
            clock: Arc::new(SystemClock::start()),
            chance: Arc::new(SeededChance::new(3)),
            events: events.clone(),
            routes,
            server: String::new(),
            shared,
            rules,
        };
        let (outbox, mut carrier) = Outbox::open(parts);
        carrier.timing.backoff = [10, 20, 40, 80, 160, 320].map(Duration::from_millis).to_vec();
        carrier.timing.look = Duration::from_millis(20);
        if shared {
            carrier.timing.lease = Duration::from_secs(2);
        }
        let (stop, mut stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        tasks.spawn(carrier.run(async move {
            let _ = stopped.changed().await;
        }));
        Self { outbox, events, stop, carrier: tasks }
    }

    /// Ends in good order.
    pub(super) async fn stop(mut self) {
        self.stop.send_replace(true);
        self.carrier.join_next().await.unwrap().unwrap();
    }

    /// Ends as a process does that is killed: nothing more is written down.
    pub(super) async fn kill(mut self) {
        self.carrier.shutdown().await;
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::start())
}

pub(super) fn slack(receiver: &Receiver, from: Severity) -> Route {
    let target = Target::parse(&receiver.url()).unwrap();
    Route { channel: Arc::new(Slack::new(Client::open_web(clock()), target)), from }
}

pub(super) fn webhook(receiver: &Receiver, from: Severity) -> Route {
    let target = Target::parse(&receiver.url()).unwrap();
    let signing = Signing::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    Route { channel: Arc::new(Webhook::new(Client::open_web(clock()), target, signing, clock())), from }
}

/// Waits until something is so.
pub(super) async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..2000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never: {what}");
}
