//! Everything a feed needs in a test: a clock that waits move, and somebody who takes what it brings.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    chance::SeededChance,
    clock::{Clock, ManualClock, Timestamp},
    event::{Event, Sink},
};
use aspis_store::{
    StoreError, Stored,
    prices::{Bar, Interval},
};
use async_trait::async_trait;

use crate::{
    offered::{Offered, Taken},
    sources::{Feed, Limits, Plan, SourceState, Sources, Symbol, Takes, Waits, wire::Wire},
};

/// When every test begins.
pub(super) const NOW: &str = "2020-03-01T12:30:00Z";

/// Takes everything, and remembers it.
#[derive(Default)]
pub(super) struct Taker {
    pub(super) rows: Mutex<Vec<Offered>>,
    pub(super) told: Mutex<Vec<String>>,
    pub(super) newest: Mutex<BTreeMap<String, Timestamp>>,
    pub(super) broken: AtomicBool,
}

#[async_trait]
impl Takes for Taker {
    async fn take(&self, source: &str, rows: Vec<Offered>) -> Stored<Vec<Taken>> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::because("it is away"));
        }
        let taken = rows.iter().map(|_| Taken::Accepted { flags: 0 }).collect();
        self.told.lock().expect("no panic").push(format!("{source} brings {}", rows.len()));
        self.rows.lock().expect("no panic").extend(rows);
        Ok(taken)
    }

    async fn split(
        &self,
        _: &str,
        asset: &str,
        at: Timestamp,
        ratio: (u32, u32),
        bars: &[Bar],
    ) -> Stored<bool> {
        self.told
            .lock()
            .expect("no panic")
            .push(format!("{asset} {}:{} at {at}, {}", ratio.0, ratio.1, bars[0].close));
        Ok(true)
    }

    async fn newest(&self, _: &str, asset: &str, _: Interval) -> Stored<Option<Timestamp>> {
        Ok(self.newest.lock().expect("no panic").get(asset).copied())
    }
}

/// Lets time pass at once.
pub(super) struct Skips {
    clock: Arc<ManualClock>,
    pub(super) waited: Mutex<Vec<Duration>>,
}

#[async_trait]
impl Waits for Skips {
    async fn wait(&self, span: Duration) {
        self.clock.advance(span);
        self.waited.lock().expect("no panic").push(span);
    }
}

/// The words of the events.
#[derive(Default)]
pub(super) struct Told(Mutex<Vec<&'static str>>);

impl Sink for Told {
    fn record(&self, event: Event) {
        self.0.lock().expect("no panic").push(event.kind.word());
    }
}

/// A feed with all that is around it.
pub(super) struct Stage {
    pub(super) clock: Arc<ManualClock>,
    pub(super) taker: Arc<Taker>,
    pub(super) skips: Arc<Skips>,
    pub(super) sources: Sources,
    events: Arc<Told>,
}

/// Nobody listens there.
const NOBODY: &str = "127.0.0.1:1";

impl Stage {
    /// Binance at an address, asked for these assets' hours; its stream at another.
    pub(super) fn binance(rest: SocketAddr, stream: Option<SocketAddr>, assets: &[&str]) -> Self {
        let stream = stream.map_or(NOBODY.to_owned(), |address| address.to_string());
        Self::of(&format!("http://{rest}"), &format!("ws://{stream}"), &symbols(assets, Interval::Hour), &[])
    }

    /// Yahoo at an address, asked for these assets' days.
    pub(super) fn yahoo(address: SocketAddr, assets: &[&str]) -> Self {
        Self::of(
            &format!("http://{address}"),
            &format!("ws://{NOBODY}"),
            &[],
            &symbols(assets, Interval::Day),
        )
    }

    /// Whatever is asked wherever.
    pub(super) fn of(address: &str, stream: &str, binance: &[Symbol], yahoo: &[Symbol]) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::parse(NOW).expect("a moment")));
        let events = Arc::new(Told::default());
        let plan = plan(address, stream, binance, yahoo);
        let (time, sink): (Arc<dyn Clock>, Arc<dyn Sink>) = (clock.clone(), events.clone());
        let sources = Sources::new(plan, &|_| true, time, Arc::new(SeededChance::new(5)), &sink);
        let skips = Arc::new(Skips { clock: Arc::clone(&clock), waited: Mutex::default() });
        Self { clock, taker: Arc::default(), skips, sources, events }
    }

    /// The one feed there is.
    pub(super) fn feed(&self) -> Feed {
        self.feed_over(&Wire::open_web())
    }

    /// The one feed there is, over connections of one's own.
    pub(super) fn feed_over(&self, wire: &Wire) -> Feed {
        let (takes, waits): (Arc<dyn Takes>, Arc<dyn Waits>) = (self.taker.clone(), self.skips.clone());
        self.sources.feeds_over(wire, &takes, &waits).remove(0)
    }

    /// A bar of this asset is known that begins then.
    pub(super) fn knows(&self, asset: &str, start: &str) {
        let start = Timestamp::parse(start).expect("a moment");
        self.taker.newest.lock().expect("no panic").insert(asset.to_owned(), start);
    }

    /// What was brought: asset, begin, close.
    pub(super) fn brought(&self) -> Vec<String> {
        let rows = self.taker.rows.lock().expect("no panic");
        rows.iter().map(|row| format!("{} {} {}", row.asset, row.bar.start, row.bar.close)).collect()
    }

    /// What was told, in order.
    pub(super) fn told(&self) -> Vec<String> {
        self.taker.told.lock().expect("no panic").clone()
    }

    /// The state of the one source.
    pub(super) fn state(&self) -> SourceState {
        self.sources.states().into_iter().find(|state| state.enabled).expect("one is enabled")
    }

    /// The words of the events so far.
    pub(super) fn events(&self) -> Vec<&'static str> {
        self.events.0.lock().expect("no panic").clone()
    }
}

fn symbols(assets: &[&str], interval: Interval) -> Vec<Symbol> {
    let symbol = |asset: &&str| Symbol {
        asset: (*asset).to_owned(),
        symbol: if interval == Interval::Hour { format!("{asset}USDT") } else { (*asset).to_owned() },
        interval,
    };
    assets.iter().map(symbol).collect()
}

fn plan(address: &str, stream: &str, binance: &[Symbol], yahoo: &[Symbol]) -> Plan {
    let millis = Duration::from_millis;
    Plan {
        binance: address.parse().expect("an address"),
        stream: stream.parse().expect("an address"),
        binance_symbols: binance.to_vec(),
        yahoo: address.parse().expect("an address"),
        yahoo_symbols: yahoo.to_vec(),
        every: Duration::from_secs(900),
        back: Duration::from_secs(3 * 3600),
        requests: "60/minute".parse().expect("a rate"),
        limits: Limits {
            connect: millis(2000),
            head: millis(300),
            body: millis(300),
            bytes: 1 << 20,
            quiet: millis(300),
        },
    }
}
