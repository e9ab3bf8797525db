//! An attack on the whole site: when it begins, when it ends, and what it means for strangers.

use proptest::prelude::*;

use super::*;
use crate::scenario::brute_force::tries::site::Site;

const BEGAN: Option<SiteChange> = Some(SiteChange::Began);
const ENDED: Option<SiteChange> = Some(SiteChange::Ended);

/// `count` failures from `clients` clients, each on a name of its own, from `from` on.
fn flood(tries: &Tries, count: u32, clients: u32, now: Duration) -> Vec<Option<SiteChange>> {
    let attempt = |n: u32| stranger(u128::from(n) << 32 | now.as_micros(), 100 + n % clients);
    (0..count).filter_map(|n| fails(tries, attempt(n), now).site).map(Some).collect()
}

fn loose() -> Tries {
    Tries::new(Rules { wait_over: 1000, challenge_over: 1000, ..Rules::default() })
}

#[test]
fn the_two_hundredth_failure_from_twenty_clients_begins_it() {
    let tries = loose();
    assert_eq!(flood(&tries, 199, 20, seconds(1)), []);
    assert!(!tries.site_under_attack(seconds(1)));
    assert_eq!(flood(&tries, 1, 1, seconds(2)), [BEGAN]);
    assert_eq!(flood(&tries, 100, 20, seconds(3)), [], "it is told once");
    assert!(tries.site_under_attack(seconds(3)));
    assert_eq!(tries.look(&bare(7, 7), seconds(3)), Need::Challenge, "a stranger");
    assert_eq!(tries.look(&stranger(7, 7), seconds(3)), Need::Nothing, "with a challenge");
    assert_eq!(
        tries.look(&Attempt { challenged: false, ..known(7, 7) }, seconds(3)),
        Need::Nothing,
        "a known device"
    );
}

#[test]
fn nineteen_clients_are_not_the_world() {
    let tries = loose();
    assert_eq!(flood(&tries, 1000, 19, seconds(1)), []);
    assert_eq!(flood(&tries, 1, 1, seconds(2)), [], "one of the nineteen");
    fails(&tries, stranger(5, 5), seconds(700));
    assert!(!tries.site_under_attack(seconds(700)), "the others were not within the window");
}

#[test]
fn a_busy_morning_is_no_attack() {
    let tries = loose();
    for n in 0..41 {
        ends(&tries, stranger(n, 5), Outcome::Right, seconds(1));
    }
    assert_eq!(flood(&tries, 204, 50, seconds(1)), [], "204 is not five times 41");
    assert_eq!(flood(&tries, 1, 1, seconds(2)), [BEGAN]);
}

#[test]
fn tries_that_never_reached_the_password_do_not_count() {
    let tries = loose();
    for n in 0..1000 {
        drop(tries.begin(stranger(u128::from(n), n), seconds(1)));
        ends(&tries, stranger(u128::from(n) + 5000, n), Outcome::Void, seconds(1));
    }
    assert!(!tries.site_under_attack(seconds(1)));
}

#[test]
fn it_ends_ten_minutes_after_failures_fell_below_half() {
    let tries = loose();
    assert_eq!(flood(&tries, 200, 20, Duration::ZERO), [BEGAN]);
    assert_eq!(flood(&tries, 101, 20, seconds(300)), []);
    // At 600 s the first 200 have left the window, at 900 s the others: then it is below half.
    assert!(tries.site_under_attack(seconds(1500) - TICK));
    assert_eq!(tries.tick(seconds(1500) - TICK), None);
    assert!(!tries.site_under_attack(seconds(1500)));
    assert_eq!(tries.tick(seconds(1500)), ENDED, "to ask whether it is on takes nothing away");
    assert_eq!(tries.tick(seconds(1500)), None);
    assert_eq!(flood(&tries, 200, 20, seconds(1501)), [BEGAN], "and it can begin again");
}

#[test]
fn a_wave_within_the_quiet_time_begins_it_anew() {
    let tries = loose();
    assert_eq!(flood(&tries, 200, 20, Duration::ZERO), [BEGAN]);
    assert_eq!(flood(&tries, 100, 20, seconds(1100)), [], "half is not below half");
    assert!(tries.site_under_attack(seconds(1700) + seconds(590)));
    assert_eq!(tries.tick(seconds(2300)), ENDED);
}

#[test]
fn a_long_silence_ends_it_too() {
    let tries = loose();
    assert_eq!(flood(&tries, 200, 20, seconds(5)), [BEGAN]);
    assert_eq!(fails(&tries, stranger(3, 3), seconds(1_000_000)).site, ENDED);
}

proptest! {
    /// Against a list of everything that happened, counted anew in each part.
    #[test]
    fn it_is_what_a_list_of_all_tries_says(
        steps in prop::collection::vec((0_u64..40, 0_u32..6, prop::bool::weighted(0.85)), 1..300),
    ) {
        let rules = SiteRules { failures: 12, clients: 4, window: seconds(600), ratio: 3 };
        let (mut site, mut log) = (Site::new(rules), Vec::new());
        let (mut now, mut attacked, mut below, mut part) = (Duration::ZERO, false, 0, 0);
        for (gap, from, wrong) in steps {
            now += seconds(gap);
            site.advance(now);
            let sum = |log: &[(u64, u32, bool, Duration)], part: u64, kind: bool| {
                log.iter().filter(|try_| part - try_.0 < 60 && try_.2 == kind).count()
            };
            while part < now.as_secs() / 10 {
                part += 1;
                below = if sum(&log, part, true) < 6 { below + 1 } else { 0 };
                attacked &= below <= 60;
            }
            prop_assert_eq!(site.is_attacked(), attacked);
            log.push((part, from, wrong, now));
            if wrong {
                site.wrong(client(from), now);
                let mut clients: Vec<_> =
                    log.iter().filter(|try_| try_.2 && now - try_.3 < seconds(600)).map(|try_| try_.1).collect();
                clients.sort_unstable();
                clients.dedup();
                let failures = sum(&log, part, true);
                if failures >= 6 { below = 0; }
                attacked |= failures >= 12 && clients.len() >= 4 && failures >= 3 * sum(&log, part, false);
            } else {
                site.right();
            }
            prop_assert_eq!(site.is_attacked(), attacked);
        }
    }
}
