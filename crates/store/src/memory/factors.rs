//! Second factors. What is spent or removed is simply gone.

use std::collections::HashSet;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, PasskeyId},
};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Factors, Stored,
    factors::{Enrolled, NO_STEP, Passkey, Totp},
};

impl State {
    fn enrolled(&self, account: AccountId) -> Enrolled {
        let passkeys = self.passkeys.iter().filter(|passkey| passkey.account == account).count();
        let recovery = self.recovery.get(&account).map_or(0, HashSet::len);
        Enrolled {
            totp: self.totp.get(&account).is_some_and(|totp| totp.confirmed),
            passkeys: u32::try_from(passkeys).unwrap_or(u32::MAX),
            recovery: u32::try_from(recovery).unwrap_or(u32::MAX),
        }
    }

    /// Recovery codes stand in for a factor: without one they are worth nothing.
    fn drop_stray_recovery(&mut self, account: AccountId) {
        if !self.enrolled(account).any() {
            self.recovery.remove(&account);
        }
    }
}

#[async_trait]
impl Factors for Memory {
    async fn enrolled(&self, account: AccountId) -> Stored<Enrolled> {
        Ok(self.state().enrolled(account))
    }

    async fn put_totp(&self, account: AccountId, secret: &[u8]) -> Stored<bool> {
        let mut state = self.state();
        if state.totp.get(&account).is_some_and(|totp| totp.confirmed) {
            return Ok(false);
        }
        let totp = Totp { secret: secret.to_vec(), confirmed: false, last_step: NO_STEP };
        state.totp.insert(account, totp);
        Ok(true)
    }

    async fn totp(&self, account: AccountId) -> Stored<Option<Totp>> {
        Ok(self.state().totp.get(&account).cloned())
    }

    async fn spend_totp(&self, account: AccountId, step: i64) -> Stored<bool> {
        let mut state = self.state();
        let totp = state.totp.get_mut(&account).filter(|totp| totp.last_step < step);
        Ok(totp.map(|totp| (totp.confirmed, totp.last_step) = (true, step)).is_some())
    }

    async fn remove_totp(&self, account: AccountId) -> Stored<bool> {
        let mut state = self.state();
        let confirmed = state.totp.remove(&account).is_some_and(|totp| totp.confirmed);
        if confirmed {
            state.drop_stray_recovery(account);
        }
        Ok(confirmed)
    }

    async fn put_recovery(&self, account: AccountId, hashes: &[String]) -> Stored<()> {
        self.state().recovery.insert(account, hashes.iter().cloned().collect());
        Ok(())
    }

    async fn spend_recovery(&self, account: AccountId, hash: &str) -> Stored<bool> {
        Ok(self.state().recovery.get_mut(&account).is_some_and(|codes| codes.remove(hash)))
    }

    async fn add_passkey(&self, passkey: Passkey) -> Stored<bool> {
        let mut state = self.state();
        if state.passkeys.iter().any(|known| known.credential == passkey.credential) {
            return Ok(false);
        }
        state.passkeys.push(passkey);
        Ok(true)
    }

    async fn passkeys(&self, account: AccountId) -> Stored<Vec<Passkey>> {
        let state = self.state();
        let mut own: Vec<_> =
            state.passkeys.iter().filter(|passkey| passkey.account == account).cloned().collect();
        own.sort_by_key(|passkey| (passkey.created, passkey.id));
        Ok(own)
    }

    async fn passkey(&self, credential: &str) -> Stored<Option<Passkey>> {
        Ok(self.state().passkeys.iter().find(|passkey| passkey.credential == credential).cloned())
    }

    async fn use_passkey(&self, id: PasskeyId, was: &str, data: &str, now: Timestamp) -> Stored<bool> {
        let mut state = self.state();
        let Some(passkey) = state.passkeys.iter_mut().find(|known| known.id == id && known.data == was)
        else {
            return Ok(false);
        };
        data.clone_into(&mut passkey.data);
        passkey.used = Some(now);
        Ok(true)
    }

    async fn remove_passkey(&self, account: AccountId, id: PasskeyId) -> Stored<bool> {
        let mut state = self.state();
        let count = state.passkeys.len();
        state.passkeys.retain(|passkey| passkey.account != account || passkey.id != id);
        let was_there = state.passkeys.len() < count;
        if was_there {
            state.drop_stray_recovery(account);
        }
        Ok(was_there)
    }
}
