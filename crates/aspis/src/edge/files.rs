//! The file limit: raised to fit the connections, or the connections lowered to fit it.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::limits::Limits;

/// Files beside connections: database, logs, other listeners, answers to those who are turned away.
const SPARE: u64 = 512;

/// Raises the soft limit to the hard one; lowers the caps, with a warning, where that is not enough.
pub(super) fn fit(limits: Limits) -> Limits {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return limits };
    let files =
        if soft < hard && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok() { hard } else { soft };
    let places = places(files, limits.connections);
    if places == limits.connections {
        return limits;
    }
    tracing::warn!(
        wanted = limits.connections,
        connections = places,
        open_files = files,
        "the file limit is too low for edge.connections: raise LimitNOFILE (ulimit -n) or lower the setting"
    );
    lower(limits, places)
}

/// How many of the `wanted` connections fit into so many files: all but the spare ones, but at least half.
fn places(files: u64, wanted: usize) -> usize {
    let room = files.saturating_sub(SPARE).max(files / 2).max(1);
    usize::try_from(room).map_or(wanted, |room| room.min(wanted))
}

fn lower(limits: Limits, connections: usize) -> Limits {
    Limits { connections, reserved: limits.reserved.min(connections / 10), ..limits }
}

#[cfg(test)]
mod tests;
