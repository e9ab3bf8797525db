//! Splits of shares.

use async_trait::async_trait;

use super::{Books, Memory, State};
use crate::{
    Splits, Stored,
    quarantine::Fate,
    splits::{Entries, Split, rescale, rescaled},
};

impl State {
    fn rescale(&mut self, split: &Split) {
        let own = self.bars.iter_mut().filter(|(series, _)| series.asset == split.asset);
        for (_, bars) in own {
            bars.range_mut(..split.at).for_each(|(_, bar)| rescale(bar, split));
        }
        let held = self.held.iter_mut().filter(|held| held.asset == split.asset && held.fate.0 == Fate::Held);
        for held in held.filter(|held| held.bar.start < split.at) {
            rescale(&mut held.bar, split);
            held.served = held.served.map(|price| rescaled(price, split));
        }
    }
}

impl Books {
    fn split(&mut self, split: &Split, entries: Entries<'_>) {
        for ((_, asset), units) in &mut self.holdings {
            let after = split.holding(*units);
            if *asset == split.asset && after != *units {
                *units = after;
                self.splits += 1;
                entries();
            }
        }
    }
}

#[async_trait]
impl Splits for Memory {
    async fn split(&self, split: &Split, entries: Entries<'_>) -> Stored<bool> {
        let mut state = self.state();
        if state.splits.iter().any(|known| (&known.asset, known.at) == (&split.asset, split.at)) {
            return Ok(false);
        }
        state.splits.push(split.clone());
        state.rescale(split);
        state.books.split(split, entries);
        Ok(true)
    }

    async fn splits(&self, asset: &str) -> Stored<Vec<Split>> {
        let mut splits: Vec<_> =
            self.state().splits.iter().filter(|split| split.asset == asset).cloned().collect();
        splits.sort_by_key(|split| split.at);
        Ok(splits)
    }
}
