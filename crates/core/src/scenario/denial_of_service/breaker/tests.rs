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

/// The same rule, told the long way: every result is kept with the turn it was asked in.
struct Reference {
    rules: Rules,
    turn: u64,
    stance: Stance,
    until: Duration,
    results: Vec<(u64, bool)>,
    probes: Vec<u64>,
    good: usize,
}

impl Reference {
    fn turn_to(&mut self, stance: Stance, until: Duration) {
        (self.turn, self.stance, self.until, self.good) = (self.turn + 1, stance, until, 0);
        self.probes.clear();
    }

    fn ask(&mut self, id: u64, now: Duration) -> Option<u64> {
        if self.stance == Stance::Open && now >= self.until {
            self.turn_to(Stance::HalfOpen, now);
        }
        match self.stance {
            Stance::Open => return None,
            Stance::HalfOpen if self.probes.len() + self.good == self.rules.probes => return None,
            Stance::HalfOpen => self.probes.push(id),
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
                self.turn_to(Stance::Open, now + self.rules.open);
            } else if self.good == self.rules.probes {
                self.turn_to(Stance::Closed, now);
            }
            return;
        }
        self.results.push((turn, bad));
        let own: Vec<bool> = self.results.iter().filter(|(t, _)| *t == turn).map(|(_, bad)| *bad).collect();
        let newest = &own[own.len().saturating_sub(self.rules.results)..];
        let bad = newest.iter().filter(|bad| **bad).count();
        if newest.len() >= self.rules.from && bad * 2 > newest.len() {
            self.turn_to(Stance::Open, now + self.rules.open);
        }
    }
}

proptest! {
    #[test]
    fn it_is_the_reference(
        steps in prop::collection::vec((0_u8..8, 0_usize..64, 0_u64..3), 1..600),
        probes in 1_usize..4,
    ) {
        let rules = Rules { results: 8, from: 4, share: 0.5, open: 2 * SECOND, probes };
        let mut breaker = Breaker::new(rules);
        let mut reference = Reference {
            rules, turn: 0, stance: Stance::Closed, until: Duration::ZERO, results: Vec::new(),
            probes: Vec::new(), good: 0,
        };
        let (mut now, mut out) = (Duration::ZERO, Vec::new());
        for (id, (step, which, wait)) in (0_u64..).zip(steps) {
            if step < 4 || out.is_empty() {
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
        }
    }
}
