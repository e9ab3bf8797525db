//! One proof is good once, whichever node it is brought to.
//!
//! Each node remembers the proofs it has taken by itself, and asks what all have taken after that: so what came here
//! before costs no second look, and a home that comes back empty lets none be used here again.

use std::{sync::Arc, time::Duration};

use aspis_core::clock::Timestamp;
use aspis_store::fleeting::{Spent, spent::Once};

use super::{DpopError, Proofs, Thumbprint, replay};

/// How far the clocks of two nodes may differ: what was used is remembered elsewhere for so much longer.
const CLOCKS: Duration = Duration::from_secs(60);

/// What a proof showed that is good on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a proof that another node may have taken is good for nothing yet"]
pub struct Shown {
    /// The key that it is of.
    pub key: Thumbprint,
    /// Where there are other nodes: what they have to be asked.
    pub unspent: Option<Unspent>,
}

/// A proof that this node has taken and another may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unspent {
    pub(super) name: replay::Name,
    pub(super) until: Timestamp,
}

impl Proofs {
    /// The same beside other nodes.
    #[must_use]
    pub fn shared(self, all: Option<Arc<dyn Spent>>) -> Self {
        Self { all, ..self }
    }

    /// Takes a proof on all nodes: of many at once one is let in. While nobody knows what they have taken it is good
    /// once on each.
    pub async fn spend(&self, proof: Unspent, now: Timestamp) -> Result<(), DpopError> {
        let Some(all) = &self.all else { return Ok(()) };
        let span = proof.until.since(now) + CLOCKS;
        let fresh = all.spend(Once::Proof, &proof.name, span).await.unwrap_or(true);
        if fresh { Ok(()) } else { Err(DpopError::Replayed) }
    }
}
