//! One tick of one source, as it was seen and as it stands now.

use super::{
    super::{
        detectors::step::Limits,
        signs::{Sign, Signs},
    },
    Tick,
};
use crate::clock::Timestamp;

/// A price and when it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub(super) at: Timestamp,
    pub(super) price: f64,
    pub(super) log: f64,
}

impl Mark {
    pub(super) fn of(tick: Tick) -> Self {
        Self { at: tick.at, price: tick.price, log: tick.price.ln() }
    }
}

/// A tick as it was seen.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four facts, each of which may be with each other one")]
pub(super) struct Seen {
    pub(super) mark: Mark,
    pub(super) id: u64,
    /// When it was received.
    pub(super) came: Timestamp,
    pub(super) signs: Signs,
    /// The limits of its moment.
    pub(super) limits: Limits,
    /// Its own past speaks against it.
    pub(super) suspect: bool,
    pub(super) accepted: bool,
    /// A person let it through: no source takes that back.
    pub(super) vouched: bool,
    /// A majority of sources said otherwise.
    pub(super) wrong: bool,
    /// How far it was from the others.
    pub(super) apart: Option<f64>,
}

impl Seen {
    /// Holds it for what was noticed about it.
    pub(super) fn doubt(&mut self, why: Sign) {
        self.signs.add(why);
        (self.suspect, self.accepted) = (true, false);
    }
}
