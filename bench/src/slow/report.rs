//! What the normal client met, as a table for people or as JSON.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::steady::Prices;

/// What an attack may make of the quiet latency.
const TIMES: f64 = 3.0;
/// A quiet server is faster than this, connecting included, or other processes took its core.
const QUIET_MS: f64 = 2.0;

/// What a run has found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    quiet: Vec<Row>,
    attacks: Vec<Row>,
    /// What a bare server meets under slow heads: nothing is promised of it.
    bare: Vec<Row>,
    /// What was left out.
    skipped: Option<String>,
    cpu: Cpu,
    memory: Memory,
}

/// CPU time a second under the ten thousand.
#[derive(Debug, Serialize)]
pub(super) struct Cpu {
    pub(super) server: f64,
    pub(super) load: f64,
}

/// What one normal client met.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    name: String,
    p50_ms: f64,
    p99_ms: f64,
    slowest_ms: f64,
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
    /// What came of its prices.
    pub(super) fn of(name: String, prices: &Prices) -> Self {
        Self {
            name,
            p50_ms: ms(prices.latencies.quantile(0.5)),
            p99_ms: ms(prices.latencies.quantile(0.99)),
            slowest_ms: ms(prices.latencies.quantile(1.0)),
            answered: prices.latencies.total(),
            unanswered: prices.unanswered,
            fault: prices.fault.clone(),
        }
    }
}

impl Report {
    /// The attacks beside the quiet; the rows of both stand in the same order, new connections first.
    pub(super) fn of(
        quiet: Vec<Row>,
        attacks: Vec<Row>,
        skipped: Option<String>,
        cpu: Cpu,
        memory: Memory,
    ) -> Self {
        Self { quiet, attacks, bare: Vec::new(), skipped, cpu, memory }
    }

    /// Puts beside it what a bare server met.
    pub(super) fn control(&mut self, bare: Vec<Row>) {
        self.bare = bare;
    }

    /// Whether every price was answered in time; nothing when the run cannot tell. A price that was not answered
    /// speaks for itself, however noisy the machine.
    pub(super) fn holds(&self) -> Option<bool> {
        if self.quiet.iter().chain(&self.attacks).any(|row| row.unanswered > 0) {
            return Some(false);
        }
        let beside = self.attacks.iter().zip(self.quiet.iter().cycle());
        let in_time = beside.into_iter().all(|(row, quiet)| row.p99_ms <= TIMES * quiet.p99_ms);
        self.quiet.iter().all(|row| row.p99_ms <= QUIET_MS).then_some(in_time)
    }
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, p50_ms, p99_ms, slowest_ms, answered, unanswered, fault } = self;
        write!(f, "{name:<46} {p50_ms:>7.2} {p99_ms:>7.2} {slowest_ms:>8.2} {answered:>9} {unanswered:>10}")?;
        write!(f, "  {}", fault.as_deref().unwrap_or_default())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Memory { before, during, after }, Cpu { server, load }) = (&self.memory, &self.cpu);
        writeln!(f, "GET /api/v1/price/BTC 50 times a second and client, one core for the server\n")?;
        let heads = ["p50 ms", "p99 ms", "most ms", "answered", "unanswered"];
        writeln!(
            f,
            "{:<46} {:>7} {:>7} {:>8} {:>9} {:>10}",
            "", heads[0], heads[1], heads[2], heads[3], heads[4]
        )?;
        for row in self.quiet.iter().chain(&self.attacks).chain(&self.bare) {
            writeln!(f, "{row}")?;
        }
        if let Some(skipped) = &self.skipped {
            writeln!(f, "{skipped}")?;
        }
        writeln!(f, "\nMemory: {before} KiB before, {during} KiB under attack, {after} KiB after.")?;
        writeln!(f, "CPU time under attack: {server:.2} s a second, and {load:.2} s for those who attack.")?;
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
