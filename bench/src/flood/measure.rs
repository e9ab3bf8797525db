//! The rounds: each flood once in each, and the quiet before it.

use std::{path::Path, time::Duration};

use anyhow::{Context, ensure};
use aspis_core::clock::{Clock, SystemClock};
use tokio::{task::spawn_blocking, time::sleep};

use super::{
    kind::Flood,
    senders::{Answers, Running},
    site::Site,
};
use crate::{histogram::Histogram, steady, usage};

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

/// One round, in the order of the floods.
pub(super) type Round = Vec<Figures>;

/// Measures all floods in turn, each for `span` or for its own.
pub(super) async fn rounds(
    floods: &[Flood],
    binary: &Path,
    core: usize,
    rounds: u32,
    span: Option<Duration>,
) -> anyhow::Result<Vec<Round>> {
    let mut done = Vec::new();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        let mut figures = Vec::new();
        for flood in floods {
            let site = Site::open(*flood, binary, core).await?;
            let measured = measure(&site, span).await;
            figures.push(measured.with_context(|| format!("measuring {}", flood.name()))?);
        }
        done.push(figures);
    }
    Ok(done)
}

async fn measure(site: &Site, span: Option<Duration>) -> anyhow::Result<Figures> {
    let (address, pid) = (site.server.address, site.server.pid());
    let (pace, usual) = site.flood.prices();
    let span = span.unwrap_or(usual);
    let prices = || spawn_blocking(move || steady::read(address, pace, span));
    let quiet = prices().await??.all_answered()?;
    let flood = Running::start(address, &site.calls)?;
    sleep(site.flood.before()).await;
    flood.take();
    let (clock, before) = (SystemClock::start(), usage::cpu(pid)?);
    let flooded = prices().await??.all_answered()?;
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
    let meant: u64 = flood.answers().iter().filter_map(|status| answers.get(status)).sum();
    ensure!(meant > 0 && meant * 2 > all, "the flood was answered {answers:?}, not {:?}", flood.answers());
    Ok(())
}
