//! Medians of the rounds, as a table for people or as JSON.

use std::fmt;

use serde::Serialize;

use super::measure::{Round, SWITCHES, Variant};
use crate::{
    figures::{BUSY, Figures},
    median::{median, spread},
};

/// What a run has found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    rounds: usize,
    variants: Vec<Row>,
    shares: Vec<Share>,
    floor: f64,
    /// What the floor is about: the lowest of the ratios with one and with many tokens, by rate and by CPU time. On a
    /// quiet machine the two are the same; on a busy one a disturbed measurement must not make the floor hold.
    ratio: f64,
    /// Other processes took so much of the machine that nothing can be said about the floor.
    disturbed: bool,
}

/// One variant: the median of each figure.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    requests_per_second: f64,
    /// Requests per second, over those of bare axum that was sent the same in the same round.
    ratio: f64,
    /// The CPU time of that a request, over this one's.
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
    name: String,
    cpu_us: f64,
    /// How far the middle round is from that: a part below this is not told from nothing.
    spread_us: f64,
    /// Of the whole.
    of_whole: f64,
}

impl Report {
    /// Condenses the rounds of a run, of which there is at least one.
    pub(super) fn of(rounds: &[Round], floor: f64) -> Self {
        let variants: Vec<_> = Variant::ALL.iter().map(|variant| Row::of(*variant, rounds)).collect();
        let judged = [&variants[Variant::WithToken.index()], &variants[Variant::ManyTokens.index()]];
        let ratio = judged.iter().map(|row| row.ratio.min(row.cpu_ratio)).fold(f64::INFINITY, f64::min);
        let bare = [Variant::Bare, Variant::BareMany].map(|bare| &variants[bare.index()]);
        let busy = judged.iter().chain(&bare).map(|row| row.busy).fold(f64::INFINITY, f64::min);
        Self { rounds: rounds.len(), shares: shares(rounds), variants, floor, ratio, disturbed: busy < BUSY }
    }

    /// Whether the ratio is not below the floor; nothing when the run cannot tell.
    pub(super) fn holds(&self) -> Option<bool> {
        (!self.disturbed).then_some(self.ratio >= self.floor)
    }
}

impl Row {
    #[expect(clippy::cast_precision_loss, reason = "KiB of memory")]
    fn of(variant: Variant, rounds: &[Round]) -> Self {
        let at = variant.index();
        let over = |of: fn(&Figures) -> f64| median(rounds.iter().map(|round| of(&round[at])));
        let against = |of: fn(&Figures, &Figures) -> f64| {
            median(rounds.iter().map(|round| of(&round[at], &round[variant.bare().index()])))
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
    use Variant::{Bare, BareDressed, BareMany, ManyTokens, Off, WithToken, WithoutToken};
    let cpu = |round: &Round, variant: Variant| round[variant.index()].cpu;
    let whole = median(rounds.iter().map(|round| cpu(round, WithToken)));
    let share = |name: &str, of: &dyn Fn(&Round) -> f64| {
        let values: Vec<_> = rounds.iter().map(of).collect();
        let cpu_us = median(values.iter().copied());
        Share { name: name.to_owned(), cpu_us, spread_us: spread(&values), of_whole: cpu_us / whole }
    };
    let without = |variant: Variant| move |round: &Round| cpu(round, WithToken) - cpu(round, variant);
    let mut parts = vec![share("bare axum", &|round| cpu(round, Bare))];
    parts.push(share("the fields of an answer, by bare axum", &|round| {
        cpu(round, BareDressed) - cpu(round, Bare)
    }));
    for (index, switch) in SWITCHES.iter().enumerate() {
        parts.push(share(&format!("safeguard {switch}"), &without(Off(index))));
    }
    parts.push(share("a token: identify, its window, authenticate", &without(WithoutToken)));
    let named: f64 = parts.iter().map(|part| part.cpu_us).sum();
    let rest = share("all else: edge, other doors, counts", &|round| cpu(round, WithToken));
    parts.push(Share { cpu_us: whole - named, of_whole: 1.0 - named / whole, ..rest });
    parts.push(share("aspis, one token", &|round| cpu(round, WithToken)));
    parts.push(share("many tokens instead, through a proxy", &|round| {
        cpu(round, ManyTokens) - cpu(round, WithToken)
    }));
    parts.push(share("what of that bare axum pays too", &|round| cpu(round, BareMany) - cpu(round, Bare)));
    parts
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
        for Share { name, cpu_us, spread_us, of_whole } in &self.shares {
            writeln!(f, "{name:<46} {cpu_us:>6.2} ± {spread_us:<5.2} {:>4.0}%", of_whole * 100.0)?;
        }
        let (floor, ratio) = (self.floor, self.ratio);
        match self.holds() {
            Some(true) => write!(f, "\nThe floor of {floor:.2} holds: {ratio:.3} of bare axum with tokens."),
            Some(false) => {
                write!(f, "\nThe floor of {floor:.2} is missed: {ratio:.3} of bare axum with tokens.")
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
