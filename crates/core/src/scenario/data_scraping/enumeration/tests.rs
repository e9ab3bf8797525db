use std::{
    collections::BTreeMap,
    hash::{BuildHasherDefault, DefaultHasher},
    net::{IpAddr, Ipv4Addr},
};

use super::*;
use crate::client::Client;

mod crowds;
mod exact;
mod people;
mod walkers;

/// One that is the same in every run: a test that fails once fails again.
type Fixed = BuildHasherDefault<DefaultHasher>;

const RULES: Rules = Rules {
    window: Duration::from_secs(600),
    assets: 12,
    pages: 10,
    clockwork: 30,
    unknown: 10,
    score: 2,
    clients: 1024,
};

fn client(n: u32) -> Client {
    Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(n)))
}

/// A place with a clock, and a client in it.
struct Scene {
    watch: Enumeration<Fixed>,
    now: Duration,
    client: Client,
}

impl Scene {
    fn with(rules: Rules) -> Self {
        let watch = Enumeration::new(rules, Fixed::default());
        Self { watch, now: Duration::from_secs(86_400), client: client(1) }
    }

    fn new() -> Self {
        Self::with(RULES)
    }

    fn wait(&mut self, seconds: f64) {
        self.now += Duration::from_secs_f64(seconds);
    }

    fn ask(&self, name: &str, kind: Kind, page: Option<&str>) -> Opinion {
        let ask = Ask { name: Name::of(name).expect("a name"), kind, page };
        self.watch.judge(self.client, Some(&ask), self.now)
    }

    /// The price of a served asset.
    fn price(&self, n: usize) -> Opinion {
        self.ask(&format!("A{n}"), Kind::Known, None)
    }

    /// A page of the history of a served asset.
    fn page(&self, n: usize, offset: usize) -> Opinion {
        let page = offset.to_string();
        self.ask(&format!("A{n}"), Kind::Known, Some(&page).filter(|_| offset > 0).map(String::as_str))
    }

    /// What is thought of the client now, without a step of its own.
    fn look(&self) -> Opinion {
        self.watch.judge(self.client, None, self.now)
    }
}

/// Gaps as a person makes them: from half to twice the usual, never the same.
fn by_hand(usual: f64, n: usize) -> f64 {
    let turn = [0.53, 1.7, 0.9, 1.31, 0.61, 1.05, 1.94, 0.72, 1.44, 0.83];
    usual * turn[n * 7 % turn.len()]
}
