//! Medians of the rounds, as a table for people or as JSON.

use std::fmt;

use serde::Serialize;

use super::{
    Round,
    peer::{Entry, Peer},
};
use crate::{
    figures::{BUSY, Figures},
    median::median,
};

/// Bare axum comes first, Aspis second.
const ASPIS: usize = 1;

/// What a run has found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    rounds: usize,
    peers: Vec<Row>,
    /// What was left out, and why.
    skipped: Vec<(&'static str, String)>,
}

/// One server: the median of each figure.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    /// Requests per second, over bare axum's in the same round.
    ratio: f64,
    cpu_us: f64,
    /// CPU time a request, over that of Aspis in the same round.
    times_aspis: f64,
    requests_per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    busy: f64,
    resident_mib: f64,
}

impl Report {
    /// Condenses the rounds of a run, of which there is at least one.
    pub(super) fn of(entries: &[Entry], rounds: &[Round]) -> Self {
        let peers = entries.iter().filter_map(Entry::peer).enumerate();
        let skipped = entries.iter().filter_map(|entry| match entry {
            Entry::Runs(_) => None,
            Entry::Skipped(name, why) => Some((*name, why.to_string())),
        });
        Self {
            rounds: rounds.len(),
            peers: peers.map(|(at, Peer { name, .. })| Row::of(name, at, rounds)).collect(),
            skipped: skipped.collect(),
        }
    }

    /// Whether bare axum and Aspis had their core to themselves; nothing can be read from the others if not.
    pub(super) fn is_quiet(&self) -> bool {
        self.peers.iter().take(ASPIS + 1).all(|row| row.busy >= BUSY)
    }
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "KiB of memory")]
    fn of(name: &'static str, at: usize, rounds: &[Round]) -> Self {
        let over = |of: fn(&Figures) -> f64| median(rounds.iter().map(|round| of(&round[at])));
        Self {
            name,
            ratio: median(rounds.iter().map(|round| round[at].rate / round[0].rate)),
            cpu_us: over(|figures| figures.cpu),
            times_aspis: median(rounds.iter().map(|round| round[at].cpu / round[ASPIS].cpu)),
            requests_per_second: over(|figures| figures.rate),
            p50_ms: over(|figures| figures.p50.as_secs_f64() * 1e3),
            p99_ms: over(|figures| figures.p99.as_secs_f64() * 1e3),
            busy: over(|figures| figures.busy),
            resident_mib: over(|figures| figures.resident as f64 / 1024.0),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "GET /api/v1/price/BTC with a token, one core each, medians of {} rounds\n",
            self.rounds
        )?;
        writeln!(
            f,
            "{:<40} {:>6} {:>8} {:>8} {:>10} {:>7} {:>7} {:>5} {:>6}",
            "", "ratio", "CPU µs", "x aspis", "requests/s", "p50 ms", "p99 ms", "busy", "MiB"
        )?;
        for row in &self.peers {
            row.fmt(f)?;
        }
        for (name, why) in &self.skipped {
            writeln!(f, "{name:<40} {why}")?;
        }
        write!(
            f,
            "\n{}",
            if self.is_quiet() {
                "Read the ratio and the CPU time; requests per second are this machine's, today."
            } else {
                "Other processes took the servers' core: read nothing from this run."
            }
        )
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            ratio,
            cpu_us,
            times_aspis,
            requests_per_second,
            p50_ms,
            p99_ms,
            busy,
            resident_mib,
        } = self;
        writeln!(
            f,
            "{name:<40} {ratio:>6.3} {cpu_us:>8.2} {times_aspis:>8.2} {requests_per_second:>10.0} {p50_ms:>7.2} \
             {p99_ms:>7.2} {:>4.0}% {resident_mib:>6.1}",
            busy * 100.0
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::tools::Skipped;

    #[test]
    fn what_is_left_out_stands_in_the_table() {
        let skipped = Entry::Skipped("somebody", Skipped::new("not installed".to_owned()));
        let report = Report::of(&[skipped], &[Vec::new()]);
        assert!(report.to_string().contains("SKIPPED: not installed"));
    }

    #[test]
    fn everybody_is_compared_with_bare_axum_and_with_aspis() {
        let of = |cpu: f64| Figures {
            rate: 1e6 / cpu,
            p50: Duration::from_micros(500),
            p99: Duration::from_millis(2),
            cpu,
            busy: 1.0,
            resident: 10_240,
        };
        let row = Row::of("somebody", 2, &[vec![of(8.0), of(10.0), of(1000.0)]]);
        assert!((row.ratio - 0.008).abs() < 1e-9 && (row.times_aspis - 100.0).abs() < 1e-9);
    }
}
