//! Many at once, and devices that are known.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// How many of 100 tries get through, one after the other.
fn one_by_one(attempt: impl Fn(u32) -> Attempt) -> usize {
    let tries = tries();
    let tickets: Vec<_> = (0..100).filter_map(|n| tries.begin(attempt(n), seconds(1)).ok()).collect();
    tickets.len()
}

/// How many of 100 tries get through at once, on eight threads.
fn at_once(attempt: impl Fn(u32) -> Attempt + Sync) -> usize {
    let (tries, passed) = (tries(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (tries, passed, attempt) = (&tries, &passed, &attempt);
            scope.spawn(move || {
                for n in (thread..100).step_by(8) {
                    if let Ok(ticket) = tries.begin(attempt(n), seconds(1)) {
                        passed.fetch_add(1, Ordering::SeqCst);
                        tries.settle(ticket, Outcome::Wrong, seconds(1));
                    }
                }
            });
        }
    });
    passed.into_inner()
}

#[test]
fn a_hundred_at_once_get_no_further_than_one_by_one() {
    for _ in 0..20 {
        assert_eq!(at_once(|n| stranger(0, n)), 5, "one name, a hundred clients");
        assert_eq!(at_once(|_| stranger(0, 1)), 4, "one name, one client: it waits");
        assert_eq!(at_once(|n| bare(u128::from(n), 1)), 3, "one client, no challenge");
        assert_eq!(at_once(|_| known(0, 7)), 4, "one device");
    }
    assert_eq!(one_by_one(|n| stranger(0, n)), 5);
    assert_eq!(one_by_one(|_| stranger(0, 1)), 4);
    assert_eq!(one_by_one(|n| bare(u128::from(n), 1)), 3);
    assert_eq!(one_by_one(|_| known(0, 7)), 4);
}

#[test]
fn ten_thousand_wrong_tries_of_a_thousand_clients_never_keep_a_known_device_out() {
    let tries = tries();
    let owner = Attempt { challenged: false, ..known(0, 7) };
    for n in 0..10_000_u32 {
        let now = Duration::from_millis(u64::from(n) * 500);
        if let Ok(ticket) = tries.begin(stranger(0, n % 1000), now) {
            tries.settle(ticket, Outcome::Wrong, now);
        }
        assert_eq!(tries.look(&owner, now), Need::Nothing, "after {n} tries");
        if n % 1000 == 999 {
            ends(&tries, owner, Outcome::Right, now);
            assert!(matches!(tries.look(&stranger(0, 5), now), Need::Locked(_)), "its success opens no lock");
        }
    }
}

#[test]
fn a_known_device_has_a_lock_of_its_own() {
    let tries = tries();
    let mut now = Duration::ZERO;
    for n in 0..5 {
        while let Need::Wait(left) = tries.look(&known(0, 7), now) {
            now += left;
        }
        assert_eq!(fails(&tries, known(0, 7), now).locked, n == 4);
    }
    assert_eq!(tries.look(&known(0, 7), now), Need::Locked(HOUR));
    assert_eq!(tries.look(&known(0, 8), now), Need::Nothing, "another device of the account");
    assert_eq!(tries.look(&bare(0, 99), now), Need::Nothing, "a stranger at the same address");
    assert_eq!(tries.look(&known(1, 7), now), Need::Wait(seconds(32)), "the device on another name waits");
    assert_eq!(tries.failures(client(99), now), 0);
}

#[test]
fn a_success_clears_the_devices_own_count() {
    let tries = tries();
    for _ in 0..10 {
        for _ in 0..3 {
            fails(&tries, Attempt { challenged: false, ..known(0, 7) }, seconds(1));
        }
        assert_eq!(tries.look(&Attempt { challenged: false, ..known(0, 7) }, seconds(1)), Need::Challenge);
        ends(&tries, known(0, 7), Outcome::Right, seconds(1));
    }
}

#[test]
fn names_that_look_like_nothing_are_names_of_their_own() {
    let tries = tries();
    let odd = |bytes| Attempt { name: NameKey(bytes), ..stranger(0, 1) };
    let keys = [[0; 16], [255; 16], [0x20; 16]];
    for from in 0..5 {
        fails(&tries, Attempt { client: client(from), ..odd(keys[0]) }, seconds(1));
    }
    assert!(matches!(
        tries.look(&Attempt { client: client(50), ..odd(keys[0]) }, seconds(1)),
        Need::Locked(_)
    ));
    for key in &keys[1..] {
        assert_eq!(tries.look(&Attempt { client: client(50), ..odd(*key) }, seconds(1)), Need::Nothing);
    }
}
