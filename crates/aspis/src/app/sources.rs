//! Where prices come from, as the settings say.

use std::sync::Arc;

use aspis_core::{chance::Chance, clock::Clock, event::Sink};
use aspis_market::sources::{Limits, Plan, Sources, Symbol};
use aspis_store::prices::Interval;

use crate::settings::{Settings, value::Symbols};

/// Every source there is; none of them runs yet.
pub(super) fn sources(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    chance: &Arc<dyn Chance>,
    events: &Arc<dyn Sink>,
) -> Sources {
    let trusted = settings.market.trusted_sources.as_slice();
    let asked = |name: &str| settings.sources.enabled && trusted.iter().any(|one| one == name);
    Sources::new(plan(settings), &asked, Arc::clone(clock), Arc::clone(chance), events)
}

fn plan(settings: &Settings) -> Plan {
    let own = &settings.sources;
    Plan {
        binance: own.binance_url.get().clone(),
        stream: own.binance_stream_url.get().clone(),
        binance_symbols: symbols(&own.binance_hourly, &own.binance_daily),
        yahoo: own.yahoo_url.get().clone(),
        yahoo_symbols: symbols(&own.yahoo_hourly, &own.yahoo_daily),
        every: own.every.get(),
        back: own.backfill.get(),
        requests: own.requests,
        limits: Limits::default(),
    }
}

fn symbols(hourly: &Symbols, daily: &Symbols) -> Vec<Symbol> {
    let of = |interval| {
        move |(asset, symbol): (&str, &str)| Symbol {
            asset: asset.to_owned(),
            symbol: symbol.to_owned(),
            interval,
        }
    };
    hourly.iter().map(of(Interval::Hour)).chain(daily.iter().map(of(Interval::Day))).collect()
}
