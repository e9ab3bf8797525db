use std::{collections::BTreeSet, time::Duration};

use super::*;
use crate::{chance::SeededChance, client::Client, ids::AccountId};

mod bars;
mod floods;
mod parts;
mod together;

const HOUR: Duration = Duration::from_secs(3600);

/// The numbers as shipped.
fn settings() -> Settings {
    let bar = |text: &str| Some(text.parse::<Bar>().expect("a bar"));
    Settings {
        guesses: Bars { warning: bar("10 in 1h"), critical: bar("21 in 1h") },
        guesses_account: Bars { warning: bar("10 in 1h"), critical: None },
        rate_limited: Bars { warning: None, critical: bar("101 in 1h") },
        hostile: Bars { warning: bar("3 in 10m"), critical: bar("20 in 10m") },
        account_bytes: Bars { warning: bar("50000001 in 1h"), critical: None },
        client_bytes: Bars { warning: bar("100000001 in 1h"), critical: None },
        server_errors: 0.1,
        predictions_failing: 0.5,
        ratio_from: 50,
        norm_times: 10,
        breaker_open: Duration::from_secs(60),
        queue_full: Duration::from_secs(10),
        unreachable: Duration::from_secs(5),
        backup_age: HOUR * 25,
        remind: HOUR * 4,
        quiet: HOUR,
        table: 16_384,
        off: BTreeSet::new(),
    }
}

/// A watch with a clock that stands still.
struct Post {
    watch: Watch,
    uptime: Duration,
    /// How far the wall clock was set apart.
    set: Duration,
    chance: SeededChance,
}

impl Post {
    fn new() -> Self {
        Self::with(settings())
    }

    fn with(settings: Settings) -> Self {
        let watch = Watch::new(settings, Timestamp::from_seconds(1_000_000_000));
        Self { watch, uptime: Duration::ZERO, set: Duration::ZERO, chance: SeededChance::new(1) }
    }

    fn now(&self) -> Moment {
        let now = Timestamp::from_seconds(1_000_000_000).plus(self.uptime).minus(self.set);
        Moment { now, uptime: self.uptime }
    }

    fn wait(&mut self, span: Duration) {
        self.uptime += span;
    }

    fn see(&mut self, client: Option<Client>, what: What) -> Vec<Alert> {
        let seen = Seen { client, request: None, enforced: true, what };
        self.watch.see(&seen, self.now(), &self.chance)
    }

    fn guess(&mut self, host: u32) -> Vec<Alert> {
        self.see(Some(client(host)), What::Guess { aimed: None, limited: false })
    }

    fn look(&mut self, vitals: &Vitals) -> Vec<Alert> {
        self.watch.look(vitals, self.now(), &self.chance)
    }

    /// Looks once a second for so long; what was told.
    fn watches(&mut self, vitals: &Vitals, seconds: u64) -> Vec<Alert> {
        let mut told = Vec::new();
        for _ in 0..seconds {
            self.wait(Duration::from_secs(1));
            told.extend(self.look(vitals));
        }
        told
    }
}

fn client(host: u32) -> Client {
    Client::V4(host.into())
}

fn account(n: u128) -> AccountId {
    AccountId(uuid::Uuid::from_u128(n))
}

/// What was told: rule, severity, turn.
fn told(alerts: &[Alert]) -> Vec<(&'static str, Severity, Turn)> {
    alerts.iter().map(|alert| (alert.rule, alert.severity, alert.turn)).collect()
}
