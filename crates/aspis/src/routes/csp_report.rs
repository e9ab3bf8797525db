//! `POST /csp-report`

use aspis_core::{
    refusal::{Code, Refusal},
    scenario::cross_site_scripting::reports::Violation,
};
use axum::response::IntoResponse;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    extract::{Answer, Ctx, Raw},
    openapi::{Doc, json},
};

pub(crate) const DOC: Doc =
    Doc::new("csp_report", "manual", "What a browser reports of a page whose policy was broken")
        .input(json::<CspReport>)
        .no_content()
        .refuses(&[Code::InvalidInput]);

/// Reports of one request that are looked at: a page breaks its policy in few ways at once.
const REPORTS: usize = 20;

/// One report of `application/csp-report`. Reports of `application/reports+json` come as an array, each with a `type` of
/// `csp-violation` and a `body` of other spellings. Members that are not named here are not looked at.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CspReport {
    /// What was broken, where, by what.
    #[serde(rename = "csp-report")]
    csp_report: Broken,
}

/// A violation, in the spelling of CSP 2 or of the Reporting API.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Broken {
    /// The page.
    #[serde(rename = "document-uri", alias = "documentURL")]
    #[schema(min_length = 0, max_length = 16384, example = "https://api.example.org/docs")]
    page: String,
    /// What was blocked.
    #[serde(rename = "blocked-uri", alias = "blockedURL")]
    #[schema(min_length = 0, max_length = 16384, example = "https://cdn.example.org/x.js")]
    blocked: String,
    /// The directive that blocked it.
    #[serde(rename = "effective-directive", alias = "effectiveDirective")]
    #[schema(min_length = 0, max_length = 16384, example = "script-src-elem")]
    effective: String,
    /// The same, as older browsers write it.
    #[serde(rename = "violated-directive")]
    #[schema(min_length = 0, max_length = 16384, example = "script-src")]
    violated: String,
}

/// One report of the Reporting API, of whatever type.
#[derive(Debug, Deserialize)]
struct Reported {
    r#type: String,
    #[serde(default)]
    body: serde_json::Value,
}

pub(crate) async fn csp_report(ctx: Ctx, Raw(bytes): Raw) -> Answer {
    let sent = broken(&bytes)
        .map_err(|_| Refusal::because(Code::InvalidInput, "The body is no report of a browser."))?;
    for broken in sent {
        ctx.app.take_violation(broken.cut(), ctx.source());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is told of broken policies, in either form; reports of other things are none of ours.
fn broken(bytes: &[u8]) -> Result<Vec<Broken>, serde_json::Error> {
    if bytes.trim_ascii_start().first() != Some(&b'[') {
        return Ok(vec![serde_json::from_slice::<CspReport>(bytes)?.csp_report]);
    }
    let reports: Vec<Reported> = serde_json::from_slice(bytes)?;
    let ours = reports.into_iter().filter(|report| report.r#type == "csp-violation").take(REPORTS);
    ours.map(|report| serde_json::from_value(report.body)).collect()
}

impl Broken {
    fn cut(&self) -> Violation {
        let directive = if self.effective.is_empty() { &self.violated } else { &self.effective };
        Violation::cut(directive, &self.blocked, &self.page)
    }
}
