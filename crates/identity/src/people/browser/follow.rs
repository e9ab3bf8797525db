//! What the store says of a session, put into memory: unless memory has heard something newer meanwhile.
//!
//! Between the answer of the store and the moment it is put in force here a session may have ended, or have got another
//! cookie. So whoever asks looks first, and what they bring counts only while all is as they saw it.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use aspis_core::{clock::Timestamp, ids::FamilyId, principal::Role};
use aspis_store::sessions::Family;

use super::{Browsers, Live, SessionKey, from_hex};
use crate::revocations::Revocations;

/// What memory knew before the store was asked.
#[derive(Debug)]
pub(in crate::people) struct Before {
    live: HashMap<FamilyId, Arc<Live>>,
    weakened: u64,
}

impl Before {
    /// The sessions that memory knew.
    pub(in crate::people) fn families(&self) -> impl Iterator<Item = FamilyId> {
        self.live.keys().copied()
    }
}

impl Live {
    /// True where both open the same to the same.
    fn is_like(&self, other: &Self) -> bool {
        let of = |live: &Self| (live.who, live.created);
        of(self) == of(other) && (&self.client, &self.agent) == (&other.client, &other.agent)
    }

    /// Somebody has used it, here or at another node.
    fn was_used(&self, at: Timestamp) {
        self.used.fetch_max(at.0, Ordering::Relaxed);
        self.saved.fetch_max(at.0, Ordering::Relaxed);
    }
}

impl Browsers {
    /// What is known of one session.
    pub(in crate::people) fn before(&self, family: FamilyId) -> Before {
        let map = self.map();
        let live = map.of(family).map(|(_, live)| (family, Arc::clone(live)));
        Before { live: live.into_iter().collect(), weakened: map.weakened }
    }

    /// What is known of all of them.
    pub(in crate::people) fn before_all(&self) -> Before {
        let map = self.map();
        let live = map.sessions.values().map(|live| (live.who.family, Arc::clone(live))).collect();
        Before { live, weakened: map.weakened }
    }

    /// Takes in what the store says of a session. False, and nothing is changed, where memory has heard something else
    /// since `before`: then the store has to be asked again. What has ended stays so.
    pub(in crate::people) fn follow(
        &self,
        before: &Before,
        family: &Family,
        role: Role,
        ended: &Revocations,
    ) -> bool {
        let Some(key) = family.cookie.as_deref().and_then(from_hex) else { return true };
        let mut map = self.map_mut();
        let known = map.of(family.id).map(|(key, live)| (*key, Arc::clone(live)));
        let was = before.live.get(&family.id);
        let is_news = known.as_ref().map(|(_, live)| Arc::as_ptr(live)) != was.map(Arc::as_ptr);
        if is_news || (family.strong && map.weakened != before.weakened) {
            return false;
        }
        if ended.contains(family.id) {
            map.end(family.id);
        } else if let Some(live) = changed(known, key, Live::new(family, role)) {
            map.put(key, live);
        }
        true
    }

    /// Takes in when another node last saw a session used. False where it is not known here.
    pub(in crate::people) fn was_used(&self, family: FamilyId, at: Timestamp) -> bool {
        self.map().of(family).map(|(_, live)| live.was_used(at)).is_some()
    }
}

/// The session anew, where it is not as it was. Its uses go on, and what was noted of its place.
fn changed(known: Option<(SessionKey, Arc<Live>)>, key: SessionKey, fresh: Live) -> Option<Live> {
    let Some((known_key, known)) = known else { return Some(fresh) };
    if known_key == key && known.is_like(&fresh) {
        known.was_used(Timestamp(fresh.used.load(Ordering::Relaxed)));
        return None;
    }
    fresh.used.fetch_max(known.used.load(Ordering::Relaxed), Ordering::Relaxed);
    if (&known.client, &known.agent) == (&fresh.client, &fresh.agent) {
        fresh.moved.store(known.moved.load(Ordering::Relaxed), Ordering::Relaxed);
    }
    Some(fresh)
}
