//! Two cores, one for the server and one for the load, so that neither takes time from the other.

use anyhow::{Context, ensure};
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};

use crate::tools;

/// Which core does what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cores {
    /// For the server.
    pub(crate) server: usize,
    /// For the load.
    pub(crate) load: usize,
}

/// As nice as a thread can be (POSIX, `nice`).
const LAST: i32 = 19;
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

/// Leaves the core of this thread to others: only when none of them wants to does it run. What is nice has its slices of
/// milliseconds all the same; what runs as `SCHED_IDLE` has none that it keeps. What it starts from now on does alike.
///
/// Attackers do this for the normal clients beside them, whom ten thousand clients of one core would else keep waiting.
/// On the net they would have cores of their own.
pub(crate) fn step_back() {
    // Where a system does not allow it, it is as it was.
    let _ = rustix::process::nice(LAST);
    let mut idle = tools::command("chrt");
    let _ = idle.args(["--idle", "--pid", "0", &rustix::thread::gettid().to_string()]).status();
}

/// Does `work` on one core and comes back to where this thread was. A process started in it stays there.
pub(crate) fn on<T>(core: usize, work: impl FnOnce() -> T) -> anyhow::Result<T> {
    let before = sched_getaffinity(SELF)?;
    stay_on(core)?;
    let done = work();
    sched_setaffinity(SELF, &before)?;
    Ok(done)
}
