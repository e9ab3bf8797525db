//! Opening a lane: the watch learns what was accepted before, and holds again what is held.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    scenario::price_manipulation::watch::{Rules as Watching, Sign, Signs, Tick, Watch},
};
use aspis_store::{
    Durable, Stored,
    prices::{Bar, Interval, Series, SeriesRole, Span},
    quarantine::{Fate, Held, HeldName},
};

use super::{
    Intake, Name, flags, form,
    lane::{Lane, Row, State, check},
};

/// Bars of a source that its watch learns from: more than its longest memory.
pub(super) const LEARNT: u64 = 600;
const NEWEST: Span = Span { from: None, before: None, offset: 0, limit: LEARNT };

/// Opens a lane; `sender` is about to bring rows to it.
pub(super) async fn lane(intake: &Intake, name: &Name, sender: Option<&str>, next: &mut u64) -> Stored<Lane> {
    let store = &intake.parts.store;
    let daily = name.1 == Interval::Day;
    let watch = Watch::new(Arc::clone(&intake.rules.watch), daily);
    let mut lane = Lane::new(name, watch, history(intake, name, sender).await?, intake.trusted());
    for feed in store.feeds.feeds().await? {
        if (&feed.asset, feed.interval) == (&name.0, name.1) {
            lane.feeds.insert(feed.source.clone(), feed);
        }
    }
    if let Some(sender) = sender {
        lane.follow(sender);
    }
    lane.made = made(intake, &lane);
    learn(store, &mut lane, next).await?;
    for feed in lane.feeds.values().filter(|feed| feed.distrusted.is_some()) {
        lane.watch.take_vote(&feed.source);
    }
    (lane.was_frozen, lane.was_drifting) = (lane.watch.frozen(), lane.watch.drifting());
    Ok(lane)
}

/// The asset's history at this interval: as it is stored, as it is made of hours, or a new one.
async fn history(intake: &Intake, (asset, interval): &Name, sender: Option<&str>) -> Stored<Series> {
    let stored = intake.parts.store.prices.series().await?;
    let own = |series: &Series| {
        series.asset == *asset && series.interval == *interval && series.role == SeriesRole::History
    };
    if let Some(series) = stored.into_iter().find(own) {
        return Ok(series);
    }
    let listed = intake.parts.board.all().get(asset).cloned();
    if let Some(made) = listed.as_ref().and_then(|listed| listed.of(*interval)) {
        return Ok(made.series.clone());
    }
    let source = sender.or(intake.rules.trusted.first().map(String::as_str)).unwrap_or_default();
    Ok(Series { role: SeriesRole::History, ..check(asset, *interval, source) })
}

/// The days made of hours, oldest first, where no day is stored yet.
fn made(intake: &Intake, lane: &Lane) -> Vec<Bar> {
    let listed = intake.parts.board.all().get(&lane.asset).cloned();
    let recent = listed.as_ref().and_then(|listed| listed.of(lane.interval)).filter(|recent| recent.made);
    let marked = |bar: &Bar| Bar { flags: bar.flags | flags::MADE, ..bar.clone() };
    recent.map(|recent| recent.bars.iter().rev().map(marked).collect()).unwrap_or_default()
}

/// What a source has had accepted, oldest first, and what it brought that is held.
async fn learn(store: &Durable, lane: &mut Lane, next: &mut u64) -> Stored<()> {
    let mut accepted: Vec<Known> = Vec::new();
    let sources: Vec<String> = lane.feeds.keys().cloned().collect();
    let primary = lane.primary().map(str::to_owned);
    let mut history = store.prices.bars(&lane.history, NEWEST).await?;
    for bar in &history {
        lane.wrote(bar.start);
    }
    if history.is_empty() {
        let oldest = lane.made.len().saturating_sub(usize::try_from(LEARNT).unwrap_or(usize::MAX));
        history = lane.made[oldest..].to_vec();
    }
    for source in sources {
        let (series, bars) = if Some(&source) == primary.as_ref() {
            (lane.history.clone(), history.clone())
        } else {
            let series = check(&lane.asset, lane.interval, &source);
            let bars = store.prices.bars(&series, NEWEST).await?;
            (series, bars)
        };
        let name: Arc<str> = source.into();
        accepted.extend(bars.into_iter().map(|bar| Known::new(&name, &series, bar)));
    }
    let held = held(store, lane).await?;
    replay(lane, accepted, held, next);
    Ok(())
}

/// What is held, and what a person refused lately: that speaks against its source as well. Oldest first.
async fn held(store: &Durable, lane: &Lane) -> Stored<Vec<Held>> {
    let own = |held: &Held| (&held.asset, held.interval) == (&lane.asset, lane.interval);
    let mut held: Vec<Held> = store.quarantine.held().await?.into_iter().filter(own).collect();
    let bars = u32::try_from(Watching::REMEMBERED).unwrap_or(u32::MAX);
    for feed in lane.feeds.values() {
        let start = feed.last.minus(lane.interval.length().saturating_mul(bars));
        let (asset, source) = (lane.asset.clone(), feed.source.as_str().into());
        let lately = HeldName { asset, interval: lane.interval, source, start };
        let rows = store.quarantine.between(&lately, feed.last).await?;
        held.extend(rows.into_iter().filter(|held| held.fate.0 == Fate::Rejected));
    }
    held.sort_by_key(|held| held.bar.start);
    Ok(held)
}

/// A bar of which a source says what it says there.
struct Known {
    source: Arc<str>,
    bar: Bar,
    /// Where it stands, if the source has brought it and nobody has vouched for it: others may contradict it yet.
    series: Option<Series>,
}

impl Known {
    fn new(source: &Arc<str>, series: &Series, bar: Bar) -> Self {
        let brought = *bar.source.as_ref().unwrap_or(&series.source) == *source;
        let vouched = bar.flags & (flags::APPROVED | flags::IMPORTED | flags::MADE) != 0;
        let series = (brought && !vouched).then(|| series.clone());
        Self { source: Arc::clone(source), bar, series }
    }

    fn tell(self, lane: &mut Lane, next: &mut u64) {
        let (source, tick) = (self.source, tick(lane.interval, &self.bar));
        let Some(series) = self.series else { return lane.watch.seed(&source, &[tick]) };
        *next += 1;
        lane.watch.recall(&source, tick, *next);
        let (id, series, state) = (*next, Some(series), State::Accepted);
        lane.remember(Row { id, source, bar: self.bar, by: None, series, state });
    }
}

/// Goes through it all in the order of the bars; of one bar what was accepted comes first.
fn replay(lane: &mut Lane, mut accepted: Vec<Known>, held: Vec<Held>, next: &mut u64) {
    accepted.sort_by_key(|known| known.bar.start);
    let mut accepted = accepted.into_iter().peekable();
    for held in held {
        while let Some(known) = accepted.next_if(|known| known.bar.start <= held.bar.start) {
            known.tell(lane, next);
        }
        hold_again(lane, held, next);
    }
    accepted.for_each(|known| known.tell(lane, next));
}

/// Holds a row as it was held. Of one whose own prices lie far apart the watch has never heard.
fn hold_again(lane: &mut Lane, held: Held, next: &mut u64) {
    *next += 1;
    let why = Signs::parse(&held.why);
    if !form::is_wild(&held.bar) && !why.has(Sign::Split) {
        let tick = tick(lane.interval, &held.bar);
        lane.watch.hold_again(&held.source, tick, *next, why, held.came);
    }
    let state = if held.fate.0 == Fate::Held { State::Held(held.review) } else { State::Rejected };
    lane.remember(Row { id: *next, source: held.source, bar: held.bar, by: None, series: None, state });
}

/// A bar as the watch sees it.
pub(super) fn tick(interval: Interval, bar: &Bar) -> Tick {
    Tick { at: end(interval, bar), price: bar.close.to_f64() }
}

/// When a bar ends.
pub(super) fn end(interval: Interval, bar: &Bar) -> Timestamp {
    bar.start.plus(interval.length())
}
