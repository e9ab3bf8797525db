//! Alerts that the store has not taken yet.

use std::collections::BTreeMap;

use aspis_core::{alert::Alert, ids::AlertId};
use aspis_store::alerts::AlertRow;

/// Rows by their identifiers, so that the oldest come first.
#[derive(Debug, Default)]
pub(super) struct Unsaved(BTreeMap<AlertId, AlertRow>);

/// How many wait at most: more than last at once. Beyond them the oldest are given up; the log has them.
const MOST: usize = 30_000;

impl Unsaved {
    pub(super) fn note(&mut self, alerts: &[Alert]) {
        alerts.iter().map(AlertRow::from).for_each(|row| self.add(row));
    }

    pub(super) fn add(&mut self, row: AlertRow) {
        // What is over does not come back.
        if self.0.get(&row.id).is_some_and(|known| known.ended.is_some()) {
            return;
        }
        self.0.insert(row.id, row);
        while self.0.len() > MOST {
            self.0.pop_first();
        }
    }

    /// All of them, as they are now.
    pub(super) fn all(&self) -> Vec<AlertRow> {
        self.0.values().cloned().collect()
    }

    /// Forgets what was taken and has not changed since.
    pub(super) fn saved(&mut self, rows: &[AlertRow]) {
        for row in rows {
            if self.0.get(&row.id) == Some(row) {
                self.0.remove(&row.id);
            }
        }
    }
}
