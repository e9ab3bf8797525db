//! What became of a file.

use std::{collections::BTreeMap, fmt};

use aspis_core::clock::Timestamp;
use aspis_store::prices::Bar;
use serde::Serialize;

use super::{Fault, Plan};
use crate::{ingest::flags, prices::stale_after};

/// What became of a file: counts of everything, and the first of what is bad or different.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The asset.
    pub asset: String,
    /// How long its bars last.
    pub interval: &'static str,
    /// Where its rows come from.
    pub source: String,
    /// True where nothing was written.
    pub dry_run: bool,
    /// The line up to which an import that had died before had come.
    pub resumed_at: Option<u64>,
    /// Rows in the file, good and bad.
    pub rows: u64,
    /// Rows that are new.
    pub added: u64,
    /// Rows that took the place of others.
    pub changed: u64,
    /// Rows that were there already.
    pub unchanged: u64,
    /// Rows that are held for a person.
    pub held: u64,
    /// Rows that are not brought in.
    pub refused: u64,
    /// When the first good row begins.
    pub first: Option<String>,
    /// When the last good row begins.
    pub last: Option<String>,
    /// True where the last row is so old that its price is marked as stale.
    pub stale: bool,
    /// How often what was noticed.
    pub noticed: BTreeMap<String, u64>,
    /// The first rows that took the place of others.
    pub differences: Vec<Difference>,
    /// The first bad rows.
    pub faults: Vec<Fault>,
}

/// A row that took the place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The line in the file.
    pub line: u64,
    /// When its bar begins.
    pub timestamp: String,
    /// The close that was stored.
    pub stored: String,
    /// The close in the file; the same where another price differs.
    pub close: String,
}

impl Difference {
    pub(super) fn of(line: u64, stored: &Bar, bar: &Bar) -> Self {
        let timestamp = bar.start.to_string();
        Self { line, timestamp, stored: stored.close.to_string(), close: bar.close.to_string() }
    }
}

/// Differences that are kept.
const DIFFERENCES: usize = 20;
/// Bad rows that are kept.
const FAULTS: usize = 1000;
/// Bad rows that people are shown at the end.
const SHOWN: usize = 10;

impl Report {
    pub(super) fn new(plan: &Plan, dry_run: bool) -> Self {
        let (asset, source) = (plan.asset.clone(), plan.source.clone());
        Self { asset, interval: plan.interval.word(), source, dry_run, ..Self::default() }
    }

    pub(super) fn good(&mut self, bar: &Bar, plan: &Plan) {
        if self.first.is_none() {
            self.first = Some(bar.start.to_string());
        }
        self.last = Some(bar.start.to_string());
        let end = bar.start.plus(plan.interval.length());
        self.stale = is_stale(plan, end);
        for word in flags::words(bar.flags & !flags::IMPORTED).split(',').filter(|word| !word.is_empty()) {
            match self.noticed.get_mut(word) {
                Some(count) => *count += 1,
                None => drop(self.noticed.insert(word.to_owned(), 1)),
            }
        }
    }

    pub(super) fn bad(&mut self, fault: &Fault) {
        self.refused += 1;
        if self.faults.len() < FAULTS {
            self.faults.push(fault.clone());
        }
    }

    pub(super) fn differ(&mut self, differences: Vec<Difference>) {
        self.changed += differences.len() as u64;
        let room = DIFFERENCES.saturating_sub(self.differences.len());
        self.differences.extend(differences.into_iter().take(room));
    }
}

fn is_stale(plan: &Plan, end: Timestamp) -> bool {
    plan.now.since(end) > stale_after(plan.interval)
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asset, interval, source, rows, added, changed, unchanged, held, refused, .. } = self;
        let tried = if self.dry_run { " (nothing was written)" } else { "" };
        writeln!(f, "{rows} rows of {asset}, {interval}, from {source}{tried}")?;
        if let Some(line) = self.resumed_at {
            writeln!(f, "  resumed at line {line}")?;
        }
        writeln!(
            f,
            "  {added} added, {changed} changed, {unchanged} unchanged, {held} held, {refused} refused"
        )?;
        if let Some((first, last)) = self.first.as_ref().zip(self.last.as_ref()) {
            let old = if self.stale { ", which is stale" } else { "" };
            writeln!(f, "  from {first} to {last}{old}")?;
        }
        let noticed: Vec<_> = self.noticed.iter().map(|(word, count)| format!("{word} {count}")).collect();
        if !noticed.is_empty() {
            writeln!(f, "  noticed: {}", noticed.join(", "))?;
        }
        self.differences(f)?;
        self.faults(f)
    }
}

impl Report {
    fn differences(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Difference { line, timestamp, stored, close } in self.differences.iter().take(SHOWN) {
            writeln!(f, "  line {line}, {timestamp}: {close} took the place of {stored}")?;
        }
        more(f, self.changed, self.differences.len().min(SHOWN))
    }

    fn faults(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in self.faults.iter().take(SHOWN) {
            writeln!(f, "  {fault}")?;
        }
        more(f, self.refused, self.faults.len().min(SHOWN))
    }
}

fn more(f: &mut fmt::Formatter<'_>, all: u64, shown: usize) -> fmt::Result {
    match all.saturating_sub(shown as u64) {
        0 => Ok(()),
        _ if shown == 0 => Ok(()),
        left => writeln!(f, "  and {left} more"),
    }
}
