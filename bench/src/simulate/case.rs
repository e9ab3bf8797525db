//! One line of the table, before it is gone through.

use std::fmt;

use aspis_core::rate::Rate;

use super::shape::{MOMENTS, Shape};

/// Who, how many, under which rule, and what happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) shape: Shape,
    pub(super) nodes: u32,
    /// Nodes that are cut off from the shared home, the last ones.
    pub(super) cut: u32,
    pub(super) share: f64,
    pub(super) rate: Rate,
    pub(super) clients: u32,
    /// Of these, so many send far more than they may.
    pub(super) floods: u32,
}

/// Requests of floods in a line, if each is judged for itself: more of them would only take longer.
const EFFORT: u32 = 3_000_000;

/// Which lines a table has: for so many nodes, how many are cut off, and what else ten may be allowed each.
struct Table {
    sizes: &'static [u32],
    cuts: &'static [(u32, u32)],
    shares: &'static [f64],
    emptied: &'static [u32],
    restarted: &'static [u32],
}

const TABLE: Table = Table {
    sizes: &[1, 2, 10, 100, 1000],
    cuts: &[(2, 1), (2, 2), (3, 3), (10, 5), (10, 10), (100, 100), (1000, 1000)],
    shares: &[0.25, 0.5, 1.0],
    emptied: &[2, 10, 100, 1000],
    restarted: &[10],
};
/// Those that take ten million clients within some minutes.
const FULL: Table =
    Table { sizes: &[1000], cuts: &[(10, 10), (1000, 1000)], shares: &[], emptied: &[1000], restarted: &[] };

/// The lines of the table, whole or for very many clients.
pub(super) fn all(rate: Rate, clients: u32, share: Option<f64>, full: bool) -> Vec<Case> {
    let table = if full { FULL } else { TABLE };
    let even = |nodes: u32| share.unwrap_or(1.0 / f64::from(nodes));
    let of = |shape, nodes, cut| Case::new(shape, (nodes, cut), even(nodes), rate, clients);
    let calm = |shape| table.sizes.iter().map(move |nodes| of(shape, *nodes, 0));
    let mut cases: Vec<_> = calm(Shape::Within).chain(calm(Shape::Floods)).collect();
    cases.extend(table.cuts.iter().map(|(nodes, cut)| of(Shape::Cut, *nodes, *cut)));
    cases.extend(table.shares.iter().map(|share| Case::new(Shape::Cut, (10, 10), *share, rate, clients)));
    cases.extend(table.emptied.iter().map(|nodes| of(Shape::CutAndEmpty, *nodes, *nodes)));
    cases.extend(table.emptied.iter().filter(|_| !full).map(|nodes| of(Shape::Emptied, *nodes, 0)));
    cases.extend(table.restarted.iter().map(|nodes| of(Shape::CutAndRestarted, *nodes, *nodes)));
    cases
}

/// The lines of one deployment.
pub(super) fn of(nodes: u32, rate: Rate, clients: u32, share: Option<f64>) -> Vec<Case> {
    let part = share.unwrap_or(1.0 / f64::from(nodes));
    let half = nodes.div_ceil(2);
    let lines = [
        (Shape::Within, 0),
        (Shape::Floods, 0),
        (Shape::Cut, half),
        (Shape::Cut, nodes),
        (Shape::CutAndEmpty, nodes),
        (Shape::Emptied, 0),
        (Shape::CutAndRestarted, nodes),
    ];
    lines.map(|(shape, cut)| Case::new(shape, (nodes, cut), part, rate, clients)).to_vec()
}

impl Case {
    pub(super) fn new(shape: Shape, nodes: (u32, u32), part: f64, rate: Rate, clients: u32) -> Self {
        let (nodes, cut) = nodes;
        let mut case = Self { shape, nodes, cut, share: part, rate, clients, floods: 0 };
        if shape != Shape::Within {
            case.floods = (EFFORT / (case.flood() * 5 * MOMENTS)).clamp(2, clients / 10);
        }
        case
    }

    /// What one node lets in of a window alone: its share of the limit, and at least one.
    pub(super) fn part(&self) -> f64 {
        (f64::from(self.rate.limit) * self.share).max(1.0)
    }

    /// Nodes that may each let their share in beside what the shared home does.
    pub(super) fn alone(&self) -> u32 {
        match self.shape {
            Shape::Within | Shape::Floods => 0,
            Shape::Emptied => self.nodes,
            _ => self.cut,
        }
    }

    /// The most that a client may get in any window: limit × (1 + nodes × share × times), and no node's share is less
    /// than one.
    pub(super) fn bound(&self) -> f64 {
        let times = f64::from(self.shape.lives());
        f64::from(self.rate.limit) + f64::from(self.alone()) * self.part() * times
    }

    /// What a flood sends at a moment: enough to ask every node for more than its share, in each of its lives.
    pub(super) fn flood(&self) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the limit")]
        let shares = (self.part().ceil() as u32 + 1) * self.nodes * self.shape.lives();
        shares.max(2 * self.rate.limit).div_ceil(MOMENTS)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shape, nodes, cut, clients, floods, .. } = self;
        write!(
            f,
            "{}: {nodes} nodes, {cut} of them cut off, {clients} clients, {floods} floods",
            shape.name()
        )
    }
}
