use proptest::prelude::*;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn report(breaker: &mut Breaker, outcome: Outcome, now: Duration) -> Option<Turn> {
    let permit = breaker.ask(now).unwrap();
    breaker.report(permit, outcome, now)
}

fn opened(rules: Rules) -> Breaker {
    let mut breaker = Breaker::new(rules);
    for _ in 1..rules.from {
        assert_eq!(report(&mut breaker, Outcome::Fault, Duration::ZERO), None);
    }
    assert_eq!(report(&mut breaker, Outcome::Fault, Duration::ZERO), Some(Turn::Opened));
    breaker
}

#[test]
fn exactly_half_is_not_more_than_half() {
    let mut breaker = Breaker::new(Rules::default());
    for _ in 0..100 {
        assert_eq!(report(&mut breaker, Outcome::Good, SECOND), None);
        assert_eq!(report(&mut breaker, Outcome::Fault, SECOND), None);
    }
    assert_eq!(report(&mut breaker, Outcome::Fault, SECOND), Some(Turn::Opened));
}

#[test]
fn nineteen_results_judge_nothing() {
    let mut breaker = Breaker::new(Rules::default());
    for _ in 0..19 {
        assert_eq!(report(&mut breaker, Outcome::Fault, SECOND), None);
    }
    assert_eq!(breaker.stance(SECOND), Stance::Closed);
    assert_eq!(report(&mut breaker, Outcome::Good, SECOND), Some(Turn::Opened));
}

#[test]
fn open_says_how_long_and_turns_by_time_alone() {
    let mut breaker = opened(Rules::default());
    assert_eq!(breaker.ask(SECOND).unwrap_err(), 9 * SECOND);
    assert_eq!((breaker.stance(9 * SECOND), breaker.stance(10 * SECOND)), (Stance::Open, Stance::HalfOpen));
}

#[test]
fn of_a_thousand_at_once_exactly_the_probes_pass() {
    let mut breaker = opened(Rules::default());
    let now = 10 * SECOND;
    let mut passed: Vec<Permit> = (0..1000).filter_map(|_| breaker.ask(now).ok()).collect();
    assert_eq!(passed.len(), 3);
    assert_eq!(breaker.report(passed.pop().unwrap(), Outcome::Good, now), None);
    assert!(breaker.ask(now).is_err(), "a good probe does not make room for a fourth");
    assert_eq!(breaker.report(passed.pop().unwrap(), Outcome::Good, now), None);
    assert_eq!(breaker.report(passed.pop().unwrap(), Outcome::Good, now), Some(Turn::Closed));
    assert_eq!(breaker.stance(now), Stance::Closed);
}

#[test]
fn an_abandoned_probe_makes_room() {
    let mut breaker = opened(Rules { probes: 1, ..Rules::default() });
    for _ in 0..10 {
        assert_eq!(report(&mut breaker, Outcome::Void, 10 * SECOND), None);
    }
    assert_eq!(report(&mut breaker, Outcome::Good, 10 * SECOND), Some(Turn::Closed));
}

#[test]
fn one_bad_probe_opens_it_again() {
    let mut breaker = opened(Rules::default());
    let (first, second) = (breaker.ask(10 * SECOND).unwrap(), breaker.ask(10 * SECOND).unwrap());
    assert_eq!(breaker.report(first, Outcome::Fault, 11 * SECOND), Some(Turn::Reopened));
    assert_eq!(breaker.report(second, Outcome::Good, 11 * SECOND), None);
    assert_eq!(breaker.ask(12 * SECOND).unwrap_err(), 9 * SECOND);
}

#[test]
fn what_was_begun_before_a_turn_counts_for_nothing() {
    let mut breaker = Breaker::new(Rules { probes: 1, ..Rules::default() });
    let early: Vec<Permit> = (0..200).map(|_| breaker.ask(Duration::ZERO).unwrap()).collect();
    let mut early = early.into_iter();
    for permit in early.by_ref().take(20) {
        breaker.report(permit, Outcome::Fault, Duration::ZERO);
    }
    let now = 10 * SECOND;
    assert_eq!(report(&mut breaker, Outcome::Good, now), Some(Turn::Closed));
    for permit in early {
        assert_eq!(breaker.report(permit, Outcome::Fault, now), None);
    }
    assert_eq!(breaker.stance(now), Stance::Closed);
}

#[test]
fn what_was_heard_opens_it_and_is_not_passed_on() {
    let mut breaker = Breaker::new(Rules::default());
    assert_eq!(breaker.heed(SECOND), Some(Turn::Opened));
    assert_eq!(breaker.ask(2 * SECOND).unwrap_err(), 9 * SECOND, "as if it had found it");
    assert_eq!(breaker.heed(2 * SECOND), None);
    assert!(!breaker.finds_broken(2 * SECOND));
    assert_eq!(report(&mut breaker, Outcome::Fault, 11 * SECOND), Some(Turn::Reopened));
    assert!(breaker.finds_broken(11 * SECOND), "now it knows by itself");
    assert_eq!(breaker.relent(), None, "and nobody talks it out of that");
}

#[test]
fn what_opened_on_their_word_closes_by_its_own_tries_or_on_their_word() {
    let mut breaker = Breaker::new(Rules { probes: 1, ..Rules::default() });
    breaker.heed(SECOND);
    assert_eq!(report(&mut breaker, Outcome::Good, 11 * SECOND), Some(Turn::Closed));
    assert_eq!(breaker.relent(), None);
    breaker.heed(12 * SECOND);
    assert_eq!(breaker.relent(), Some(Turn::Closed), "long before it would have tried");
    breaker.heed(13 * SECOND);
    let probe = breaker.ask(23 * SECOND).unwrap();
    assert_eq!(breaker.relent(), Some(Turn::Closed));
    assert_eq!(breaker.report(probe, Outcome::Fault, 24 * SECOND), None, "it was begun before");
}

#[test]
fn what_it_found_is_stale_after_twice_the_time_unless_somebody_tries() {
    let mut breaker = opened(Rules::default());
    assert!(breaker.finds_broken(Duration::ZERO) && breaker.finds_broken(19 * SECOND));
    assert!(!breaker.finds_broken(20 * SECOND), "nobody has tried");
    let (slow, other) = (breaker.ask(15 * SECOND).unwrap(), breaker.ask(15 * SECOND).unwrap());
    assert!(breaker.finds_broken(60 * SECOND), "somebody tries");
    breaker.report(other, Outcome::Void, 60 * SECOND);
    assert_eq!(breaker.report(slow, Outcome::Fault, 60 * SECOND), Some(Turn::Reopened));
    assert!(breaker.finds_broken(79 * SECOND) && !breaker.finds_broken(80 * SECOND));
    let late = breaker.ask(90 * SECOND).unwrap();
    assert!(!breaker.finds_broken(90 * SECOND), "who tries so late finds out anew");
    assert_eq!(breaker.report(late, Outcome::Fault, 91 * SECOND), Some(Turn::Reopened));
    assert!(breaker.finds_broken(91 * SECOND));
}

#[test]
fn one_that_never_opens_is_not_talked_into_it() {
    let mut breaker = Breaker::new(Rules { share: 1.0, ..Rules::default() });
    assert_eq!((breaker.heed(SECOND), breaker.stance(SECOND)), (None, Stance::Closed));
}

/// The same rule, told the long way: every result is kept with the turn it was asked in.
struct Reference {
    rules: Rules,
    turn: u64,
    stance: Stance,
    until: Duration,
    /// When its own results last opened it, where they did since it was closed.
    found: Option<Duration>,
    /// Nobody tried in time what it had found.
    has_lapsed: bool,
    results: Vec<(u64, bool)>,
    probes: Vec<u64>,
    good: usize,
}

impl Reference {
    fn turn_to(&mut self, stance: Stance, until: Duration) {
        (self.turn, self.stance, self.until, self.good) = (self.turn + 1, stance, until, 0);
        self.has_lapsed = false;
        self.probes.clear();
    }

    fn ask(&mut self, id: u64, now: Duration) -> Option<u64> {
        if self.stance == Stance::Open && now >= self.until {
            self.turn_to(Stance::HalfOpen, now);
        }
        match self.stance {
            Stance::Open => return None,
            Stance::HalfOpen if self.probes.len() + self.good == self.rules.probes => return None,
            Stance::HalfOpen => {
                self.has_lapsed = self.found.is_some() && !self.finds_broken(now);
                self.probes.push(id);
            }
            Stance::Closed => {}
        }
        Some(self.turn)
    }

    fn report(&mut self, id: u64, turn: u64, outcome: Outcome, now: Duration) {
        if turn != self.turn {
            return;
        }
        self.probes.retain(|probe| *probe != id);
        if outcome == Outcome::Void {
            return;
        }
        let bad = outcome == Outcome::Fault;
        if self.stance == Stance::HalfOpen {
            self.good += usize::from(!bad);
            if bad {
                self.found = Some(now);
                self.turn_to(Stance::Open, now + self.rules.open);
            } else if self.good == self.rules.probes {
                self.found = None;
                self.turn_to(Stance::Closed, now);
            }
            return;
        }
        self.results.push((turn, bad));
        let own: Vec<bool> = self.results.iter().filter(|(t, _)| *t == turn).map(|(_, bad)| *bad).collect();
        let newest = &own[own.len().saturating_sub(self.rules.results)..];
        let bad = newest.iter().filter(|bad| **bad).count();
        if newest.len() >= self.rules.from && bad * 2 > newest.len() {
            self.found = Some(now);
            self.turn_to(Stance::Open, now + self.rules.open);
        }
    }

    fn heed(&mut self, now: Duration) -> bool {
        let heeds = self.stance == Stance::Closed;
        if heeds {
            self.turn_to(Stance::Open, now + self.rules.open);
        }
        heeds
    }

    fn relent(&mut self, now: Duration) -> bool {
        let relents = self.stance != Stance::Closed && self.found.is_none();
        if relents {
            self.turn_to(Stance::Closed, now);
        }
        relents
    }

    fn finds_broken(&self, now: Duration) -> bool {
        let is_tried = !self.probes.is_empty();
        !self.has_lapsed && self.found.is_some_and(|found| is_tried || now < found + 2 * self.rules.open)
    }
}

proptest! {
    #[test]
    fn it_is_the_reference(
        steps in prop::collection::vec((0_u8..10, 0_usize..64, 0_u64..3), 1..600),
        probes in 1_usize..4,
    ) {
        let rules = Rules { results: 8, from: 4, share: 0.5, open: 2 * SECOND, probes };
        let mut breaker = Breaker::new(rules);
        let mut reference = Reference {
            rules, turn: 0, stance: Stance::Closed, until: Duration::ZERO, found: None, results: Vec::new(),
            probes: Vec::new(), good: 0, has_lapsed: false,
        };
        let (mut now, mut out) = (Duration::ZERO, Vec::new());
        for (id, (step, which, wait)) in (0_u64..).zip(steps) {
            if step == 8 {
                prop_assert_eq!(breaker.heed(now).is_some(), reference.heed(now));
            } else if step == 9 {
                prop_assert_eq!(breaker.relent().is_some(), reference.relent(now));
            } else if step < 4 || out.is_empty() {
                let (ours, theirs) = (breaker.ask(now), reference.ask(id, now));
                prop_assert_eq!(ours.is_ok(), theirs.is_some());
                out.extend(ours.ok().zip(theirs).map(|(permit, turn)| (id, permit, turn)));
            } else if step < 7 {
                let (id, permit, turn) = out.swap_remove(which % out.len());
                let outcome = [Outcome::Good, Outcome::Fault, Outcome::Void][usize::from(step - 4)];
                breaker.report(permit, outcome, now);
                reference.report(id, turn, outcome, now);
            } else {
                now += Duration::from_secs(wait);
            }
            let theirs = match reference.stance {
                Stance::Open if now >= reference.until => Stance::HalfOpen,
                stance => stance,
            };
            prop_assert_eq!(breaker.stance(now), theirs);
            prop_assert_eq!(breaker.finds_broken(now), reference.finds_broken(now));
        }
    }
}
