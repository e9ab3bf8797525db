//! Against a list of everything that ever happened, counted anew for each question.

use proptest::prelude::*;

use super::*;

/// One try as the list has it.
#[derive(Debug)]
struct Entry {
    at: Duration,
    attempt: Attempt,
    wrong: bool,
    /// Forgiven or not looked at, for the source and for the name.
    gone: (bool, bool),
}

#[derive(Debug, Default)]
struct List {
    entries: Vec<Entry>,
    locks: Vec<((NameKey, Lane), Duration)>,
    told: Vec<(Told, Duration)>,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Told {
    Source(Client),
    Name(NameKey),
}

fn same_source(a: &Attempt, b: &Attempt) -> bool {
    a.lane == b.lane && (a.lane != Lane::Everyone || a.client == b.client)
}

fn same_target(a: &Attempt, b: &Attempt) -> bool {
    a.lane == b.lane && a.name == b.name
}

impl List {
    fn of_source(&self, attempt: &Attempt, now: Duration) -> impl Iterator<Item = &Entry> {
        let young = move |entry: &&Entry| !entry.gone.0 && now - entry.at < HOUR;
        self.entries.iter().filter(young).filter(move |entry| same_source(&entry.attempt, attempt))
    }

    /// From when the name is locked, by living through everything that counts on it once more.
    fn locked_from(&self, attempt: &Attempt, now: Duration) -> Option<Duration> {
        let (mut count, mut last, mut locked) = (0, Duration::ZERO, None);
        let end = |locked: Option<Duration>, at: Duration| locked.is_some_and(|from| at - from >= HOUR);
        for entry in self.entries.iter().filter(|e| !e.gone.1 && same_target(&e.attempt, attempt)) {
            if end(locked, entry.at) || entry.at - last >= HOUR {
                (count, locked) = (0, None);
            }
            (count, last) = (count + 1, entry.at);
            if count == 5 {
                locked = Some(entry.at);
            }
        }
        locked.filter(|_| !end(locked, now))
    }

    fn need(&self, attempt: &Attempt, now: Duration) -> Need {
        if let Some(from) = self.locked_from(attempt, now) {
            return Need::Locked(from + HOUR - now);
        }
        let failures = self.of_source(attempt, now).count();
        let wait = seconds(2_u64.pow(u32::try_from(failures).unwrap()).min(300));
        let last = self.of_source(attempt, now).map(|entry| entry.at).max();
        match last {
            Some(last) if failures > 3 && last + wait > now => Need::Wait(last + wait - now),
            _ if failures > 2 && !attempt.challenged => Need::Challenge,
            _ => Need::Nothing,
        }
    }

    fn tell(&mut self, what: Told, so: bool, now: Duration) -> bool {
        let fresh = so && !self.told.iter().any(|(told, at)| *told == what && now - *at < HOUR);
        if fresh {
            self.told.push((what, now));
        }
        fresh
    }

    fn settle(&mut self, index: usize, outcome: Outcome, now: Duration) -> (bool, Option<Stuffing>) {
        let attempt = self.entries[index].attempt;
        match outcome {
            Outcome::Wrong => return self.wrong(index, &attempt, now),
            Outcome::Void => self.entries[index].gone = (true, true),
            Outcome::Right => {
                self.entries[index].gone.1 = true;
                for entry in self.entries.iter_mut().filter(|entry| same_target(&entry.attempt, &attempt)) {
                    entry.gone.0 |= same_source(&entry.attempt, &attempt);
                    entry.gone.1 |= attempt.lane != Lane::Everyone;
                }
            }
        }
        (false, None)
    }

    fn wrong(&mut self, index: usize, attempt: &Attempt, now: Duration) -> (bool, Option<Stuffing>) {
        self.entries[index].wrong = true;
        let target = (attempt.name, attempt.lane);
        let lock = self.locked_from(attempt, now);
        let last = self.locks.iter().rev().find(|(known, _)| *known == target).map(|(_, from)| *from);
        let locked = lock.is_some() && lock != last;
        self.locks.extend(lock.filter(|_| locked).map(|from| (target, from)));
        if attempt.lane != Lane::Everyone {
            return (locked, None);
        }
        let mut names: Vec<_> = self
            .of_source(attempt, now)
            .filter(|entry| entry.wrong)
            .map(|entry| entry.attempt.name)
            .collect();
        let counted = |entry: &&Entry| entry.wrong && !entry.gone.1 && same_target(&entry.attempt, attempt);
        let mut clients: Vec<_> = self
            .entries
            .iter()
            .filter(counted)
            .filter(|entry| now - entry.at < HOUR)
            .map(|entry| entry.attempt.client)
            .collect();
        names.sort_unstable();
        names.dedup();
        clients.sort_unstable();
        clients.dedup();
        let by_one = self.tell(Told::Source(attempt.client), names.len() >= 5, now);
        let on_one = self.tell(Told::Name(attempt.name), clients.len() >= 5, now);
        let stuffing = if by_one { Some(Stuffing::OneSource) } else { on_one.then_some(Stuffing::OneName) };
        (locked, stuffing)
    }
}

#[derive(Debug, Clone)]
enum Step {
    Begin { on: u128, from: u32, with: Option<u128>, challenged: bool },
    Settle { which: prop::sample::Index, outcome: Outcome },
    Drop { which: prop::sample::Index },
    Pass(Duration),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let begin = (0_u128..7, 0_u32..7, prop::option::weighted(0.2, 0_u128..2), prop::bool::weighted(0.8))
        .prop_map(|(on, from, with, challenged)| Step::Begin { on, from, with, challenged });
    let outcome = prop_oneof![7 => Just(Outcome::Wrong), 1 => Just(Outcome::Right), 1 => Just(Outcome::Void)];
    let settle =
        (any::<prop::sample::Index>(), outcome).prop_map(|(which, outcome)| Step::Settle { which, outcome });
    let spans = [0, 1, 16, 17, 60, 299, 300, 1200, 1800, 3599, 3600].map(seconds).to_vec();
    let pass = (prop::sample::select(spans), 0_u64..3)
        .prop_map(|(span, more)| Step::Pass((span + Duration::from_micros(more)).saturating_sub(TICK)));
    let drop = any::<prop::sample::Index>().prop_map(|which| Step::Drop { which });
    prop::collection::vec(prop_oneof![6 => begin, 5 => settle, 1 => drop, 2 => pass], 1..250)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn it_is_what_a_list_of_all_failures_says(steps in steps()) {
        let (tries, mut list, mut open) = (tries(), List::default(), Vec::new());
        let mut now = Duration::ZERO;
        for step in steps {
            match step {
                Step::Pass(span) => now += span,
                Step::Drop { which } if !open.is_empty() => drop(open.swap_remove(which.index(open.len()))),
                Step::Settle { which, outcome } if !open.is_empty() => {
                    let (index, ticket) = open.swap_remove(which.index(open.len()));
                    let signs = tries.settle(ticket, outcome, now);
                    prop_assert_eq!((signs.locked, signs.stuffing), list.settle(index, outcome, now));
                }
                Step::Begin { on, from, with, challenged } => {
                    let lane = with.map_or(Lane::Everyone, |n| device(on * 10 + n + 1));
                    let attempt = Attempt { name: name(on), client: client(from), lane, challenged };
                    let expected = list.need(&attempt, now);
                    prop_assert_eq!(tries.look(&attempt, now), expected);
                    match tries.begin(attempt, now) {
                        Ok(ticket) => {
                            prop_assert_eq!(expected, Need::Nothing);
                            open.push((list.entries.len(), ticket));
                            list.entries.push(Entry { at: now, attempt, wrong: false, gone: (false, false) });
                        }
                        Err(need) => prop_assert_eq!(need, expected),
                    }
                }
                Step::Drop { .. } | Step::Settle { .. } => {}
            }
        }
    }
}
