//! A thousand rows of a file beside what is stored.

use std::collections::{HashMap, HashSet};

use aspis_core::clock::Timestamp;
use aspis_store::{
    Durable, Stored,
    prices::{Bar, Series, Span},
};

use super::{report::Difference, table::Chain};
use crate::ingest::flags;

/// Rows that go in at once.
pub(super) const ROWS: usize = 1000;
/// Stored bars that are held in memory at once: a file may have one row where thousands are stored.
const PART: u64 = 5000;

/// Rows that are to be written.
#[derive(Default)]
pub(super) struct Batch {
    /// The good ones, each with its line.
    pub(super) bars: Vec<(u64, Bar)>,
    /// How many there are, good and bad.
    pub(super) rows: usize,
    /// The last of them, with what came before.
    pub(super) last: (u64, Chain),
}

/// What a batch comes to.
#[derive(Default)]
pub(super) struct Outcome {
    /// What has to be written.
    pub(super) news: Vec<Bar>,
    pub(super) added: u64,
    pub(super) changed: Vec<Difference>,
}

impl Batch {
    /// Compares it with what is stored; all is new where nothing is.
    pub(super) async fn compare(self, store: Option<&Durable>, series: &Series) -> Stored<Outcome> {
        let mut stored = HashMap::new();
        if let (Some(store), Some(span)) = (store, self.span()) {
            let wanted: HashSet<Timestamp> = self.bars.iter().map(|(_, bar)| bar.start).collect();
            let mut span = span;
            loop {
                let part = store.prices.bars(series, span).await?;
                let Some(oldest) = part.last().map(|bar| bar.start) else { break };
                span.before = Some(oldest);
                stored.extend(
                    part.into_iter().filter(|bar| wanted.contains(&bar.start)).map(|bar| (bar.start, bar)),
                );
            }
        }
        let mut outcome = Outcome::default();
        self.bars.into_iter().for_each(|(line, bar)| outcome.take(line, bar, &stored));
        Ok(outcome)
    }

    fn span(&self) -> Option<Span> {
        let ((_, first), (_, last)) = self.bars.first().zip(self.bars.last())?;
        let before = Some(Timestamp(last.start.0.saturating_add(1)));
        Some(Span { from: Some(first.start), before, offset: 0, limit: PART })
    }
}

impl Outcome {
    fn take(&mut self, line: u64, mut bar: Bar, stored: &HashMap<Timestamp, Bar>) {
        match stored.get(&bar.start) {
            Some(known) if known.says_the_same(&bar) => return,
            Some(known) if known.flags & flags::MADE == 0 => {
                bar.flags |= flags::DIFFERS;
                self.changed.push(Difference::of(line, known, &bar));
            }
            _ => self.added += 1,
        }
        self.news.push(bar);
    }
}
