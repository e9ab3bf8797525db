//! `aspis observe report`: what safeguards in `observe` would have refused, so that somebody can decide to enforce them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    process::ExitCode,
    time::Duration,
};

use aspis_core::clock::{Clock, SystemClock};
use aspis_watch::{
    archive::{Query, Seen, read},
    metrics::safeguard_of,
};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Cli, incident::seconds, say, say_json, trace::printable};
use crate::words::counted;

#[derive(Debug, Args)]
pub(super) struct Observe {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Sum up what would have been refused
    Report {
        /// How far back: 90s, 30m, 2h, 7d
        #[arg(long, value_name = "TIME", default_value = "7d", value_parser = seconds)]
        since: u64,
    },
}

/// Events that are read in one step, and at most.
const PART: usize = 10_000;
const MOST: u64 = 1_000_000;
/// Lines of each table.
const LINES: usize = 10;
/// From this share of callers that are signed in on, it looks like people rather than attackers.
const PEOPLE: f64 = 0.2;

/// One rule that only observes.
#[derive(Debug, Default)]
struct Tally {
    count: u64,
    signed_in: u64,
    exempt: u64,
    accounts: BTreeSet<String>,
    clients: BTreeMap<String, u64>,
    routes: BTreeMap<String, u64>,
    examples: Vec<String>,
}

/// What would have been refused, by rule.
#[derive(Debug, Serialize)]
struct Report {
    since: String,
    events: u64,
    complete: bool,
    rules: Vec<RuleReport>,
}

#[derive(Debug, Serialize)]
struct RuleReport {
    safeguard: &'static str,
    rule: String,
    code: String,
    /// How often it would have refused; of these, how often somebody was excused from it.
    would_refuse: u64,
    exempt: u64,
    /// How many of them were signed in or had a key, and how many accounts that were.
    signed_in: u64,
    accounts: usize,
    clients: usize,
    /// What that looks like.
    looks_like: &'static str,
    most_by: Vec<(String, u64)>,
    routes: Vec<(String, u64)>,
    examples: Vec<String>,
}

impl Observe {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let What::Report { since } = self.what;
        let settings = cli.settings()?;
        let since = SystemClock::start().now().minus(Duration::from_secs(since));
        let data = settings.server.data.as_path();
        let (mut tallies, mut events, mut cursor) = (BTreeMap::new(), 0, None);
        let complete = loop {
            let query =
                Query { since: Some(since), enforced: Some(false), limit: PART, cursor, ..Query::default() };
            let page = read(data, &query)?;
            for seen in &page.events {
                events += 1;
                add(&mut tallies, seen);
            }
            cursor = page.next;
            if cursor.is_none() || events >= MOST {
                break cursor.is_none();
            }
        };
        let rules = tallies.into_iter().map(|((code, rule), tally)| tally.report(code, rule)).collect();
        let report = Report { since: since.to_string(), events, complete, rules };
        if cli.json {
            say_json(&report)?;
        } else {
            say(text(&report))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn add(tallies: &mut BTreeMap<(String, String), Tally>, seen: &Seen) {
    let rule = seen.rule.as_ref().map_or_else(|| seen.kind.clone(), |rule| rule.name.clone());
    let tally = tallies.entry((seen.kind.clone(), rule)).or_default();
    tally.count += 1;
    tally.signed_in += u64::from(seen.account.is_some() || seen.key.is_some());
    tally.exempt += u64::from(seen.rule.as_ref().is_some_and(|rule| rule.exempt.is_some()));
    tally.accounts.extend(seen.account.clone());
    for (table, word) in [(&mut tally.clients, &seen.client), (&mut tally.routes, &seen.route)] {
        if let Some(word) = word {
            *table.entry(word.clone()).or_default() += 1;
        }
    }
    tally.examples.extend(seen.request_id.clone().filter(|_| tally.examples.len() < 3));
}

impl Tally {
    fn report(self, code: String, rule: String) -> RuleReport {
        #[expect(clippy::cast_precision_loss, reason = "a share for people to look at")]
        let share = self.signed_in as f64 / self.count.max(1) as f64;
        let looks_like = match share {
            share if share >= PEOPLE => {
                "people: many are signed in; look at the examples before it is enforced"
            }
            share if share > 0.0 => "mostly strangers, and a few who are signed in",
            _ => "strangers only: nobody of them is signed in",
        };
        RuleReport {
            safeguard: safeguard_of(&code),
            clients: self.clients.len(),
            accounts: self.accounts.len(),
            most_by: most(self.clients),
            routes: most(self.routes),
            would_refuse: self.count,
            exempt: self.exempt,
            signed_in: self.signed_in,
            examples: self.examples,
            looks_like,
            rule,
            code,
        }
    }
}

fn most(table: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut rows: Vec<_> = table.into_iter().collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    rows.truncate(LINES);
    rows
}

/// For people.
fn text(report: &Report) -> String {
    let verdicts = counted(report.events, "verdict was", "verdicts were");
    let mut text = format!("Since {}: {verdicts} recorded and not carried out.\n", report.since);
    if !report.complete {
        text.push_str("There are more: only the newest are counted.\n");
    }
    text.push_str("A flood's lines are summed up in the log, and its sums are not counted here.\n");
    for row in &report.rules {
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "\n{}  {}  ({})\n  would have refused {}, {} of them signed in ({}), from {}; {} excused\n  looks like {}",
            row.safeguard,
            printable(&row.rule),
            printable(&row.code),
            row.would_refuse,
            row.signed_in,
            counted(row.accounts, "account", "accounts"),
            counted(row.clients, "client", "clients"),
            row.exempt,
            row.looks_like
        );
        for (name, rows) in [("client", &row.most_by), ("route", &row.routes)] {
            for (word, count) in rows {
                let _ = writeln!(text, "  {name}  {count:8}  {}", printable(word));
            }
        }
        for example in &row.examples {
            let _ = writeln!(text, "  e.g. aspis explain {}", printable(example));
        }
    }
    text
}
