//! `GET /api/v1/admin/alerts`

use aspis_core::{
    alert::{Rule, Severity},
    ids::AlertId,
    refusal::{Code, Refusal},
};
use aspis_store::alerts::{AlertQuery, AlertRow};
use axum::{Json, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Operator, place, placed},
    openapi::{Doc, json, words},
    routes::words::Moment,
};

pub(crate) const DOC: Doc = Doc::new("alerts", "operators", "What operators were told at once, newest first")
    .ok(json::<AlertsOutput>)
    .refuses(&[Code::InvalidQuery])
    .link("alerts", 200, &[("cursor", "$response.body#/next_cursor")])
    .stored();

/// The words of `lasting`; the first where nothing is said.
pub(crate) const LASTING: [(&str, Option<bool>); 3] =
    [("all", None), ("yes", Some(true)), ("no", Some(false))];
/// The words of `severity`; the first where nothing is said.
pub(crate) const SEVERITIES: [(&str, Option<Severity>); 4] = [
    ("all", None),
    ("info", Some(Severity::Info)),
    ("warning", Some(Severity::Warning)),
    ("critical", Some(Severity::Critical)),
];
/// What cursors of this list are bound to.
const SCOPE: &str = "alerts";

/// A page of alerts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertsOutput {
    /// Newest first.
    #[schema(max_items = 10000)]
    alerts: Vec<AlertOutput>,
    /// Where the next page begins; null on the last.
    #[schema(required = true, min_length = 1, max_length = 160)]
    next_cursor: Option<String>,
}

/// One alert, from its beginning to its end.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertOutput {
    /// Its identifier.
    #[schema(format = "uuid", min_length = 36, max_length = 36)]
    id: String,
    /// By which rule.
    #[schema(min_length = 1, max_length = 64, example = "hostile.by_client")]
    rule: String,
    /// The worst it has been.
    #[schema(schema_with = words::severity)]
    severity: &'static str,
    /// The scenario that it is a sign of, if any.
    #[schema(required = true, min_length = 1, max_length = 40, example = "sql_injection")]
    scenario: Option<&'static str>,
    /// What kind of thing it is about.
    #[schema(schema_with = words::alert_subject)]
    subject_kind: &'static str,
    /// Which one of these; empty for the server.
    #[schema(min_length = 0, max_length = 200, example = "203.0.113.7")]
    subject: String,
    /// In one sentence.
    #[schema(min_length = 0, max_length = 500)]
    says: String,
    /// When it began.
    began: Moment,
    /// When it was last found true.
    at: Moment,
    /// When it ended; null while it lasts.
    #[schema(required = true)]
    ended: Option<Moment>,
    /// How much was counted or measured.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    count: u64,
    /// From how much on the rule fires; null where one is enough.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    limit: Option<u64>,
    /// Within how many seconds; null where the rule has no window.
    #[schema(required = true, minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    window_s: Option<u64>,
    /// The request that made it so, where one did.
    #[schema(required = true, format = "uuid", min_length = 36, max_length = 36)]
    request_id: Option<String>,
    /// False where it was counted from verdicts that `observe` did not carry out.
    enforced: bool,
}

impl From<AlertRow> for AlertOutput {
    fn from(row: AlertRow) -> Self {
        let said = row.alert().map(|(rule, alert)| (rule.scenario(), alert.says));
        let (scenario, says) = said.unwrap_or_default();
        Self {
            id: row.id.to_string(),
            rule: row.rule,
            severity: row.severity.word(),
            scenario: scenario.map(aspis_core::scenario::Scenario::word),
            subject_kind: row.subject.kind(),
            subject: row.subject.name(),
            says,
            began: row.began.into(),
            at: row.at.into(),
            ended: row.ended.map(Moment::from),
            count: row.count,
            limit: row.bound.map(|bound| bound.limit),
            window_s: row.bound.and_then(|bound| bound.window_s),
            request_id: row.request.map(|id| id.to_string()),
            enforced: row.enforced,
        }
    }
}

pub(crate) async fn alerts(_: Operator, ctx: Ctx) -> Answer {
    let limit = ctx.page_limit()?;
    let query = AlertQuery {
        open: ctx.query.word("lasting", &LASTING)?,
        severity: ctx.query.word("severity", &SEVERITIES)?,
        rule: ctx.query.text("rule").map(rule).transpose()?,
        after: ctx.after(SCOPE, placed(AlertId::parse))?,
        // One more than the page, to know whether there is another.
        limit: limit + 1,
    };
    let mut found = ctx.app.store.alerts.alerts(&query).await?;
    let next_cursor = ctx.cut(SCOPE, &mut found, limit, |last| place(last.began, last.id));
    let alerts = found.into_iter().map(AlertOutput::from).collect();
    Ok(Json(AlertsOutput { alerts, next_cursor }).into_response())
}

fn rule(word: &str) -> Result<String, Refusal> {
    let known = Rule::parse(word).map(|rule| rule.word().to_owned());
    known.ok_or_else(|| Refusal::field(Code::InvalidQuery, "rule", "invalid", "must be the name of a rule"))
}
