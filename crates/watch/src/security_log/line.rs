//! One event as one line.

use std::io::{self, Write};

use aspis_core::{event::Event, refusal::Rule, scenario::Scenario};
use serde::Serialize;

use super::{damper::Sum, plain};

#[derive(Serialize)]
struct Line<'a> {
    at: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<Scenario>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owasp: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    route: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a Rule>,
    enforced: bool,
}

#[derive(Serialize)]
struct LeftOut {
    at: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    repeated: u32,
}

pub(super) fn write(out: &mut impl Write, event: &Event) -> io::Result<()> {
    let line = Line {
        at: event.at.to_string(),
        kind: event.kind.word(),
        scenario: event.kind.scenario(),
        owasp: event.kind.owasp(),
        client: event.client.map(|client| client.to_string()),
        account: event.account.map(|account| account.to_string()),
        request_id: event.request.map(|request| request.to_string()),
        route: &event.route,
        rule: event.rule.as_ref(),
        enforced: event.enforced,
    };
    plain::write(out, &line)?;
    out.write_all(b"\n")
}

/// The number of lines that were left out.
pub(super) fn write_sum(out: &mut impl Write, sum: &Sum) -> io::Result<()> {
    let line = LeftOut {
        at: sum.at.to_string(),
        kind: sum.kind,
        client: sum.client.map(|client| client.to_string()),
        repeated: sum.count,
    };
    plain::write(out, &line)?;
    out.write_all(b"\n")
}
