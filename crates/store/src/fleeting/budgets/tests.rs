//! What a node does with its shared home away, and with one that has forgotten.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

use aspis_core::{
    client::Client,
    clock::{Clock, ManualClock, Timestamp},
    scenario::denial_of_service::windows::{Ask, Subject, Verdict, Windows},
};
use async_trait::async_trait;

use super::*;
use crate::LeftAlone;

/// A home of windows that can be taken away and emptied.
#[derive(Debug)]
struct Frail {
    windows: Mutex<Windows>,
    clock: Arc<ManualClock>,
    health: Mutex<Health>,
}

fn table() -> Windows {
    Windows::new(1024, *b"0123456789abcdef")
}

impl Frail {
    fn new(clock: &Arc<ManualClock>) -> Arc<Self> {
        let health = Mutex::new(Health { away: false, life: 1 });
        Arc::new(Self { windows: Mutex::new(table()), clock: clock.clone(), health })
    }

    fn go(&self, away: bool) {
        self.health.lock().unwrap().away = away;
    }

    fn forget(&self) {
        *self.windows.lock().unwrap() = table();
        self.health.lock().unwrap().life += 1;
    }
}

#[async_trait]
impl Budgets for Frail {
    async fn admit(&self, asks: &[Ask]) -> Stored<Verdict> {
        if self.health().away {
            return Err(StoreError::because(LeftAlone { left: Duration::from_secs(1), rule: "test" }));
        }
        judge(&self.windows.lock().unwrap(), asks, self.clock.uptime(), |ask| ask.rate.limit)
    }

    fn health(&self) -> Health {
        *self.health.lock().unwrap()
    }
}

/// Two nodes with one shared home, each taking half of a limit while it is away.
struct Pair {
    clock: Arc<ManualClock>,
    home: Arc<Frail>,
    nodes: [SharedOrOwn; 2],
}

impl Pair {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp(0)));
        let home = Frail::new(&clock);
        let node = || SharedOrOwn::new(home.clone(), Arc::new(table()), clock.clone(), 0.5);
        let nodes = [node(), node()];
        Self { clock, home, nodes }
    }

    /// How many of so many are let in by a node.
    async fn passed(&self, node: usize, tries: u32, rate: &str) -> u32 {
        let mut passed = 0;
        for _ in 0..tries {
            let verdict = self.nodes[node].admit(&[ask(1, rate)]).await.unwrap();
            passed += u32::from(matches!(verdict, Verdict::Admitted(_)));
        }
        passed
    }
}

fn ask(n: u32, rate: &str) -> Ask {
    let subject = Subject::Client(Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(n))));
    Ask { class: 1, subject, rate: rate.parse().unwrap() }
}

#[tokio::test]
async fn two_nodes_have_one_budget() {
    let pair = Pair::new();
    assert_eq!(pair.passed(0, 6, "10/minute").await, 6);
    assert_eq!(pair.passed(1, 20, "10/minute").await, 4);
    assert_eq!(pair.passed(0, 5, "10/minute").await, 0);
}

#[tokio::test]
async fn a_node_alone_takes_its_share_and_what_it_let_in_before_counts() {
    let pair = Pair::new();
    assert_eq!(pair.passed(0, 3, "10/minute").await, 3);
    pair.home.go(true);
    assert_eq!(pair.passed(0, 20, "10/minute").await, 2, "five are its share, three of them are spent");
    assert_eq!(pair.passed(1, 20, "10/minute").await, 5);
    pair.home.go(false);
    assert_eq!(pair.passed(0, 20, "10/minute").await, 7, "the shared home knows of the first three");
}

#[tokio::test]
async fn a_share_is_never_less_than_one() {
    let pair = Pair::new();
    pair.home.go(true);
    assert_eq!(pair.passed(0, 5, "1/minute").await, 1);
}

#[tokio::test]
async fn a_home_that_has_forgotten_has_not_the_last_word() {
    let pair = Pair::new();
    assert_eq!(pair.passed(0, 4, "10/minute").await, 4);
    assert_eq!(pair.passed(1, 4, "10/minute").await, 4);
    pair.home.forget();
    assert_eq!(pair.passed(0, 20, "10/minute").await, 1, "its share, of which four are spent");
    assert_eq!(pair.passed(1, 20, "10/minute").await, 1);
    // As soon as nothing of what was forgotten would count any more, its word is enough again.
    pair.clock.advance(Duration::from_secs(64));
    assert_eq!(pair.passed(0, 20, "10/minute").await, 10);
}

#[tokio::test]
async fn a_home_that_is_met_for_the_first_time_has_forgotten_nothing() {
    let pair = Pair::new();
    pair.home.forget();
    assert_eq!(pair.passed(0, 20, "10/minute").await, 10);
}

#[tokio::test]
async fn an_owner_is_told_once_of_each_change() {
    let pair = Pair::new();
    let mut watch = pair.nodes[0].watch();
    pair.passed(0, 2, "10/minute").await;
    assert!(!watch.has_changed().unwrap());
    pair.home.go(true);
    pair.passed(0, 2, "10/minute").await;
    assert_eq!(*watch.borrow_and_update(), Watched { away: true, forgot: 0 });
    pair.home.go(false);
    pair.home.forget();
    pair.passed(0, 2, "10/minute").await;
    assert_eq!(*watch.borrow_and_update(), Watched { away: false, forgot: 1 });
    pair.passed(0, 2, "10/minute").await;
    assert!(!watch.has_changed().unwrap());
}

#[tokio::test]
async fn no_window_and_too_many_are_an_error() {
    let pair = Pair::new();
    assert!(pair.nodes[0].admit(&[]).await.is_err());
    assert!(pair.nodes[0].admit(&[ask(1, "5/minute"); MOST_ASKS + 1]).await.is_err());
    assert!(pair.nodes[0].admit(&[ask(1, "5/minute"); MOST_ASKS]).await.is_ok());
}
