//! The review that a held row waits in.
//!
//! A burst of rows that all say the same is one question to a person, not a hundred.

use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    ids::ReviewId,
    money::Fixed,
    scenario::price_manipulation::watch::{Sign, Signs},
};
use aspis_store::reviews::{Review, ReviewSubject};
use serde_json::json;

use super::lane::{Lane, Row, State};

/// A row that is to be held, with all that is known of it.
pub(super) struct Case<'a> {
    pub(super) row: &'a Row,
    pub(super) why: Signs,
    pub(super) served: Option<Fixed>,
    pub(super) now: Timestamp,
    pub(super) due: Timestamp,
}

/// How far rows of one review may lie apart, as a share of the price.
const ALIKE: f64 = 0.1;

/// The review of the source's row before, where that is held for the same: about as high, and of the same kind.
pub(super) fn joined(lane: &Lane, row: &Row, why: Signs) -> Option<ReviewId> {
    let last = lane.last_row(&row.source)?;
    let State::Held(review) = last.state else { return None };
    let kinds = [Sign::Split, Sign::DecimalShift, Sign::SwappedAsset, Sign::CrossSource, Sign::Distrusted];
    let last_why = Signs::from_bits(last.bar.flags);
    let same_kind = kinds.into_iter().all(|kind| why.has(kind) == last_why.has(kind));
    let alike = (row.bar.close.to_f64() / last.bar.close.to_f64() - 1.0).abs() <= ALIKE;
    (same_kind && alike && row.by == last.by).then_some(review)
}

/// A review for a row.
pub(super) fn open(lane: &Lane, case: &Case<'_>, chance: &dyn Chance) -> Review {
    let Case { row, why, served, now, due } = *case;
    Review {
        id: ReviewId::new(now, chance),
        subject: ReviewSubject::Price,
        asset: lane.asset.clone(),
        why: why.to_string(),
        by: row.by,
        source: Some(row.source.to_string()),
        facts: facts(lane, row, served),
        opened: now,
        due,
        reminded: None,
        decided: None,
    }
}

fn facts(lane: &Lane, row: &Row, served: Option<Fixed>) -> String {
    let text = |price: Option<Fixed>| price.map(|price| price.to_string());
    let bar = &row.bar;
    let change = served
        .map(|served| (bar.close.to_f64() / served.to_f64() - 1.0) * 100.0)
        .filter(|change| change.is_finite());
    json!({
        "interval": lane.interval.word(),
        "timestamp": bar.start.to_string(),
        "open": text(bar.open),
        "high": text(bar.high),
        "low": text(bar.low),
        "close": bar.close.to_string(),
        "volume": bar.volume.map(|volume| volume.to_string()),
        "served": text(served),
        "change_pct": change,
    })
    .to_string()
}
