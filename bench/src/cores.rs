//! Two cores, one for the server and one for the load, so that neither takes time from the other.

use anyhow::{Context, ensure};
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};

/// Which core does what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cores {
    /// For the server.
    pub(crate) server: usize,
    /// For the load.
    pub(crate) load: usize,
}

const SELF: Pid = Pid::from_raw(0);

impl Cores {
    /// The first two that this process may use.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let allowed = sched_getaffinity(SELF).context("reading which cores may be used")?;
        let cores: Vec<_> =
            (0..CpuSet::count()).filter(|core| allowed.is_set(*core).unwrap_or(false)).collect();
        ensure!(cores.len() >= 2, "two cores are needed: one for the server, one for the load");
        Ok(Self { server: cores[0], load: cores[1] })
    }
}

/// Keeps this thread, and what it starts from now on, on one core.
pub(crate) fn stay_on(core: usize) -> anyhow::Result<()> {
    let mut only = CpuSet::new();
    only.set(core)?;
    sched_setaffinity(SELF, &only).with_context(|| format!("staying on core {core}"))
}

/// Does `work` on one core and comes back to where this thread was. A process started in it stays there.
pub(crate) fn on<T>(core: usize, work: impl FnOnce() -> T) -> anyhow::Result<T> {
    let before = sched_getaffinity(SELF)?;
    stay_on(core)?;
    let done = work();
    sched_setaffinity(SELF, &before)?;
    Ok(done)
}
