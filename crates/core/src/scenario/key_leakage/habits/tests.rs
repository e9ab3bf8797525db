use proptest::prelude::*;

use super::*;

const RULES: Rules = Rules { settled: Duration::from_secs(7 * DAY), times: 10, least: 1000 };
const DAY: u64 = 86_400;

fn at(day: i64, seconds: i64) -> Timestamp {
    Timestamp::from_seconds(day * 86_400 + seconds)
}

fn net(text: &str) -> IpNet {
    network_of(text.parse().expect("an address"))
}

/// A key that was used from day 100 on, so often each day.
fn of_days(calls: &[u64]) -> Habits {
    let mut habits = Habits::default();
    for (day, calls) in (100..).zip(calls) {
        habits.recall_calls(Day(day), *calls);
    }
    habits.recall_network(net("203.0.113.7"), at(100, 0));
    habits
}

/// On which call of a day a key is odd, if it is within so many.
fn odd_at(habits: &mut Habits, day: i64, most: u64) -> Option<u64> {
    let home = net("203.0.113.7");
    (1..=most).find(|_| {
        let odd = habits.judge(Some(home), at(day, 5), RULES).is_some();
        habits.used(home, at(day, 5));
        odd
    })
}

#[test]
fn a_network_is_a_24_or_a_48() {
    assert_eq!(net("203.0.113.7"), "203.0.113.0/24".parse().unwrap());
    assert_eq!(net("::ffff:203.0.113.7"), "203.0.113.0/24".parse().unwrap());
    assert_eq!(net("2001:db8:1:2::3"), "2001:db8:1::/48".parse().unwrap());
}

#[test]
fn what_is_odd_is_written_and_read() {
    for odd in [Odd::Network(net("2001:db8::1")), Odd::Network(net("192.0.2.1")), Odd::Calls(1000)] {
        assert_eq!(Odd::parse(&odd.to_string()), Some(odd));
    }
    for wrong in ["", "network", "network x", "calls -1", "calls", "other 1"] {
        assert_eq!(Odd::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_new_network_is_odd_once_a_key_has_settled() {
    let (home, away) = (net("203.0.113.7"), net("192.0.2.1"));
    let mut habits = Habits::default();
    assert_eq!(habits.judge(Some(home), at(100, 0), RULES), None, "it was never used");
    assert!(habits.used(home, at(100, 0)) && !habits.used(home, at(100, 1)));
    assert_eq!(habits.judge(Some(away), at(106, 86_399), RULES), None, "it has not settled");
    assert_eq!(habits.judge(Some(away), at(107, 0), RULES), Some(Odd::Network(away)));
    assert_eq!(habits.judge(Some(home), at(107, 0), RULES), None);
    assert_eq!(habits.judge(Some(net("203.0.113.99")), at(107, 0), RULES), None, "a neighbour");
    assert_eq!(habits.judge(None, at(107, 0), RULES), None, "it is held to networks");
    assert!(habits.confirm(Odd::Network(away), at(107, 0)));
    assert_eq!(habits.judge(Some(away), at(107, 0), RULES), None, "its owner said so");
}

#[test]
fn a_key_that_is_at_home_nowhere_is_not_held_to_networks() {
    let mut habits = Habits::default();
    for n in 0..NETWORKS {
        assert!(habits.used(net(&format!("10.0.{n}.1")), at(100, 0)));
    }
    assert!(!habits.used(net("192.0.2.1"), at(100, 0)), "memory is bounded");
    assert_eq!(habits.judge(Some(net("198.51.100.1")), at(120, 0), RULES), None);
}

#[test]
fn a_day_of_ten_times_the_usual_is_odd() {
    assert_eq!(odd_at(&mut of_days(&[300; 10]), 110, 5000), Some(3001));
    assert_eq!(odd_at(&mut of_days(&[3; 10]), 110, 5000), Some(1001), "never before a thousand");
    assert_eq!(odd_at(&mut of_days(&[3; 6]), 106, 5000), None, "it has not settled");
    assert_eq!(odd_at(&mut of_days(&[3; 7]), 107, 5000), Some(1001));
    let mut excused = of_days(&[3; 10]);
    excused.confirm(Odd::Calls(1000), at(110, 0));
    assert_eq!(odd_at(&mut excused, 110, 5000), None);
    assert_eq!(odd_at(&mut excused, 111, 5000), Some(1001), "for that day alone");
}

#[test]
fn a_clock_that_goes_back_loses_no_calls() {
    let mut habits = of_days(&[5; 3]);
    habits.used(net("203.0.113.7"), at(101, 0));
    assert_eq!((habits.calls(Day(101)), habits.calls(Day(102)), habits.calls(Day(103))), (6, 5, 0));
}

#[test]
fn only_the_days_that_count_are_kept() {
    let mut habits = of_days(&[1; 400]);
    habits.used(net("203.0.113.7"), at(700, 0));
    assert_eq!(habits.days, [(Day(700), 1)]);
}

proptest! {
    /// Whoever steals a key and calls as often as is let through, day after day, gets no more on any day than ten times
    /// what its owner did, for as long as the owner's days are the greater half.
    #[test]
    fn a_slow_attacker_teaches_nothing(honest in prop::collection::vec(0_u64..2000, 8..20), greed in 1_u64..100) {
        let mut habits = of_days(&honest);
        let most = honest.iter().max().copied().unwrap_or(0).max(100) * RULES.times;
        let own = i64::try_from(honest.len()).expect("few");
        for stolen in 0..own {
            let today = 100 + own + stolen;
            let seen = (own + stolen).min(norm::DAYS);
            if seen - stolen <= (seen - 1) / 2 {
                break; // More than half of the days that count are the attacker's.
            }
            let bound = habits.most_of(Day(today), RULES).expect("it has settled");
            prop_assert!(bound <= most, "{bound} on day {stolen}");
            habits.add(Day(today), bound * greed / 100);
        }
    }

    /// Nothing of today changes how much is let through today.
    #[test]
    fn today_is_not_counted(days in prop::collection::vec(0_u64..5000, 7..40), now in 0_u64..100_000) {
        let (mut quiet, mut loud) = (of_days(&days), of_days(&days));
        let today = Day(100 + i64::try_from(days.len()).expect("few"));
        loud.add(today, now);
        prop_assert_eq!(quiet.most_of(today, RULES), loud.most_of(today, RULES));
        prop_assert_eq!(quiet.is_loud(today, RULES), None);
    }

    /// The norm is what sorting says it is.
    #[test]
    fn the_norm_is_the_median(days in prop::collection::vec((0_i64..60, 0_u64..5000), 0..60), since in 0_i64..60) {
        let known: std::collections::BTreeMap<i64, u64> = days.into_iter().collect();
        let kept: Vec<_> = known.iter().map(|(day, calls)| (Day(*day), *calls)).collect();
        let mut all: Vec<u64> =
            (since.max(60 - 28)..60).map(|day| known.get(&day).copied().unwrap_or(0)).collect();
        all.sort_unstable();
        prop_assert_eq!(norm(&kept, Day(since), Day(60)), Some(all[(all.len() - 1) / 2].max(100)));
    }

    /// No network is odd that was seen, and none before a key has settled.
    #[test]
    fn what_was_seen_is_never_odd(seen in prop::collection::vec(any::<u8>(), 1..60), late in 0_i64..40) {
        let mut habits = Habits::default();
        let of = |n: &u8| net(&format!("10.0.{n}.9"));
        for n in &seen {
            habits.used(of(n), at(100, 0));
        }
        for n in seen.iter().take(NETWORKS) {
            prop_assert_eq!(habits.judge(Some(of(n)), at(100 + late, 0), RULES), None);
        }
        let other = habits.judge(Some(net("192.0.2.1")), at(100 + late, 0), RULES);
        let roams = habits.networks.len() >= NETWORKS;
        prop_assert_eq!(other.is_some(), late >= 7 && !roams);
    }
}
