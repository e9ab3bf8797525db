//! How the backups fare: when the newest was made, for the rules of alarm and for the metrics.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use aspis_core::clock::Timestamp;

use super::App;

/// No backup is as old.
const NONE: i64 = i64::MIN;

/// What is known of them.
#[derive(Debug)]
pub(crate) struct Backups {
    newest: AtomicI64,
}

impl Default for Backups {
    fn default() -> Self {
        Self { newest: AtomicI64::new(NONE) }
    }
}

impl Backups {
    /// When the newest was made, where there is one.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        Some(self.newest.load(Ordering::Relaxed)).filter(|at| *at != NONE).map(Timestamp)
    }

    /// The folder was looked at.
    pub(crate) fn saw(&self, newest: Option<Timestamp>) {
        self.newest.store(newest.map_or(NONE, |at| at.0), Ordering::Relaxed);
    }
}

/// Has the age of the newest asked for here. The metrics do not keep the application alive.
pub(super) fn count(app: &Arc<App>) {
    let asked = Arc::downgrade(app);
    app.metrics.ask_backup_at(move || {
        let app = asked.upgrade()?;
        app.backups.newest().map(|made| app.clock.now().since(made).as_secs())
    });
}
