//! Pages of history, newest first: by offset, or by a cursor that does not shift when new bars come.

use std::sync::Arc;

use aspis_core::{
    clock::Timestamp,
    refusal::{Code, Refusal},
    scenario::data_scraping::paging::{PageError, Paging},
};
use aspis_store::{
    Durable,
    prices::{Bar, Interval, Series, Span},
};

use crate::{
    cursor::Cursors,
    prices::{Listed, Recent},
};

/// What a caller wants to read.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Rows of the page.
    pub limit: Option<usize>,
    /// Newest rows to skip.
    pub offset: usize,
    /// Bars that begin at or after.
    pub from: Option<Timestamp>,
    /// Bars that begin before.
    pub to: Option<Timestamp>,
    /// Where an earlier page ended.
    pub cursor: Option<String>,
}

/// A page of history.
#[derive(Debug)]
pub struct Page {
    /// Which interval.
    pub interval: Interval,
    /// Where the bars come from.
    pub source: Arc<str>,
    /// The bars, newest first.
    pub bars: Vec<Bar>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
}

/// Reads pages from memory where they lie there, else from the store.
#[derive(Debug)]
pub struct History {
    store: Durable,
    cursors: Cursors,
    paging: Paging,
}

impl History {
    /// Over a store, with bounded pages.
    pub fn new(store: Durable, cursors: Cursors, paging: Paging) -> Self {
        Self { store, cursors, paging }
    }

    /// One page of one asset.
    pub async fn page(
        &self,
        listed: &Listed,
        interval: Interval,
        wanted: Wanted,
        signed_in: bool,
    ) -> Result<Page, Refusal> {
        let page = self.paging.judge(wanted.limit, wanted.offset, signed_in).map_err(wrong_page)?;
        let Some(recent) = listed.of(interval) else {
            return Ok(Page {
                interval,
                source: Arc::clone(&listed.latest.source),
                bars: Vec::new(),
                next: None,
            });
        };
        let floor = if signed_in { None } else { self.floor(recent).await? };
        let before = self.before(&recent.series, &wanted)?;
        // One more than the page, to know whether there is another.
        let span = Span {
            from: wanted.from.max(floor),
            before,
            offset: page.offset as u64,
            limit: page.limit as u64 + 1,
        };
        let mut bars = self.read(recent, span).await?;
        let more = bars.len() > page.limit;
        bars.truncate(page.limit);
        let last = bars.last().filter(|_| more);
        let next = last.map(|bar| self.cursors.write(&scope(&recent.series), &bar.start.0.to_string()));
        Ok(Page { interval, source: Arc::clone(&recent.series.source), bars, next })
    }

    /// The bars of a span: from memory where they all lie there.
    pub async fn read(&self, recent: &Recent, span: Span) -> Result<Vec<Bar>, Refusal> {
        let within = |bar: &&Bar| {
            span.from.is_none_or(|from| bar.start >= from)
                && span.before.is_none_or(|before| bar.start < before)
        };
        let (skip, take) = (
            usize::try_from(span.offset).unwrap_or(usize::MAX),
            usize::try_from(span.limit).unwrap_or(usize::MAX),
        );
        let covered = recent.whole
            || recent.bars.last().is_some_and(|oldest| span.from.is_some_and(|from| from >= oldest.start));
        let held: Vec<Bar> = recent.bars.iter().filter(within).skip(skip).take(take).cloned().collect();
        if covered || held.len() == take {
            return Ok(held);
        }
        Ok(self.store.prices.bars(&recent.series, span).await?)
    }

    /// Where a cursor stands, or the end that was asked for.
    fn before(&self, series: &Series, wanted: &Wanted) -> Result<Option<Timestamp>, Refusal> {
        let Some(cursor) = &wanted.cursor else { return Ok(wanted.to) };
        let position = self.cursors.read(&scope(series), cursor).and_then(|text| text.parse().ok());
        let Some(position) = position else {
            let detail = "must be a next_cursor of the same asset and interval";
            return Err(Refusal::field(Code::InvalidQuery, "cursor", "invalid_cursor", detail));
        };
        Ok(Some(wanted.to.map_or(Timestamp(position), |to| to.min(Timestamp(position)))))
    }

    /// The oldest bar that a stranger may read; none where the series is shorter than that.
    async fn floor(&self, recent: &Recent) -> Result<Option<Timestamp>, Refusal> {
        let last = self.paging.anonymous_rows.saturating_sub(1);
        if let Some(bar) = recent.bars.get(last) {
            return Ok(Some(bar.start));
        }
        let span = Span { from: None, before: None, offset: last as u64, limit: 1 };
        Ok(self.read(recent, span).await?.first().map(|bar| bar.start))
    }
}

fn scope(series: &Series) -> String {
    format!("history/{}/{}", series.asset, series.interval.word())
}

fn wrong_page(error: PageError) -> Refusal {
    let (field, code) = match error {
        PageError::Limit(_) => ("limit", "out_of_range"),
        PageError::SignInForMore(_) => ("offset", "sign_in_for_more"),
    };
    Refusal::field(Code::InvalidQuery, field, code, error.to_string())
}
