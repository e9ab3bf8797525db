//! A split that waits for somebody or something to bear it out: a review, and what it is about.

use std::collections::BTreeMap;

use aspis_core::{clock::Timestamp, event::Kind, ids::ReviewId, refusal::Rule};
use aspis_store::{
    Stored,
    prices::Bar,
    reviews::{Review, ReviewSubject},
    splits::Split,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Intake, Level};
use crate::ingest::desk::Desk;

/// The reason of its review.
const WHY: &str = "split_announced";
/// Reviews that are read at once.
const PAGE: u64 = 1000;

/// A split that waits.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Waiting {
    pub(in crate::ingest) split: Split,
    pub(in crate::ingest) level: Level,
    /// Where it waits.
    pub(in crate::ingest) review: ReviewId,
}

/// What its review remembers.
#[derive(Serialize, Deserialize)]
struct Facts {
    split: String,
    numerator: u32,
    denominator: u32,
    timestamp: String,
    close: String,
}

impl Waiting {
    /// True for the same one, whoever tells of it.
    pub(super) fn is(&self, other: &Split) -> bool {
        let own = &self.split;
        (own.at, own.numerator, own.denominator) == (other.at, other.numerator, other.denominator)
    }

    /// True for a row in new shares that has to wait with it.
    pub(in crate::ingest) fn holds(&self, bar: &Bar) -> bool {
        bar.start >= self.split.at && self.level.is_new(bar.close)
    }
}

/// The name of its review: the same split has one, also after a restart.
pub(super) fn name(split: &Split) -> ReviewId {
    let Split { asset, at, numerator, denominator, .. } = split;
    let hash = Sha256::digest(format!("split/{asset}/{}/{numerator}/{denominator}", at.0));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    ReviewId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl Intake {
    /// Opens the review of a split, unless it was decided before.
    pub(super) async fn wait_for(
        &self,
        desk: &mut Desk,
        split: Split,
        level: Level,
        bars: &[Bar],
    ) -> Stored<()> {
        let review = name(&split);
        let known = self.parts.store.reviews.get(review).await?;
        if known.as_ref().is_some_and(|known| known.decided.is_some()) {
            return Ok(());
        }
        if known.is_none() {
            let close = bars.first().map(|bar| bar.close.to_string()).unwrap_or_default();
            self.parts.store.reviews.open(&self.review_of(&split, review, close)).await?;
            let Split { asset, numerator, denominator, source, .. } = &split;
            let place = format!("{asset} split {numerator}:{denominator} {source}");
            let rule = Rule { place: Some(place), ..Rule::named(Kind::PriceQuarantined.word()) };
            self.record(Kind::PriceQuarantined, None, rule);
        }
        desk.waiting.insert(split.asset.clone(), Waiting { split, level, review });
        Ok(())
    }

    fn review_of(&self, split: &Split, id: ReviewId, close: String) -> Review {
        let Split { numerator, denominator, at, applied: now, .. } = *split;
        let word = format!("{numerator}:{denominator}");
        let facts = Facts { split: word, numerator, denominator, timestamp: at.to_string(), close };
        Review {
            id,
            subject: ReviewSubject::Price,
            asset: split.asset.clone(),
            why: WHY.to_owned(),
            by: None,
            source: Some(split.source.clone()),
            facts: serde_json::to_string(&facts).unwrap_or_default(),
            opened: now,
            due: now.plus(self.rules.due),
            reminded: None,
            decided: None,
        }
    }

    /// The splits that wait, as the store has them.
    pub(in crate::ingest) async fn waiting(&self) -> Stored<BTreeMap<String, Waiting>> {
        let mut waiting = BTreeMap::new();
        let mut after = None;
        loop {
            let page = self.parts.store.reviews.list(Some(true), after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(waiting) };
            after = Some((last.opened, last.id));
            for one in page.iter().filter(|review| review.why == WHY).filter_map(|review| self.read(review)) {
                waiting.insert(one.split.asset.clone(), one);
            }
        }
    }

    fn read(&self, review: &Review) -> Option<Waiting> {
        let Facts { numerator, denominator, timestamp, .. } = serde_json::from_str(&review.facts).ok()?;
        let split = Split {
            asset: review.asset.clone(),
            at: Timestamp::parse(&timestamp)?,
            numerator,
            denominator,
            source: review.source.clone()?,
            applied: review.opened,
        };
        let level = Level::of(&split, &self.parts.board)?;
        Some(Waiting { split, level, review: review.id })
    }
}
