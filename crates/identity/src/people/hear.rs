//! What memory does when another node has changed something: it reads the store anew.
//!
//! A change says which thing it is about and never what has become of it. So it does no harm that one is told twice,
//! late or out of order: memory comes to what the store says at that moment, and what this node knows to be ended stays
//! so. Whoever did it here has put it in force already, and may hear of it all the same. Deliberately not here: who
//! tells, and how soon.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
};
use aspis_store::{
    Stored,
    sessions::{Family, Standing},
};

use super::People;

/// What the names of signing keys in the vault begin with.
const SIGNING: &str = "token_signing.";

impl People {
    /// A sign-in has changed: it began, was stepped up, belongs elsewhere now, or was ended.
    pub async fn hear_family(&self, id: FamilyId) -> Stored<()> {
        loop {
            let before = self.browsers.before(id);
            let Some(Standing { mut family, role, .. }) = self.still_stands(id).await? else { return Ok(()) };
            family.strong = self.is_strong(&family).await?;
            if self.browsers.follow(&before, &family, role, &self.revocations) {
                return Ok(());
            }
            // Something else was heard of it meanwhile.
        }
    }

    /// How a browser session stands, while it does. A sign-in that somebody ended is at an end here too.
    async fn still_stands(&self, id: FamilyId) -> Stored<Option<Standing>> {
        let (now, standing) = (self.clock.now(), self.store.sessions.standing(id).await?);
        match standing {
            Some(standing) if !standing.is_ended() => {
                // A sign-in that runs out ends by itself, and its last tokens are good until they do.
                Ok(Some(standing).filter(|one| one.family.cookie.is_some() && now < one.family.expires))
            }
            _ => {
                self.refuse_family(id, now);
                Ok(None)
            }
        }
    }

    /// What a factor proved that is gone proves nothing any more.
    async fn is_strong(&self, family: &Family) -> Stored<bool> {
        Ok(family.strong && self.store.factors.enrolled(family.account).await?.any())
    }

    /// An account has changed: it was disabled or enabled, its role, its networks, its password or its factors are
    /// others. Its sign-ins are looked at, too.
    pub async fn hear_account(&self, account: AccountId) -> Stored<()> {
        self.take_addresses_of(account).await?;
        let since = self.clock.now().minus(self.memory());
        let all = self.store.sessions.standing_of(account, since).await?;
        let lately = |one: &Standing| one.revoked.is_none_or(|at| at >= since);
        let ended = all.iter().filter(|one| one.is_ended() && lately(one)).map(|one| one.family.id);
        self.refuse_families(&ended.collect::<Vec<_>>());
        for one in all.iter().filter(|one| !one.is_ended() && one.family.cookie.is_some()) {
            self.hear_family(one.family.id).await?;
        }
        Ok(())
    }

    /// A key that all nodes share has changed. Only those that sign ever do: every other is written once.
    pub async fn hear_vault(&self, name: &str) -> Stored<()> {
        if name.starts_with(SIGNING) { self.take_signing_keys(false).await } else { Ok(()) }
    }

    /// Browser sessions that were used since then at any node: none ends here for being idle that is in use elsewhere.
    /// Uses are written down every few seconds; to be called once in a small part of `session.idle`.
    pub async fn hear_uses(&self, since: Timestamp) -> Stored<()> {
        for (family, at) in self.store.sessions.used_since(since).await? {
            if !self.browsers.was_used(family, at) && !self.revocations.contains(family) {
                self.hear_family(family).await?;
            }
        }
        Ok(())
    }

    /// Something may have been missed: everything is read anew, while requests go on. What has ended comes first.
    pub async fn hear_all(&self) -> Stored<()> {
        self.take_people().await?;
        self.take_signing_keys(false).await
    }

    /// Reads who was signed out, who may not act from everywhere, and which browsers are signed in.
    pub(super) async fn take_people(&self) -> Stored<()> {
        let since = self.clock.now().minus(self.memory());
        self.refuse_families(&self.store.sessions.revoked_since(since).await?);
        self.take_addresses().await?;
        self.take_sessions().await
    }

    async fn take_sessions(&self) -> Stored<()> {
        let (before, mut factors) = (self.browsers.before_all(), HashMap::new());
        let mut left: HashSet<FamilyId> = before.families().collect();
        for (mut family, role) in self.store.sessions.browser_sessions(self.clock.now()).await? {
            if let (true, Entry::Vacant(room)) = (family.strong, factors.entry(family.account)) {
                room.insert(self.store.factors.enrolled(family.account).await?.any());
            }
            family.strong = family.strong && factors.get(&family.account) == Some(&true);
            if self.browsers.follow(&before, &family, role, &self.revocations) {
                left.remove(&family.id);
            } else {
                left.insert(family.id);
            }
        }
        // Of these the store has said nothing, or memory has heard something meanwhile.
        for family in left {
            self.hear_family(family).await?;
        }
        Ok(())
    }
}
