//! Medians of the rounds, as a table for people or as JSON.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde::Serialize;

use super::{
    kind::Flood,
    measure::{Figures, Round},
};
use crate::median::median;

/// What a flood may add to twice the quiet latency.
const GRACE_MS: f64 = 1.0;

/// A quiet server is faster than this, or other processes took its core: twice their noise would excuse any flood.
const QUIET_MS: f64 = 1.0;

/// What a run has found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    rounds: usize,
    floods: Vec<Row>,
    holds: bool,
    /// Other processes took so much of the machine that nothing can be said.
    disturbed: bool,
}

/// One flood: the median of each figure.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    quiet_p50_ms: f64,
    quiet_p99_ms: f64,
    flooded_p50_ms: f64,
    flooded_p99_ms: f64,
    /// The p99 under the flood over the quiet one of the same round.
    ratio: f64,
    busy: f64,
    flood_per_second: f64,
    /// The share of each status among the answers to the flood, over all rounds.
    answers: BTreeMap<u16, f64>,
    holds: bool,
}

impl Report {
    /// Condenses the rounds of a run, of which there is at least one.
    pub(super) fn of(floods: &[Flood], rounds: &[Round]) -> Self {
        let row = |(index, flood): (usize, &Flood)| {
            Row::of(flood.name(), &rounds.iter().map(|round| &round[index]).collect::<Vec<_>>())
        };
        let floods: Vec<_> = floods.iter().enumerate().map(row).collect();
        let disturbed = floods.iter().any(|row| row.quiet_p99_ms > QUIET_MS);
        Self { rounds: rounds.len(), holds: floods.iter().all(|row| row.holds), floods, disturbed }
    }

    /// Whether no flood starves the prices; nothing when the run cannot tell.
    pub(super) fn holds(&self) -> Option<bool> {
        (!self.disturbed).then_some(self.holds)
    }
}

impl Row {
    fn of(name: &'static str, rounds: &[&Figures]) -> Self {
        let over = |of: &dyn Fn(&Figures) -> f64| median(rounds.iter().map(|figures| of(figures)));
        let (quiet, flooded) =
            (over(&|f| ms(f.quiet.quantile(0.99))), over(&|f| ms(f.flooded.quantile(0.99))));
        Self {
            name,
            quiet_p50_ms: over(&|f| ms(f.quiet.quantile(0.5))),
            quiet_p99_ms: quiet,
            flooded_p50_ms: over(&|f| ms(f.flooded.quantile(0.5))),
            flooded_p99_ms: flooded,
            ratio: over(&|f| ms(f.flooded.quantile(0.99)) / ms(f.quiet.quantile(0.99))),
            busy: over(&|f| f.busy),
            flood_per_second: over(&|f| count(f.answers.values().sum()) / f.span.as_secs_f64()),
            answers: shares(rounds),
            holds: flooded <= 2.0 * quiet + GRACE_MS,
        }
    }
}

fn shares(rounds: &[&Figures]) -> BTreeMap<u16, f64> {
    let mut sums = BTreeMap::<u16, u64>::new();
    for (status, answers) in rounds.iter().flat_map(|figures| &figures.answers) {
        *sums.entry(*status).or_default() += answers;
    }
    let all = count(sums.values().sum());
    sums.into_iter().map(|(status, answers)| (status, count(answers) / all)).collect()
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few minutes")]
fn count(answers: u64) -> f64 {
    answers as f64
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "GET /api/v1/price/BTC read steadily under a flood, one core for the server, medians of {} rounds\n",
            self.rounds
        )?;
        writeln!(
            f,
            "{:<31} {:>17} {:>17} {:>6} {:>5} {:>9}",
            "", "quiet p50/p99 ms", "flood p50/p99 ms", "ratio", "busy", "flood/s"
        )?;
        for row in &self.floods {
            row.fmt(f)?;
        }
        if self.disturbed {
            return write!(f, "\nEven the quiet server was slow: read nothing from this run.");
        }
        for row in &self.floods {
            let verdict = if row.holds { "is within" } else { "is NOT within" };
            write!(
                f,
                "\n{}: p99 of {:.2} ms {verdict} twice the quiet {:.2} ms and {GRACE_MS} ms.",
                row.name, row.flooded_p99_ms, row.quiet_p99_ms
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quiet = format!("{:.2}/{:.2}", self.quiet_p50_ms, self.quiet_p99_ms);
        let flooded = format!("{:.2}/{:.2}", self.flooded_p50_ms, self.flooded_p99_ms);
        write!(f, "{:<31} {quiet:>17} {flooded:>17} {:>6.2} ", self.name, self.ratio)?;
        write!(f, "{:>4.0}% {:>9.0}  ", self.busy * 100.0, self.flood_per_second)?;
        for (status, share) in &self.answers {
            write!(f, " {status}: {:.1}%", share * 100.0)?;
        }
        writeln!(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{flood::LOGINS, histogram::Histogram};

    fn figures(quiet: u64, flooded: u64) -> Figures {
        let of = |micros| {
            let mut latencies = Histogram::default();
            latencies.add(Duration::from_micros(micros));
            latencies
        };
        let answers = BTreeMap::from([(401, 3), (503, 1)]);
        Figures { quiet: of(quiet), flooded: of(flooded), answers, busy: 1.0, span: Duration::from_secs(2) }
    }

    #[test]
    fn twice_the_quiet_and_a_millisecond_holds_and_more_does_not() {
        let round = |flooded| vec![figures(100, 150), figures(500, flooded)];
        assert_eq!(Report::of(&LOGINS, &[round(1900)]).holds(), Some(true));
        assert_eq!(Report::of(&LOGINS, &[round(2200)]).holds(), Some(false));
        assert_eq!(
            Report::of(&LOGINS, &[round(9000), round(1900), round(1900)]).holds(),
            Some(true),
            "the median decides"
        );
        let shown = Report::of(&LOGINS, &[round(2200)]).to_string();
        assert!(shown.contains("401: 75.0% 503: 25.0%") && shown.contains("is NOT within twice"), "{shown}");
    }

    #[test]
    fn a_disturbed_run_excuses_nothing() {
        let report = Report::of(&LOGINS, &[vec![figures(100, 150), figures(4000, 8000)]]);
        assert_eq!(report.holds(), None);
        assert!(report.to_string().ends_with("read nothing from this run."));
    }
}
