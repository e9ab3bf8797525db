//! New bars enter memory: one asset is listed anew, and one pointer is swapped. Nobody who reads waits for it.

use std::sync::Arc;

use aspis_core::{clock::Timestamp, scenario::price_manipulation::watch::Published};
use aspis_store::{
    Durable, Stored,
    prices::{Asset, Bar, Interval, Series},
};

use super::{Board, Listed, Recent, daily, latest, read, shelf::Shelf};

/// What the watches say of an asset.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// The price that the sources agree on, and the interval of its bar.
    pub published: Option<(Interval, Published)>,
    /// The sources repeat themselves.
    pub frozen: bool,
    /// The newest price is held.
    pub held: bool,
}

/// Bars that were written to the history of one asset, oldest first.
pub type Written = Vec<(Series, Vec<Bar>)>;

impl Board {
    /// Lists an asset with bars that were written. False, and nothing is changed, where memory alone does not tell
    /// what follows from them: then it has to be read anew.
    pub fn put(&self, asset: &str, written: &Written, standing: &Standing, now: Timestamp) -> bool {
        let listing = self.all();
        let Some(listed) = listing.get(asset).and_then(|old| grown(old, written, self.memory_rows, now))
        else {
            return false;
        };
        self.list(stood(listed, standing));
        true
    }

    /// Lists an asset as the store has it.
    pub async fn reload(
        &self,
        store: &Durable,
        asset: &str,
        standing: &Standing,
        now: Timestamp,
    ) -> Stored<()> {
        let Some(known) = store.prices.assets().await?.into_iter().find(|known| known.id == asset) else {
            return Ok(());
        };
        let series = store.prices.series().await?;
        if let Some(listed) = read(store, known, &series, self.memory_rows, now).await? {
            self.list(stood(listed, standing));
        }
        Ok(())
    }

    /// Lists an asset with what the watches say now, where that is something new.
    pub fn restand(&self, asset: &str, standing: &Standing) {
        let listing = self.all();
        let Some(old) = listing.get(asset) else { return };
        let Some(plain) = plain(old) else { return };
        let new = stood(plain, standing);
        if (&new.latest, new.frozen, new.held) != (&old.latest, old.frozen, old.held) {
            self.list(new);
        }
    }

    /// Lists an asset with what is said of it now.
    pub(crate) fn describe(&self, asset: &str, description: Option<&str>) {
        let listing = self.all();
        let Some(old) = listing.get(asset) else { return };
        let description = description.map(str::to_owned);
        self.list(Listed {
            asset: Asset { description, ..old.asset.clone() },
            latest: old.latest.clone(),
            series: old.series.iter().map(Recent::copy).collect(),
            closes: old.closes.clone(),
            closes_as_of: old.closes_as_of,
            frozen: old.frozen,
            held: old.held,
        });
    }

    pub(super) fn list(&self, listed: Listed) {
        let listed = Arc::new(listed);
        self.shelf.rcu(|shelf| {
            let mut listing = super::Listing::clone(shelf.all());
            listing.insert(listed.asset.id.clone(), Arc::clone(&listed));
            Shelf::of(listing)
        });
    }
}

/// With what the watches say.
fn stood(listed: Listed, standing: &Standing) -> Listed {
    let latest = match &standing.published {
        Some((interval, published)) => latest::median(listed.latest, *interval, published),
        None => listed.latest,
    };
    Listed { latest, frozen: standing.frozen, held: standing.held, ..listed }
}

/// The asset without a word of the watches.
fn plain(old: &Listed) -> Option<Listed> {
    let newest = old.series.iter().filter_map(|recent| Some((&recent.series, recent.newest()?)));
    Some(Listed {
        asset: old.asset.clone(),
        latest: latest::of(&old.asset, newest)?,
        series: old.series.iter().map(Recent::copy).collect(),
        closes: old.closes.clone(),
        closes_as_of: old.closes_as_of,
        frozen: false,
        held: false,
    })
}

/// The asset with more bars, if memory tells all that follows from them.
fn grown(old: &Listed, written: &Written, memory_rows: usize, now: Timestamp) -> Option<Listed> {
    let Listed { asset, mut series, mut closes, .. } = plain(old)?;
    for (of, bars) in written {
        // The first stored days take the place of those that are made of hours, and a new series comes with more.
        let at = series.iter().position(|recent| recent.series == *of && !recent.made)?;
        if series[at].mixed {
            return None;
        }
        for bar in bars {
            let place = series[at].take(bar, memory_rows)?;
            if of.interval == Interval::Day {
                place.write(&mut closes, bar)?;
            } else {
                grow_days(&mut series, of, bar, place)?;
            }
        }
    }
    let days = series.iter().find(|recent| recent.series.interval == Interval::Day);
    let (closes, closes_as_of) = match days {
        Some(days) if days.made || days.mixed => daily::closes(daily::over(&days.bars, now)),
        Some(days) => (closes, daily::closes(days.bars.get(..1).unwrap_or_default()).1),
        None => (closes, old.closes_as_of),
    };
    let newest = series.iter().filter_map(|recent| Some((&recent.series, recent.newest()?)));
    let latest = latest::of(&asset, newest)?;
    Some(Listed { asset, latest, series, closes, closes_as_of, frozen: false, held: false })
}

/// Days grow by what is newest; an hour in between makes a day anew, which takes all its hours.
fn grow_days(series: &mut [Recent], of: &Series, hour: &Bar, place: Place) -> Option<()> {
    let Some(days) = series.iter_mut().find(|recent| recent.series.interval == Interval::Day) else {
        return Some(());
    };
    if place != (Place { from_newest: 0, is_new: true }) || !days.whole {
        return None;
    }
    let hour = daily::named(hour, of, &days.series);
    if !daily::with_hour(&mut days.bars, &hour) {
        return None;
    }
    days.rows = days.bars.len();
    days.mixed |= !days.made && days.bars.first().is_some_and(daily::is_made);
    Some(())
}

/// Where a bar came to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    from_newest: usize,
    is_new: bool,
}

impl Place {
    /// The same place in the closes, which are oldest first.
    fn write(self, closes: &mut Vec<f64>, bar: &Bar) -> Option<()> {
        let close = bar.close.to_f64();
        if self.is_new {
            closes.insert(closes.len().checked_sub(self.from_newest)?, close);
        } else {
            let at = closes.len().checked_sub(self.from_newest + 1)?;
            *closes.get_mut(at)? = close;
        }
        Some(())
    }
}

impl Recent {
    fn copy(&self) -> Self {
        let Self { series, bars, whole, rows, made, mixed } = self;
        let (series, bars) = (series.clone(), bars.clone());
        Self { series, bars, whole: *whole, rows: *rows, made: *made, mixed: *mixed }
    }

    /// Takes a bar in where it belongs; none where that is before everything that is in memory.
    fn take(&mut self, bar: &Bar, most: usize) -> Option<Place> {
        let (from_newest, is_new) = match self.bars.binary_search_by(|known| bar.start.cmp(&known.start)) {
            Ok(at) => {
                self.bars[at] = bar.clone();
                (at, false)
            }
            Err(at) if at == self.bars.len() && !self.whole => return None,
            Err(at) => {
                self.bars.insert(at, bar.clone());
                self.rows += 1;
                (at, true)
            }
        };
        if self.bars.len() > most {
            self.bars.truncate(most);
            self.whole = false;
        }
        Some(Place { from_newest, is_new })
    }
}
