//! The rounds: every variant once in each, so that a noisy minute falls on all of them.

use std::time::Duration;

use anyhow::Context;

use super::site::{Site, Sites};
use crate::{
    line::{Call, Line},
    usage,
};

/// What is measured, in the order it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    /// axum alone, sent the request with a token.
    Bare,
    /// The whole corridor with a token.
    WithToken,
    /// The whole corridor without one.
    WithoutToken,
    /// With a token, without limits of rate.
    RateOff,
    /// With a token, without inspection.
    InspectOff,
}

impl Variant {
    /// All of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Bare, Self::WithToken, Self::WithoutToken, Self::RateOff, Self::InspectOff];

    /// Its name in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare axum",
            Self::WithToken => "aspis price with token",
            Self::WithoutToken => "aspis price without token",
            Self::RateOff => "aspis with token, rate off",
            Self::InspectOff => "aspis with token, inspect off",
        }
    }

    fn of(self, sites: &Sites) -> (&Site, &[Call]) {
        match self {
            Self::Bare => (&sites.bare, &sites.bare.signed_in),
            Self::WithToken => (&sites.whole, &sites.whole.signed_in),
            Self::WithoutToken => (&sites.whole, &sites.whole.strangers),
            Self::RateOff => (&sites.rate_off, &sites.rate_off.signed_in),
            Self::InspectOff => (&sites.inspect_off, &sites.inspect_off.signed_in),
        }
    }
}

/// One variant in one round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    /// Requests answered in a second.
    pub(super) rate: f64,
    /// The latency of the middle request.
    pub(super) p50: Duration,
    /// The latency that one request in a hundred exceeds.
    pub(super) p99: Duration,
    /// The server's CPU time a request, in microseconds.
    pub(super) cpu: f64,
    /// The share of its core that the server used.
    pub(super) busy: f64,
    /// The server's memory in KiB.
    pub(super) resident: u64,
}

/// One round, in the order of [`Variant::ALL`].
pub(super) type Round = [Figures; Variant::ALL.len()];

/// Load before each measurement, uncounted.
const WARM_UP: Duration = Duration::from_millis(300);

/// Measures all variants in turn.
pub(super) async fn rounds(
    sites: &Sites,
    rounds: u32,
    span: Duration,
    connections: usize,
) -> anyhow::Result<Vec<Round>> {
    let mut done = Vec::new();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        let mut figures = Vec::new();
        for variant in Variant::ALL {
            let (site, calls) = variant.of(sites);
            let measured = measure(site, calls, span, connections).await;
            figures.push(measured.with_context(|| format!("measuring {}", variant.name()))?);
        }
        done.push(Round::try_from(figures).ok().context("a round has one measurement of each variant")?);
    }
    Ok(done)
}

/// The share of its core below which a server cannot have been the limit: the load was, or somebody else's process.
pub(super) const BUSY: f64 = 0.9;

/// Measurements that are given to a variant in a round when others disturb it.
const ATTEMPTS: u32 = 4;

/// The first measurement that nobody disturbed, or the least disturbed one.
async fn measure(site: &Site, calls: &[Call], span: Duration, connections: usize) -> anyhow::Result<Figures> {
    let mut line = Line::open(site.server.address, calls, connections).await?;
    line.run(WARM_UP).await?;
    let mut best = measure_once(site, &mut line, span).await?;
    for _ in 1..ATTEMPTS {
        if best.busy >= BUSY {
            break;
        }
        let again = measure_once(site, &mut line, span).await?;
        if again.busy > best.busy {
            best = again;
        }
    }
    Ok(best)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
async fn measure_once(site: &Site, line: &mut Line, span: Duration) -> anyhow::Result<Figures> {
    let pid = site.server.pid();
    let before = usage::cpu(pid)?;
    let sample = line.run(span).await?;
    let used = usage::cpu(pid)?.saturating_sub(before);
    let answered = sample.latencies.total() as f64;
    Ok(Figures {
        rate: answered / sample.span.as_secs_f64(),
        p50: sample.latencies.quantile(0.50),
        p99: sample.latencies.quantile(0.99),
        cpu: used.as_secs_f64() * 1e6 / answered,
        busy: used.as_secs_f64() / sample.span.as_secs_f64(),
        resident: usage::resident(pid)?,
    })
}
