//! What an operator did to people in an incident, put in force here: the store knows it already.
//!
//! Deliberately not here: who may do it, and how it is written down.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    time::Duration,
};

use aspis_core::{
    clock::Timestamp,
    event::Kind,
    hex,
    ids::{AccountId, ActionId, FamilyId},
    scenario::brute_force::tries::NameKey,
};
use aspis_store::{Stored, actions::notice_id, notices::Notice};

use super::{People, Refusal, letters};

/// A name that is locked for those who are not on a known device of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockout {
    /// The account of that name, with its address, where there is one.
    pub account: Option<(AccountId, String)>,
    /// What to lift it by.
    pub id: String,
    /// For how long yet.
    pub left: Duration,
}

/// Accounts that are looked at in one step.
const PART: u32 = 1000;

impl People {
    /// Refuses sign-ins that the store has ended.
    pub fn refuse_families(&self, families: &[FamilyId]) {
        let now = self.clock.now();
        self.revocations.add_all(families, now.plus(self.memory()), now);
        for family in families {
            self.browsers.end(*family);
        }
    }

    /// What a factor proved that is gone proves nothing any more.
    pub fn weaken(&self, account: AccountId) {
        self.browsers.weaken(account);
    }

    /// Takes the signing keys that are in the vault now. What was remembered as good is looked at anew where one of them
    /// is gone, and always where it is `at_once`.
    pub async fn take_signing_keys(&self, at_once: bool) -> Stored<()> {
        let (now, vault) = (self.clock.now(), self.store.vault.as_ref());
        let fewer = self.access.reload(vault, now, self.chance.as_ref()).await?;
        if at_once || fewer {
            self.verified.clear();
        }
        Ok(())
    }

    /// The names of the signing keys that are held now.
    pub fn signing_names(&self) -> Vec<String> {
        crate::token::signing_names(self.rules.keys, self.clock.now())
    }

    /// Until when what is signed now can be good.
    pub fn signed_until(&self) -> Timestamp {
        self.clock.now().plus(self.rules.keys.after)
    }

    /// True while there is room for letters to many, beside those that somebody waits for.
    pub fn has_room_for_many(&self) -> bool {
        self.courier.as_ref().is_none_or(|courier| courier.has_room_for_many())
    }

    /// Writes to somebody whom an operator's doing touched, where there is mail. Their notice is in the store already.
    pub async fn write_to_touched(
        &self,
        kind: Kind,
        action: ActionId,
        at: Timestamp,
        account: AccountId,
        text: Option<&str>,
    ) -> Stored<()> {
        let Some(courier) = &self.courier else { return Ok(()) };
        let Some(owner) = self.store.accounts.by_id(account).await? else { return Ok(()) };
        let notice = Notice {
            id: notice_id(action, account),
            account,
            kind: kind.word().to_owned(),
            at,
            client: None,
            agent: None,
            text: text.map(str::to_owned),
        };
        courier.send(letters::from_operator(owner.email, &notice));
        Ok(())
    }

    /// Names that are locked now, the longest first; so many at most.
    pub async fn lockouts(&self, most: usize) -> Result<Vec<Lockout>, Refusal> {
        let mut locked = self.tries.locked().await?;
        locked.sort_by_key(|(_, left)| Reverse(*left));
        locked.truncate(most);
        let mut owners = self.owners(locked.iter().map(|(key, _)| *key).collect()).await?;
        let lockout = |(key, left): (NameKey, _)| Lockout {
            account: owners.remove(&key),
            id: hex::encode(&key.0),
            left,
        };
        Ok(locked.into_iter().map(lockout).collect())
    }

    /// Whose names these are, where somebody has them.
    async fn owners(
        &self,
        mut sought: HashSet<NameKey>,
    ) -> Result<HashMap<NameKey, (AccountId, String)>, Refusal> {
        let (mut owners, mut after) = (HashMap::new(), None);
        while !sought.is_empty() {
            let part = self.store.accounts.list(after, PART).await?;
            let Some((last, _)) = part.last() else { break };
            after = Some(*last);
            for (account, email) in part {
                let key = self.names.key(&email);
                if sought.remove(&key) {
                    owners.insert(key, (account, email));
                }
            }
        }
        Ok(owners)
    }

    /// Lifts the lock of a name, by what [`People::lockouts`] calls it or by the name itself. What it is called, when it
    /// was locked.
    pub async fn lift_lock(&self, name: &str) -> Result<Option<String>, Refusal> {
        let locked = self.tries.locked().await?;
        let by_id = locked.iter().map(|(key, _)| *key).find(|key| hex::encode(&key.0) == name);
        let key = by_id.unwrap_or_else(|| self.names.key(name));
        Ok(self.tries.lift(key).await?.then(|| hex::encode(&key.0)))
    }
}
