//! What was counted, and how much a client got in any window.

use super::shape::{END, MOMENTS};

/// What came of a batch, or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) decisions: u64,
    pub(super) trips: u64,
    /// Requests of floods among the decisions, and their round trips.
    pub(super) floods: u64,
    pub(super) flood_trips: u64,
    /// Requests of those within their limit while the trouble counted, and how many of them were refused.
    pub(super) asked: u64,
    pub(super) refused: u64,
    /// How many of them were refused while there was none: always a fault.
    pub(super) wronged: u64,
    /// The most that any client got in any window.
    pub(super) most: u32,
}

impl Tally {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            decisions: self.decisions + other.decisions,
            trips: self.trips + other.trips,
            floods: self.floods + other.floods,
            flood_trips: self.flood_trips + other.flood_trips,
            asked: self.asked + other.asked,
            refused: self.refused + other.refused,
            wronged: self.wronged + other.wronged,
            most: self.most.max(other.most),
        }
    }
}

/// What each client got at each moment.
#[derive(Debug, Default)]
pub(super) struct Given(Vec<u16>);

impl Given {
    /// Nobody has got anything yet.
    pub(super) fn clear(&mut self, clients: u32) {
        self.0.clear();
        self.0.resize(clients as usize * END as usize, 0);
    }

    pub(super) fn count(&mut self, client: u32, moment: u32) {
        let at = client as usize * END as usize + moment as usize;
        self.0[at] = self.0[at].checked_add(1).expect("floods send less than that at a moment");
    }

    /// The most that any client got in any window, wherever it begins.
    pub(super) fn most(&self) -> u32 {
        let clients = self.0.chunks_exact(END as usize);
        clients.fold(0, |most, given| {
            let all: u32 = given.iter().copied().map(u32::from).sum();
            if all <= most { most } else { most.max(in_a_window(given)) }
        })
    }
}

/// The most in as many moments as a window has.
fn in_a_window(given: &[u16]) -> u32 {
    let windows = given.windows(MOMENTS as usize);
    windows.map(|window| window.iter().copied().map(u32::from).sum()).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_looked_for_across_every_edge() {
        let mut given = Given::default();
        given.clear(2);
        for moment in [10, MOMENTS + 9, MOMENTS + 10] {
            given.count(0, moment);
            given.count(1, 3 * moment);
        }
        assert_eq!(given.most(), 2, "the first and the third are a whole window apart");
    }
}
