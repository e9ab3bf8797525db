//! Sources of prices: fetched, read, and handed on. None of them is believed here.
//!
//! Each source is one task that lives as long as the server: it begins where history ends, asks no more often than it
//! may, keeps away for longer and longer while the source fails, and says so once. A source that is away costs nothing
//! but fresh prices. What comes is foreign: bounded in size and time, read without trust, and judged by who takes it
//! ([`port::Takes`]). Deliberately not here: which price is right.

use std::{sync::Arc, time::Duration};

use aspis_core::{chance::Chance, clock::Clock, event::Sink, rate::Rate};

pub mod address;
pub mod binance;
mod cell;
mod client;
mod document;
mod fault;
mod feed;
mod health;
mod line;
mod meter;
mod pace;
pub mod port;
mod socket;
mod track;
mod wire;
pub mod yahoo;

pub use address::{Address, AddressError};
pub use client::Limits;
pub use document::document;
pub use fault::Fault;
pub use feed::Feed;
pub use health::{Health, SourceState, Status};
pub use pace::{RealTime, Waits};
pub use port::Takes;
pub use track::Symbol;

use client::Client;
use feed::Kind;
use line::Line;
use pace::Pace;
use wire::Wire;

/// The name of Binance among the trusted sources.
pub const BINANCE: &str = "binance_official";
/// The name of Yahoo among the trusted sources.
pub const YAHOO: &str = "yfinance";

/// What is fetched from where, as the settings say.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where Binance is asked.
    pub binance: Address,
    /// Where its stream is.
    pub stream: Address,
    /// What it is asked for; nothing turns it off.
    pub binance_symbols: Vec<Symbol>,
    /// Where Yahoo is asked.
    pub yahoo: Address,
    /// What it is asked for; nothing turns it off.
    pub yahoo_symbols: Vec<Symbol>,
    /// How often a source without a stream is asked.
    pub every: Duration,
    /// How far back an asset without history begins.
    pub back: Duration,
    /// Requests to one source.
    pub requests: Rate,
    /// How long everything may take, and how much may come.
    pub limits: Limits,
}

/// Every source there is, running or not.
pub struct Sources {
    plan: Plan,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    binance: Arc<Health>,
    yahoo: Arc<Health>,
}

impl Sources {
    /// None of them runs yet. Those are enabled whose names `trusted` has, and that have something to be asked for.
    pub fn new(
        plan: Plan,
        trusted: &dyn Fn(&str) -> bool,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        events: &Arc<dyn Sink>,
    ) -> Self {
        let health = |name, kind, address: &Address, symbols: &[Symbol]| {
            let enabled = trusted(name) && !symbols.is_empty();
            let state = waiting(name, kind, address, symbols, enabled, clock.as_ref());
            Arc::new(Health::new(state, Arc::clone(&clock), Arc::clone(events)))
        };
        let binance = health(BINANCE, "binance", &plan.binance, &plan.binance_symbols);
        let yahoo = health(YAHOO, "yahoo", &plan.yahoo, &plan.yahoo_symbols);
        Self { plan, clock, chance, binance, yahoo }
    }

    /// How each is.
    pub fn states(&self) -> Vec<SourceState> {
        [&self.binance, &self.yahoo].map(|health| health.state()).into()
    }

    /// Those that are enabled, to be run: each as a task of its own.
    pub fn feeds(&self, takes: &Arc<dyn Takes>, waits: &Arc<dyn Waits>) -> Vec<Feed> {
        self.feeds_over(&Wire::open_web(), takes, waits)
    }

    fn feeds_over(&self, wire: &Wire, takes: &Arc<dyn Takes>, waits: &Arc<dyn Waits>) -> Vec<Feed> {
        let plan = &self.plan;
        let line = |name, address: &Address, health: &Arc<Health>| Line {
            name,
            address: address.clone(),
            client: Client::new(wire.clone(), plan.limits, Arc::clone(&self.clock)),
            wire: wire.clone(),
            limits: plan.limits,
            pace: Pace::new(plan.requests),
            takes: Arc::clone(takes),
            health: Arc::clone(health),
            clock: Arc::clone(&self.clock),
            chance: Arc::clone(&self.chance),
            waits: Arc::clone(waits),
        };
        let (back, every) = (plan.back, plan.every);
        let binance = binance::Binance::new(plan.stream.clone(), plan.binance_symbols.clone(), back, every);
        let yahoo = yahoo::Yahoo::new(plan.yahoo_symbols.clone(), back, every);
        let all = [
            (
                &self.binance,
                Feed { line: line(BINANCE, &plan.binance, &self.binance), kind: Kind::Binance(binance) },
            ),
            (&self.yahoo, Feed { line: line(YAHOO, &plan.yahoo, &self.yahoo), kind: Kind::Yahoo(yahoo) }),
        ];
        all.into_iter().filter(|(health, _)| health.state().enabled).map(|(_, feed)| feed).collect()
    }
}

fn waiting(
    name: &'static str,
    kind: &'static str,
    address: &Address,
    symbols: &[Symbol],
    enabled: bool,
    clock: &dyn Clock,
) -> SourceState {
    let mut assets: Vec<_> = symbols.iter().map(|symbol| symbol.asset.clone()).collect();
    assets.dedup();
    SourceState {
        name,
        kind,
        address: address.to_string(),
        enabled,
        status: Status::Waiting,
        since: clock.now(),
        last_success: None,
        last_error: None,
        next_try: None,
        rows: 0,
        quarantined: 0,
        refused: 0,
        unreadable: 0,
        assets,
    }
}

#[cfg(test)]
mod tests;
