//! What is known of prices now, in memory: the newest price of each asset, its recent bars, its daily closes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use aspis_core::{
    clock::Timestamp,
    money::Fixed,
    refusal::{Code, Refusal},
};
use aspis_store::{
    Durable, Stored,
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
};

mod daily;
mod latest;
mod put;
mod shelf;

pub(crate) use daily::made_days;
pub use latest::{MEDIAN, Price};
pub use put::{Standing, Written};
use shelf::Shelf;

/// One asset with everything that is served from memory.
#[derive(Debug)]
pub struct Listed {
    /// The asset.
    pub asset: Asset,
    /// Its newest price.
    pub latest: Price,
    /// Its history series, the finest last.
    pub series: Vec<Recent>,
    /// Its daily closes, oldest first: what forecasts are made from.
    pub closes: Vec<f64>,
    /// When the last of the daily closes was made.
    pub closes_as_of: Timestamp,
    /// True while its sources repeat themselves: nothing can be told from it.
    pub frozen: bool,
    /// True while its newest price is held, and an older one is served.
    pub held: bool,
}

/// One series with its newest bars.
#[derive(Debug)]
pub struct Recent {
    /// Which series.
    pub series: Series,
    /// Its newest bars, newest first.
    pub bars: Vec<Bar>,
    /// True when these are all of them.
    pub whole: bool,
    /// How many there are, here and in the store.
    pub rows: usize,
    /// True for days that are made of hours: they stand in no store.
    pub made: bool,
    /// True for stored days among which others are made of hours.
    pub mixed: bool,
}

/// All assets by name.
pub type Listing = BTreeMap<String, Arc<Listed>>;

/// The prices that every request reads; one pointer is swapped when they change.
#[derive(Debug)]
pub struct Board {
    shelf: ArcSwap<Shelf>,
    memory_rows: usize,
}

/// Enough bars for any series: the store bounds it, not this.
const ALL: Span = Span { from: None, before: None, offset: 0, limit: i64::MAX as u64 };

impl Board {
    /// Reads everything that is kept in memory from the store: at most `memory_rows` bars a series. Days that are made
    /// of hours count among the daily closes when they are over, at `now`.
    pub async fn open(store: &Durable, memory_rows: usize, now: Timestamp) -> Stored<Self> {
        let series = store.prices.series().await?;
        let mut listing = Listing::new();
        for asset in store.prices.assets().await? {
            if let Some(listed) = read(store, asset, &series, memory_rows, now).await? {
                listing.insert(listed.asset.id.clone(), Arc::new(listed));
            }
        }
        Ok(Self { shelf: ArcSwap::from_pointee(Shelf::of(listing)), memory_rows })
    }

    /// All assets as they are now.
    pub fn all(&self) -> Arc<Listing> {
        Arc::clone(self.shelf.load().all())
    }

    /// True for the name of an asset that is served, in capitals.
    pub fn lists(&self, id: &str) -> bool {
        self.shelf.load().find(id).is_some()
    }

    /// One asset by a name as it was sent: 1 to 12 ASCII letters and digits, in any case.
    pub fn find(&self, name: &str) -> Result<Arc<Listed>, Refusal> {
        judge_name(name)?;
        let mut upper = [0; LONGEST];
        let upper = &mut upper[..name.len()];
        upper.copy_from_slice(name.as_bytes());
        upper.make_ascii_uppercase();
        let id = std::str::from_utf8(upper).unwrap_or_default();
        self.shelf.load().find(id).cloned().ok_or_else(|| Refusal::new(Code::UnknownAsset))
    }
}

#[cfg(test)]
impl Board {
    /// With assets of a test's own.
    pub(crate) fn of(listed: impl Iterator<Item = Listed>) -> Self {
        let listing: Listing = listed.map(|one| (one.asset.id.clone(), Arc::new(one))).collect();
        Self { shelf: ArcSwap::from_pointee(Shelf::of(listing)), memory_rows: 0 }
    }

    /// Has a bar close at all of these that changes nothing but the time.
    pub(crate) fn close_another(&self, assets: &[&str]) {
        for (id, old) in self.all().iter().filter(|(id, _)| assets.contains(&id.as_str())) {
            let as_of = old.closes_as_of.plus(Interval::Day.length());
            let latest = Price { as_of, ..old.latest.clone() };
            let asset = Asset { id: id.clone(), ..old.asset.clone() };
            let (series, closes) = (Vec::new(), old.closes.clone());
            let (frozen, held, closes_as_of) = (old.frozen, old.held, as_of);
            self.list(Listed { asset, latest, series, closes, closes_as_of, frozen, held });
        }
    }
}

/// The most letters and digits of an asset's name.
const LONGEST: usize = 12;

fn judge_name(name: &str) -> Result<(), Refusal> {
    if (1..=LONGEST).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Ok(());
    }
    let detail = "must be 1 to 12 letters and digits, such as BTC";
    Err(Refusal::field(Code::InvalidAsset, "asset_id", "invalid_asset", detail))
}

/// One asset with all its history, where it has any.
async fn read(
    store: &Durable,
    asset: Asset,
    series: &[Series],
    memory_rows: usize,
    now: Timestamp,
) -> Stored<Option<Listed>> {
    let own = series.iter().filter(|one| one.asset == asset.id && one.role == SeriesRole::History);
    let mut whole = Vec::new();
    for one in own {
        whole.push((one.clone(), store.prices.bars(one, ALL).await?));
    }
    Ok(list(asset, whole, memory_rows, now))
}

fn list(asset: Asset, stored: Vec<(Series, Vec<Bar>)>, memory_rows: usize, now: Timestamp) -> Option<Listed> {
    // A day made of hours ends after its last hour: only what was stored has a newest close.
    let newest = stored.iter().filter_map(|(series, bars)| Some((series, bars.first()?)));
    let latest = latest::of(&asset, newest)?;
    let made = daily::of_hours(&stored);
    let mut filled = daily::filled(&stored);
    let days = stored.iter().find(|(series, _)| series.interval == Interval::Day).map(|(_, bars)| bars);
    let days = made.as_ref().map(|(_, bars)| bars).or(filled.as_ref()).or(days);
    let (closes, closes_as_of) = daily::closes(days.map_or(&[], |bars| daily::over(bars, now)));
    // Made days stand in no store: what is not kept here could not be read again.
    let made = made.into_iter().map(|days| Recent { made: true, ..recent(days, usize::MAX) });
    let listed =
        stored.into_iter().map(|(series, bars)| match filled.take_if(|_| series.interval == Interval::Day) {
            Some(all) => Recent { mixed: true, ..recent((series, all), usize::MAX) },
            None => recent((series, bars), memory_rows),
        });
    let series = made.chain(listed).collect();
    Some(Listed { asset, latest, series, closes, closes_as_of, frozen: false, held: false })
}

fn recent((series, mut bars): (Series, Vec<Bar>), most: usize) -> Recent {
    let rows = bars.len();
    let whole = rows <= most;
    bars.truncate(most);
    bars.shrink_to_fit();
    Recent { series, bars, whole, rows, made: false, mixed: false }
}

impl Recent {
    /// The newest bar that somebody brought.
    pub fn newest(&self) -> Option<&Bar> {
        self.bars.iter().find(|bar| !daily::is_made(bar))
    }

    /// How many bars of a span there can be at most. Exact where all of them are here.
    pub fn at_most(&self, from: Option<Timestamp>, before: Option<Timestamp>) -> usize {
        let within = |bar: &&Bar| {
            from.is_none_or(|from| bar.start >= from) && before.is_none_or(|before| bar.start < before)
        };
        let held = self.bars.iter().filter(within).count();
        let oldest = self.bars.last().map(|bar| bar.start);
        let reaches_further = oldest.is_none_or(|oldest| from.is_none_or(|from| from < oldest));
        held + if reaches_further { self.rows - self.bars.len() } else { 0 }
    }
}

impl Listed {
    /// The series of an interval.
    pub fn of(&self, interval: Interval) -> Option<&Recent> {
        self.series.iter().find(|recent| recent.series.interval == interval)
    }
}

/// How old a price may be before it is marked: three intervals, five days for daily bars (weekends and holidays).
pub fn stale_after(interval: Interval) -> Duration {
    match interval {
        Interval::Hour => Interval::Hour.length() * 3,
        Interval::Day => Interval::Day.length() * 5,
    }
}

/// Closes as floats, oldest first: for statistics, never for money.
pub(crate) fn to_f64(bars: &[Bar]) -> Vec<f64> {
    bars.iter().rev().map(|bar| Fixed::to_f64(bar.close)).collect()
}
