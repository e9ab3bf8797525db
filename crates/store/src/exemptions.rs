//! Who is excused from a rule, for a time.

use aspis_core::{clock::Timestamp, exemption::Exemption, ids::ExemptionId};
use async_trait::async_trait;

use crate::Stored;

/// Exemptions by their identifiers.
#[async_trait]
pub trait Exemptions: Send + Sync {
    /// Every exemption that holds at `now` or will, oldest first.
    async fn exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>>;

    /// Keeps one, unless there are `most` that hold: true when it is kept.
    async fn exempt(&self, exemption: &Exemption, most: usize) -> Stored<bool>;

    /// Ends one before its time; what it was, where it held at `now`.
    async fn end_exemption(&self, id: ExemptionId, now: Timestamp) -> Stored<Option<Exemption>>;

    /// Forgets those that are over; which they were.
    async fn sweep_exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>>;
}
