//! Files of prices that an operator brings.

use std::collections::{BTreeMap, BTreeSet};

use aspis_core::clock::Timestamp;
use async_trait::async_trait;

use super::Memory;
use crate::{
    Imports, Stored,
    imports::{Import, Summary},
    prices::{Asset, Bar, Series},
};

fn summary((series, bars): &(Series, BTreeMap<Timestamp, Bar>)) -> Summary {
    let sources: BTreeSet<&str> = bars.values().map(|bar| bar.source_in(series)).collect();
    Summary {
        series: series.clone(),
        rows: bars.len() as u64,
        span: bars.keys().next().copied().zip(bars.keys().next_back().copied()),
        sources: sources.into_iter().map(str::to_owned).collect(),
    }
}

#[async_trait]
impl Imports for Memory {
    async fn add_asset(&self, asset: &Asset) -> Stored<Asset> {
        let mut state = self.state();
        let new = || Asset { description: None, ..asset.clone() };
        Ok(state.assets.entry(asset.id.clone()).or_insert_with(new).clone())
    }

    async fn import(&self, name: &str) -> Stored<Option<Import>> {
        Ok(self.state().imports.get(name).cloned())
    }

    async fn carry_on(&self, series: &Series, bars: &[Bar], import: Option<&Import>) -> Stored<()> {
        let mut state = self.state();
        if !bars.is_empty() {
            state.series_mut(series).extend(bars.iter().map(|bar| (bar.start, bar.clone())));
        }
        if let Some(import) = import {
            state.imports.insert(import.name.clone(), import.clone());
        }
        Ok(())
    }

    async fn summaries(&self) -> Stored<Vec<Summary>> {
        let mut all: Vec<Summary> = self.state().bars.iter().map(summary).collect();
        all.sort_by(|a, b| key(&a.series).cmp(&key(&b.series)));
        Ok(all)
    }
}

fn key(series: &Series) -> (&str, &str, &str) {
    (&series.asset, series.interval.word(), &series.source)
}
