//! What each change does.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId, KeyId},
    principal::Role,
};

use super::super::State;
use crate::{
    actions::{Action, Change, Done, Obstacle, RETIRED, Whom, retire},
    keys::ApiKey,
};

impl State {
    pub(super) fn change(&mut self, change: &Change, action: &mut Action) -> Result<Done, Obstacle> {
        let now = action.at;
        match change {
            Change::Block { block, most } => {
                action.before = self.block(block, *most).map_err(|()| Obstacle::Full)?;
                Ok(touching(1))
            }
            Change::Unblock(network) => {
                action.before = Some(self.blocks.remove(network).ok_or(Obstacle::Unknown)?);
                Ok(touching(1))
            }
            Change::EndSignIns { whom, since, but } => {
                self.meets(*whom)?;
                let ended = self.end_sign_ins(*whom, *since, *but, now);
                Ok(Done { touched: ended.families.len() as u64, ..ended })
            }
            Change::EndKeys(whom) => self.end_keys(*whom, now),
            Change::ForceReset { whom, but, keys } => self.force_reset(*whom, *but, *keys, action),
            Change::RotateSigning { fresh, until } => {
                for (name, seed) in fresh {
                    self.rotate(name, seed.expose(), *until, now);
                }
                Ok(touching(self.bearers(now)))
            }
            Change::Notify(whom) => {
                self.meets(*whom)?;
                Ok(telling(self.whom(*whom)))
            }
            Change::Disable(account) => {
                self.set_enabled(*account, false)?;
                Ok(Done { touched: 1, ..self.end_sign_ins(Whom::Account(*account), None, None, now) }
                    .of(*account))
            }
            Change::Enable(account) => {
                self.set_enabled(*account, true)?;
                Ok(touching(1).of(*account))
            }
            Change::RemoveFactors(account) => self.remove_factors(*account, now),
            Change::Relax(until) => Ok(touching(self.relax(now, *until))),
            Change::Stands => Ok(touching(1)),
        }
    }

    /// How many sign-ins are alive that act by tokens.
    fn bearers(&self, now: Timestamp) -> u64 {
        let alive = |kept: &&super::super::Kept| kept.revoked.is_none() && now < kept.family.expires;
        let tokens = self.families.values().filter(alive).filter(|kept| kept.family.cookie.is_none());
        tokens.count() as u64
    }

    /// The accounts that are meant, by identifier.
    fn whom(&self, whom: Whom) -> Vec<AccountId> {
        let meant = self.accounts.values().filter(|account| whom.means(account.id, account.role));
        let mut meant: Vec<AccountId> = meant.map(|account| account.id).collect();
        meant.sort();
        meant
    }

    /// One account that is not there is a mistake.
    fn meets(&self, whom: Whom) -> Result<(), Obstacle> {
        match whom {
            Whom::Account(one) if !self.accounts.contains_key(&one) => Err(Obstacle::Unknown),
            _ => Ok(()),
        }
    }

    fn end_sign_ins(
        &mut self,
        whom: Whom,
        since: Option<Timestamp>,
        but: Option<FamilyId>,
        now: Timestamp,
    ) -> Done {
        let meant = self.whom(whom);
        let alive = self.families.values_mut().filter(|kept| {
            kept.revoked.is_none()
                && now < kept.family.expires
                && Some(kept.family.id) != but
                && since.is_none_or(|since| kept.family.created >= since)
                && meant.contains(&kept.family.account)
        });
        let mut ended: Vec<(FamilyId, AccountId)> = alive
            .map(|kept| {
                kept.revoked = Some(now);
                (kept.family.id, kept.family.account)
            })
            .collect();
        ended.sort();
        let mut done = telling(ended.iter().map(|(_, account)| *account).collect());
        done.families = ended.into_iter().map(|(family, _)| family).collect();
        done
    }

    fn end_keys(&mut self, whom: Whom, now: Timestamp) -> Result<Done, Obstacle> {
        self.meets(whom)?;
        let meant = self.whom(whom);
        let alive = self.keys.values_mut().filter(|key| key.is_alive(now) && meant.contains(&key.account));
        let mut ended: Vec<(KeyId, AccountId)> = alive
            .map(|key| {
                key.revoked = Some(now);
                (key.id, key.account)
            })
            .collect();
        ended.sort();
        let told = telling(ended.iter().map(|(_, account)| *account).collect());
        let keys: Vec<KeyId> = ended.into_iter().map(|(key, _)| key).collect();
        Ok(Done { touched: keys.len() as u64, keys, ..told })
    }

    fn force_reset(
        &mut self,
        whom: Whom,
        but: Option<AccountId>,
        keys: bool,
        action: &Action,
    ) -> Result<Done, Obstacle> {
        self.meets(whom)?;
        let mut meant = self.whom(whom);
        meant.retain(|account| Some(*account) != but);
        self.resets.extend(meant.iter().map(|account| (*account, action.id)));
        let mut done = telling(meant.clone());
        for account in meant {
            let one = Whom::Account(account);
            done.families.extend(self.end_sign_ins(one, None, None, action.at).families);
            if keys {
                done.keys.extend(self.end_keys(one, action.at)?.keys);
            }
            let alive = |key: &&ApiKey| key.account == account && key.is_alive(action.at);
            done.kept += self.keys.values().filter(alive).count() as u64;
        }
        Ok(done)
    }

    fn rotate(&mut self, name: &str, fresh: &[u8], until: Option<Timestamp>, now: Timestamp) {
        let old = self.vault.insert(name.to_owned(), fresh.to_vec());
        let known = self.vault.remove(RETIRED).unwrap_or_default();
        if let Some(until) = until {
            self.vault.insert(RETIRED.to_owned(), retire(known, old.as_deref(), until, now));
        }
    }

    pub(super) fn set_enabled(&mut self, account: AccountId, enabled: bool) -> Result<(), Obstacle> {
        let known = self.accounts.get_mut(&account).ok_or(Obstacle::Unknown)?;
        known.enabled = enabled;
        let acts = self.accounts.values().any(|account| account.enabled && account.role == Role::Admin);
        let is_operator = self.accounts[&account].role == Role::Admin;
        if is_operator && !acts { Err(Obstacle::LastOperator) } else { Ok(()) }
    }

    fn remove_factors(&mut self, account: AccountId, now: Timestamp) -> Result<Done, Obstacle> {
        self.meets(Whom::Account(account))?;
        let totp = self.totp.remove(&account).is_some_and(|totp| totp.confirmed);
        let before = self.passkeys.len();
        self.passkeys.retain(|passkey| passkey.account != account);
        self.recovery.remove(&account);
        let removed = before - self.passkeys.len() + usize::from(totp);
        let ended = self.end_sign_ins(Whom::Account(account), None, None, now);
        Ok(Done { touched: removed as u64, ..ended }.of(account))
    }
}

impl Done {
    /// The one account it is about is touched, whatever it had.
    fn of(mut self, account: AccountId) -> Self {
        self.accounts = vec![account];
        self
    }
}

fn touching(touched: u64) -> Done {
    Done { touched, ..Done::default() }
}

/// Accounts that are touched, each once.
fn telling(mut accounts: Vec<AccountId>) -> Done {
    accounts.sort();
    accounts.dedup();
    Done { touched: accounts.len() as u64, accounts, ..Done::default() }
}
