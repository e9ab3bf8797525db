//! A source takes back what it said of a bar: where nothing of it was accepted, its new word is judged as if it had
//! been the first.
//!
//! It is judged by what was accepted before that bar and by what the other sources said of it. The row that was held
//! stays in the quarantine, as one that its source did not stand by.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    scenario::price_manipulation::watch::{Decision, Sign, Signs, Watch},
};
use aspis_store::{
    Stored,
    prices::{Bar, Interval, Series, SeriesRole, Span},
    quarantine::{Fate, Held, HeldName},
    reviews::Decided,
};

use super::{
    Intake, Name, Sender,
    book::Book,
    desk::Desk,
    flags, form,
    lane::{Lane, Row, State, check},
    open::{LEARNT, end, tick},
    reviews::{self, Case},
};
use crate::offered::{Offered, Taken};

/// Why the review of the old word is closed.
const REASON: &str = "Its source has sent another price for that bar.";
/// Bars of one call that are judged anew: each is looked at with all that came before it.
const MOST: usize = 20;

/// A new word for a bar, and what was held of it.
struct Correction<'a> {
    index: usize,
    bar: &'a Bar,
    held: Held,
}

impl Intake {
    /// Judges the rows that correct others: the verdict of each by its place among the rows.
    pub(super) async fn correct(
        &self,
        desk: &mut Desk,
        from: Sender<'_>,
        rows: &[Offered],
    ) -> Stored<Vec<(usize, Taken)>> {
        let mut taken = Vec::new();
        for (name, of_lane) in super::batch::by_lane(rows) {
            let Some(lane) = desk.lane(&name) else { continue };
            let corrections = self.corrections(lane, from, &of_lane).await?;
            for correction in corrections.into_iter().take(MOST.saturating_sub(taken.len())) {
                let verdict = self.judge_anew(desk, &name, from, &correction).await?;
                taken.push((correction.index, verdict));
            }
        }
        Ok(taken)
    }

    /// Those of the rows for whose bar the source has sent something else that was not accepted.
    async fn corrections<'a>(
        &self,
        lane: &Lane,
        from: Sender<'_>,
        rows: &[(usize, &'a Bar)],
    ) -> Stored<Vec<Correction<'a>>> {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let last = lane.last_of(from.source).unwrap_or(Timestamp(i64::MIN));
        let is_old = |bar: &Bar| bar.start <= last && form::judge(bar, lane.interval, now).is_ok();
        let old: Vec<_> = rows.iter().filter(|(_, bar)| is_old(bar)).collect();
        let Some((first, newest)) = old.first().zip(old.last()).map(|(a, b)| (a.1.start, b.1.start)) else {
            return Ok(Vec::new());
        };
        let (asset, interval) = (lane.asset.clone(), lane.interval);
        let name = HeldName { asset, interval, source: from.source.into(), start: first };
        let held = store.quarantine.between(&name, newest).await?;
        let mut corrections: Vec<Correction<'_>> = Vec::new();
        for &&(index, bar) in &old {
            let stood = held.iter().find(|held| held.bar.start == bar.start && !held.bar.says_the_same(bar));
            let Some(held) = stood.filter(|held| matches!(held.fate.0, Fate::Held | Fate::Rejected)) else {
                continue;
            };
            let again = corrections.iter().any(|known| known.bar.start == bar.start);
            if !again && !self.stands(lane, from.source, bar.start).await? {
                corrections.push(Correction { index, bar, held: held.clone() });
            }
        }
        Ok(corrections)
    }

    /// True where something that this source said of a bar was accepted.
    async fn stands(&self, lane: &Lane, source: &str, start: Timestamp) -> Stored<bool> {
        let before = Some(Timestamp(start.0.saturating_add(1)));
        let span = Span { from: Some(start), before, offset: 0, limit: 1 };
        for series in [lane.history.clone(), check(&lane.asset, lane.interval, source)] {
            let bars = self.parts.store.prices.bars(&series, span).await?;
            if bars.iter().any(|bar| bar.source_in(&series) == source) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn judge_anew(
        &self,
        desk: &mut Desk,
        name: &Name,
        from: Sender<'_>,
        correction: &Correction<'_>,
    ) -> Stored<Taken> {
        let now = self.parts.clock.now();
        let Correction { bar, held, .. } = correction;
        let mut lane = desk.take_lane(self, name, None).await?;
        let why = self.signs_of(&lane, from.source, bar).await?;
        let was_held = held.fate.0 == Fate::Held;
        let mut book = Book::new(now);
        let bits = why.unwrap_or_default().bits() | flags::DIFFERS;
        let bar = Bar { flags: bits, source: None, ..(*bar).clone() };
        let source = Arc::from(from.source);
        let row = Row { id: 0, source, bar, by: from.by, series: None, state: State::Accepted };
        let taken = match why {
            None => {
                book.decide_row(held, Fate::Rejected);
                Self::accept(&mut book, &mut lane, &row)
            }
            // One that waits already is enough.
            Some(_) if was_held => Taken::Refused { why: "bar_is_held", field: Some("timestamp") },
            Some(why) => self.hold(&mut book, &lane, &row, why, now),
        };
        if was_held && why.is_none() && self.is_alone(held).await? {
            let decided = Decided { at: now, by: None, approved: false, reason: REASON.to_owned() };
            book.decide(held.review, &decided);
        }
        book.close(&mut lane);
        book.keep(&self.parts.store).await?;
        // The watch has learned from the old word: it learns anew from what is stored.
        desk.mend(self, now).await?;
        book.tell(self, from.by);
        Ok(taken)
    }

    /// Puts a corrected bar in the place of the one before.
    fn accept(book: &mut Book, lane: &mut Lane, row: &Row) -> Taken {
        let flags = row.bar.flags;
        book.write(lane, row, flags);
        Taken::Accepted { flags }
    }

    /// Holds one for a person.
    fn hold(&self, book: &mut Book, lane: &Lane, row: &Row, why: Signs, now: Timestamp) -> Taken {
        let case = Case { row, why, served: None, now, due: now.plus(self.rules.due) };
        let review = book.open(reviews::open(lane, &case, self.parts.chance.as_ref()));
        book.hold(lane, &case, review);
        Taken::Quarantined { why, review }
    }

    /// What is wrong with a bar, where it would be held.
    async fn signs_of(&self, lane: &Lane, source: &str, bar: &Bar) -> Stored<Option<Signs>> {
        if form::is_wild(bar) {
            return Ok(Some(Signs::of(&[Sign::Jump])));
        }
        let mut watch = self.watch_before(lane, source, bar.start).await?;
        let listing = self.parts.board.all();
        let others = listing.iter().filter(|(asset, _)| **asset != lane.asset);
        let elsewhere: Vec<_> =
            others.map(|(asset, listed)| (asset.as_str(), listed.latest.price.to_f64())).collect();
        let verdict = watch.look(source, tick(lane.interval, bar), 1, &elsewhere, end(lane.interval, bar));
        Ok((verdict.decision == Decision::Hold).then_some(verdict.signs))
    }

    /// A watch that knows what was accepted before a bar, and what other sources said of that bar.
    async fn watch_before(&self, lane: &Lane, source: &str, start: Timestamp) -> Stored<Watch> {
        let mut watch = Watch::new(Arc::clone(&self.rules.watch), lane.interval == Interval::Day);
        for feed in lane.feeds.values() {
            let own = feed.source == source;
            let before = Timestamp(start.0.saturating_add(i64::from(!own)));
            let span = Span { from: None, before: Some(before), offset: 0, limit: LEARNT };
            let is_primary = lane.primary() == Some(&feed.source);
            let series: Series = if is_primary {
                lane.history.clone()
            } else {
                Series { role: SeriesRole::Check, ..check(&lane.asset, lane.interval, &feed.source) }
            };
            let bars = self.parts.store.prices.bars(&series, span).await?;
            for bar in bars.iter().rev() {
                watch.seed(&feed.source, &[tick(lane.interval, bar)]);
            }
            if feed.distrusted.is_some() {
                watch.take_vote(&feed.source);
            }
        }
        Ok(watch)
    }

    /// True where nothing else of its review is held.
    async fn is_alone(&self, held: &Held) -> Stored<bool> {
        let rows = self.parts.store.quarantine.of_review(held.review).await?;
        Ok(!rows.iter().any(|row| row.fate.0 == Fate::Held && row.name() != held.name()))
    }
}
