//! Who calls in a batch, when, and by which node.
//!
//! Floods send far more than they may: one half by all nodes in turn, and the other as if it knew when the network will
//! be cut: it spends its limit by one node just before, then asks every node for its share, and spends its limit again
//! when the network is whole. All others stay within the limit, whatever sixteenth it is: one in a hundred nearly
//! spends it, evenly, and the rest come twice a window. Half of them stay with one node, as who keeps a connection
//! does.

use std::ops::Range;

use super::{
    case::Case,
    shape::{HEALED, MOMENTS, TROUBLE},
};
use crate::dice::Dice;

/// One in so many nearly spends the limit.
const BUSY: u32 = 100;
/// Moments in which the whole limit is asked for when the network is whole again: a node notices within a second.
const SPENT: u32 = 3;
/// Moments between two requests of the others.
const PAUSE: u32 = MOMENTS / 2;

/// The clients of a batch: first the floods, then who is busy, then the rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Crowd {
    pub(super) floods: u32,
    pub(super) busy: u32,
    pub(super) all: u32,
}

/// One request: of which client, by which node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) client: u32,
    pub(super) node: u32,
}

impl Crowd {
    pub(super) fn new(floods: u32, all: u32) -> Self {
        Self { floods, busy: (all - floods) / BUSY, all }
    }

    /// What is sent at this moment.
    pub(super) fn calls(&self, case: &Case, moment: u32, dice: &mut Dice, calls: &mut Vec<Call>) {
        calls.clear();
        for client in 0..self.floods {
            let (nodes, count) = flood(case, client, moment);
            let first = client + moment * count;
            calls.extend((first..first + count).map(|nth| Call { client, node: nth % nodes }));
        }
        let mut within = |client| {
            let node = if client % 2 == 0 { client / 2 } else { below(dice, case.nodes) };
            calls.push(Call { client, node: node % case.nodes });
        };
        for client in self.floods..self.floods + self.busy {
            (0..busy(case.rate.limit, moment + client)).for_each(|_| within(client));
        }
        self.others(moment).for_each(within);
    }

    /// Those of the rest whose moment it is.
    fn others(&self, moment: u32) -> impl Iterator<Item = u32> + use<> {
        let Range { start, end } = self.floods + self.busy..self.all;
        (start + moment % PAUSE..end).step_by(PAUSE as usize)
    }
}

/// How many nodes a flood calls now, from the first on, and how often.
fn flood(case: &Case, client: u32, moment: u32) -> (u32, u32) {
    let knows = client % 2 == 1;
    match moment {
        _ if !knows => (case.nodes, case.flood()),
        TROUBLE..HEALED => (case.nodes, case.flood()),
        _ if moment + 1 == TROUBLE || (HEALED..HEALED + SPENT).contains(&moment) => (1, case.rate.limit + 1),
        HEALED.. => (1, case.rate.limit / 10 + 1),
        _ => (1, 0),
    }
}

/// What is due at a moment of 17 in 20 parts of the limit, evenly: with the sixteenth that a window may be longer, and
/// wherever it begins, that stays below the limit.
fn busy(limit: u32, moment: u32) -> u32 {
    let due = |moment| moment * (limit * 17 / 20) / MOMENTS;
    due(moment + 1) - due(moment)
}

#[expect(clippy::cast_possible_truncation, reason = "below a number of that size")]
fn below(dice: &mut Dice, bound: u32) -> u32 {
    dice.below(u64::from(bound)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_busy_stays_within_every_window_and_a_sixteenth() {
        for limit in 5..=1000 {
            let longest = MOMENTS * 17 / 16 + 1;
            let most =
                (0..500).map(|from| (from..=from + longest).map(|moment| busy(limit, moment)).sum::<u32>());
            assert!(most.max() <= Some(limit), "{limit}");
        }
    }
}
