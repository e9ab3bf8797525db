//! Splits of shares are adjustments, not attacks: what was before is told anew, once, wherever it is remembered.

use aspis_core::{clock::Timestamp, event::Kind, ids::TransactionId, money::Fixed, refusal::Rule};
use aspis_store::{Stored, splits::Split};

use super::Intake;
use crate::{prices::Recent, shipped};

/// The most shares that one becomes, or that become one. What says more is no split.
const MOST: u32 = 100;

/// The largest move (natural logarithm) over a split that is still one market: half as much again.
const NEAR: f64 = 0.405;

impl Intake {
    /// Applies a split: for `ratio.1` old shares there are `ratio.0` new ones from `at` on. Bars, held rows and what
    /// accounts hold are rescaled in one transaction. False where it was applied before, or changes nothing.
    ///
    /// It has to be told before the rows that come with it: those are in the new shares already. `opening` is the first
    /// price of the new shares: a split that it does not bear out is not believed, for it would give away shares.
    pub async fn split(
        &self,
        asset: &str,
        at: Timestamp,
        ratio: (u32, u32),
        opening: Fixed,
        source: &str,
    ) -> Stored<bool> {
        let mut desk = self.desk.lock().await;
        let now = self.parts.clock.now();
        desk.mend(self, now).await?;
        if !is_sound(ratio) || at > now || !self.rules.trusted.iter().any(|trusted| trusted == source) {
            tracing::warn!(asset, source, %at, "a split is not believed");
            return Ok(false);
        }
        if desk.asset(&self.parts.store, asset).await?.is_none() || shipped::is_adjusted_for(asset, at) {
            return Ok(false);
        }
        if !self.is_borne_out(asset, at, ratio, opening) {
            tracing::warn!(asset, source, %at, "a split is not believed: the prices around it say otherwise");
            return Ok(false);
        }
        let (asset_id, source) = (asset.to_owned(), source.to_owned());
        let (numerator, denominator) = ratio;
        let split = Split { asset: asset_id, at, numerator, denominator, source, applied: now };
        desk.forget(asset);
        let entry = || TransactionId::new(now, self.parts.chance.as_ref());
        if !self.parts.store.splits.split(&split, &entry).await? {
            return Ok(false);
        }
        desk.mend(self, now).await?;
        let standing = desk.standing(asset, now);
        self.parts.board.reload(&self.parts.store, asset, &standing, now).await?;
        let place = format!("{asset} {numerator}:{denominator} {at} {}", split.source);
        let name = Kind::SplitApplied.word().into();
        self.record(Kind::SplitApplied, None, Rule { name, place: Some(place), count: None, seen: None });
        Ok(true)
    }

    /// True where the first price of the new shares is near the last one of the old ones, told in new shares; nearer
    /// than without a split.
    fn is_borne_out(&self, asset: &str, at: Timestamp, (new, old): (u32, u32), opening: Fixed) -> bool {
        let Ok(listed) = self.parts.board.find(asset) else { return false };
        let before = |recent: &Recent| recent.bars.iter().find(|bar| bar.start < at).map(|bar| bar.close);
        let Some(last) = listed.series.iter().find_map(before) else { return false };
        let step = (opening.to_f64() / last.to_f64()).ln();
        let adjusted = step + (f64::from(new) / f64::from(old)).ln();
        adjusted.abs() <= NEAR && adjusted.abs() < step.abs()
    }
}

fn is_sound((new, old): (u32, u32)) -> bool {
    new > 0 && old > 0 && new != old && new <= old.saturating_mul(MOST) && old <= new.saturating_mul(MOST)
}
