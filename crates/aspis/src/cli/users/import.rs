//! `aspis users import`: accounts with the hashes they had elsewhere, all of a file or nothing of it.

use std::{collections::HashSet, fs, path::Path, process::ExitCode};

use aspis_core::{
    event::{Event, Kind, Sink},
    ids::{AccountId, TransactionId},
    principal::Role,
    refusal::Rule,
};
use aspis_identity::{email::Email, password, people::judge_name};
use aspis_store::{accounts::Account, ledger::Opening};
use serde::{Deserialize, Serialize};

use super::super::{
    Cli,
    place::{self, Place},
    say, say_json,
    trace::printable,
};
use crate::settings::Settings;

/// A row of the file. Anything else that stands in one is an error: it might have been meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    email: String,
    full_name: String,
    password_hash: String,
}

/// What became of the file.
#[derive(Debug, Default, Serialize)]
struct Report {
    dry_run: bool,
    /// Accounts that were made.
    added: usize,
    /// Rows whose address has an account already.
    taken: Vec<usize>,
    /// Rows that are wrong: nothing is brought in then.
    refused: Vec<Wrong>,
}

#[derive(Debug, Serialize)]
struct Wrong {
    /// Counted from 1, a line of headings not counted.
    row: usize,
    field: &'static str,
    why: String,
}

/// The largest file, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

pub(super) fn run(cli: &Cli, settings: &Settings, file: &Path, dry_run: bool) -> anyhow::Result<ExitCode> {
    let length = fs::metadata(file)?.len();
    anyhow::ensure!(length <= LARGEST, "the file is larger than 256 MiB: bring it in by parts");
    let text = fs::read_to_string(file)?;
    let (rows, refused) = judged(rows(&text));
    let mut report = Report { dry_run, refused, ..Report::default() };
    if report.refused.is_empty() {
        place::wait(bring(settings, rows, &mut report))?;
    }
    if cli.json {
        say_json(&report)?;
    } else {
        say(words(&report))?;
    }
    Ok(if report.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The rows of a file: JSON lines where it begins with a brace, else CSV with headings.
fn rows(text: &str) -> Vec<Result<Row, String>> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        return lines
            .map(|line| serde_json::from_str(line).map_err(|error| plain(&error.to_string())))
            .collect();
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.map_err(|error| plain(&error.to_string()))).collect()
}

/// An error of a parser may repeat what stands in the file; only its beginning is said.
fn plain(error: &str) -> String {
    printable(&error.chars().take(120).collect::<String>())
}

/// Rows that can be accounts, and what is wrong with the others.
fn judged(rows: Vec<Result<Row, String>>) -> (Vec<Row>, Vec<Wrong>) {
    let (mut good, mut wrong, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, row) in rows.into_iter().enumerate() {
        let mut refuse = |field, why| wrong.push(Wrong { row: at + 1, field, why });
        match row {
            Err(why) => refuse("row", why),
            Ok(row) => {
                let before = good.len();
                match Email::parse(&row.email) {
                    Err(_) => refuse("email", "is no e-mail address".to_owned()),
                    Ok(email) if !seen.insert(email.as_str().to_owned()) => {
                        refuse("email", "stands in the file twice".to_owned());
                    }
                    Ok(email) => good.push(Row { email: email.as_str().to_owned(), ..row }),
                }
                let Some(row) = good.get(before) else { continue };
                if let Err(refusal) = judge_name(&row.full_name) {
                    refuse("full_name", refusal.facts().detail.to_string());
                }
                if let Err(unsuitable) = password::suits(&row.password_hash) {
                    refuse("password_hash", unsuitable.to_string());
                }
            }
        }
    }
    (good, wrong)
}

async fn bring(settings: &Settings, rows: Vec<Row>, report: &mut Report) -> anyhow::Result<()> {
    let place = Place::open(settings).await?;
    let (now, chance) = (place.clock.now(), place.chance.as_ref());
    let cash = settings.portfolio.starting_cash.get();
    let account = |row: Row| {
        let opening = Opening {
            entry: TransactionId::new(now, chance),
            currency: crate::app::CURRENCY.to_owned(),
            cash,
        };
        let account = Account {
            id: AccountId::new(now, chance),
            email: row.email,
            full_name: row.full_name,
            password_hash: row.password_hash,
            role: Role::User,
            enabled: true,
            created: now,
            devices_since: now,
            allowed_ips: Vec::new(),
        };
        (account, opening)
    };
    let new: Vec<_> = rows.into_iter().map(account).collect();
    let made = if report.dry_run {
        let mut free = Vec::new();
        for (account, _) in &new {
            free.push(place.store.accounts.by_email(&account.email).await?.is_none());
        }
        free
    } else {
        place.store.accounts.create_all(&new).await?
    };
    report.added = made.iter().filter(|made| **made).count();
    report.taken = (1..).zip(&made).filter(|(_, made)| !**made).map(|(row, _)| row).collect();
    if !report.dry_run {
        write_down(&place, report.added)?;
    }
    place.close().await
}

fn write_down(place: &Place, added: usize) -> anyhow::Result<()> {
    let (_, log) = place.desk()?;
    let who = Some(format!("{}: users import", place::me().name));
    let kind = Kind::AccountsImported;
    let rule = Rule { place: who, count: Some(added as u64), ..Rule::named(kind.word()) };
    log.record(Event { rule: Some(rule), ..Event::of_server(kind, place.clock.now()) });
    log.close();
    Ok(())
}

fn words(report: &Report) -> String {
    if !report.refused.is_empty() {
        let line = |wrong: &Wrong| format!("row {}: {} {}\n", wrong.row, wrong.field, wrong.why);
        let lines: String = report.refused.iter().map(line).collect();
        return format!("{lines}nothing is brought in\n");
    }
    let verb = if report.dry_run { "would be made" } else { "made" };
    let taken = if report.taken.is_empty() {
        String::new()
    } else {
        format!("{} rows have an account already\n", report.taken.len())
    };
    format!("{} accounts {verb}\n{taken}", report.added)
}
