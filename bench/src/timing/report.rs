//! Runs and verdict, as a table for people or as JSON.

use std::fmt;

use serde::Serialize;

use super::{Case, mann_whitney::compare, sample::Run};
use crate::median::median;

/// The chance below which a difference is none.
const SIGNIFICANT: f64 = 0.001;
/// The difference of medians that is too small to matter.
const SMALL_MS: f64 = 1.0;

/// What was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    cases: Vec<Row>,
    holds: bool,
}

/// One case.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    runs: Vec<Figures>,
    /// Every run tells the two apart.
    tells: bool,
}

/// One run: medians in milliseconds, and the test.
#[derive(Debug, Serialize)]
struct Figures {
    known_ms: f64,
    unknown_ms: f64,
    u: f64,
    p: f64,
    tells: bool,
}

impl Report {
    /// Judges all runs.
    pub(super) fn of(runs: &[(Case, Run)]) -> Self {
        let of = |case: Case| runs.iter().filter(move |(of, _)| *of == case).map(|(_, run)| Figures::of(run));
        let cases: Vec<_> = Case::ALL.iter().map(|case| Row::of(case.name(), of(*case).collect())).collect();
        Self { holds: cases.iter().all(|row| !row.tells), cases }
    }

    /// Whether no case tells if there is an account.
    pub(super) fn holds(&self) -> bool {
        self.holds
    }
}

impl Row {
    fn of(name: &'static str, runs: Vec<Figures>) -> Self {
        let tells = !runs.is_empty() && runs.iter().all(|run| run.tells);
        Self { name, runs, tells }
    }
}

impl Figures {
    fn of(run: &Run) -> Self {
        let (known_ms, unknown_ms) = (median(run.known.iter().copied()), median(run.unknown.iter().copied()));
        let outcome = compare(&run.known, &run.unknown);
        let tells = outcome.p < SIGNIFICANT && (known_ms - unknown_ms).abs() > SMALL_MS;
        Self { known_ms, unknown_ms, u: outcome.u, p: outcome.p, tells }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "POST /api/v1/auth/login, names that have an account and names that have none\n")?;
        writeln!(f, "{:<24} {:>9} {:>11} {:>11} {:>9}", "", "known ms", "unknown ms", "differ by", "p")?;
        for row in &self.cases {
            for run in &row.runs {
                let Figures { known_ms, unknown_ms, p, .. } = run;
                let differ = known_ms - unknown_ms;
                writeln!(f, "{:<24} {known_ms:>9.3} {unknown_ms:>11.3} {differ:>+11.3} {p:>9.2e}", row.name)?;
            }
        }
        for row in &self.cases {
            let verdict =
                if row.tells { "its time TELLS who has an account" } else { "its time tells nothing" };
            write!(f, "\n{}: {verdict}.", row.name)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(known: f64, unknown: f64) -> Run {
        let around = |middle: f64| (0..200).map(|number| middle + f64::from(number) * 0.01).collect();
        Run { known: around(known), unknown: around(unknown) }
    }

    #[test]
    fn only_a_large_difference_in_every_run_tells() {
        let report = |last: Run| {
            Report::of(&[
                (Case::Refused, run(22.0, 20.0)),
                (Case::Refused, run(22.0, 20.0)),
                (Case::Refused, last),
            ])
        };
        assert!(!report(run(22.0, 20.0)).holds());
        assert!(report(run(20.9, 20.0)).holds(), "significant, but small");
        assert!(report(run(20.0, 20.0)).holds(), "chance");
        assert!(report(run(22.0, 20.0)).to_string().contains("wrong password (401): its time TELLS"));
    }
}
