//! One symbol of a source, as one asset's bars of one interval, and how far it has been brought.

use std::time::Duration;

use aspis_core::clock::Timestamp;
use aspis_store::prices::{Bar, Interval};

/// What is asked for by which name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The asset, as it is called here.
    pub asset: String,
    /// The symbol, as it is called there.
    pub symbol: String,
    /// How long a bar lasts.
    pub interval: Interval,
}

/// How far a symbol has been brought.
#[derive(Debug)]
pub(super) struct Track {
    /// The symbol.
    pub(super) of: Symbol,
    /// When the first bar begins that has not been brought, once that is known.
    pub(super) next: Option<Timestamp>,
    /// When it was last asked for.
    pub(super) asked: Option<Timestamp>,
}

impl Track {
    pub(super) fn new(of: Symbol) -> Self {
        Self { of, next: None, asked: None }
    }

    fn length(&self) -> Duration {
        self.of.interval.length()
    }

    /// Begins behind the newest bar that is known; where there is none, so far back.
    pub(super) fn begin(&mut self, newest: Option<Timestamp>, now: Timestamp, back: Duration) -> Timestamp {
        let next = match newest {
            Some(newest) => newest.plus(self.length()),
            None => self.floor(now.minus(back)),
        };
        *self.next.insert(next)
    }

    fn floor(&self, at: Timestamp) -> Timestamp {
        let length = i64::try_from(self.length().as_micros()).unwrap_or(1);
        Timestamp(at.0.div_euclid(length) * length)
    }

    /// True when a bar should be closed that has not been brought.
    pub(super) fn lacks(&self, now: Timestamp) -> bool {
        self.next.is_none_or(|next| next.plus(self.length()) <= now)
    }

    /// Of what came, what is new and closed: oldest first, and nothing twice.
    pub(super) fn sift(&self, mut bars: Vec<Bar>, now: Timestamp) -> Vec<Bar> {
        let length = self.length();
        bars.retain(|bar| self.next.is_none_or(|next| bar.start >= next) && bar.start.plus(length) <= now);
        bars.sort_by_key(|bar| bar.start);
        bars.dedup();
        bars
    }

    /// Remembers that a bar has been brought.
    pub(super) fn brought(&mut self, start: Timestamp) {
        self.next = self.next.max(Some(start.plus(self.length())));
    }
}
