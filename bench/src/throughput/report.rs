//! Medians of the rounds, as a table for people or as JSON.

use std::fmt;

use serde::Serialize;

use super::measure::{BUSY, Figures, Round, Variant};
use crate::median::median;

/// What a run has found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    rounds: usize,
    variants: Vec<Row>,
    shares: Vec<Share>,
    floor: f64,
    /// What the floor is about, with a token: the lower of the two ratios. On a quiet machine they are the same; on a
    /// busy one a disturbed measurement must not make the floor hold.
    ratio: f64,
    /// Other processes took so much of the machine that nothing can be said about the floor.
    disturbed: bool,
}

/// One variant: the median of each figure.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    requests_per_second: f64,
    /// Requests per second, over bare axum's in the same round.
    ratio: f64,
    /// Bare axum's CPU time a request in the same round, over this one's.
    cpu_ratio: f64,
    p50_ms: f64,
    p99_ms: f64,
    cpu_us: f64,
    busy: f64,
    resident_mib: f64,
}

/// One part of the way of a request: CPU time as the difference of two variants.
#[derive(Debug, Serialize)]
struct Share {
    name: &'static str,
    cpu_us: f64,
}

impl Report {
    /// Condenses the rounds of a run, of which there is at least one.
    pub(super) fn of(rounds: &[Round], floor: f64) -> Self {
        let variants: Vec<_> = Variant::ALL.iter().map(|variant| Row::of(*variant, rounds)).collect();
        let (bare, with_token) = (&variants[Variant::Bare as usize], &variants[Variant::WithToken as usize]);
        let ratio = with_token.ratio.min(with_token.cpu_ratio);
        let disturbed = bare.busy.min(with_token.busy) < BUSY;
        Self { rounds: rounds.len(), shares: shares(rounds), variants, floor, ratio, disturbed }
    }

    /// Whether the ratio is not below the floor; nothing when the run cannot tell.
    pub(super) fn holds(&self) -> Option<bool> {
        (!self.disturbed).then_some(self.ratio >= self.floor)
    }
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "KiB of memory")]
    fn of(variant: Variant, rounds: &[Round]) -> Self {
        let over = |of: fn(&Figures) -> f64| median(rounds.iter().map(|round| of(&round[variant as usize])));
        let against = |of: fn(&Figures, &Figures) -> f64| {
            median(rounds.iter().map(|round| of(&round[variant as usize], &round[Variant::Bare as usize])))
        };
        Self {
            name: variant.name(),
            requests_per_second: over(|figures| figures.rate),
            ratio: against(|figures, bare| figures.rate / bare.rate),
            cpu_ratio: against(|figures, bare| bare.cpu / figures.cpu),
            p50_ms: over(|figures| figures.p50.as_secs_f64() * 1e3),
            p99_ms: over(|figures| figures.p99.as_secs_f64() * 1e3),
            cpu_us: over(|figures| figures.cpu),
            busy: over(|figures| figures.busy),
            resident_mib: over(|figures| figures.resident as f64 / 1024.0),
        }
    }
}

/// Where the time of a request goes. Differences are taken within a round, then their median.
fn shares(rounds: &[Round]) -> Vec<Share> {
    use Variant::{Bare, InspectOff, RateOff, WithToken, WithoutToken};
    let cpu = |round: &Round, variant: Variant| round[variant as usize].cpu;
    let without = |off: Variant| median(rounds.iter().map(|round| cpu(round, WithToken) - cpu(round, off)));
    let bare = median(rounds.iter().map(|round| cpu(round, Bare)));
    let whole = median(rounds.iter().map(|round| cpu(round, WithToken)));
    let (rate, inspect, token) = (without(RateOff), without(InspectOff), without(WithoutToken));
    vec![
        Share { name: "bare axum", cpu_us: bare },
        Share { name: "the rate door", cpu_us: rate },
        Share { name: "the inspect door", cpu_us: inspect },
        Share { name: "a token: identify, its window, authenticate", cpu_us: token },
        Share {
            name: "all else: edge, table, headers, counts",
            cpu_us: whole - bare - rate - inspect - token,
        },
        Share { name: "aspis price with token", cpu_us: whole },
    ]
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "GET /api/v1/price/BTC, one core for the server, medians of {} rounds\n", self.rounds)?;
        writeln!(
            f,
            "{:<30} {:>6} {:>9} {:>7} {:>10} {:>7} {:>7} {:>5} {:>6}",
            "", "ratio", "CPU ratio", "CPU µs", "requests/s", "p50 ms", "p99 ms", "busy", "MiB"
        )?;
        for row in &self.variants {
            row.fmt(f)?;
        }
        writeln!(f, "\nWhere the CPU time of a request goes, in µs (differences of the rows above)")?;
        for share in &self.shares {
            writeln!(f, "{:<46} {:>6.2}", share.name, share.cpu_us)?;
        }
        let ratio = self.ratio;
        match self.holds() {
            Some(true) => {
                write!(f, "\nThe floor of {:.2} holds: {ratio:.3} of bare axum with a token.", self.floor)
            }
            Some(false) => {
                write!(f, "\nThe floor of {:.2} is missed: {ratio:.3} of bare axum with a token.", self.floor)
            }
            None => write!(f, "\nOther processes took the servers' core: read nothing from this run."),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, requests_per_second, ratio, cpu_ratio, p50_ms, p99_ms, cpu_us, busy, resident_mib } =
            self;
        writeln!(
            f,
            "{name:<30} {ratio:>6.3} {cpu_ratio:>9.3} {cpu_us:>7.2} {requests_per_second:>10.0} {p50_ms:>7.2} \
             {p99_ms:>7.2} {:>4.0}% {resident_mib:>6.1}",
            busy * 100.0
        )
    }
}

#[cfg(test)]
mod tests;
