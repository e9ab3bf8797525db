//! The intake over the in-memory store: two assets with a thousand quiet hours, and a clock that stands still.

use std::sync::{Arc, Mutex};

use aspis_core::{
    chance::SeededChance,
    clock::{Clock, ManualClock, Timestamp},
    event::{Event, Sink},
    ids::{AccountId, ReviewId},
    money::Fixed,
    scenario::price_manipulation::watch::Sign,
};
use aspis_store::{
    Durable,
    memory::Memory,
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
    reviews::{Decided, Review},
};

use super::*;
use crate::prices::{Listed, MEDIAN};

mod behind;
mod calls;
mod checks;
mod corrections;
mod days;
mod failures;
mod heard;
mod holds;
mod restarts;
mod sources;
mod splits;

const HISTORY: i64 = 1000;
const FIRST: &str = "binance_official";
const SECOND: &str = "yfinance";
const THIRD: &str = "internal_db";

#[derive(Debug, Default)]
struct Heard(Mutex<Vec<Event>>);

impl Sink for Heard {
    fn record(&self, event: Event) {
        self.0.lock().expect("not poisoned").push(event);
    }
}

struct Home {
    store: Durable,
    clock: Arc<ManualClock>,
    board: Arc<Board>,
    heard: Arc<Heard>,
    intake: Arc<Intake>,
}

fn hour(n: i64) -> Timestamp {
    Timestamp::from_seconds(n * 3600)
}

fn fixed(price: f64) -> Fixed {
    Fixed::from_f64(price).expect("a price")
}

/// A quiet price: it moves by up to half a per cent, never twice alike.
fn quiet(n: i64) -> f64 {
    let step = [0.0, 3.0, -2.0, 5.0, 1.0, -4.0, 2.0][usize::try_from(n.rem_euclid(7)).expect("small")];
    1000.0 + step + f64::from(i32::try_from(n).expect("small")) / 1000.0
}

fn bar(n: i64, price: f64) -> Bar {
    Bar::closing(hour(n), fixed(price))
}

fn history(asset: &str) -> Series {
    let source = "coinbase".into();
    Series { asset: asset.to_owned(), interval: Interval::Hour, source, role: SeriesRole::History }
}

impl Home {
    async fn new() -> Self {
        Self::over(Durable::of(Arc::new(Memory::default()))).await
    }

    async fn over(store: Durable) -> Self {
        let asset = |id: &str| Asset {
            id: id.to_owned(),
            currency: "USD".to_owned(),
            name: id.to_owned(),
            description: None,
        };
        let bars = |scale: f64| (0..HISTORY).map(|n| bar(n, quiet(n) * scale)).collect::<Vec<_>>();
        let batches = [(history("BTC"), bars(1.0)), (history("ETH"), bars(0.03))];
        let assets = [asset("BTC"), asset("ETH"), asset("NEW")];
        store.prices.load_once("test", &assets, &batches, &|_| ()).await.expect("stored");
        Self::at(store, Arc::new(ManualClock::at(hour(HISTORY)))).await
    }

    async fn at(store: Durable, clock: Arc<ManualClock>) -> Self {
        let board = Board::open(&store, 500, clock.now()).await.expect("read");
        let (board, heard) = (Arc::new(board), Arc::new(Heard::default()));
        let parts = Parts {
            store: store.clone(),
            board: Arc::clone(&board),
            clock: clock.clone(),
            chance: Arc::new(SeededChance::new(9)),
            events: heard.clone(),
        };
        let rules = Rules {
            watch: Arc::default(),
            trusted: [FIRST, SECOND, THIRD].map(str::to_owned).to_vec(),
            due: Duration::from_secs(86_400),
        };
        let intake = Arc::new(Intake::open(parts, rules).await.expect("opened"));
        Self { store, clock, board, heard, intake }
    }

    /// The same store in another process.
    async fn restarted(self) -> Self {
        Self::at(self.store, self.clock).await
    }

    /// Hands rows of hours over, some minutes after the last of them.
    async fn brings(&self, source: &str, rows: &[(i64, f64)]) -> Vec<Taken> {
        let last = rows.iter().map(|(n, _)| *n).max().expect("rows");
        self.clock.set_wall(self.clock.now().max(hour(last + 1).plus(Duration::from_secs(300))));
        let rows = rows.iter().map(|(n, price)| offered("BTC", bar(*n, *price))).collect();
        self.intake.take(Sender { source, by: None }, rows).await.expect("taken")
    }

    async fn brings_one(&self, source: &str, n: i64, price: f64) -> Taken {
        self.brings(source, &[(n, price)]).await.remove(0)
    }

    fn listed(&self) -> Arc<Listed> {
        self.board.find("BTC").expect("listed")
    }

    fn price(&self) -> f64 {
        self.listed().latest.price.to_f64()
    }

    /// The newest bars of the history, newest first, as hours and prices.
    async fn newest(&self, most: u64) -> Vec<(i64, f64)> {
        let span = Span { from: None, before: None, offset: 0, limit: most };
        let bars = self.store.prices.bars(&history("BTC"), span).await.expect("read");
        bars.iter().map(|bar| (bar.start.seconds() / 3600, bar.close.to_f64())).collect()
    }

    async fn review(&self, taken: &Taken) -> Review {
        self.store.reviews.get(review_of(taken)).await.expect("read").expect("opened")
    }

    fn words(&self) -> Vec<&'static str> {
        self.heard.0.lock().expect("not poisoned").iter().map(|event| event.kind.word()).collect()
    }
}

fn offered(asset: &str, bar: Bar) -> Offered {
    Offered { asset: asset.to_owned(), interval: Interval::Hour, bar }
}

fn review_of(taken: &Taken) -> ReviewId {
    match taken {
        Taken::Quarantined { review, .. } => *review,
        other => panic!("not held: {other:?}"),
    }
}

fn is_accepted(taken: &Taken) -> bool {
    matches!(taken, Taken::Accepted { .. })
}

fn operator() -> AccountId {
    AccountId::new(Timestamp(0), &SeededChance::new(7))
}

fn said(approved: bool) -> Decided {
    Decided { at: Timestamp(1), by: Some(operator()), approved, reason: "as others say".to_owned() }
}
