//! Counts of all nodes, added up: what this node has to add goes out, and what comes back is judged.

use std::sync::Arc;

use aspis_core::alert::{Alert, Part, Sum};
use aspis_store::{
    Stored,
    fleeting::{
        Sums,
        sums::{Add, MOST_ADDS, Teller},
    },
};

use super::Engine;

/// Where counts are added up, and as whom.
pub(super) struct Others {
    pub(super) sums: Arc<dyn Sums>,
    pub(super) teller: Teller,
}

/// Round trips in one go, at most; what is left goes with the next.
const ROUNDS: usize = 8;

impl Engine {
    /// Adds what was counted here to the sums of all nodes, and judges those. To be called once a second, and not before
    /// the last call is over.
    pub async fn add_up(&self) -> Stored<()> {
        let Some(others) = &self.others else { return Ok(()) };
        for _ in 0..ROUNDS {
            let parts = self.state().watch.parts(MOST_ADDS, self.now());
            if parts.is_empty() {
                break;
            }
            let adds: Vec<_> = parts.iter().map(add).collect();
            match others.sums.add(others.teller, &adds).await {
                Ok(sums) => self.judge_sums(parts, sums),
                Err(error) => {
                    self.state().watch.unheard(parts);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn judge_sums(&self, parts: Vec<Part>, sums: Vec<aspis_store::fleeting::sums::Sum>) {
        let sums = sums.into_iter().map(|sum| Sum { count: sum.count, ours: sum.ours });
        let heard: Vec<_> = parts.into_iter().zip(sums).collect();
        let mut state = self.state();
        let alerts: Vec<Alert> = state.watch.heard(&heard, self.now(), self.parts.chance.as_ref());
        state.unsaved.note(&alerts);
        drop(state);
        self.say(&alerts);
    }
}

/// One sum has one name everywhere: by its rule, bar and window, and whom it is about.
fn add(part: &Part) -> Add {
    let Part { rule, severity, subject, bar, more, .. } = part;
    let (severity, kind) = (severity.word(), subject.kind());
    let what = format!("{} {severity} {} {kind} {}", rule.word(), bar.window.as_secs(), subject.name());
    Add { what: what.into_bytes(), window: bar.window, from: bar.from, more: *more }
}
