//! The edges of a window: whatever the rhythm, no sixty seconds admit more than the limit.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};

use crate::shop::Shop;

const LIMIT: usize = 5;
const WINDOW: Duration = Duration::from_secs(60);

/// What one caller has been given in the last minute, kept as simply as it can be.
#[derive(Default)]
struct Ledger(VecDeque<Duration>);

impl Ledger {
    fn admit(&mut self, now: Duration) {
        self.0.retain(|at| now.saturating_sub(*at) < WINDOW);
        self.0.push_back(now);
        assert!(self.0.len() <= LIMIT, "{} in one minute at {now:?}", self.0.len());
    }
}

/// Pauses of every size around the ones that matter: nothing, parts of a part, a part, the whole window.
fn rhythm() -> impl Strategy<Value = Vec<u64>> {
    let pause = proptest::prop_oneof![
        4 => proptest::strategy::Just(0_u64),
        2 => 0..4_000_u64,
        2 => 3_749..3_752_u64,
        1 => 55_000..65_000_u64,
    ];
    vec(pause, 1..60)
}

#[tokio::test]
async fn no_rhythm_gets_more_than_the_limit_and_every_wait_is_honest() {
    let shop = Shop::with(&["rate.prices=5/minute", "rate.table_slots=4096"]).await;
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    for case in 0..64 {
        let caller = shop.at(&format!("10.0.{case}.1"));
        let (mut ledger, mut now, mut refusals) = (Ledger::default(), Duration::ZERO, 0);
        for pause in rhythm().new_tree(&mut runner).unwrap().current() {
            shop.wait(Duration::from_millis(pause));
            now += Duration::from_millis(pause);
            let reply = caller.get("/api/v1/assets").await;
            if reply.status() == 200 {
                ledger.admit(now);
                continue;
            }
            refusals += 1;
            assert_eq!(reply.status(), 429);
            let wait = Duration::from_secs(reply.header("retry-after").unwrap().parse().unwrap());
            assert!(wait <= WINDOW + Duration::from_secs(4), "{wait:?}");
            // Every third refusal is taken at its word.
            if refusals % 3 == 0 {
                shop.wait(wait);
                now += wait;
                assert_eq!(caller.get("/api/v1/assets").await.status(), 200, "after {wait:?}");
                ledger.admit(now);
            }
        }
    }
}

#[tokio::test]
async fn a_burst_across_the_edge_is_one_burst() {
    let shop = Shop::with(&["rate.prices=5/minute"]).await;
    for start in [0_u64, 1, 29_999, 30_000, 56_249, 56_250, 59_999, 60_000] {
        let caller = shop.at(&format!("10.1.{}.{}", start / 250, start % 250));
        shop.wait(Duration::from_millis(start));
        let mut statuses = BTreeMap::<u16, u32>::new();
        for _ in 0..LIMIT {
            *statuses.entry(caller.get("/api/v1/assets").await.status()).or_default() += 1;
        }
        shop.wait(Duration::from_millis(59_999));
        for _ in 0..LIMIT {
            *statuses.entry(caller.get("/api/v1/assets").await.status()).or_default() += 1;
        }
        assert_eq!(statuses, BTreeMap::from([(200, 5), (429, 5)]), "burst at {start} ms");
    }
}

#[tokio::test]
async fn an_idle_caller_has_its_whole_budget_back() {
    let shop = Shop::with(&["rate.prices=5/minute"]).await;
    for _ in 0..3 {
        for _ in 0..LIMIT {
            assert_eq!(shop.caller().get("/api/v1/assets").await.status(), 200);
        }
        assert_eq!(shop.caller().get("/api/v1/assets").await.status(), 429);
        shop.wait(Duration::from_secs(64));
    }
}

#[tokio::test]
async fn setting_the_wall_clock_gives_nothing_away() {
    let shop = Shop::with(&["rate.prices=5/minute"]).await;
    for _ in 0..LIMIT {
        shop.caller().get("/api/v1/assets").await;
    }
    for moment in ["2036-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "2026-11-21T12:01:30Z"] {
        shop.clock.set_wall(aspis_core::clock::Timestamp::parse(moment).unwrap());
        assert_eq!(shop.caller().get("/api/v1/assets").await.status(), 429, "{moment}");
    }
}
