//! Splits of shares are adjustments, not attacks: what was before is told anew, once, wherever it is remembered.
//!
//! A split that is believed too soon gives shares away, so a source's word is not enough: its price has to stand at the
//! new level for two days, or a second source has to say so or to show it, or a person. Until then it waits as a review,
//! nothing is told anew, and rows at the new level wait in the same review.

use aspis_core::{
    clock::Timestamp,
    event::Kind,
    ids::{ReviewId, TransactionId},
    refusal::Rule,
};
use aspis_store::{
    Stored,
    prices::{Bar, Interval},
    quarantine::{Fate, HeldName},
    splits::Split,
};

use super::{Intake, Sender, desk::Desk, form};
use crate::{offered::Offered, shipped};

mod apply;
mod level;
mod waiting;

pub(super) use level::Level;
pub(super) use waiting::Waiting;

impl Intake {
    /// Hears of a split: for `ratio.1` old shares there are `ratio.0` new ones from `at` on. True where it was applied
    /// now: bars, held rows and what accounts hold are rescaled in one transaction.
    ///
    /// It has to be told before the rows that come with it: those are in the new shares already. `bars` are those of the
    /// source from `at` on: a split whose first price does not bear it out is not believed at all.
    pub async fn split(
        &self,
        asset: &str,
        at: Timestamp,
        ratio: (u32, u32),
        bars: &[Bar],
        source: &str,
    ) -> Stored<bool> {
        let mut desk = self.desk.lock().await;
        let now = self.parts.clock.now();
        desk.mend(self, now).await?;
        let (numerator, denominator) = ratio;
        let (asset, source) = (asset.to_owned(), source.to_owned());
        let split = Split { asset, at, numerator, denominator, source, applied: now };
        let Some(level) = self.level_of(&mut desk, &split, bars).await? else {
            tracing::warn!(split.asset, split.source, %at, "a split is not believed");
            return Ok(false);
        };
        self.weigh(&mut desk, split, level, bars).await
    }

    /// What a split would change, where it could be one that is not known yet.
    async fn level_of(&self, desk: &mut Desk, split: &Split, bars: &[Bar]) -> Stored<Option<Level>> {
        let Split { asset, at, applied: now, source, .. } = split;
        if !level::is_sound(split) || at > now || !self.rules.trusted.contains(source) {
            return Ok(None);
        }
        if desk.asset(&self.parts.store, asset).await?.is_none() || shipped::is_adjusted_for(asset, *at) {
            return Ok(None);
        }
        let known = self.parts.store.splits.splits(asset).await?;
        let first = bars.first().map(|bar| bar.open.unwrap_or(bar.close));
        let level =
            Level::of(split, &self.parts.board).filter(|level| first.is_some_and(|it| level.is_new(it)));
        Ok(level.filter(|_| known.iter().all(|known| known.at != *at)))
    }

    /// Applies a split that is borne out, or has it wait.
    async fn weigh(&self, desk: &mut Desk, split: Split, level: Level, bars: &[Bar]) -> Stored<bool> {
        let waiting = desk.waiting.get(&split.asset);
        let same = waiting.filter(|waiting| waiting.is(&split));
        if waiting.is_some() && same.is_none() {
            // One at a time: whoever tells of many is asked about the first.
            return Ok(false);
        }
        let is_second = same.is_some_and(|waiting| waiting.split.source != split.source);
        let shown = desk.lanes_of(&split.asset).any(|lane| {
            lane.shows(|source, bar| {
                source != split.source && bar.start >= split.at && level.is_new(bar.close)
            })
        });
        let review = same.map(|waiting| waiting.review);
        if !level::is_odd(&split) && (is_second || shown || level.has_stood(bars)) {
            return self
                .apply(
                    desk,
                    &Waiting { review: review.unwrap_or_else(|| waiting::name(&split)), split, level },
                )
                .await;
        }
        if review.is_none() {
            self.wait_for(desk, split, level, bars).await?;
        }
        Ok(false)
    }

    /// Rows that are about to be judged may bear out a split that waits.
    pub(super) async fn bear_out(&self, desk: &mut Desk, from: Sender<'_>, rows: &[Offered]) -> Stored<()> {
        let now = self.parts.clock.now();
        let assets = desk.waiting.values().filter(|waiting| !level::is_odd(&waiting.split));
        let assets: Vec<Waiting> = assets
            .filter(|waiting| rows.iter().any(|row| row.asset == waiting.split.asset))
            .cloned()
            .collect();
        for waiting in assets {
            for interval in [Interval::Hour, Interval::Day] {
                let came: Vec<Bar> = rows
                    .iter()
                    .filter(|row| (&row.asset, row.interval) == (&waiting.split.asset, interval))
                    .filter(|row| row.bar.start >= waiting.split.at)
                    .filter(|row| form::judge(&row.bar, interval, now).is_ok())
                    .map(|row| row.bar.clone())
                    .collect();
                if !came.is_empty() && self.is_borne_out(desk, &waiting, from.source, interval, came).await? {
                    self.apply(desk, &waiting).await?;
                    break;
                }
            }
        }
        Ok(())
    }

    async fn is_borne_out(
        &self,
        desk: &Desk,
        waiting: &Waiting,
        source: &str,
        interval: Interval,
        mut came: Vec<Bar>,
    ) -> Stored<bool> {
        let Waiting { split, level, .. } = waiting;
        if source != split.source {
            let distrusted = desk.lanes_of(&split.asset).any(|lane| lane.is_distrusted(source));
            return Ok(!distrusted && came.iter().any(|bar| level.is_new(bar.close)));
        }
        let name = HeldName { asset: split.asset.clone(), interval, source: source.into(), start: split.at };
        let held = self.parts.store.quarantine.between(&name, Timestamp(i64::MAX)).await?;
        came.extend(held.into_iter().filter(|held| held.fate.0 == Fate::Held).map(|held| held.bar));
        if let Some(recent) = self.parts.board.all().get(&split.asset).and_then(|listed| listed.of(interval))
        {
            let own = |bar: &&Bar| bar.start >= split.at && bar.source_in(&recent.series) == source;
            came.extend(recent.bars.iter().filter(own).cloned());
        }
        came.sort_by_key(|bar| bar.start);
        Ok(level.has_stood(&came))
    }

    /// Writes a split. False where it was applied before.
    async fn rescale(&self, desk: &mut Desk, split: &Split) -> Stored<bool> {
        let now = self.parts.clock.now();
        desk.forget(&split.asset);
        let split = Split { applied: now, ..split.clone() };
        let entry = || TransactionId::new(now, self.parts.chance.as_ref());
        if !self.parts.store.splits.split(&split, &entry).await? {
            return Ok(false);
        }
        desk.mend(self, now).await?;
        let standing = desk.standing(&split.asset, now);
        self.parts.board.reload(&self.parts.store, &split.asset, &standing, now).await?;
        let Split { asset, at, numerator, denominator, source, .. } = &split;
        let place = format!("{asset} {numerator}:{denominator} {at} {source}");
        let name = Kind::SplitApplied.word();
        self.record(Kind::SplitApplied, None, Rule { place: Some(place), ..Rule::named(name) });
        Ok(true)
    }

    /// The split that a review is about, where it is about one.
    pub(super) fn split_of(desk: &Desk, review: ReviewId) -> Option<Waiting> {
        desk.waiting.values().find(|waiting| waiting.review == review).cloned()
    }
}
