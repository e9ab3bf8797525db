//! Families that were ended while access tokens of theirs may still be within their time.
//!
//! Every signed request asks here, from memory. The store is told first: what is here was durable before.

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aspis_core::{clock::Timestamp, ids::FamilyId};

/// Revoked families, each until its last access token has expired by itself.
#[derive(Debug, Default)]
pub struct Revocations {
    until: RwLock<Until>,
    count: AtomicUsize,
}

#[derive(Debug, Default)]
struct Until {
    families: HashMap<FamilyId, Timestamp>,
    /// When those whose time is over were last looked for.
    swept: Option<Timestamp>,
}

/// How often those whose time is over are looked for at most: of many that end at once each would look at all.
const PACE: Duration = Duration::from_secs(1);

impl Revocations {
    /// Refuses the family until `until`; forgets those whose time is over.
    pub fn add(&self, family: FamilyId, until: Timestamp, now: Timestamp) {
        self.add_all(&[family], until, now);
    }

    /// Refuses all of these until `until`, in one step.
    pub fn add_all(&self, families: &[FamilyId], until: Timestamp, now: Timestamp) {
        let mut known = self.until.write().unwrap_or_else(PoisonError::into_inner);
        // Also where the clock was set back.
        if known.swept.is_none_or(|swept| now < swept || now.since(swept) >= PACE) {
            known.families.retain(|_, end| *end > now);
            known.swept = Some(now);
        }
        known.families.extend(families.iter().map(|family| (*family, until)));
        self.count.store(known.families.len(), Ordering::Release);
    }

    /// True when the family was ended.
    pub fn contains(&self, family: FamilyId) -> bool {
        // Most of the time nothing is revoked, and then no lock is taken.
        self.count.load(Ordering::Acquire) > 0
            && self.until.read().unwrap_or_else(PoisonError::into_inner).families.contains_key(&family)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_revoked_family_is_refused_until_its_tokens_are_over() {
        let revocations = Revocations::default();
        let (one, other) = (FamilyId(Uuid::from_u128(1)), FamilyId(Uuid::from_u128(2)));
        assert!(!revocations.contains(one));
        revocations.add(one, Timestamp::from_seconds(10), Timestamp::from_seconds(0));
        assert!(revocations.contains(one) && !revocations.contains(other));
        revocations.add(other, Timestamp::from_seconds(30), Timestamp::from_seconds(20));
        assert!(!revocations.contains(one) && revocations.contains(other));
    }
}
