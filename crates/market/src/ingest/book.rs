//! What a batch comes to: what is written, and what is told once it is.

use std::collections::BTreeSet;

use aspis_core::{
    clock::Timestamp,
    event::Kind,
    ids::{AccountId, ReviewId},
    refusal::Rule,
};
use aspis_store::{
    Durable, StoreError, Stored,
    prices::{Bar, Series, SeriesRole},
    quarantine::{Fate, Harvest, Held, HeldName},
    reviews::{Decided, Review},
};

use super::{
    Intake, batch,
    lane::{Lane, Row},
    reviews::Case,
};
use crate::prices::Written;

/// Something to tell, as often as it happened.
struct Note {
    kind: Kind,
    place: String,
    count: u64,
}

pub(super) struct Book {
    now: Timestamp,
    harvest: Harvest,
    freed: BTreeSet<ReviewId>,
    notes: Vec<Note>,
}

impl Book {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, harvest: Harvest::default(), freed: BTreeSet::new(), notes: Vec::new() }
    }

    /// Writes a bar where the bars of its source are written, and says where that is.
    pub(super) fn write(&mut self, lane: &mut Lane, row: &Row, flags: u32) -> Series {
        let (series, bar) = lane.written(&row.source, &row.bar, flags);
        if series.role == SeriesRole::History {
            let first = bar.start;
            for made in std::mem::take(&mut lane.made).into_iter().filter(|made| made.start < first) {
                self.add(&series, made);
            }
        }
        self.add(&series, bar);
        series
    }

    fn add(&mut self, series: &Series, bar: Bar) {
        match self.harvest.bars.iter_mut().find(|(known, _)| known == series) {
            Some((_, bars)) => bars.push(bar),
            None => self.harvest.bars.push((series.clone(), vec![bar])),
        }
    }

    /// Takes a bar back, from what is about to be written or from what was.
    pub(super) fn unwrite(&mut self, lane: &mut Lane, row: &Row) {
        let Some(series) = row.series.clone() else { return };
        if series.role == SeriesRole::History {
            lane.took_back(row.bar.start);
        }
        let bars = self.harvest.bars.iter_mut().find(|(known, _)| *known == series);
        if let Some((_, bars)) = bars
            && let Some(at) = bars.iter().position(|bar| bar.start == row.bar.start)
        {
            bars.remove(at);
            return;
        }
        self.harvest.withdrawn.push((series, row.bar.start));
    }

    /// Opens a review.
    pub(super) fn open(&mut self, review: Review) -> ReviewId {
        let id = review.id;
        self.harvest.opened.push(review);
        id
    }

    /// Holds a row.
    pub(super) fn hold(&mut self, lane: &Lane, case: &Case<'_>, review: ReviewId) {
        let Case { row, why, served, now, .. } = *case;
        self.harvest.held.push(Held {
            asset: lane.asset.clone(),
            interval: lane.interval,
            source: row.source.clone(),
            bar: row.bar.clone(),
            review,
            why: why.to_string(),
            served,
            came: now,
            fate: (Fate::Held, None),
        });
        self.note(batch::HELD, lane, &row.source);
    }

    /// Writes a row that was held, and that others agree with now.
    pub(super) fn free(&mut self, lane: &mut Lane, row: &Row, review: ReviewId) -> Series {
        let series = self.write(lane, row, row.bar.flags);
        self.harvest.settled.push((name(lane, row), Fate::Agreed, self.now));
        self.freed.insert(review);
        self.note(Kind::PriceReleased, lane, &row.source);
        series
    }

    /// A row of this review was let in: where no other is held, the review is over.
    pub(super) fn freed(&mut self, review: ReviewId) {
        self.freed.insert(review);
    }

    /// Writes what became of a row by a person's word.
    pub(super) fn decide_row(&mut self, held: &Held, fate: Fate) {
        self.harvest.settled.push((held.name(), fate, self.now));
    }

    /// Writes a person's word.
    pub(super) fn decide(&mut self, review: ReviewId, decided: &Decided) {
        self.harvest.decided.push((review, decided.clone()));
    }

    /// How far the feeds of a lane have come, who has lost the vote, and whether the price moves.
    pub(super) fn close(&mut self, lane: &mut Lane) {
        lane.feeds.retain(|_, feed| feed.last.0 > i64::MIN);
        for vote in lane.watch.votes().into_iter().filter(|vote| !vote.has_vote) {
            let feed = lane.feeds.get_mut(&vote.source).filter(|feed| feed.distrusted.is_none());
            if let Some(feed) = feed {
                feed.distrusted = Some(self.now);
                self.note(Kind::SourceDistrusted, lane, &vote.source);
            }
        }
        self.harvest.feeds.extend(lane.feeds.values().cloned());
        let (frozen, drifting) = (lane.watch.frozen(), lane.watch.drifting());
        if frozen != lane.was_frozen {
            self.note(if frozen { Kind::PriceFrozen } else { Kind::PriceMovesAgain }, lane, "");
        }
        if drifting && !lane.was_drifting {
            self.note(Kind::PriceDrifts, lane, "");
        }
        (lane.was_frozen, lane.was_drifting) = (frozen, drifting);
    }

    pub(super) fn note(&mut self, kind: Kind, lane: &Lane, source: &str) {
        let place = format!("{} {} {source}", lane.asset, lane.interval.word()).trim_end().to_owned();
        match self.notes.iter_mut().find(|note| note.kind == kind && note.place == place) {
            Some(note) => note.count += 1,
            None => self.notes.push(Note { kind, place, count: 1 }),
        }
    }

    /// Closes the reviews that have no held row left, in the sources' name.
    pub(super) async fn settle_reviews(&mut self, store: &Durable) -> Stored<()> {
        let reason = "The sources agree.".to_owned();
        let decided = Decided { at: self.now, by: None, approved: true, reason };
        for review in std::mem::take(&mut self.freed) {
            let mut rows = store.quarantine.of_review(review).await?;
            rows.extend(self.harvest.held.iter().filter(|held| held.review == review).cloned());
            let waits = |held: &Held| {
                held.fate.0 == Fate::Held
                    && !self.harvest.settled.iter().any(|settled| settled.0 == held.name())
            };
            if rows.iter().any(waits) {
                continue;
            }
            match self.harvest.opened.iter_mut().find(|opened| opened.id == review) {
                Some(opened) => opened.decided = Some(decided.clone()),
                None => self.harvest.decided.push((review, decided.clone())),
            }
        }
        Ok(())
    }

    /// Writes it all. A review that somebody has decided meanwhile stays as it is.
    pub(super) async fn keep(&mut self, store: &Durable) -> Stored<()> {
        if store.quarantine.keep(&self.harvest).await? {
            return Ok(());
        }
        self.harvest.decided.clear();
        if store.quarantine.keep(&self.harvest).await? {
            Ok(())
        } else {
            Err(StoreError::because("a harvest without a decision was refused"))
        }
    }

    /// Writes it all, unless its review is decided already.
    pub(super) async fn keep_if_open(&self, store: &Durable) -> Stored<bool> {
        store.quarantine.keep(&self.harvest).await
    }

    /// What was written to the history of an asset.
    pub(super) fn written(&self, asset: &str) -> Written {
        let own =
            |(series, _): &&(Series, Vec<Bar>)| series.asset == asset && series.role == SeriesRole::History;
        self.harvest.bars.iter().filter(own).cloned().collect()
    }

    /// True where a bar of its history was taken back.
    pub(super) fn is_taken_back(&self, asset: &str) -> bool {
        let own =
            |(series, _): &(Series, Timestamp)| series.asset == asset && series.role == SeriesRole::History;
        self.harvest.withdrawn.iter().any(own)
    }

    /// Tells what happened.
    pub(super) fn tell(&self, intake: &Intake, by: Option<AccountId>) {
        for Note { kind, place, count } in &self.notes {
            let name = kind.word();
            intake.record(
                *kind,
                by,
                Rule { place: Some(place.clone()), count: Some(*count), ..Rule::named(name) },
            );
        }
    }
}

fn name(lane: &Lane, row: &Row) -> HeldName {
    HeldName {
        asset: lane.asset.clone(),
        interval: lane.interval,
        source: row.source.clone(),
        start: row.bar.start,
    }
}
