//! A chart: times of sessions beside columns of binary numbers, any of them null, and the splits in between.

use std::{collections::BTreeMap, time::Duration};

use aspis_core::clock::Timestamp;
use aspis_store::prices::{Bar, Interval};
use serde::Deserialize;

use crate::sources::{
    cell::{Cell, Few},
    fault::Fault,
};

/// Far more than days of trade since there were exchanges.
const ROWS: usize = 50_000;

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The symbol.
    pub symbol: &'a str,
    /// How long a bar lasts.
    pub interval: Interval,
    /// The time, as far as both sides agree on it.
    pub now: Timestamp,
}

/// What an answer held.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// The bars, in the order they came; the one of a session that goes on is not among them.
    pub bars: Vec<Bar>,
    /// Rows that are none. A row without a close is not one of them: nothing was traded.
    pub wrong: usize,
    /// Splits, oldest first: the first day of the new shares, new ones, old ones.
    pub splits: Vec<(Timestamp, (u32, u32))>,
}

#[derive(Deserialize)]
struct Document {
    chart: Outer,
}

#[derive(Deserialize)]
struct Outer {
    #[serde(default)]
    result: Few<Series, 1>,
    error: Option<Complaint>,
}

#[derive(Deserialize)]
struct Complaint {
    code: Cell,
}

#[derive(Deserialize)]
struct Series {
    meta: Meta,
    #[serde(default)]
    timestamp: Few<Cell, ROWS>,
    indicators: Option<Indicators>,
    events: Option<Events>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meta {
    symbol: Option<Cell>,
    gmtoffset: Option<i64>,
    data_granularity: Option<Cell>,
    current_trading_period: Option<Periods>,
}

#[derive(Deserialize)]
struct Periods {
    regular: Option<Period>,
}

#[derive(Deserialize)]
struct Period {
    start: Option<i64>,
    end: Option<i64>,
}

#[derive(Deserialize)]
struct Indicators {
    #[serde(default)]
    quote: Few<Quote, 1>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Quote {
    open: Few<Cell, ROWS>,
    high: Few<Cell, ROWS>,
    low: Few<Cell, ROWS>,
    close: Few<Cell, ROWS>,
    volume: Few<Cell, ROWS>,
}

#[derive(Deserialize)]
struct Events {
    #[serde(default)]
    splits: BTreeMap<String, Split>,
}

#[derive(Deserialize)]
struct Split {
    date: Cell,
    numerator: Cell,
    denominator: Cell,
}

/// Reads an answer of status 200, 400 or 404.
pub fn read(body: &[u8], asked: Asked<'_>) -> Result<Chart, Fault> {
    let document: Document = serde_json::from_slice(body).map_err(|_| Fault::Unreadable("it is no chart"))?;
    match (document.chart.error, document.chart.result.0.into_iter().next()) {
        (Some(complaint), _) => of_complaint(&complaint),
        (None, Some(series)) => of_series(&series, asked),
        (None, None) => Ok(Chart::default()),
    }
}

/// "Bad Request" is what a span without a session is answered with.
fn of_complaint(complaint: &Complaint) -> Result<Chart, Fault> {
    match &complaint.code {
        Cell::Text(code) if code == "Not Found" => Err(Fault::UnknownSymbol),
        Cell::Text(code) if code == "Bad Request" => Ok(Chart::default()),
        Cell::Text(code) if code == "Too Many Requests" => Err(Fault::Limited { after: None }),
        _ => Err(Fault::Unreadable("it is a complaint")),
    }
}

fn of_series(series: &Series, asked: Asked<'_>) -> Result<Chart, Fault> {
    is_what_was_asked(&series.meta, asked)?;
    let sessions = Sessions::of(&series.meta, asked);
    let none = Quote::default();
    let quote = series.indicators.as_ref().and_then(|all| all.quote.0.first()).unwrap_or(&none);
    let mut chart = Chart { splits: splits(series, &sessions), ..Chart::default() };
    for (at, time) in series.timestamp.0.iter().enumerate() {
        match row(quote, at, time, &sessions) {
            Ok(bar) => chart.bars.extend(bar),
            Err(()) => chart.wrong += 1,
        }
    }
    Ok(chart)
}

/// Another symbol's prices, or another interval's, are worse than none.
fn is_what_was_asked(meta: &Meta, asked: Asked<'_>) -> Result<(), Fault> {
    if !matches!(&meta.symbol, Some(Cell::Text(symbol)) if symbol.eq_ignore_ascii_case(asked.symbol)) {
        return Err(Fault::Unreadable("it is of another symbol"));
    }
    let words: &[&str] = match asked.interval {
        Interval::Hour => &["1h", "60m"],
        Interval::Day => &["1d"],
    };
    match &meta.data_granularity {
        None => Ok(()),
        Some(Cell::Text(word)) if words.contains(&word.as_str()) => Ok(()),
        Some(_) => Err(Fault::Unreadable("it is of another interval")),
    }
}

/// One row: none where nothing was traded, or where it is not over yet.
fn row(quote: &Quote, at: usize, time: &Cell, sessions: &Sessions) -> Result<Option<Bar>, ()> {
    let seconds = time.whole().ok_or(())?;
    let cell = |column: &Few<Cell, ROWS>| column.0.get(at).cloned().unwrap_or(Cell::Null);
    let close = cell(&quote.close);
    if close == Cell::Null || !sessions.is_over(seconds) {
        return Ok(None);
    }
    let price = |column| known(&cell(column), Cell::price);
    let start = sessions.start(seconds).ok_or(())?;
    Ok(Some(Bar {
        open: price(&quote.open)?,
        high: price(&quote.high)?,
        low: price(&quote.low)?,
        volume: known(&cell(&quote.volume), Cell::volume)?,
        ..Bar::closing(start, close.price().ok_or(())?)
    }))
}

fn known<T>(cell: &Cell, read: impl Fn(&Cell) -> Option<T>) -> Result<Option<T>, ()> {
    if *cell == Cell::Null { Ok(None) } else { read(cell).map(Some).ok_or(()) }
}

fn splits(series: &Series, sessions: &Sessions) -> Vec<(Timestamp, (u32, u32))> {
    let all = series.events.iter().flat_map(|events| events.splits.values());
    let mut splits: Vec<_> = all.filter_map(|split| one_split(split, sessions)).collect();
    splits.sort_unstable();
    splits.dedup();
    splits
}

/// New shares for so many old ones beyond which it is a mistake.
const MOST_SHARES: u32 = 10_000;

fn one_split(split: &Split, sessions: &Sessions) -> Option<(Timestamp, (u32, u32))> {
    let shares = |cell: &Cell| {
        let whole: u32 = cell.price()?.to_string().parse().ok()?;
        (1..=MOST_SHARES).contains(&whole).then_some(whole)
    };
    let ratio = (shares(&split.numerator)?, shares(&split.denominator)?);
    let day = day(split.date.whole()?, sessions.offset)?;
    (ratio.0 != ratio.1).then_some((day, ratio))
}

/// The days of an exchange.
struct Sessions {
    interval: Interval,
    now: i64,
    /// Seconds east of UTC.
    offset: i64,
    /// When the session of today begins and ends.
    today: Option<(i64, i64)>,
}

impl Sessions {
    fn of(meta: &Meta, asked: Asked<'_>) -> Self {
        let regular = meta.current_trading_period.as_ref().and_then(|periods| periods.regular.as_ref());
        let today = regular.and_then(|period| Some((period.start?, period.end?)));
        let offset = meta.gmtoffset.filter(|offset| offset.unsigned_abs() <= 15 * 3600).unwrap_or(0);
        Self { interval: asked.interval, now: asked.now.seconds(), offset, today }
    }

    /// The bar that a time belongs to. An hour is one of the clock: markets that open at half past have none.
    fn start(&self, seconds: i64) -> Option<Timestamp> {
        match self.interval {
            Interval::Day => day(seconds, self.offset),
            Interval::Hour => {
                (seconds % 3600 == 0 && seconds >= 0).then_some(Timestamp::from_seconds(seconds))
            }
        }
    }

    /// A bar is over when its time is, and a day no earlier than its session.
    fn is_over(&self, seconds: i64) -> bool {
        let start = match self.interval {
            Interval::Day => day(seconds, self.offset).map_or(i64::MAX, Timestamp::seconds),
            Interval::Hour => seconds,
        };
        let end = start.saturating_add(self.interval.length().as_secs().cast_signed());
        let open = |(begins, ends)| self.interval == Interval::Day && seconds >= begins && self.now < ends;
        end <= self.now && !self.today.is_some_and(open)
    }
}

const HOUR: Duration = Duration::from_secs(3600);

/// The day of the exchange's calendar as one of UTC. The offset is today's, and in the other half of the year an hour
/// wrong: an hour is added, which no session begins before midnight for.
fn day(seconds: i64, offset: i64) -> Option<Timestamp> {
    let local = seconds.checked_add(offset)?.checked_add(HOUR.as_secs().cast_signed())?;
    let day = local.div_euclid(86_400).checked_mul(86_400)?;
    (0..=MOST_SECONDS).contains(&day).then_some(Timestamp::from_seconds(day))
}

/// The year 9999.
const MOST_SECONDS: i64 = 253_402_300_800;

#[cfg(test)]
mod tests;
