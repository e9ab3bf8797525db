//! A line of the table on every core there is: each goes through batches of its own, one after the other.
//!
//! Which core that is makes no difference to the numbers: a batch knows nothing of those before it.

use std::{num::NonZeroUsize, thread};

use anyhow::Context;
use aspis_core::clock::{Clock, SystemClock};
use tokio::runtime;

use super::{batch::Stage, case::Case, crowd::Crowd, row::Row, tally::Tally};
use crate::{dice::Dice, usage};

/// Clients of a batch.
const BATCH: u32 = 50_000;

/// Goes through a line.
pub(super) fn run(case: &Case, seed: u64) -> anyhow::Result<Row> {
    let clock = SystemClock::start();
    let lanes = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(batches(case) as usize);
    let walk = |lane| move || walk(case, seed, lane, lanes);
    let walked: Vec<_> = thread::scope(|scope| {
        let walking: Vec<_> = (0..lanes).map(|lane| scope.spawn(walk(lane))).collect();
        walking.into_iter().map(|lane| lane.join().expect("what it says is an error")).collect()
    });
    let mut tally = Tally::default();
    let mut bytes = 0;
    for lane in walked {
        let (counted, held) = lane?;
        (tally, bytes) = (tally.and(counted), bytes + held);
    }
    let resident = usage::resident(std::process::id()).context("asking for our own memory")?;
    Ok(Row::new(case, &tally, clock.uptime(), bytes, resident))
}

/// Every so manieth batch. Also the memory of the windows.
fn walk(case: &Case, seed: u64, lane: usize, lanes: usize) -> anyhow::Result<(Tally, usize)> {
    let runtime = runtime::Builder::new_current_thread().build()?;
    let mut stage = Stage::new(case, crowd(case, 0));
    let mut tally = Tally::default();
    for batch in (0..batches(case)).skip(lane).step_by(lanes) {
        let run = stage.run(crowd(case, batch), batch * BATCH, Dice::new(seed, batch));
        tally = tally.and(runtime.block_on(run)?);
    }
    Ok((tally, stage.bytes()))
}

fn batches(case: &Case) -> u32 {
    case.clients.div_ceil(BATCH)
}

/// Who is in a batch. None has more than the first: neither clients nor floods.
fn crowd(case: &Case, batch: u32) -> Crowd {
    let batches = batches(case);
    let all = BATCH.min(case.clients - batch * BATCH);
    let floods = case.floods / batches + u32::from(batch < case.floods % batches);
    Crowd::new(floods.min(all), all)
}
