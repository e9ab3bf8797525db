//! `aspis users import`: accounts with the hashes they had elsewhere.
//!
//! A file with anything wrong in it brings nothing in. One that is right is brought in by short steps, so that a server
//! beside it goes on writing; whoever is cut off in between runs it again, and what is in is passed over.

use std::{collections::HashMap, fs, path::Path, process::ExitCode, time::Duration};

use aspis_core::{
    event::{Event, Kind, Sink},
    ids::{AccountId, TransactionId},
    principal::Role,
    refusal::Rule,
};
use aspis_store::{accounts::Account, ledger::Opening};
use aspis_watch::security_log::SecurityLog;
use serde::Serialize;

use super::super::{
    Cli,
    place::{self, Place},
    say, say_json,
};
use crate::{settings::Settings, words::counted};

mod rows;

use rows::{Judged, Row, Wrong};

/// What became of the file.
#[derive(Debug, Default, Serialize)]
struct Report {
    dry_run: bool,
    /// Rows of the file, right or wrong.
    rows: usize,
    /// Accounts that were made.
    added: usize,
    /// Lines whose address has an account already, of before or of an import that was cut off.
    taken: Vec<u64>,
    /// Lines that are wrong: nothing is brought in then.
    refused: Vec<Wrong>,
    /// Where it stopped, and why, if it did: everything before that line is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<Stopped>,
}

#[derive(Debug, Serialize)]
struct Stopped {
    line: u64,
    why: String,
}

/// The largest file, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;
/// Accounts of one step: some milliseconds, for which other writers wait.
const STEP: usize = 100;
/// What others have for themselves between two steps.
const PAUSE: Duration = Duration::from_millis(10);
/// What is no file of accounts.
const NONE: u8 = 2;

pub(super) fn run(cli: &Cli, settings: &Settings, file: &Path, dry_run: bool) -> anyhow::Result<ExitCode> {
    let length = fs::metadata(file)?.len();
    anyhow::ensure!(length <= LARGEST, "the file is larger than 256 MiB: bring it in by parts");
    let text = aspis_watch::file::text(file, LARGEST)?;
    let Judged { rows, refused, all } = match rows::judged(&text) {
        Ok(judged) => judged,
        Err(none) => {
            eprintln!("aspis: {none}");
            return Ok(ExitCode::from(NONE));
        }
    };
    let mut report = Report { dry_run, rows: all, refused, ..Report::default() };
    if report.refused.is_empty() {
        place::step_down(settings)?;
        place::wait(bring(settings, rows, &mut report))?;
    }
    if cli.json {
        say_json(&report)?;
    } else {
        say(words(&report))?;
    }
    let whole = report.refused.is_empty() && report.stopped.is_none();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn bring(settings: &Settings, rows: Vec<Row>, report: &mut Report) -> anyhow::Result<()> {
    let place = Place::open(settings).await?;
    let new = made(&place, settings, rows);
    if report.dry_run {
        try_out(&place, &new, report).await?;
        return place.close().await;
    }
    let (desk, log) = place.desk()?;
    write_down(&place, &log, "begins", new.len());
    for step in new.chunks(STEP) {
        let accounts: Vec<_> = step.iter().map(|(_, new)| new.clone()).collect();
        match place.store.accounts.create_all(&accounts).await {
            Ok(made) => report.count(step, &made),
            Err(error) => {
                let line = step.first().map_or(0, |(line, _)| *line);
                report.stopped = Some(Stopped { line, why: error.to_string() });
                break;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    write_down(&place, &log, "ends", report.added);
    log.close();
    drop(desk);
    place.close().await
}

type New = (u64, (Account, Opening));

fn made(place: &Place, settings: &Settings, rows: Vec<Row>) -> Vec<New> {
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
        (row.line, (account, opening))
    };
    rows.into_iter().map(account).collect()
}

/// Says what would be made, and makes nothing.
async fn try_out(place: &Place, new: &[New], report: &mut Report) -> anyhow::Result<()> {
    let mut free = HashMap::new();
    for (line, (account, _)) in new {
        free.insert(*line, place.store.accounts.by_email(&account.email).await?.is_none());
    }
    let made: Vec<bool> = new.iter().map(|(line, _)| free[line]).collect();
    report.count(new, &made);
    Ok(())
}

impl Report {
    fn count(&mut self, step: &[New], made: &[bool]) {
        self.added += made.iter().filter(|made| **made).count();
        let taken = step.iter().zip(made).filter(|(_, made)| !**made);
        self.taken.extend(taken.map(|((line, _), _)| *line));
    }
}

/// Both ends of it: one that was cut off has no second line.
fn write_down(place: &Place, log: &SecurityLog, what: &str, count: usize) {
    let who = Some(format!("{}: users import {what}", place::me().name));
    let kind = Kind::AccountsImported;
    let rule = Rule { place: who, count: Some(count as u64), ..Rule::named(kind.word()) };
    log.record(Event { rule: Some(rule), ..Event::of_server(kind, place.clock.now()) });
}

fn words(report: &Report) -> String {
    if !report.refused.is_empty() {
        let line = |wrong: &Wrong| format!("line {}: {} {}\n", wrong.line, wrong.field, wrong.why);
        let lines: String = report.refused.iter().map(line).collect();
        let wrong = counted(report.refused.len(), "line is", "lines are");
        return format!("{lines}{wrong} wrong; nothing was brought in\n");
    }
    let verb = if report.dry_run { "would be made" } else { "made" };
    let (added, rows) = (counted(report.added, "account", "accounts"), counted(report.rows, "row", "rows"));
    let mut text = format!("{added} {verb}, of {rows}\n");
    if !report.taken.is_empty() {
        let (one, many) = ("row has an account already, and is", "rows have an account already, and are");
        text.push_str(&counted(report.taken.len(), one, many));
        text.push_str(" passed over\n");
    }
    if let Some(Stopped { line, why }) = &report.stopped {
        let stopped = format!(
            "stopped before line {line}: {why}\nrun it again with the same file: what is in is passed over\n"
        );
        text.push_str(&stopped);
    }
    text
}
