//! Whose turn it is to make room: an order, the smallest first. Pure; who is asked at all is known elsewhere.

use std::cmp::Reverse;

use super::super::held::Held;

/// Milliseconds after which one who has asked for nothing is idle, and an answer nobody takes is left lying.
pub(super) const LONG: u64 = 1000;

/// Connections of one client that say nothing about it: an office, or a browser or two.
const USUAL: usize = 32;

/// A place in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    class: Class,
    /// Who holds many places gives one sooner than who holds few.
    crowd: Reverse<usize>,
    pub(super) since: u64,
    pub(super) id: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Asks for nothing: nothing is lost.
    Idle,
    /// Has not asked completely, however fresh its last byte, or leaves its answer lying. A newcomer stands among
    /// these by its time, so that the next one does not drive it out before its first word.
    Unready,
    /// Is still taking its answer.
    Taking,
}

impl Turn {
    /// The turn of a connection, of which its client has `own`.
    pub(super) fn new(id: u64, held: Held, own: usize, now: u64) -> Self {
        let since = held.since();
        let class = match (held, now.saturating_sub(since) >= LONG) {
            (Held::Waiting(_), true) => Class::Idle,
            (Held::Unread(_), false) => Class::Taking,
            _ => Class::Unready,
        };
        let crowd = if class == Class::Idle { 0 } else { own / USUAL };
        Self { class, crowd: Reverse(crowd), since, id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 10_000;

    #[test]
    fn who_asks_for_nothing_goes_first_and_who_reads_goes_last() {
        let turns = [
            (Held::Waiting(8000), 1),
            (Held::Waiting(8500), 250),
            (Held::Incomplete(9900), 250),
            (Held::Incomplete(2000), 1),
            (Held::Unread(8000), 1),
            (Held::Incomplete(9800), 1),
            (Held::Waiting(9900), 31),
            (Held::Unread(9700), 1),
            (Held::Unread(9900), 1),
        ];
        let turns = turns.map(|(held, own)| Turn::new(0, held, own, NOW));
        assert!(turns.is_sorted(), "{turns:#?}");
    }

    #[test]
    fn of_the_same_moment_the_older_connection_goes_first() {
        assert!(Turn::new(1, Held::Incomplete(NOW), 1, NOW) < Turn::new(2, Held::Waiting(NOW), 1, NOW));
    }
}
