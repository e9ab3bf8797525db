//! What tells who took the data, with the keys that all nodes share: put on what a signed-in caller gets.
//!
//! Deliberately not here: what strangers get, and anything that is not history. Predictions, orders and prices are
//! made from what is stored.

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;
use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    ids::AccountId,
    scenario::data_scraping::marks::{Block, Code, MarkKeys, Place, Row, Tally, sign},
    secret::Secret,
};
use aspis_identity::token::SigningKey;
use aspis_market::prices::{Board, Recent};
use aspis_store::{
    Durable, Stored,
    prices::{Bar, Series},
};

/// The name of the secret in the vault.
pub(crate) const SECRET: &str = "marks";

/// The name of a series' place in the vault: settled once, so that a file can be read years later.
pub(crate) fn place_name(series: &Series) -> String {
    format!("mark_place/{}/{}/{}", series.asset, series.interval.word(), series.source)
}

/// Signs copies of the data, and marks them where that is wanted.
#[derive(Debug)]
pub(crate) struct Marks {
    keys: MarkKeys,
    /// Where the last digit of volumes stands; none of a series without marks.
    places: ArcSwap<HashMap<Series, Place>>,
    volumes: bool,
}

impl Marks {
    /// With the secret of the vault, which is made where there is none.
    pub(crate) async fn open(
        store: &Durable,
        chance: &dyn Chance,
        board: &Board,
        volumes: bool,
    ) -> Stored<Self> {
        let fresh = SigningKey::fresh_seed(chance);
        let secret = Secret::new(store.vault.get_or_put(SECRET, fresh.expose()).await?);
        let marks = Self { keys: MarkKeys::new(&secret), places: ArcSwap::default(), volumes };
        if volumes {
            marks.learn(store, board, |_| true).await?;
        }
        Ok(marks)
    }

    /// Settles the places of series that came or grew since, here or at another node. To be called now and then.
    pub(crate) async fn keep(&self, store: &Durable, board: &Board) -> Stored<()> {
        // One that is too short to tell was looked for at the start; one whose newest bar has no volume has most likely none.
        let tells = |recent: &Recent| recent.bars.first().is_some_and(|bar| bar.volume.is_some());
        if self.volumes {
            self.learn(store, board, |recent| tells(recent) && told(recent).is_some()).await
        } else {
            Ok(())
        }
    }

    async fn learn(&self, store: &Durable, board: &Board, is_due: impl Fn(&Recent) -> bool) -> Stored<()> {
        let known = self.places.load_full();
        let mut found = Vec::new();
        for recent in board.all().values().flat_map(|listed| &listed.series) {
            if !known.contains_key(&recent.series)
                && is_due(recent)
                && let Some(place) = settled(store, recent).await?
            {
                found.push((recent.series.clone(), place));
            }
        }
        if !found.is_empty() {
            self.places.rcu(|known| {
                let mut places = HashMap::clone(known);
                places.extend(found.iter().cloned());
                Arc::new(places)
            });
        }
        Ok(())
    }

    /// A copy for one account, of which nothing has been given out yet.
    pub(crate) fn copy_for(&self, account: AccountId) -> Copy {
        let code = self.volumes.then(|| Code::of(&self.keys, account));
        Copy { account, code, tally: Tally::default() }
    }
}

/// The place that was settled once, or is now.
async fn settled(store: &Durable, recent: &Recent) -> Stored<Option<Place>> {
    let name = place_name(&recent.series);
    let known = match (store.vault.get(&name).await?, told(recent)) {
        (Some(known), _) => known,
        (None, Some(place)) => store.vault.get_or_put(&name, &[place.power()]).await?,
        (None, None) => return Ok(None),
    };
    Ok(known.first().and_then(|power| Place::from_power(*power)))
}

/// The place that the rows in memory tell of.
fn told(recent: &Recent) -> Option<Place> {
    Place::of(recent.bars.iter().filter_map(|bar| bar.volume))
}

/// What one account gets in one answer.
#[derive(Debug)]
pub(crate) struct Copy {
    account: AccountId,
    code: Option<Code>,
    tally: Tally,
}

impl Copy {
    /// Marks bars that go out, and counts them.
    pub(crate) fn take(&mut self, marks: &Marks, series: &Series, bars: &mut [Bar]) {
        let places = marks.places.load();
        let place = places.get(series);
        for bar in bars {
            if let (Some(code), Some(place)) = (&self.code, place) {
                mark(marks, code, *place, series, bar);
            }
            self.tally.add(&marks.keys, &row(series, bar));
        }
    }

    /// The signature over everything that was taken.
    pub(crate) fn sign(&self, marks: &Marks, now: Timestamp) -> String {
        sign(&marks.keys, self.account, now, self.tally)
    }
}

fn mark(marks: &Marks, code: &Code, place: Place, series: &Series, bar: &mut Bar) {
    if let Some(volume) = bar.volume.filter(|volume| place.takes(*volume)) {
        let block = Block::of(&marks.keys, &series.asset, series.interval.word(), bar.start);
        bar.volume = Some(place.with(volume, code.digit(block)));
    }
}

fn row<'a>(series: &'a Series, bar: &'a Bar) -> Row<'a> {
    Row {
        asset: &series.asset,
        interval: series.interval.word(),
        start: bar.start,
        prices: [bar.open, bar.high, bar.low],
        close: bar.close,
        volume: bar.volume,
        source: bar.source_in(series),
    }
}
