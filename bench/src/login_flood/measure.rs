//! The rounds: each flood once in each, and the quiet before it.

use std::time::Duration;

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use tokio::{task::spawn_blocking, time::sleep};

use super::{
    flood::{Answers, Running},
    site::{Flood, Site},
    steady,
};
use crate::{histogram::Histogram, usage};

/// Flood before its measurement: the first tries of a client are hashed, and queues fill.
const WARM_UP: Duration = Duration::from_secs(1);

/// One flood in one round.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    pub(super) quiet: Histogram,
    pub(super) flooded: Histogram,
    /// What the flood was answered while the prices were read.
    pub(super) answers: Answers,
    /// The share of its core that the flooded server used.
    pub(super) busy: f64,
    /// How long the flood was measured.
    pub(super) span: Duration,
}

/// One round, in the order of [`Flood::ALL`].
pub(super) type Round = Vec<Figures>;

/// Measures all floods in turn.
pub(super) async fn rounds(sites: &[Site], rounds: u32, span: Duration) -> anyhow::Result<Vec<Round>> {
    let mut done = Vec::new();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        let mut figures = Vec::new();
        for site in sites {
            let measured = measure(site, span).await;
            figures.push(measured.with_context(|| format!("measuring {}", site.flood.name()))?);
        }
        done.push(figures);
    }
    Ok(done)
}

async fn measure(site: &Site, span: Duration) -> anyhow::Result<Figures> {
    let (address, pid) = (site.server.address, site.server.pid());
    let prices = || spawn_blocking(move || steady::read(address, span));
    let quiet = prices().await??;
    let flood = Running::start(address, &site.flood.calls());
    sleep(WARM_UP).await;
    flood.take();
    let (clock, before) = (SystemClock::start(), usage::cpu(pid)?);
    let flooded = prices().await??;
    let span = clock.uptime();
    let used = usage::cpu(pid)?.saturating_sub(before);
    let answers = flood.take();
    flood.stop().await?;
    judge(site.flood, &answers)?;
    Ok(Figures { quiet, flooded, answers, busy: used.as_secs_f64() / span.as_secs_f64(), span })
}

/// A flood that is answered otherwise says nothing about the one that is meant.
fn judge(flood: Flood, answers: &Answers) -> anyhow::Result<()> {
    let all: u64 = answers.values().sum();
    let meant = answers.get(&flood.answer()).copied().unwrap_or(0);
    ensure!(meant > 0 && meant * 2 > all, "the flood was answered {answers:?}, not {}", flood.answer());
    Ok(())
}
