//! What a process has used, from `/proc`.

use std::{fs, time::Duration};

use anyhow::Context;

/// The unit of times in `/proc/PID/stat`: 1/100 s on every Linux, whatever the kernel's own timer (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// CPU time of all threads, in user and kernel mode.
pub(crate) fn cpu(pid: u32) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("reading the server's CPU time")?;
    ticks(&stat).map(|ticks| TICK * ticks).context("the server's CPU time is unreadable")
}

/// Fields 14 and 15; counted from behind the name, which may hold anything.
fn ticks(stat: &str) -> Option<u32> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let mut next = || fields.next()?.parse::<u32>().ok();
    Some(next()? + next()?)
}

/// Resident memory in KiB.
pub(crate) fn resident(pid: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).context("reading the server's memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse().ok());
    number.context("the server's memory is unreadable")
}

#[cfg(test)]
mod tests;
