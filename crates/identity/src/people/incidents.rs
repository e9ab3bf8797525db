//! What an operator did to people in an incident, put in force here: the store knows it already.
//!
//! Deliberately not here: who may do it, and how it is written down.

use std::time::Duration;

use aspis_core::{
    clock::Timestamp,
    event::Kind,
    hex,
    ids::{AccountId, ActionId, FamilyId},
    secret::SecretText,
};
use aspis_store::{actions::notice_id, notices::Notice};

use super::{People, Refusal, letters};
use crate::refresh;

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
        for family in families {
            self.browsers.end(*family);
        }
        self.revocations.add_all(families, now.plus(self.memory()), now);
    }

    /// What a factor proved that is gone proves nothing any more.
    pub fn weaken(&self, account: AccountId) {
        self.browsers.weaken(account);
    }

    /// Takes the signing keys that are in the vault now. `at_once`: what was remembered as good is looked at anew.
    pub async fn take_signing_keys(&self, at_once: bool) -> Result<(), Refusal> {
        let (now, vault) = (self.clock.now(), self.store.vault.as_ref());
        self.access.reload(vault, now, self.chance.as_ref()).await?;
        if at_once {
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

    /// Writes to people whom an operator's doing touched, where there is mail. Their notices are in the store already.
    pub async fn write_to_touched(
        &self,
        kind: Kind,
        action: ActionId,
        at: Timestamp,
        accounts: &[AccountId],
        text: Option<&str>,
    ) {
        let Some(courier) = &self.courier else { return };
        for account in accounts {
            let Ok(Some(owner)) = self.store.accounts.by_id(*account).await else { continue };
            let notice = Notice {
                id: notice_id(action, *account),
                account: *account,
                kind: kind.word().to_owned(),
                at,
                client: None,
                agent: None,
                text: text.map(str::to_owned),
            };
            courier.send(letters::from_operator(owner.email, &notice));
        }
    }

    /// A link for one more operator.
    pub async fn invite_operator(&self, valid: Duration) -> Result<SecretText, Refusal> {
        let token = self.refresh.fresh(self.chance.as_ref());
        let until = self.clock.now().plus(valid);
        self.store.invitations.invite(&refresh::hash(&token), until).await?;
        Ok(token)
    }

    /// Every name that is locked now, the longest first.
    pub async fn lockouts(&self) -> Result<Vec<Lockout>, Refusal> {
        let mut locked: Vec<Lockout> = self
            .tries
            .locked(self.clock.uptime())
            .into_iter()
            .map(|(key, left)| Lockout { account: None, id: hex::encode(&key.0), left })
            .collect();
        let mut after = None;
        while locked.iter().any(|lockout| lockout.account.is_none()) {
            let part = self.store.accounts.list(after, PART).await?;
            let Some((last, _)) = part.last() else { break };
            after = Some(*last);
            for (account, email) in part {
                let id = hex::encode(&self.names.key(&email).0);
                let own = locked.iter_mut().filter(|lockout| lockout.id == id);
                own.for_each(|lockout| lockout.account = Some((account, email.clone())));
            }
        }
        locked.sort_by_key(|lockout| std::cmp::Reverse(lockout.left));
        Ok(locked)
    }

    /// Lifts the lock of a name, by what [`People::lockouts`] calls it or by the name itself. True when it was locked.
    pub fn lift_lock(&self, name: &str) -> bool {
        let now = self.clock.uptime();
        let locked = self.tries.locked(now);
        let by_id = locked.iter().map(|(key, _)| *key).find(|key| hex::encode(&key.0) == name);
        self.tries.lift(by_id.unwrap_or_else(|| self.names.key(name)), now)
    }
}
