//! One batch of rows: judged row by row, written as one.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use aspis_core::{
    clock::Timestamp,
    event::Kind,
    money::Fixed,
    scenario::price_manipulation::watch::{Decision, Sign, Signs, Tick, Verdict},
};
use aspis_store::{
    Stored,
    prices::{Bar, Interval},
};

use super::{
    Intake, Name, Sender,
    book::Book,
    desk::Desk,
    flags, form,
    lane::{Lane, Row, State},
    open::{self, tick},
    reviews::{self, Case},
    split::Waiting,
};
use crate::{
    offered::{Offered, Taken},
    prices::{Listing, Recent, stale_after},
};

pub(super) struct Batch<'a> {
    intake: &'a Intake,
    from: Sender<'a>,
    now: Timestamp,
    listing: Arc<Listing>,
    book: Book,
    taken: Vec<Taken>,
    /// The rows of this batch by the names that the watch knows them by.
    ids: HashMap<u64, usize>,
    /// Splits that wait, by their assets.
    pub(super) splits: BTreeMap<String, Waiting>,
}

/// The rows by lane, each with its place in the batch, oldest first: a source may mix them up.
pub(super) fn by_lane(rows: &[Offered]) -> BTreeMap<Name, Vec<(usize, &Bar)>> {
    let mut lanes: BTreeMap<Name, Vec<(usize, &Bar)>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        lanes.entry((row.asset.clone(), row.interval)).or_default().push((index, &row.bar));
    }
    for rows in lanes.values_mut() {
        rows.sort_by_key(|(_, bar)| bar.start);
    }
    lanes
}

fn refused(why: &'static str, field: &'static str) -> Taken {
    Taken::Refused { why, field: Some(field) }
}

impl<'a> Batch<'a> {
    pub(super) fn new(intake: &'a Intake, from: Sender<'a>, now: Timestamp, rows: usize) -> Self {
        let listing = intake.parts.board.all();
        let taken = vec![Taken::Known; rows];
        Self {
            intake,
            from,
            now,
            listing,
            book: Book::new(now),
            taken,
            ids: HashMap::new(),
            splits: BTreeMap::new(),
        }
    }

    /// Refuses rows for the same reason.
    pub(super) fn refuse(&mut self, rows: &[(usize, &Bar)], why: &'static str, field: &'static str) {
        for (index, _) in rows {
            self.taken[*index] = refused(why, field);
        }
    }

    /// Judges the rows of one lane; `known` is what is stored for the bars that are no news.
    pub(super) fn judge(
        &mut self,
        lane: &mut Lane,
        rows: Vec<(usize, &Bar)>,
        mut known: Vec<Bar>,
        next: &mut u64,
    ) {
        lane.follow(self.from.source);
        for (index, bar) in rows {
            let is_old = lane.last_of(self.from.source).is_some_and(|last| bar.start <= last);
            self.taken[index] = match form::judge(bar, lane.interval, self.now) {
                Err((why, field)) => refused(why, field),
                Ok(()) if !is_old => {
                    known.push(bar.clone());
                    self.look(lane, index, bar, next)
                }
                Ok(()) if known.iter().any(|known| known.says_the_same(bar)) => Taken::Known,
                Ok(()) => refused("not_in_order", "timestamp"),
            };
        }
        self.book.close(lane);
    }

    /// Judges one row that is in form and in order.
    fn look(&mut self, lane: &mut Lane, index: usize, bar: &Bar, next: &mut u64) -> Taken {
        *next += 1;
        let id = *next;
        let verdict = self.ask(lane, bar, id);
        if verdict.decision == Decision::Hold && verdict.signs.is_empty() {
            return refused("not_in_order", "timestamp");
        }
        let flags = verdict.signs.bits() | gap(lane, self.from.source, bar);
        self.ids.insert(id, index);
        let source: Arc<str> = self.from.source.into();
        let bar = Bar { flags, source: None, ..bar.clone() };
        let row = Row { id, source, bar, by: self.from.by, series: None, state: State::Accepted };
        if let Some(feed) = lane.feeds.get_mut(self.from.source) {
            feed.last = row.bar.start;
        }
        let taken = match verdict.decision {
            Decision::Publish => self.accept(lane, row),
            Decision::Hold => self.hold(lane, row, verdict.signs),
        };
        verdict.released.iter().for_each(|id| self.free(lane, *id));
        verdict.withdrawn.iter().for_each(|id| self.withdraw(lane, *id));
        if let Some(oldest) = verdict.released.iter().min().filter(|_| verdict.signs.has(Sign::SingleSource))
        {
            lane.run_before(*oldest, self.now).into_iter().for_each(|id| self.free(lane, id));
        }
        self.second(lane, id).unwrap_or(taken)
    }

    /// Frees what this row and those of sources far ahead say alike.
    fn second(&mut self, lane: &mut Lane, id: u64) -> Option<Taken> {
        for agreeing in lane.seconded(id) {
            lane.watch.second(agreeing);
            self.free(lane, agreeing);
        }
        let row = lane.row_mut(id).filter(|row| row.state == State::Accepted)?;
        Some(Taken::Accepted { flags: row.bar.flags })
    }

    /// Asks the watch. A bar whose own prices lie far apart does not come before it: its close alone may look well.
    fn ask(&self, lane: &mut Lane, bar: &Bar, id: u64) -> Verdict {
        let held = match self.splits.get(&lane.asset) {
            Some(waiting) if waiting.holds(bar) => Some(Sign::Split),
            _ => form::is_wild(bar).then_some(Sign::Jump),
        };
        if let Some(sign) = held {
            let (decision, signs) = (Decision::Hold, Signs::of(&[sign]));
            return Verdict { decision, signs, served: None, released: Vec::new(), withdrawn: Vec::new() };
        }
        let tick = tick(lane.interval, bar);
        lane.watch.beside(self.beside(lane, bar));
        let others = self.listing.iter().filter(|(asset, _)| **asset != lane.asset);
        let elsewhere: Vec<_> =
            others.map(|(asset, listed)| (asset.as_str(), listed.latest.price.to_f64())).collect();
        let came = if self.from.by.is_none() { tick.at.min(self.now) } else { self.now };
        lane.watch.look(self.from.source, tick, id, &elsewhere, came)
    }

    /// What the asset stood at by another interval when this bar ended.
    fn beside(&self, lane: &Lane, bar: &Bar) -> Option<Tick> {
        let end = open::end(lane.interval, bar);
        let newest = |recent: &Recent| {
            let interval = recent.series.interval;
            let after = recent.bars.partition_point(|bar| open::end(interval, bar) > end);
            let brought = recent.bars[after..].iter().find(|bar| bar.flags & flags::MADE == 0);
            brought.map(|bar| tick(interval, bar))
        };
        let others = self.listing.get(&lane.asset)?.series.iter();
        let others = others.filter(|recent| !recent.made && recent.series.interval != lane.interval);
        others.filter_map(newest).max_by_key(|tick| tick.at)
    }

    /// What is served of an asset now: the newest price of all its intervals.
    fn served(&self, lane: &Lane) -> Option<Fixed> {
        let listed = self.listing.get(&lane.asset).map(|listed| &listed.latest);
        let own = lane.watch.published(self.now);
        let own = own.filter(|own| listed.is_none_or(|listed| listed.as_of <= own.as_of));
        own.and_then(|own| Fixed::from_f64(own.price)).or(listed.map(|listed| listed.price))
    }

    fn accept(&mut self, lane: &mut Lane, mut row: Row) -> Taken {
        let flags = row.bar.flags;
        row.series = Some(self.book.write(lane, &row, flags));
        lane.remember(row);
        Taken::Accepted { flags }
    }

    fn hold(&mut self, lane: &mut Lane, mut row: Row, why: Signs) -> Taken {
        let served = self.served(lane);
        let case = Case { row: &row, why, served, now: self.now, due: self.now.plus(self.intake.rules.due) };
        // Rows that a key brought wait by themselves: whose key it is must not approve them with the split.
        let of_split = self.splits.get(&lane.asset).filter(|_| why.has(Sign::Split) && row.by.is_none());
        let review = match of_split.map(|of| of.review).or_else(|| reviews::joined(lane, &row, why)) {
            Some(review) => review,
            None => self.book.open(reviews::open(lane, &case, self.intake.parts.chance.as_ref())),
        };
        self.book.hold(lane, &case, review);
        row.state = State::Held(review);
        lane.remember(row);
        Taken::Quarantined { why, review }
    }

    /// A held row is believed after all.
    fn free(&mut self, lane: &mut Lane, id: u64) {
        let Some(row) = lane.row_mut(id) else { return };
        let State::Held(review) = row.state else { return };
        row.state = State::Accepted;
        row.bar.flags |= flags::AGREED;
        let row = row.clone();
        let series = self.book.free(lane, &row, review);
        if let Some(row) = lane.row_mut(id) {
            row.series = Some(series);
        }
        if let Some(index) = self.ids.get(&id) {
            self.taken[*index] = Taken::Accepted { flags: row.bar.flags };
        }
    }

    /// A row that was let through is in doubt after all.
    fn withdraw(&mut self, lane: &mut Lane, id: u64) {
        let Some(row) = lane.row_mut(id).filter(|row| row.state == State::Accepted) else { return };
        let row = row.clone();
        self.book.unwrite(lane, &row);
        let why = Signs::of(&[Sign::CrossSource]).with(Signs::from_bits(row.bar.flags));
        let served = self.served(lane);
        let case = Case { row: &row, why, served, now: self.now, due: self.now.plus(self.intake.rules.due) };
        let review = self.book.open(reviews::open(lane, &case, self.intake.parts.chance.as_ref()));
        self.book.hold(lane, &case, review);
        if let Some(row) = lane.row_mut(id) {
            row.state = State::Held(review);
        }
        if let Some(index) = self.ids.get(&id) {
            self.taken[*index] = Taken::Quarantined { why, review };
        }
    }

    /// Writes everything, shows it, and tells of it.
    pub(super) async fn finish(mut self, desk: &mut Desk, lanes: Vec<Lane>) -> Stored<Vec<Taken>> {
        let intake = self.intake;
        self.book.settle_reviews(&intake.parts.store).await?;
        self.book.keep(&intake.parts.store).await?;
        intake.show(desk, lanes, &self.book, self.now).await?;
        self.book.tell(intake, self.from.by);
        Ok(self.taken)
    }
}

impl Intake {
    /// Shows what was written, and puts the lanes back.
    pub(super) async fn show(
        &self,
        desk: &mut Desk,
        lanes: Vec<Lane>,
        book: &Book,
        now: Timestamp,
    ) -> Stored<()> {
        let names: Vec<Name> = lanes.iter().map(|lane| (lane.asset.clone(), lane.interval)).collect();
        for lane in lanes {
            desk.put_lane(lane);
        }
        for (asset, _) in &names {
            let standing = desk.standing(asset, now);
            let written = book.written(asset);
            if book.is_taken_back(asset) || !self.parts.board.put(asset, &written, &standing, now) {
                self.parts.board.reload(&self.parts.store, asset, &standing, now).await?;
            }
        }
        for name in &names {
            desk.found(name);
        }
        Ok(())
    }
}

/// The mark of a bar that does not follow the one before it. Exchanges close over weekends.
fn gap(lane: &Lane, source: &str, bar: &Bar) -> u32 {
    let between = match lane.interval {
        Interval::Hour => lane.interval.length(),
        Interval::Day => stale_after(lane.interval),
    };
    let last = lane.last_of(source).filter(|last| last.0 > i64::MIN);
    if last.is_some_and(|last| bar.start > last.plus(between)) { flags::GAP } else { 0 }
}

/// What is told of rows that were held.
pub(super) const HELD: Kind = Kind::PriceQuarantined;
