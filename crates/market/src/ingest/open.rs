//! Opening a lane: the watch learns what was accepted before, and holds again what is held.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    scenario::price_manipulation::watch::{Decision, Tick, Watch},
};
use aspis_store::{
    Durable, Stored,
    prices::{Bar, Interval, Series, SeriesRole, Span},
    quarantine::Held,
};

use super::{
    Intake, Name, flags,
    lane::{Lane, Row, State, check},
};

/// Bars of a source that its watch learns from: more than its longest memory.
const LEARNT: u64 = 600;
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
    let mut accepted: Vec<(Arc<str>, Bar)> = Vec::new();
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
        let bars = if Some(&source) == primary.as_ref() {
            history.clone()
        } else {
            store.prices.bars(&check(&lane.asset, lane.interval, &source), NEWEST).await?
        };
        let name: Arc<str> = source.into();
        accepted.extend(bars.into_iter().map(|bar| (Arc::clone(&name), bar)));
    }
    let held = store.quarantine.held().await?;
    let own = |held: &Held| (&held.asset, held.interval) == (&lane.asset, lane.interval);
    let held: Vec<Held> = held.into_iter().filter(own).collect();
    replay(lane, accepted, held, next);
    Ok(())
}

/// Goes through it all in the order of the bars.
fn replay(lane: &mut Lane, mut accepted: Vec<(Arc<str>, Bar)>, held: Vec<Held>, next: &mut u64) {
    accepted.sort_by_key(|(_, bar)| bar.start);
    let mut accepted = accepted.into_iter().peekable();
    for held in held {
        while let Some((source, bar)) = accepted.next_if(|(_, bar)| bar.start < held.bar.start) {
            lane.watch.seed(&source, &[tick(lane.interval, &bar)]);
        }
        hold_again(lane, held, next);
    }
    for (source, bar) in accepted {
        lane.watch.seed(&source, &[tick(lane.interval, &bar)]);
    }
}

/// Judges a held row as when it came. Where it would not be held now, the watch does not hear of it: whoever decides
/// about it decides alone.
fn hold_again(lane: &mut Lane, held: Held, next: &mut u64) {
    *next += 1;
    let mut watch = lane.watch.clone();
    let verdict = watch.look(&held.source, tick(lane.interval, &held.bar), *next, &[], held.came);
    if verdict.decision == Decision::Hold && verdict.released.is_empty() && verdict.withdrawn.is_empty() {
        lane.watch = watch;
    }
    let state = State::Held(held.review);
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
