//! Who hears of every try of a secret: for a log of decisions. Nothing of the secret is told, and of the name its keyed hash.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    ids::RequestId,
    scenario::brute_force::tries::{Attempt, Need, Outcome},
};

use super::People;

/// A try, and what stood in its way.
#[derive(Debug, Clone, Copy)]
pub struct Tried {
    /// In which request.
    pub request: Option<RequestId>,
    /// When, since the start.
    pub uptime: Duration,
    /// Who tries what.
    pub attempt: Attempt,
    /// True when the solution of a challenge came with it, good or not.
    pub solution: bool,
    /// True while the server was under attack: every stranger has to bring one.
    pub attacked: bool,
    /// What turned it away; nothing where it went on.
    pub need: Need,
}

/// Hears of tries. It must not wait.
pub trait Witness: Send + Sync {
    /// A try has begun, or was turned away.
    fn tried(&self, tried: &Tried);

    /// One that had begun has ended.
    fn ended(&self, request: Option<RequestId>, uptime: Duration, outcome: Outcome);
}

impl People {
    /// Names who hears of every try; the first word counts.
    pub fn witnessed_by(&self, witness: Arc<dyn Witness>) {
        let _ = self.witness.set(witness);
    }
}
