//! Assets and bars.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Prices, Stored,
    prices::{Asset, Bar, Series, Span},
};

impl State {
    pub(super) fn series_mut(&mut self, series: &Series) -> &mut BTreeMap<aspis_core::clock::Timestamp, Bar> {
        let at = self.bars.iter().position(|(known, _)| known == series).unwrap_or_else(|| {
            self.bars.push((series.clone(), BTreeMap::new()));
            self.bars.len() - 1
        });
        &mut self.bars[at].1
    }

    /// Writes an asset over what was known of it, but for its description.
    fn put_asset(&mut self, asset: &Asset) {
        let description = self.assets.get(&asset.id).and_then(|known| known.description.clone());
        self.assets.insert(asset.id.clone(), Asset { description, ..asset.clone() });
    }
}

#[async_trait]
impl Prices for Memory {
    async fn assets(&self) -> Stored<Vec<Asset>> {
        Ok(self.state().assets.values().cloned().collect())
    }

    async fn describe(&self, asset: &str, description: Option<&str>) -> Stored<bool> {
        let mut state = self.state();
        let Some(known) = state.assets.get_mut(asset) else { return Ok(false) };
        known.description = description.filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(true)
    }

    async fn series(&self) -> Stored<Vec<Series>> {
        Ok(self.state().bars.iter().map(|(series, _)| series.clone()).collect())
    }

    async fn load_once(
        &self,
        marker: &str,
        assets: &[Asset],
        batches: &[(Series, Vec<Bar>)],
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Stored<bool> {
        let mut state = self.state();
        if state.markers.iter().any(|known| known == marker) {
            return Ok(false);
        }
        state.markers.push(marker.to_owned());
        for asset in assets {
            state.put_asset(asset);
        }
        let mut written = 0;
        for (series, bars) in batches {
            state.series_mut(series).extend(bars.iter().map(|bar| (bar.start, bar.clone())));
            written += bars.len() as u64;
            progress(written);
        }
        Ok(true)
    }

    async fn is_loaded(&self, marker: &str) -> Stored<bool> {
        Ok(self.state().markers.iter().any(|known| known == marker))
    }

    async fn bars(&self, series: &Series, span: Span) -> Stored<Vec<Bar>> {
        let state = self.state();
        let Some((_, bars)) = state.bars.iter().find(|(known, _)| known == series) else {
            return Ok(Vec::new());
        };
        let within = |bar: &&Bar| {
            span.from.is_none_or(|from| bar.start >= from)
                && span.before.is_none_or(|before| bar.start < before)
        };
        let (skip, take) = (
            usize::try_from(span.offset).unwrap_or(usize::MAX),
            usize::try_from(span.limit).unwrap_or(usize::MAX),
        );
        Ok(bars.values().rev().filter(within).skip(skip).take(take).cloned().collect())
    }
}
