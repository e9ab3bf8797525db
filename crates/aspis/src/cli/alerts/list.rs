//! `aspis alerts list`

use std::process::ExitCode;

use aspis_core::alert::{Rule, Severity};
use aspis_store::{
    Alerts,
    alerts::{AlertQuery, AlertRow},
};
use clap::Args;
use serde::Serialize;

use super::super::{Cli, place, say, say_json, trace::printable};
use crate::home::Home;

/// Which alerts.
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// Only those that last
    #[arg(long)]
    open: bool,
    /// Only of this severity: info, warning or critical
    #[arg(long, value_name = "WORD", value_parser = severity)]
    severity: Option<Severity>,
    /// Only of this rule, such as `hostile.by_client`
    #[arg(long, value_name = "NAME", value_parser = rule)]
    rule: Option<Rule>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    limit: u64,
}

fn severity(word: &str) -> Result<Severity, String> {
    Severity::parse(word).ok_or_else(|| "write info, warning or critical".to_owned())
}

fn rule(word: &str) -> Result<Rule, String> {
    Rule::parse(word).ok_or_else(|| "there is no such rule; docs/operations.md lists them".to_owned())
}

/// One alert, for machines.
#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    rule: String,
    severity: &'static str,
    subject_kind: &'static str,
    subject: String,
    says: String,
    began: String,
    at: String,
    ended: Option<String>,
    count: u64,
    limit: Option<u64>,
    window_s: Option<u64>,
    request_id: Option<String>,
    enforced: bool,
}

impl List {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let database = Home::of(&cli.settings()?);
        let query = AlertQuery {
            open: self.open.then_some(true),
            severity: self.severity,
            rule: self.rule.map(|rule| rule.word().to_owned()),
            after: None,
            limit: self.limit,
        };
        let rows = place::wait(async { Ok(place::database(&database).await?.alerts(&query).await?) })?;
        let listed: Vec<_> = rows.into_iter().map(Listed::from).collect();
        if cli.json {
            say_json(&serde_json::json!({ "alerts": listed }))?;
        } else if listed.is_empty() {
            say("no alerts\n")?;
        } else {
            listed.iter().try_for_each(|one| say(line(one)))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl From<AlertRow> for Listed {
    fn from(row: AlertRow) -> Self {
        Self {
            says: row.alert().map(|(_, alert)| alert.says).unwrap_or_default(),
            id: row.id.to_string(),
            severity: row.severity.word(),
            subject_kind: row.subject.kind(),
            subject: row.subject.name(),
            began: row.began.to_string(),
            at: row.at.to_string(),
            ended: row.ended.map(|at| at.to_string()),
            count: row.count,
            limit: row.bound.map(|bound| bound.limit),
            window_s: row.bound.and_then(|bound| bound.window_s),
            request_id: row.request.map(|id| id.to_string()),
            enforced: row.enforced,
            rule: row.rule,
        }
    }
}

/// A line for people: since when, how it stands, and what it says.
fn line(one: &Listed) -> String {
    let state = one.ended.as_ref().map_or_else(|| "lasts".to_owned(), |at| format!("until {at}"));
    let (began, severity, rule) = (&one.began, one.severity, &one.rule);
    format!("{began}  {severity:8}  {rule}  {state}\n    {}\n", printable(&one.says))
}
