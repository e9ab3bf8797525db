//! A server of others that dies with this process, and can be held still or killed with all that it has started.

use std::{
    fs,
    os::unix::fs::chown,
    path::Path,
    process::{Child, Command},
    time::Duration,
};

use anyhow::{Context, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use tokio::time::sleep;

use crate::tools;

/// Who runs what refuses to run as root.
const NOBODY_SPECIAL: &str = "postgres";
const STEP: Duration = Duration::from_millis(10);
/// How long a server of others may take to start or to end.
const STEPS: u32 = 6000;

/// A command that ends when this thread does, however that ends.
pub(super) fn bound_to_us(program: &Path) -> Command {
    let mut command = tools::command("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}

/// The same, and never as root.
pub(super) fn never_as_root(program: &Path) -> Command {
    let mut command = tools::command("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if geteuid().is_root() {
        command.args(["--reuid", NOBODY_SPECIAL, "--regid", NOBODY_SPECIAL, "--clear-groups"]);
    }
    // The folder that this was started in may be closed to them.
    command.arg(program).current_dir("/");
    command
}

/// Gives a folder to who will run the server.
pub(super) fn give(folder: &Path) -> anyhow::Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let user = User::from_name(NOBODY_SPECIAL)?.context("there is no user postgres")?;
    chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw())).context("giving a folder away")
}

/// Sends a signal to a process and to those that it has started.
pub(super) fn signal(child: &Child, which: Signal) {
    let own = child.id().to_string();
    for pid in children(&own).into_iter().chain([own]) {
        // It may have ended meanwhile.
        let _ = pid.parse().map(|pid| kill(Pid::from_raw(pid), which));
    }
}

fn children(own: &str) -> Vec<String> {
    let all = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let all = all.filter_map(|entry| entry.file_name().into_string().ok());
    all.filter(|pid| parent(pid).as_deref() == Some(own)).collect()
}

fn parent(pid: &str) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold anything; after it come the state and the parent.
    Some(stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.to_owned())
}

/// Waits for the end of a process.
pub(super) async fn ended(child: &mut Child) -> anyhow::Result<()> {
    for _ in 0..STEPS {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        sleep(STEP).await;
    }
    anyhow::bail!("process {} does not end", child.id())
}

/// Waits until something is so.
pub(super) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> anyhow::Result<()> {
    for _ in 0..STEPS {
        if is_so().await {
            return Ok(());
        }
        sleep(STEP).await;
    }
    ensure!(is_so().await, "{what} within {:?}", STEP * STEPS);
    Ok(())
}
