//! How the backups fare: when the newest was made, for the rules of alarm and for the metrics.

use std::{
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use aspis_core::clock::Timestamp;

use super::App;

/// No moment of ours.
const NONE: i64 = i64::MIN;

/// What is known of them.
#[derive(Debug)]
pub(crate) struct Backups {
    newest: AtomicI64,
    /// Since when there is data and no backup.
    without: AtomicI64,
    /// The file of the settings, where the server was given one.
    pub(crate) config: OnceLock<PathBuf>,
}

impl Default for Backups {
    fn default() -> Self {
        Self { newest: AtomicI64::new(NONE), without: AtomicI64::new(NONE), config: OnceLock::new() }
    }
}

impl Backups {
    /// When the newest was made, where there is one.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        moment(&self.newest)
    }

    /// Since when there is data and no backup, where it was looked and there is none.
    pub(crate) fn without(&self) -> Option<Timestamp> {
        moment(&self.without)
    }

    /// The folder was looked at; the data is there since `born`.
    pub(crate) fn saw(&self, newest: Option<Timestamp>, born: Timestamp) {
        self.newest.store(newest.map_or(NONE, |at| at.0), Ordering::Relaxed);
        self.without.store(if newest.is_none() { born.0 } else { NONE }, Ordering::Relaxed);
    }
}

fn moment(at: &AtomicI64) -> Option<Timestamp> {
    Some(at.load(Ordering::Relaxed)).filter(|at| *at != NONE).map(Timestamp)
}

/// Has the age of the newest asked for here. The metrics do not keep the application alive.
pub(super) fn count(app: &Arc<App>) {
    let asked = Arc::downgrade(app);
    app.metrics.ask_backup_at(move || {
        let app = asked.upgrade()?;
        app.backups.newest().map(|made| app.clock.now().since(made).as_secs())
    });
}
