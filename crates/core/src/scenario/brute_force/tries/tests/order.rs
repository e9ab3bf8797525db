//! Lock, wait, challenge: which comes first, and when each begins and ends.

use super::*;

#[test]
fn the_third_failure_of_a_client_asks_for_a_challenge_and_the_fourth_for_a_wait() {
    let tries = tries();
    for on in 0..3 {
        assert_eq!(tries.look(&bare(on, 1), seconds(1)), Need::Nothing, "after {on} failures");
        fails(&tries, bare(on, 1), seconds(1));
    }
    assert_eq!(tries.look(&bare(9, 1), seconds(1)), Need::Challenge);
    assert!(matches!(tries.begin(bare(9, 1), seconds(1)), Err(Need::Challenge)));
    assert_eq!(tries.look(&stranger(9, 1), seconds(1)), Need::Nothing, "with a challenge");
    assert_eq!(tries.look(&bare(9, 2), seconds(1)), Need::Nothing, "another client");
    fails(&tries, stranger(9, 1), seconds(1));
    assert_eq!(tries.look(&stranger(10, 1), seconds(1)), Need::Wait(seconds(16)));
    assert_eq!(tries.look(&stranger(10, 1), seconds(17) - TICK), Need::Wait(TICK));
    assert_eq!(tries.look(&stranger(10, 1), seconds(17)), Need::Nothing);
    assert_eq!(
        tries.look(&bare(10, 1), seconds(17)),
        Need::Challenge,
        "the wait is over, the challenge is not"
    );
    assert_eq!(tries.failures(client(1), seconds(17)), 4);
}

#[test]
fn the_wait_doubles_up_to_five_minutes() {
    let tries = tries();
    let mut now = Duration::ZERO;
    let mut waits = Vec::new();
    for on in 0..12 {
        fails(&tries, stranger(on, 1), now);
        let wait = match tries.look(&stranger(99, 1), now) {
            Need::Wait(left) => left,
            other => {
                assert_eq!(other, Need::Nothing);
                Duration::ZERO
            }
        };
        waits.push(wait.as_secs());
        now += wait;
    }
    assert_eq!(waits, [0, 0, 0, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
}

#[test]
fn the_lock_comes_before_the_wait_and_the_wait_before_the_challenge() {
    let tries = tries();
    for from in 1..=4 {
        fails(&tries, bare(0, from), seconds(1));
    }
    for on in 1..4 {
        fails(&tries, bare(on, 9), seconds(1));
    }
    assert_eq!(tries.look(&bare(0, 9), seconds(1)), Need::Challenge);
    fails(&tries, stranger(0, 9), seconds(1));
    assert_eq!(tries.look(&bare(0, 9), seconds(2)), Need::Locked(HOUR - seconds(1)));
    assert_eq!(tries.look(&bare(1, 9), seconds(2)), Need::Wait(seconds(15)));
    assert_eq!(tries.look(&bare(1, 9), seconds(17)), Need::Challenge);
}

#[test]
fn the_fifth_failure_locks_for_an_hour_that_nothing_extends() {
    let tries = tries();
    for from in 0..5 {
        let signs = fails(&tries, stranger(0, from), seconds(u64::from(from)));
        assert_eq!(signs.locked, from == 4, "failure {from}");
    }
    let end = seconds(4) + HOUR;
    for from in 5..50 {
        let now = seconds(u64::from(from));
        assert_eq!(tries.look(&stranger(0, from), now), Need::Locked(end - now));
        assert!(matches!(tries.begin(stranger(0, from), now), Err(Need::Locked(left)) if left == end - now));
        assert_eq!(tries.failures(client(from), now), 0, "what is refused is not counted");
    }
    assert_eq!(tries.look(&stranger(0, 60), end - TICK), Need::Locked(TICK));
    assert_eq!(tries.look(&stranger(0, 60), end), Need::Nothing);
    for from in 60..64 {
        assert!(!fails(&tries, stranger(0, from), end).locked, "the count began anew");
    }
    assert!(fails(&tries, stranger(0, 64), end).locked);
}

#[test]
fn a_names_count_ends_after_an_hour_in_which_nobody_failed() {
    let tries = tries();
    for step in 0..4_u32 {
        fails(&tries, stranger(0, step), (HOUR - TICK) * step);
    }
    let last = (HOUR - TICK) * 3;
    assert!(fails(&tries, stranger(0, 8), last + HOUR - TICK).locked, "an hour was never quiet");
    let later = last + HOUR;
    for step in 0..4 {
        fails(&tries, stranger(1, step), later);
    }
    assert!(!fails(&tries, stranger(1, 8), later + HOUR).locked, "an hour was quiet");
}

#[test]
fn a_clients_failures_are_those_of_the_last_hour() {
    let tries = tries();
    for on in 0..3 {
        fails(&tries, bare(on, 1), seconds(10));
    }
    assert_eq!(tries.look(&bare(9, 1), seconds(10) + HOUR - TICK), Need::Challenge);
    assert_eq!(tries.look(&bare(9, 1), seconds(10) + HOUR), Need::Nothing);
}

#[test]
fn a_success_forgives_the_client_this_name_and_no_other() {
    let tries = tries();
    fails(&tries, bare(1, 1), seconds(1));
    fails(&tries, bare(0, 1), seconds(1));
    fails(&tries, bare(0, 1), seconds(1));
    ends(&tries, stranger(0, 1), Outcome::Right, seconds(2));
    assert_eq!(tries.failures(client(1), seconds(2)), 1);
    // The name has had two failures, and its count ends with time alone.
    for from in 2..4 {
        assert!(!fails(&tries, stranger(0, from), seconds(3)).locked);
    }
    assert!(fails(&tries, stranger(0, 4), seconds(3)).locked);
}

#[test]
fn what_was_not_looked_at_counts_for_nothing_and_what_was_dropped_counts() {
    let tries = tries();
    for _ in 0..100 {
        ends(&tries, bare(0, 1), Outcome::Void, seconds(1));
    }
    assert_eq!(tries.failures(client(1), seconds(1)), 0);
    for on in 0..3 {
        drop(tries.begin(bare(on, 1), seconds(1)));
    }
    assert_eq!(tries.look(&bare(5, 1), seconds(1)), Need::Challenge);
}

#[test]
fn a_clock_that_was_read_too_early_moves_nothing_back() {
    let tries = tries();
    for from in 0..5 {
        fails(&tries, stranger(0, from), seconds(100));
    }
    assert_eq!(tries.look(&stranger(0, 9), seconds(1)), Need::Locked(HOUR));
    fails(&tries, stranger(1, 9), seconds(1));
    assert_eq!(tries.failures(client(9), seconds(100) + HOUR - TICK), 1);
}
