//! What a soak has found, as text for people or as JSON.

use std::{fmt, time::Duration};

use aspis_store::ledger::Audit;
use serde::Serialize;

use super::market::Tally;

/// Faults that are shown; the number of all is shown too.
const SHOWN: usize = 10;

/// The figures of a soak.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    seconds: u64,
    answered: u64,
    refused: u64,
    listed: usize,
    lost: u64,
    replayed: u64,
    repeated: u64,
    kills: usize,
    longest_outage_ms: u128,
    faults: Vec<String>,
    audit: Books,
}

/// What the audit of the database says.
#[derive(Debug, Serialize)]
struct Books {
    clean: bool,
    entries: u64,
    unbalanced: u64,
    drifted: u64,
    negative: u64,
}

impl Report {
    /// Puts the figures together.
    pub(crate) fn of(
        span: Duration,
        tally: &Tally,
        listed: usize,
        faults: Vec<String>,
        outages: &[Duration],
        audit: Audit,
    ) -> Self {
        let Audit { entries, unbalanced, drifted, negative } = audit;
        Self {
            seconds: span.as_secs(),
            answered: tally.traded.len() as u64 + tally.refused,
            refused: tally.refused,
            listed,
            lost: tally.lost,
            replayed: tally.replayed,
            repeated: tally.repeated,
            kills: outages.len(),
            longest_outage_ms: outages.iter().max().map_or(0, Duration::as_millis),
            faults,
            audit: Books { clean: audit.is_clean(), entries, unbalanced, drifted, negative },
        }
    }

    /// True when nothing is wrong and something was done.
    pub(crate) fn holds(&self) -> bool {
        self.faults.is_empty() && self.audit.clean && self.listed > 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seconds, answered, refused, listed, lost, replayed, repeated, kills, .. } = self;
        let Books { entries, unbalanced, drifted, negative, .. } = self.audit;
        writeln!(f, "{seconds} s of trading on one account, {kills} kills\n")?;
        writeln!(f, "orders answered     {answered:>8}   {refused} of them refused by the books")?;
        writeln!(
            f,
            "answers lost        {lost:>8}   {replayed} of these orders had been placed, and were replayed"
        )?;
        writeln!(f, "sent twice          {repeated:>8}   each got its first answer again")?;
        writeln!(f, "transactions        {listed:>8}")?;
        writeln!(
            f,
            "longest outage      {:>8}   ms, from the kill until it served again",
            self.longest_outage_ms
        )?;
        writeln!(
            f,
            "audit               {entries:>8}   entries; {unbalanced} unbalanced, {drifted} drifted, {negative} negative"
        )?;
        for fault in self.faults.iter().take(SHOWN) {
            writeln!(f, "FAULT: {fault}")?;
        }
        match self.faults.len() {
            0 if self.holds() => {
                write!(f, "\nEvery answered order is in the books once, and every amount is exact.")
            }
            0 => write!(f, "\nThe books do NOT hold."),
            faults => write!(f, "\nThe books do NOT hold: {faults} faults."),
        }
    }
}
