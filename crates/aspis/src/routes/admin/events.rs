//! `GET /api/v1/admin/events`

use aspis_core::{
    client::Client,
    ids::{AccountId, KeyId, RequestId},
    refusal::{Code, Refusal},
    scenario::Scenario,
};
use aspis_watch::archive::{Cursor, Query, Seen, SeenRule, read};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator, wrong},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("events", "operators", "What happened, newest first, out of the security log")
        .ok(json::<EventsOutput>)
        .refuses(&[Code::InvalidQuery])
        .link("events", 200, &[("cursor", "$response.body#/next_cursor")]);

/// What cursors of this list are bound to.
const SCOPE: &str = "events";
/// The most events of a page, whatever a page of history may hold.
const MOST: u64 = 1000;

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventsOutput {
    /// Newest first.
    #[schema(max_items = 1000)]
    events: Vec<EventOutput>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
}

/// One event, or the sum of what a flood repeated.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventOutput {
    /// Its number in the chain of the log.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    seq: u64,
    /// When.
    #[schema(format = "date-time", min_length = 20, max_length = 32, example = "2020-01-18T00:00:00Z")]
    at: String,
    /// What, by its word.
    #[schema(min_length = 1, max_length = 64, example = "sqli_attempt")]
    kind: String,
    /// The scenario it belongs to.
    #[schema(required = true, min_length = 1, max_length = 64, example = "sql_injection")]
    scenario: Option<String>,
    /// The word of the OWASP Logging Vocabulary, where it has one.
    #[schema(required = true, min_length = 1, max_length = 64, example = "malicious_sqli")]
    owasp: Option<String>,
    /// Who, on the network.
    #[schema(required = true, min_length = 1, max_length = 64, example = "203.0.113.7")]
    client: Option<String>,
    /// For whom.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    account: Option<String>,
    /// By which API key.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    key: Option<String>,
    /// In which request.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    request_id: Option<String>,
    /// On which route.
    #[schema(required = true, min_length = 1, max_length = 200, example = "GET /api/v1/price/{asset}")]
    route: Option<String>,
    /// By which rule.
    #[schema(required = true)]
    rule: Option<RuleOutput>,
    /// What a sign-in or a step-up was proved by; null for everything else.
    #[schema(required = true, min_length = 1, max_length = 40, example = "password+totp")]
    factor: Option<String>,
    /// False where a safeguard in `observe` let the request pass; null for what is no request's.
    #[schema(required = true)]
    enforced: Option<bool>,
    /// How many more like it have no line of their own; null for an event.
    #[schema(required = true, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    repeated: Option<u64>,
    /// How many events were lost, where that is what it says.
    #[schema(required = true, minimum = 1, maximum = 9_007_199_254_740_991_u64)]
    lost: Option<u64>,
    /// Why an operator did it, in their own words; or why events were lost.
    #[schema(required = true, max_length = 500)]
    why: Option<String>,
}

/// The rule behind an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleOutput {
    /// Its name.
    #[schema(min_length = 1, max_length = 100, example = "sqli.tokens")]
    name: String,
    /// Where in the request it matched, or what an operator did.
    #[schema(required = true, max_length = 1_000_000)]
    place: Option<String>,
    /// The count that decided.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    count: Option<u64>,
    /// What matched, masked.
    #[schema(required = true, max_length = 40)]
    seen: Option<String>,
    /// How much would have been let in.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    limit: Option<u64>,
    /// In how many seconds.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    window_s: Option<u64>,
    /// In how many seconds the next try made sense.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    wait_s: Option<u64>,
    /// The exemption that let the request pass all the same.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    exempt: Option<String>,
}

impl From<Seen> for EventOutput {
    fn from(seen: Seen) -> Self {
        Self {
            seq: seen.seq,
            at: seen.at,
            kind: seen.kind,
            scenario: seen.scenario,
            owasp: seen.owasp,
            client: seen.client,
            account: seen.account,
            key: seen.key,
            request_id: seen.request_id,
            route: seen.route,
            rule: seen.rule.map(RuleOutput::from),
            factor: seen.factor,
            enforced: seen.enforced,
            repeated: seen.repeated,
            lost: seen.count,
            why: seen.why,
        }
    }
}

impl From<SeenRule> for RuleOutput {
    fn from(rule: SeenRule) -> Self {
        let SeenRule { name, place, count, seen, limit, window_s, wait_s, exempt } = rule;
        Self { name, place, count, seen, limit, window_s, wait_s, exempt }
    }
}

pub(crate) async fn events(_: Operator, ctx: Ctx) -> Answer {
    let query = query(&ctx)?;
    let data = ctx.app.settings.server.data.as_path().to_owned();
    let page = ctx.app.readings.run(move || read(&data, &query)).await?;
    let next_cursor = page.next.map(|next| ctx.app.cursors.write(SCOPE, &next.to_string()));
    let events = page.events.into_iter().map(EventOutput::from).collect();
    Ok(Json(EventsOutput { events, next_cursor }).into_response())
}

fn query(ctx: &Ctx) -> Result<Query, Refusal> {
    let limit = ctx.page_limit()?.min(MOST);
    Ok(Query {
        since: ctx.query.moment("since")?,
        until: ctx.query.moment("until")?,
        client: parsed(ctx, "client", "an address", |text| text.parse().ok().map(Client::from_ip))?,
        account: parsed(ctx, "account", "an identifier", AccountId::parse)?,
        key: parsed(ctx, "key", "an identifier", KeyId::parse)?,
        kind: parsed(ctx, "event", "the word of a kind of event", word)?,
        request: parsed(ctx, "request", "an identifier", RequestId::parse)?,
        scenario: parsed(ctx, "scenario", "the name of a scenario", scenario)?,
        enforced: None,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
        cursor: ctx.after(SCOPE, Cursor::parse)?,
    })
}

fn parsed<T>(ctx: &Ctx, name: &str, what: &str, read: fn(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
    let Some(text) = ctx.query.text(name) else { return Ok(None) };
    read(text).map(Some).ok_or_else(|| wrong(name, &format!("must be {what}")))
}

/// A word of ours; one that is of no kind finds nothing.
fn word(text: &str) -> Option<String> {
    let is_word =
        !text.is_empty() && text.len() <= 64 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    is_word.then(|| text.to_owned())
}

fn scenario(text: &str) -> Option<Scenario> {
    Scenario::ALL.into_iter().find(|scenario| scenario.word() == text)
}
