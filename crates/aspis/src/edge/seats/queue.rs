//! Who makes room next. One look over connections finds many: a flood of newcomers would otherwise pay for one each, with
//! every place locked meanwhile.

use super::turn::{LONG, Turn};

/// How many one look finds.
const CANDIDATES: usize = 64;

/// Those found by the last look.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// The first of them last.
    turns: Vec<Turn>,
    looked: u64,
    /// Newcomers for whom there is no use in looking again at the same time, since nobody was found.
    skip: usize,
}

impl Queue {
    /// The next of those who are `still` waited for since the same time: whoever came later waits less. Where none is
    /// left, `all` of so `many` connections are looked at.
    pub(super) fn next(
        &mut self,
        now: u64,
        many: usize,
        still: impl Fn(&Turn) -> bool,
        all: impl FnOnce() -> Vec<Turn>,
    ) -> Option<Turn> {
        if now.saturating_sub(self.looked) >= LONG {
            self.turns.clear();
        }
        if let Some(turn) = self.pop(&still) {
            return Some(turn);
        }
        if self.looked == now && self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.fill(now, many, all());
        self.pop(&still)
    }

    fn pop(&mut self, still: impl Fn(&Turn) -> bool) -> Option<Turn> {
        while let Some(turn) = self.turns.pop() {
            if still(&turn) {
                return Some(turn);
            }
        }
        None
    }

    fn fill(&mut self, now: u64, many: usize, mut turns: Vec<Turn>) {
        if turns.len() > CANDIDATES {
            turns.select_nth_unstable(CANDIDATES);
            turns.truncate(CANDIDATES);
        }
        turns.sort_unstable_by(|a, b| b.cmp(a));
        self.skip = if turns.is_empty() { many / CANDIDATES } else { 0 };
        (self.looked, self.turns) = (now, turns);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{super::super::held::Held, *};

    /// Connections that have waited since the time that is their number.
    fn waiting(ids: impl Iterator<Item = u64>, now: u64) -> Vec<Turn> {
        ids.map(|id| Turn::new(id, Held::Waiting(id), 1, now)).collect()
    }

    #[test]
    fn one_look_finds_many_in_their_order() {
        let (mut queue, looks) = (Queue::default(), Cell::new(0));
        for expected in 0..2 * CANDIDATES as u64 {
            let rest = || {
                looks.set(looks.get() + 1);
                waiting((expected..1000).rev(), 5000)
            };
            let next = queue.next(5000, 1000, |_| true, rest).map(|turn| turn.id);
            assert_eq!(next, Some(expected));
        }
        assert_eq!(looks.get(), 2);
    }

    #[test]
    fn who_is_not_waited_for_any_more_is_passed_over() {
        let mut queue = Queue::default();
        let next = queue.next(5000, 10, |turn| turn.id > 3, || waiting(0..10, 5000));
        assert_eq!(next.map(|turn| turn.id), Some(4));
    }

    #[test]
    fn what_was_found_is_good_for_a_second() {
        let mut queue = Queue::default();
        assert!(queue.next(5000, 10, |_| true, || waiting(0..10, 5000)).is_some());
        let later = queue.next(5000 + LONG, 10, |_| true, || waiting(20..21, 5000 + LONG));
        assert_eq!(later.map(|turn| turn.id), Some(20));
    }

    #[test]
    fn a_look_in_vain_is_not_taken_by_every_newcomer_of_the_moment() {
        let (mut queue, looks) = (Queue::default(), Cell::new(0_usize));
        let look = || {
            looks.set(looks.get() + 1);
            Vec::new()
        };
        for _ in 0..100 {
            assert_eq!(queue.next(5000, 640, |_| true, look), None);
        }
        assert_eq!(looks.get(), 10);
        assert_eq!(queue.next(5001, 640, |_| true, look), None);
        assert_eq!(looks.get(), 11);
    }
}
