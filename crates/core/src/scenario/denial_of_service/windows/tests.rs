use std::net::{IpAddr, Ipv4Addr};

use uuid::Uuid;

use super::*;
use crate::client::Client;

mod at_once;
mod clock;
mod log;
mod placed;
mod room;
mod wide;

/// A key without chance, so that what was found once is found again.
const KEY: [u8; 16] = *b"0123456789abcdef";

fn table() -> Windows {
    Windows::new(1024, KEY)
}

fn principal(n: u128) -> Subject {
    Subject::Principal(Uuid::from_u128(n))
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
    let windows = Windows::new(64, KEY);
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
    let windows = Windows::new(8, KEY);
    let passed = (0..10_000_u32)
        .filter(|n| admitted(windows.admit(ask(client(n << 16 | n), "5/minute"), Duration::ZERO)))
        .count();
    assert!(passed <= 16 * 5 + 5, "{passed} passed through 16 slots and one shared window");
    assert!(admitted(windows.admit(ask(client(77), "5/minute"), Duration::from_secs(64))));
}

/// One set holds all: the window of the client and that of the account always stand side by side.
#[test]
fn two_windows_of_one_request_never_share_a_slot() {
    let windows = Windows::new(1, KEY);
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
    assert!(
        !admitted(windows.admit(ask(client(1), "5/minute"), Duration::from_secs(100))),
        "nor is it forgotten"
    );
}
