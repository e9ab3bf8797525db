//! The script against core's own table: the same word on every request of any schedule.

use std::sync::Arc;

use aspis_core::scenario::denial_of_service::windows::Windows;
use proptest::{
    prelude::*,
    test_runner::{Config as Cases, TestRunner},
};
use uuid::Uuid;

use super::*;

/// The moment that a test has written into the server, in microseconds.
const TOLD: &str = "local now = tonumber(redis.call('GET', 'now'))\n";

/// What happens next: how long nothing does, in 160ths of a window and microseconds, how many come at once, and which
/// of the two windows they ask for: one, the other, both, or one of them twice.
type Step = (u32, u64, u32, u8);

fn schedule() -> impl Strategy<Value = Vec<Step>> {
    let gap = prop_oneof![4 => Just(0), 8 => 0_u32..40, 2 => 0_u32..400, 1 => 0_u32..2_000_000];
    prop::collection::vec((gap, 0_u64..3, 1..12_u32, 0..5_u8), 1..25)
}

fn rates() -> impl Strategy<Value = Rate> {
    let windows = prop::sample::select(vec![1, 60, 3600, 86_400]);
    (1_u32..12, windows).prop_map(|(limit, seconds)| Rate { limit, window: Duration::from_secs(seconds) })
}

/// Some years after 1970, as the clock of a server is, at the beginning of no part of any window.
const BEGIN: u64 = 1_700_000_000_123_457;

struct Both {
    server: Redis,
    runtime: tokio::runtime::Runtime,
    turns: std::cell::Cell<u32>,
}

impl Both {
    fn check(&self, steps: &[Step], rates: [Rate; 3]) -> Result<(), TestCaseError> {
        let turn = self.turns.replace(self.turns.get() + 1);
        let table = Windows::new(1024, *b"0123456789abcdef");
        let config = config(&self.server, &format!("t{turn}"));
        // Nothing is remembered on the node: every request is judged by the script.
        let config = Config { over: 0, limit: Duration::from_secs(20), ..config };
        let shared = Arc::new(Shared::by_time(&config, clock(), TOLD).unwrap());
        let (subjects, mut now) = ([client(turn), Subject::Principal(Uuid::nil())], BEGIN);
        let mut asks = [0, 1].map(|n| Ask { class: 7, subject: subjects[n], rate: rates[n] });
        for (nth, (gap, micros, burst, which)) in steps.iter().enumerate() {
            now += u64::try_from((rates[0].window / 160 * *gap).as_micros()).unwrap() + micros;
            self.server.ask(&format!("SET now {now}"));
            // Some time a limit is changed, as an operator may.
            if nth == 15 {
                asks[1].rate.limit = rates[2].limit;
            }
            let [one, two] = asks;
            let asked: &[Ask] = match which {
                0 => &[one],
                1 => &[two],
                2 => &[one, two],
                3 => &[two, one],
                _ => &[one, two, one],
            };
            for _ in 0..*burst {
                let uptime = Duration::from_micros(now);
                let expected = match *asked {
                    [one] => table.admit(one, uptime),
                    [one, two] => table.admit_all([one, two], uptime),
                    [one, two, three] => table.admit_all([one, two, three], uptime),
                    _ => unreachable!("there are three at most"),
                };
                let got = self.runtime.block_on(shared.admit(asked)).unwrap();
                prop_assert_eq!(got, expected, "at {}", now);
            }
        }
        Ok(())
    }
}

#[test]
fn the_server_says_what_the_table_says_to_the_request() {
    let Some(server) = Redis::start() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let both = Both { server, runtime, turns: std::cell::Cell::new(0) };
    let mut runner = TestRunner::new(Cases { cases: 96, failure_persistence: None, ..Cases::default() });
    let rates = (rates(), rates(), rates());
    runner
        .run(&(schedule(), rates), |(steps, (one, two, three))| both.check(&steps, [one, two, three]))
        .unwrap();
}

/// A clock that is set back: what comes late is counted as now, and nobody is kept out for longer than a window.
#[test]
fn a_clock_that_is_set_back_opens_nothing_and_shuts_nobody_out_for_long() {
    let Some(server) = Redis::start() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { over: 0, ..config(&server, "aspis") };
    let shared = Shared::by_time(&config, clock(), TOLD).unwrap();
    let passed = |seconds: u64, tries: u32| {
        server.ask(&format!("SET now {}", BEGIN + seconds * 1_000_000));
        let try_once = |_| admitted(&runtime.block_on(shared.admit(&[ask(client(1), "5/minute")])).unwrap());
        (0..tries).map(try_once).filter(|passed| *passed).count()
    };
    assert_eq!(passed(100_000, 9), 5);
    assert_eq!(passed(99_970, 9), 0, "half a minute back");
    assert_eq!(passed(100_064, 9), 5);
    assert_eq!(passed(0, 9), 0, "a day back");
    assert_eq!(passed(10, 9), 0);
    assert_eq!(passed(64, 9), 5);
}

/// Counters that need more than a byte, and more than the ten bits that core's have.
#[test]
fn a_wide_window_is_the_same_too() {
    let Some(server) = Redis::start() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let both = Both { server, runtime, turns: std::cell::Cell::new(0) };
    let rate = |limit| Rate { limit, window: Duration::from_secs(60) };
    let steps = [(0, 0, 1500, 0), (7, 0, 900, 2), (30, 1, 200, 0), (140, 0, 3000, 0), (20, 2, 30, 1)];
    both.check(&steps, [rate(4000), rate(1000), rate(9)]).unwrap();
}
