//! `GET /api/v1/history/{asset}`

use aspis_core::{
    ids::AccountId,
    principal::Principal,
    refusal::{Code, Refusal},
};
use aspis_market::{
    history::{Page, Wanted},
    prices::Listed,
};
use aspis_store::prices::Interval;
use axum::{body::Body, response::Response};
use http::{HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Row, rows};
use crate::{
    extract::{Answer, Ctx, Query},
    openapi::{Doc, json, words},
    routes::link,
};

pub(crate) const DOC: Doc = Doc::new("history", "market", "The history of an asset, newest first")
    .ok(json::<HistoryOutput<'_>>)
    .refuses(&[Code::InvalidAsset, Code::UnknownAsset, Code::InvalidQuery])
    .link("history", 200, &[("asset", "$request.path.asset"), ("cursor", "$response.body#/next_cursor")])
    .stored()
    .paged();

pub(crate) const INTERVALS: &[(&str, Interval)] = &[("1d", Interval::Day), ("1h", Interval::Hour)];

/// A page of history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryOutput<'a> {
    /// The asset.
    #[schema(min_length = 1, max_length = 12, example = "BTC")]
    asset_id: &'a str,
    /// The length of a bar.
    #[schema(schema_with = words::interval)]
    interval: &'static str,
    /// Bars, newest first.
    // The first list there is: they are written into it by turns.
    #[schema(max_items = 10000)]
    rows: Vec<Row<'a>>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
    /// Covers the rows, whatever becomes of their form. Only where the caller is signed in.
    #[serde(rename = "_signature", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 160)]
    signature: Option<String>,
}

pub(crate) async fn history(ctx: Ctx) -> Answer {
    let listed = ctx.app.board.find(ctx.passage.param("asset"))?;
    let interval = ctx.query.word("interval", INTERVALS)?;
    let wanted = wanted(&ctx.query)?;
    let signed_in = ctx.passage.principal != Principal::Nobody;
    let mut page = ctx.app.history.page(&listed, interval, wanted, signed_in).await?;
    let signature = ctx.passage.principal.account().map(|who| signed(&ctx, &listed, who, &mut page));
    let link = links(&ctx, &page);
    let output = HistoryOutput {
        asset_id: &listed.asset.id,
        interval: interval.word(),
        rows: Vec::new(),
        next_cursor: page.next,
        signature,
    };
    let frame = serde_json::to_string(&output).expect("a page is text, and memory takes it");
    let text = rows::fill(&frame, &page.bars, &page.source, &ctx.app.turns).await;
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Makes a page the account's own, and signs it.
fn signed(ctx: &Ctx, listed: &Listed, who: AccountId, page: &mut Page) -> String {
    let marks = &ctx.app.marks;
    let mut copy = marks.copy_for(who);
    if let Some(recent) = listed.of(page.interval) {
        copy.take(marks, &recent.series, &mut page.bars);
    }
    copy.sign(marks, ctx.app.clock.now())
}

fn wanted(query: &Query) -> Result<Wanted, Refusal> {
    let (from, to) = (query.moment("from")?, query.moment("to")?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Refusal::field(Code::InvalidQuery, "from", "after_to", "must not be after `to`"));
    }
    let cursor = query.text("cursor").map(str::to_owned);
    let offset: usize = query.number("offset")?.unwrap_or(0);
    if cursor.is_some() && offset > 0 {
        return Err(Refusal::field(
            Code::InvalidQuery,
            "offset",
            "with_cursor",
            "must not stand beside `cursor`",
        ));
    }
    if offset > MOST {
        return Err(Refusal::field(
            Code::InvalidQuery,
            "offset",
            "out_of_range",
            format!("must be from 0 to {MOST}"),
        ));
    }
    Ok(Wanted { limit: query.number("limit")?, offset, from, to, cursor })
}

/// The furthest offset: deeper pages are read by cursor, which costs the same however deep.
pub(crate) const MOST: usize = 1_000_000;

/// `Link` (RFC 8288): the next page by cursor, and the page before where offsets are used.
fn links(ctx: &Ctx, page: &Page) -> Option<HeaderValue> {
    let path = format!("/api/v1/history/{}", ctx.passage.param("asset"));
    let keep: Vec<_> = ["interval", "limit", "from", "to"]
        .iter()
        .filter_map(|name| Some((*name, ctx.query.text(name)?.to_owned())))
        .collect();
    let mut targets = Vec::new();
    if let Some(next) = &page.next {
        targets.push(("next", [keep.clone(), vec![("cursor", next.clone())]].concat()));
    }
    let offset: usize = ctx.query.number("offset").ok().flatten().unwrap_or(0);
    if offset > 0 {
        let usual = ctx.app.settings.market.page_default.get() as usize;
        let limit = ctx.query.number("limit").ok().flatten().unwrap_or(usual);
        targets.push(("prev", [keep, vec![("offset", offset.saturating_sub(limit).to_string())]].concat()));
    }
    link::header(&link::origin(ctx), &path, &targets)
}
