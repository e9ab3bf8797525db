//! Made-up clients and names by the hundred thousand.

use super::*;

#[test]
fn a_flood_never_frees_a_locked_name_and_memory_stays_bounded() {
    let tries = tries();
    for from in 0..5 {
        fails(&tries, stranger(0, from), seconds(1));
    }
    for n in 0..200_000_u32 {
        let now = seconds(2) + Duration::from_millis(u64::from(n));
        if let Ok(ticket) = tries.begin(stranger(u128::from(n) + 1, 1000 + n), now) {
            tries.settle(ticket, Outcome::Wrong, now);
        }
    }
    let now = seconds(300);
    assert_eq!(tries.look(&stranger(0, 77), now), Need::Locked(HOUR + seconds(1) - now));
    let state = tries.state(now);
    assert_eq!(state.strangers.sources.len(), 65_536);
    assert_eq!(state.strangers.names.len(), 65_536);
    assert_eq!(state.known.sources.len() + state.known.names.len(), 0);
}

/// How many of 50,000 newcomers, four tries each, get through.
fn newcomers(tries: &Tries, now: Duration) -> usize {
    let attempts = (0..200_000_u32).map(|n| stranger(1000 + u128::from(n / 4), 1000 + n / 4));
    let tickets = attempts.filter_map(|attempt| tries.begin(attempt, now).ok());
    tickets.fold(0, |passed, ticket| {
        tries.settle(ticket, Outcome::Wrong, now);
        passed + 1
    })
}

#[test]
fn when_every_place_is_locked_newcomers_share_and_are_kept_out() {
    let tries = Tries::new(Rules { names: 20, ..Rules::default() });
    for n in 0..100 {
        fails(&tries, stranger(u128::from(n / 5), n), seconds(1));
    }
    assert_eq!(newcomers(&tries, seconds(2)), 1024 * 5);
    for on in 0..20 {
        assert!(matches!(tries.look(&stranger(on, 500), seconds(2)), Need::Locked(_)), "{on} was freed");
    }
    assert_eq!(tries.look(&known(0, 7), seconds(2)), Need::Nothing, "devices that are known are not touched");
    assert_eq!(tries.state(seconds(2)).strangers.names.len(), 20);
    let later = seconds(1) + HOUR;
    assert_eq!(tries.look(&stranger(99_999, 999_999), later), Need::Nothing, "and it is over with the locks");
}

#[test]
fn when_every_client_waits_newcomers_share_and_wait() {
    let tries = Tries::new(Rules { clients: 20, ..Rules::default() });
    for n in 0..80 {
        fails(&tries, stranger(u128::from(n), n / 4), seconds(1));
    }
    assert_eq!(newcomers(&tries, seconds(2)), 1024 * 4);
    for from in 0..20 {
        assert_eq!(tries.look(&stranger(999, from), seconds(2)), Need::Wait(seconds(15)), "{from} was freed");
    }
    assert_eq!(tries.look(&stranger(999, 999), seconds(17)), Need::Nothing);
}

#[test]
fn what_strangers_share_is_forgiven_to_none_of_them_but_the_one_who_was_right() {
    let tries = Tries::new(Rules { clients: 0, names: 0, ..Rules::default() });
    fails(&tries, stranger(1, 1), seconds(1));
    fails(&tries, stranger(2, 1), seconds(1));
    ends(&tries, stranger(2, 1), Outcome::Right, seconds(1));
    assert_eq!(tries.failures(client(1), seconds(1)), 1);
    for from in 10..14 {
        let signs = fails(&tries, stranger(1, from), seconds(1));
        assert_eq!(
            (signs.locked, signs.stuffing),
            (from == 13, None),
            "a shared counter is a sign of nobody"
        );
    }
}

#[test]
fn the_one_that_was_free_for_the_longest_time_makes_room() {
    let tries = Tries::new(Rules { clients: 3, names: 100, ..Rules::default() });
    for n in 0..4 {
        fails(&tries, stranger(n, 1), seconds(1));
    }
    fails(&tries, stranger(10, 2), seconds(2));
    fails(&tries, stranger(11, 3), seconds(3));
    fails(&tries, stranger(12, 4), seconds(4));
    let counts = |now| [1, 2, 3, 4].map(|from| tries.failures(client(from), now));
    assert_eq!(counts(seconds(4)), [4, 0, 1, 1], "the first waits, so the second went");
    fails(&tries, stranger(13, 5), seconds(17));
    fails(&tries, stranger(14, 6), seconds(17));
    assert_eq!(counts(seconds(17)), [4, 0, 0, 0]);
    fails(&tries, stranger(15, 7), seconds(18));
    assert_eq!(counts(seconds(18)), [0, 0, 0, 0], "it was free at 17 s, the same as the others");
}

#[test]
fn what_says_nothing_any_more_is_forgotten_bit_by_bit() {
    let tries = tries();
    for n in 0..1000 {
        fails(&tries, stranger(u128::from(n), n), seconds(1));
    }
    for n in 0..500 {
        fails(&tries, stranger(5000 + u128::from(n), 5000 + n), seconds(2) + HOUR);
    }
    let state = tries.state(seconds(2) + HOUR);
    assert_eq!(state.strangers.sources.len(), 500);
    assert_eq!(state.strangers.names.len(), 500);
}
