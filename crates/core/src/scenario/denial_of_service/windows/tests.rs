use std::{
    collections::VecDeque,
    hash::RandomState,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::client::Client;

fn table() -> Windows<RandomState> {
    Windows::new(1024, RandomState::new())
}

fn client(n: u32) -> Subject {
    Subject::Client(Client::from_ip(IpAddr::V4(Ipv4Addr::from_bits(n))))
}

fn ask(subject: Subject, rate: &str) -> Ask {
    Ask { class: 1, subject, rate: rate.parse().expect("a rate") }
}

fn admitted(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Admitted(_))
}

#[test]
fn an_idle_client_may_send_five_at_once_and_then_waits() {
    let windows = table();
    for left in (0..5).rev() {
        let Verdict::Admitted(standing) = windows.admit(ask(client(1), "5/minute"), Duration::ZERO) else {
            panic!("refused")
        };
        assert_eq!(standing.remaining, left);
    }
    let Verdict::Refused(standing) = windows.admit(ask(client(1), "5/minute"), Duration::from_secs(1)) else {
        panic!("admitted")
    };
    assert!(
        standing.reset >= Duration::from_secs(59) && standing.reset <= Duration::from_secs(63),
        "{standing:?}"
    );
    assert!(
        admitted(windows.admit(ask(client(2), "5/minute"), Duration::from_secs(1))),
        "another client is free"
    );
    assert!(
        admitted(windows.admit(ask(client(1), "5/minute"), Duration::from_secs(1) + standing.reset)),
        "the wait is honest"
    );
}

#[test]
fn a_refused_request_counts_in_no_window() {
    let windows = table();
    let principal = Subject::Principal(Uuid::from_u128(1));
    for n in 0..3 {
        assert!(admitted(
            windows.admit_all([ask(client(n), "5/minute"), ask(principal, "3/minute")], Duration::ZERO)
        ));
    }
    for _ in 0..50 {
        assert!(!admitted(
            windows.admit_all([ask(client(9), "5/minute"), ask(principal, "3/minute")], Duration::ZERO)
        ));
    }
    for _ in 0..5 {
        assert!(
            admitted(windows.admit(ask(client(9), "5/minute"), Duration::ZERO)),
            "the refusals were not counted"
        );
    }
}

#[test]
fn the_same_key_twice_is_one_lock_and_two_counts() {
    let windows = table();
    assert!(admitted(
        windows.admit_all([ask(client(1), "5/minute"), ask(client(1), "5/minute")], Duration::ZERO)
    ));
    let Verdict::Admitted(standing) = windows.admit(ask(client(1), "5/minute"), Duration::ZERO) else {
        panic!("refused")
    };
    assert_eq!(standing.remaining, 2);
}

#[test]
fn a_flood_of_made_up_clients_never_frees_one_that_is_limited() {
    let windows = Windows::new(64, RandomState::new());
    for _ in 0..5 {
        assert!(admitted(windows.admit(ask(client(1), "5/minute"), Duration::ZERO)));
    }
    for n in 0..100_000_u32 {
        windows.admit(ask(client(n.wrapping_mul(2_654_435_761)), "5/minute"), Duration::from_millis(1));
    }
    assert!(!admitted(windows.admit(ask(client(1), "5/minute"), Duration::from_secs(2))));
}

#[test]
fn a_full_table_still_limits_everybody_and_recovers() {
    let windows = Windows::new(8, RandomState::new());
    let passed = (0..10_000_u32)
        .filter(|n| admitted(windows.admit(ask(client(n << 16 | n), "5/minute"), Duration::ZERO)))
        .count();
    assert!(passed <= 8 * 5 + 5, "{passed} passed through 8 slots and one shared window");
    assert!(admitted(windows.admit(ask(client(77), "5/minute"), Duration::from_secs(64))));
}

#[test]
fn two_hundred_at_once_admit_exactly_the_limit() {
    for _ in 0..20 {
        let windows = Arc::new(table());
        let passed = Arc::new(AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..25 {
                        let verdict = windows.admit_all(
                            [ask(client(1), "20/minute"), ask(Subject::Principal(Uuid::nil()), "30/minute")],
                            Duration::ZERO,
                        );
                        passed.fetch_add(usize::from(admitted(verdict)), Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(passed.load(Ordering::SeqCst), 20);
    }
}

/// One set holds all: the window of the client and that of the account always stand side by side.
#[test]
fn two_windows_of_one_request_never_share_a_slot() {
    let windows = Windows::new(8, RandomState::new());
    let both = [ask(client(1), "5/minute"), ask(Subject::Principal(Uuid::nil()), "9/minute")];
    let passed = (0..20).filter(|_| admitted(windows.admit_all(both, Duration::ZERO))).count();
    assert_eq!(passed, 5);
    let others = [ask(client(2), "9/minute"), both[1]];
    let passed = (0..20).filter(|_| admitted(windows.admit_all(others, Duration::ZERO))).count();
    assert_eq!(passed, 4, "the account has 9 over all its clients");
}

#[test]
fn another_unit_of_the_rate_starts_afresh() {
    let windows = table();
    for _ in 0..5 {
        windows.admit(ask(client(1), "5/minute"), Duration::from_secs(100));
    }
    assert!(admitted(windows.admit(ask(client(1), "5/second"), Duration::from_secs(100))));
}

proptest! {
    /// Against an exact log of times: never more in any window, and never refused a sixteenth of a window later than
    /// the log would have let it pass.
    #[test]
    fn the_promise_holds_over_any_schedule(limit in 1_u32..12, gaps in prop::collection::vec(0_u64..20_000_000, 1..200)) {
        let windows = table();
        let rate = Rate { limit, window: Duration::from_secs(60) };
        let (window, part) = (60_000_000_u64, 60_000_000 / 16);
        let mut log: VecDeque<u64> = VecDeque::new();
        let mut now = 0;
        for gap in gaps {
            now += gap;
            let at = Duration::from_micros(now);
            let within = |span: u64| log.iter().filter(|time| now - **time < span).count();
            let (strict, lenient) = (within(window), within(window + part));
            match windows.admit(Ask { class: 0, subject: client(1), rate }, at) {
                Verdict::Admitted(_) => {
                    prop_assert!(strict < limit as usize, "{strict} in the last window of {limit}");
                    log.push_back(now);
                }
                Verdict::Refused(standing) => {
                    prop_assert!(lenient >= limit as usize, "refused with {lenient} of {limit} in a window and a sixteenth");
                    prop_assert!(standing.reset > Duration::ZERO && standing.reset <= Duration::from_micros(window + part));
                }
            }
        }
    }
}
