use proptest::prelude::*;

use super::*;

const RULES: Rules = Rules { auto: true, after: seconds(10), quiet: seconds(300) };

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A machine and its clock, looked at once a second.
struct Watch {
    attack: Attack,
    now: Duration,
}

impl Watch {
    fn new(rules: Rules) -> Self {
        Self { attack: Attack::new(rules), now: Duration::ZERO }
    }

    /// So many seconds, the house full for so much of each; what changed, and after how many.
    fn pass(&mut self, count: u64, millis: u64, queue_full: bool) -> Vec<(u64, Turn)> {
        let full = Duration::from_millis(millis);
        let look = |second| {
            self.now += seconds(1);
            self.attack.look(Seen { now: self.now, full, queue_full }).map(|turn| (second, turn))
        };
        (1..=count).filter_map(look).collect()
    }
}

#[test]
fn ten_seconds_of_a_full_house_begin_it_and_nine_do_not() {
    let mut watch = Watch::new(RULES);
    assert_eq!(watch.pass(9, 1000, false), []);
    assert!(!watch.attack.is_on());
    assert_eq!(watch.pass(1, 1000, false), [(1, Turn::Began)]);
    assert!(watch.attack.is_on());
    let mut again = Watch::new(RULES);
    assert_eq!(again.pass(9, 1000, false), []);
    assert_eq!(again.pass(1, 0, false), []);
    assert_eq!(again.pass(9, 1000, false), [], "they have to be ten on end");
}

#[test]
fn a_full_queue_begins_it_too() {
    let mut watch = Watch::new(RULES);
    assert_eq!(watch.pass(5, 0, true), []);
    assert_eq!(watch.pass(20, 1000, false), [(5, Turn::Began)]);
}

#[test]
fn a_short_dip_hides_no_flood_and_a_short_crowd_makes_none() {
    let mut dips = Watch::new(RULES);
    assert_eq!(dips.pass(20, 900, false), [(12, Turn::Began)]);
    let mut crowds = Watch::new(RULES);
    assert_eq!(crowds.pass(3600, 500, false), []);
}

#[test]
fn it_is_over_after_five_quiet_minutes() {
    let mut watch = Watch::new(RULES);
    watch.pass(10, 1000, false);
    assert_eq!(watch.pass(299, 0, false), []);
    assert_eq!(watch.pass(1, 1000, false), [], "one more second of it");
    assert_eq!(watch.pass(301, 0, false), [(300, Turn::Ended)]);
    assert_eq!(watch.pass(10, 1000, false), [(10, Turn::Began)]);
}

#[test]
fn by_hand_it_stays() {
    let mut watch = Watch::new(Rules { auto: false, ..RULES });
    assert_eq!(watch.pass(100, 1000, true), [], "not by itself");
    assert_eq!((watch.attack.set(true), watch.attack.set(true)), (Some(Turn::Began), None));
    assert_eq!(watch.pass(1000, 0, false), []);
    assert_eq!((watch.attack.set(false), watch.attack.set(false)), (Some(Turn::Ended), None));
    let mut taken_over = Watch::new(RULES);
    taken_over.pass(10, 1000, false);
    assert_eq!(taken_over.attack.set(true), None);
    assert_eq!(taken_over.pass(1000, 0, false), [], "an operator wants it now");
    taken_over.attack.set(false);
    assert_eq!(taken_over.pass(10, 1000, false), [(10, Turn::Began)]);
}

#[test]
fn a_late_look_counts_what_it_missed() {
    let mut attack = Attack::new(RULES);
    assert_eq!(
        attack.look(Seen { now: seconds(30), full: seconds(30), queue_full: false }),
        Some(Turn::Began)
    );
    assert_eq!(attack.look(Seen { now: seconds(30), full: seconds(0), queue_full: false }), None);
    assert_eq!(
        attack.look(Seen { now: seconds(330), full: seconds(1), queue_full: false }),
        Some(Turn::Ended)
    );
}

#[test]
fn a_limit_is_never_tightened_to_nothing() {
    let rate = |limit| Rate { limit, window: seconds(60) };
    let table = [(60, 0.5, 30), (5, 0.5, 3), (1, 0.5, 1), (60, 0.0, 1), (60, 1.0, 60), (100, 0.07, 7)];
    for (limit, share, tight) in table {
        assert_eq!(tightened(rate(limit), share), rate(tight), "{limit} {share}");
    }
}

proptest! {
    /// Against the words of the rule: it begins with the look at which the last ones on end were all full and make
    /// ten seconds, and ends with the one at which five minutes of them were not.
    #[test]
    fn it_follows_its_words(looks in prop::collection::vec((1_u64..4000, 0_u64..=100, prop::bool::weighted(0.02)), 1..400)) {
        let (rules, mut now) = (Rules { quiet: seconds(30), ..RULES }, Duration::ZERO);
        let mut attack = Attack::new(rules);
        let mut since_turn: Vec<(Duration, Duration, bool)> = Vec::new();
        for (millis, share, queue_full) in looks {
            let span = Duration::from_millis(millis);
            now += span;
            let full = Duration::from_millis(millis * share / 100);
            let turn = attack.look(Seen { now, full, queue_full });
            let full = if queue_full { span } else { full };
            since_turn.push((span, full, full * 2 > span));
            let run = |busy| since_turn.iter().rev().take_while(move |look| look.2 == busy);
            let expected = if attack.is_on() == turn.is_none() {
                run(false).map(|look| look.0).sum::<Duration>() >= rules.quiet
            } else {
                run(true).map(|look| look.1).sum::<Duration>() >= rules.after
            };
            prop_assert_eq!(turn.is_some(), expected);
            if turn.is_some() {
                since_turn.clear();
            }
        }
    }
}
