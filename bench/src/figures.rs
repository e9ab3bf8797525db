//! One server under full load for a while: how fast it answers, and what an answer costs it.

use std::{net::SocketAddr, time::Duration};

use crate::{
    line::{Call, Line},
    usage,
};

/// Who is measured, and with what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its processes, all on one core.
    pub(crate) pids: &'a [u32],
    /// What it is sent.
    pub(crate) calls: &'a [Call],
}

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// Requests answered in a second.
    pub(crate) rate: f64,
    /// The latency of the middle request.
    pub(crate) p50: Duration,
    /// The latency that one request in a hundred exceeds.
    pub(crate) p99: Duration,
    /// CPU time a request, in microseconds.
    pub(crate) cpu: f64,
    /// The share of the core that was used.
    pub(crate) busy: f64,
    /// Memory in KiB.
    pub(crate) resident: u64,
}

/// Load before each measurement, uncounted.
const WARM_UP: Duration = Duration::from_millis(300);

/// The share of its core below which a server cannot have been the limit: the load was, or somebody else's process.
pub(crate) const BUSY: f64 = 0.9;

/// Measurements that are given to a server in a round when others disturb it.
const ATTEMPTS: u32 = 4;

/// The first measurement that nobody disturbed, or the least disturbed one.
pub(crate) async fn measure(
    target: Target<'_>,
    span: Duration,
    connections: usize,
) -> anyhow::Result<Figures> {
    let mut line = Line::open(target.address, target.calls, connections).await?;
    line.run(WARM_UP).await?;
    let mut best = once(target, &mut line, span).await?;
    for _ in 1..ATTEMPTS {
        if best.busy >= BUSY {
            break;
        }
        let again = once(target, &mut line, span).await?;
        if again.busy > best.busy {
            best = again;
        }
    }
    Ok(best)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
async fn once(target: Target<'_>, line: &mut Line, span: Duration) -> anyhow::Result<Figures> {
    let before = cpu(target.pids)?;
    let sample = line.run(span).await?;
    let used = cpu(target.pids)?.saturating_sub(before);
    let answered = sample.latencies.total() as f64;
    Ok(Figures {
        rate: answered / sample.span.as_secs_f64(),
        p50: sample.latencies.quantile(0.50),
        p99: sample.latencies.quantile(0.99),
        cpu: used.as_secs_f64() * 1e6 / answered,
        busy: used.as_secs_f64() / sample.span.as_secs_f64(),
        resident: target.pids.iter().map(|pid| usage::resident(*pid)).sum::<anyhow::Result<_>>()?,
    })
}

fn cpu(pids: &[u32]) -> anyhow::Result<Duration> {
    pids.iter().map(|pid| usage::cpu(*pid)).sum()
}
