//! What the trials have found.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::trial::Kind;

/// At the latest the other node knows after this, for 99 of 100.
const SOON: Duration = Duration::from_millis(100);
/// And after this, where the one that answered has died.
const SOON_ALL_THE_SAME: Duration = Duration::from_secs(1);

/// The figures.
#[derive(Debug, Serialize)]
pub(in super::super) struct Report {
    rows: Vec<Row>,
    crashed: Option<Row>,
    /// Reads a second at both nodes together.
    reads: f64,
    /// Reads that were not answered as they had to be.
    failed: u64,
}

#[derive(Debug, Serialize)]
struct Row {
    what: &'static str,
    trials: usize,
    p50_ms: f64,
    p99_ms: f64,
    most_ms: f64,
}

impl Report {
    #[expect(clippy::cast_precision_loss, reason = "counts of some minutes")]
    pub(super) fn of(
        rows: &[(Kind, Vec<Duration>)],
        crashed: &[Duration],
        read: [(u64, u64); 2],
        span: Duration,
    ) -> Self {
        let good: u64 = read.iter().map(|(good, _)| good).sum();
        Self {
            rows: rows.iter().filter_map(|(kind, took)| Row::of(word(*kind), took)).collect(),
            crashed: Row::of("sign-out, then killed", crashed),
            reads: good as f64 / span.as_secs_f64(),
            failed: read.iter().map(|(_, other)| other).sum(),
        }
    }

    /// True when the other node knew soon enough, and nobody was answered wrongly meanwhile.
    pub(in super::super) fn holds(&self) -> bool {
        let is_soon = |row: &Row| row.p99_ms <= ms(SOON);
        let crashed = self.crashed.as_ref().is_none_or(|row| row.most_ms <= ms(SOON_ALL_THE_SAME));
        self.rows.iter().all(is_soon) && crashed && self.failed == 0
    }
}

impl Row {
    /// Nothing where nothing was tried.
    fn of(what: &'static str, took: &[Duration]) -> Option<Self> {
        let mut sorted = took.to_vec();
        sorted.sort();
        let most_ms = ms(*sorted.last()?);
        let (p50_ms, p99_ms) = (ms(at(&sorted, 50)), ms(at(&sorted, 99)));
        Some(Self { what, trials: sorted.len(), p50_ms, p99_ms, most_ms })
    }
}

/// What so many of a hundred did not exceed.
fn at(sorted: &[Duration], of_hundred: usize) -> Duration {
    let rank = (sorted.len() * of_hundred).div_ceil(100).max(1);
    sorted[rank - 1]
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}

const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::SignOut => "sign-out",
        Kind::Block => "block",
        Kind::Key => "key revoked",
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Ended at one node, refused by the other: ms from the answer, beside {:.0} reads a second\n",
            self.reads
        )?;
        writeln!(f, "{:<24}{:>8}{:>9}{:>9}{:>9}", "", "trials", "p50", "p99", "most")?;
        for row in self.rows.iter().chain(&self.crashed) {
            let Row { what, trials, p50_ms, p99_ms, most_ms } = row;
            writeln!(f, "{what:<24}{trials:>8}{p50_ms:>9.1}{p99_ms:>9.1}{most_ms:>9.1}")?;
        }
        write!(f, "{} reads failed", self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_the_ninety_ninth_counts_and_of_three_the_last() {
        let spans: Vec<_> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!((at(&spans, 50), at(&spans, 99)), (Duration::from_millis(50), Duration::from_millis(99)));
        assert_eq!(at(&spans[..3], 99), Duration::from_millis(3));
    }

    #[test]
    fn one_that_is_late_more_often_than_once_in_a_hundred_does_not_hold() {
        let mut took = vec![Duration::from_millis(5); 99];
        took.extend([Duration::from_millis(101); 2]);
        let report = |took: &[Duration], crashed: &[Duration], failed| {
            Report::of(
                &[(Kind::Block, took.to_vec())],
                crashed,
                [(1, failed), (1, 0)],
                Duration::from_secs(1),
            )
        };
        assert!(!report(&took, &[], 0).holds());
        assert!(report(&took[..100], &[], 0).holds());
        assert!(!report(&took[..100], &[Duration::from_millis(1001)], 0).holds());
        assert!(!report(&took[..100], &[], 1).holds());
    }
}
