//! How soon a node hears what the other one has ended: sign-outs, blocks and keys, while both are read from, and
//! sign-outs of a node that dies right after its answer.

use std::time::Duration;

use aspis_core::clock::{Clock, SystemClock};
use tokio::time::sleep;

use super::{
    caller::Caller,
    ground::{Ground, Place},
    member::Member,
    pair::Pair,
};

mod load;
mod report;
mod trial;

use load::Load;
pub(super) use report::Report;
use trial::{Kind, Trial};

const SETTINGS: [&str; 2] = ["rate.prices=1000000/second", "rate.login=1000000/second"];

/// After a start.
const SETTLED: Duration = Duration::from_secs(3);
/// Who reads beside the trials, at each node.
const READERS: u32 = 16;
/// The first number of those who take part in trials.
const FIRST: u32 = 1000;

/// Tries each kind so often, and so many crashes.
pub(super) async fn run(place: &Place, trials: u16, crashes: u16, reads: u32) -> anyhow::Result<Report> {
    let ground = Ground::new(&SETTINGS).await?;
    let mut pair = Pair::start(&ground, place).await?;
    let clock = SystemClock::start();
    let mut stage = Stage { ground: &ground, clock: &clock, next: FIRST };
    let readers = stage.readers(&pair).await?;
    let loads = [0, 1].map(|node| Load::start(pair.addresses(), node, &readers, reads));
    let begun = clock.uptime();
    let mut rows = Vec::new();
    for kind in Kind::ALL {
        rows.push((kind, stage.trials(&pair, kind, trials).await?));
        eprintln!("told: {} of {} kinds tried", rows.len(), Kind::ALL.len());
    }
    let span = clock.uptime().saturating_sub(begun);
    let read = loads.map(Load::stop);
    let fallen = stage.crashes(&mut pair, place, crashes, &readers, reads).await?;
    Ok(Report::of(&rows, &fallen, read, span))
}

/// What all trials have in common.
struct Stage<'a> {
    ground: &'a Ground,
    clock: &'a SystemClock,
    next: u32,
}

impl Stage<'_> {
    /// Those who read meanwhile.
    async fn readers(&mut self, pair: &Pair) -> anyhow::Result<Vec<Member>> {
        let (mut caller, mut readers) = (Caller::new(pair.addresses()), Vec::new());
        for number in 0..READERS {
            readers.push(Member::join(&mut caller, 0, number).await?);
        }
        Ok(readers)
    }

    /// A trial that nobody has taken part in yet.
    async fn trial(&mut self, pair: &Pair, kind: Kind, at: usize) -> anyhow::Result<Trial> {
        self.next += 1;
        Trial::ready(kind, Caller::new(pair.addresses()), at, self.next, &self.ground.data(at)).await
    }

    /// How long each took, at either node in turn.
    async fn trials(&mut self, pair: &Pair, kind: Kind, count: u16) -> anyhow::Result<Vec<Duration>> {
        let mut took = Vec::new();
        for number in 0..count {
            let mut trial = self.trial(pair, kind, usize::from(number % 2)).await?;
            trial.end().await?;
            took.push(trial.until_refused(self.clock).await?);
        }
        Ok(took)
    }

    /// The same for sign-outs whose node is killed as soon as it has answered, while the other one is read from.
    async fn crashes(
        &mut self,
        pair: &mut Pair,
        place: &Place,
        count: u16,
        readers: &[Member],
        reads: u32,
    ) -> anyhow::Result<Vec<Duration>> {
        let mut took = Vec::new();
        for number in 0..count {
            let at = usize::from(number % 2);
            let mut trial = self.trial(pair, Kind::SignOut, at).await?;
            let load = Load::start(pair.addresses(), 1 - at, readers, reads);
            trial.end().await?;
            pair.0[at].strike()?;
            took.push(trial.until_refused(self.clock).await?);
            load.stop();
            pair.replace(self.ground, place, at).await?;
            // It is the survivor of the next: measured is one that has served for a while.
            sleep(SETTLED).await;
        }
        Ok(took)
    }
}
