//! What was given out: every series as it is stored, with the keys of its marks.

use anyhow::Context;
use aspis_core::{
    clock::Timestamp,
    scenario::data_scraping::marks::{MarkKeys, Place},
    secret::Secret,
};
use aspis_market::{
    leaked::Found,
    prices::{Board, Recent},
};
use aspis_store::{
    Durable,
    prices::{Bar, Series},
};

use super::printable;
use crate::app::marks;

/// Every series of a data folder.
pub(super) struct Shelf {
    pub(super) keys: MarkKeys,
    series: Vec<Kept>,
}

/// One series: its bars, newest first, and where its volumes are marked.
pub(super) struct Kept {
    pub(super) series: Series,
    bars: Vec<Bar>,
    pub(super) place: Option<Place>,
}

impl Shelf {
    /// Reads everything and writes nothing; none where no file was ever signed.
    pub(super) async fn open(store: &Durable) -> anyhow::Result<Option<Self>> {
        let Some(secret) = store.vault.get(marks::SECRET).await? else { return Ok(None) };
        // What is over by now is not asked here: every bar may have been given out.
        let board = Board::open(store, usize::MAX, Timestamp(i64::MAX)).await?;
        let mut series = Vec::new();
        for Recent { series: one, bars, .. } in board.all().values().flat_map(|listed| &listed.series) {
            let place = store.vault.get(&marks::place_name(one)).await?;
            let place = place.and_then(|place| Place::from_power(*place.first()?));
            series.push(Kept { series: one.clone(), bars: bars.clone(), place });
        }
        Ok(Some(Self { keys: MarkKeys::new(&Secret::new(secret)), series }))
    }

    /// An asset by the name that a file or a person uses: `btc` and `BTC-USD` are BTC.
    pub(super) fn asset(&self, name: &str) -> Option<&str> {
        let name = name.trim().to_ascii_uppercase();
        let named =
            |name: &str| self.series.iter().map(|kept| &*kept.series.asset).find(|known| *known == name);
        let first = || name.split(|c: char| !c.is_ascii_alphanumeric()).next().and_then(named);
        named(&name).or_else(first)
    }

    /// The same of a name that has to be known.
    pub(super) fn known(&self, name: &str) -> anyhow::Result<&str> {
        let is_none = || format!("--asset: {} is no asset of this server", printable(name));
        self.asset(name).with_context(is_none)
    }

    /// The stored row that a row of a file tells of. Without a known asset it is found by its close.
    pub(super) fn find(&self, asset: Option<&str>, row: &Found) -> Option<(usize, &Bar)> {
        let wanted = |series: &Series| {
            asset.is_none_or(|asset| series.asset == asset)
                && row.interval.is_none_or(|interval| series.interval == interval)
        };
        let series = || self.series.iter().enumerate().filter(|(_, kept)| wanted(&kept.series));
        let mut all = series().filter_map(|(at, kept)| Some((at, kept.bar(row)?)));
        let same = all.find(|(_, bar)| row.close == Some(bar.close));
        // A row of a known asset is that row, whatever was made of its close.
        same.or_else(|| {
            series().find_map(|(at, kept)| Some((at, kept.bar(row)?))).filter(|_| asset.is_some())
        })
    }

    /// A series that was found.
    pub(super) fn kept(&self, at: usize) -> &Kept {
        &self.series[at]
    }
}

impl Kept {
    fn bar(&self, row: &Found) -> Option<&Bar> {
        let at = self.bars.binary_search_by(|bar| row.start.cmp(&bar.start)).ok()?;
        self.bars.get(at)
    }
}
