//! What the normal client met, as a table for people or as JSON.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::{histogram::Histogram, steady::Prices};

/// What an attack may make of the quiet latency.
const TIMES: f64 = 3.0;
/// A quiet server is faster than this, connecting included, or other processes took its core.
const QUIET_MS: f64 = 2.0;

/// What a run has found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    quiet_p50_ms: f64,
    quiet_p99_ms: f64,
    attacks: Vec<Row>,
    /// What was left out.
    skipped: Option<String>,
    memory: Memory,
}

/// One attack.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    name: String,
    p50_ms: f64,
    p99_ms: f64,
    answered: u64,
    unanswered: u64,
    /// What happened to the first that was not answered.
    fault: Option<String>,
}

/// The server's memory in KiB: before all, under the ten thousand, at the end.
#[derive(Debug, Serialize)]
pub(super) struct Memory {
    pub(super) before: u64,
    pub(super) during: u64,
    pub(super) after: u64,
}

impl Row {
    /// What the normal client met beside an attack.
    pub(super) fn of(name: String, prices: &Prices) -> Self {
        Self {
            name,
            p50_ms: ms(prices.latencies.quantile(0.5)),
            p99_ms: ms(prices.latencies.quantile(0.99)),
            answered: prices.latencies.total(),
            unanswered: prices.unanswered,
            fault: prices.fault.clone(),
        }
    }
}

impl Report {
    /// The attacks beside the quiet.
    pub(super) fn of(quiet: &Histogram, attacks: Vec<Row>, skipped: Option<String>, memory: Memory) -> Self {
        let (quiet_p50_ms, quiet_p99_ms) = (ms(quiet.quantile(0.5)), ms(quiet.quantile(0.99)));
        Self { quiet_p50_ms, quiet_p99_ms, attacks, skipped, memory }
    }

    /// Whether every price was answered in time; nothing when the run cannot tell. A price that was not answered
    /// speaks for itself, however noisy the machine.
    pub(super) fn holds(&self) -> Option<bool> {
        if self.attacks.iter().any(|row| row.unanswered > 0) {
            return Some(false);
        }
        let in_time = self.attacks.iter().all(|row| self.in_time(row));
        (self.quiet_p99_ms <= QUIET_MS).then_some(in_time)
    }

    fn in_time(&self, row: &Row) -> bool {
        row.p99_ms <= TIMES * self.quiet_p99_ms
    }
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Memory { before, during, after } = self.memory;
        writeln!(
            f,
            "GET /api/v1/price/BTC 50 times a second, each on a new connection, one core for the server\n"
        )?;
        writeln!(f, "{:<46} {:>7} {:>7} {:>9} {:>10}", "", "p50 ms", "p99 ms", "answered", "unanswered")?;
        writeln!(f, "{:<46} {:>7.2} {:>7.2}", "quiet", self.quiet_p50_ms, self.quiet_p99_ms)?;
        for Row { name, p50_ms, p99_ms, answered, unanswered, fault } in &self.attacks {
            write!(f, "{name:<46} {p50_ms:>7.2} {p99_ms:>7.2} {answered:>9} {unanswered:>10}")?;
            writeln!(f, "  {}", fault.as_deref().unwrap_or_default())?;
        }
        if let Some(skipped) = &self.skipped {
            writeln!(f, "{skipped}")?;
        }
        writeln!(f, "\nMemory: {before} KiB before, {during} KiB under attack, {after} KiB after.")?;
        match self.holds() {
            Some(true) => {
                write!(f, "\nEvery price was answered, and p99 stayed within {TIMES} times the quiet.")
            }
            Some(false) => {
                write!(f, "\nNOT every price was answered, or p99 was above {TIMES} times the quiet.")
            }
            None => write!(f, "\nEven the quiet server was slow: read nothing from this run."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(quiet: u64, beside: u64, unanswered: u64) -> Report {
        let of = |micros| {
            let mut latencies = Histogram::default();
            latencies.add(Duration::from_micros(micros));
            latencies
        };
        let prices = Prices { latencies: of(beside), unanswered, fault: None };
        let rows = vec![Row::of("slow".to_owned(), &prices)];
        Report::of(&of(quiet), rows, None, Memory { before: 1, during: 2, after: 1 })
    }

    #[test]
    fn three_times_the_quiet_holds_and_one_price_lost_does_not() {
        assert_eq!(report(500, 1400, 0).holds(), Some(true));
        assert_eq!(report(500, 1700, 0).holds(), Some(false));
        assert_eq!(report(500, 500, 1).holds(), Some(false));
        assert_eq!(report(9000, 9000, 0).holds(), None, "disturbed");
        assert_eq!(report(9000, 9000, 1).holds(), Some(false), "but lost is lost");
    }
}
