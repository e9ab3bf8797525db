//! People and invitations.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
};
use async_trait::async_trait;
use ipnet::IpNet;

use super::{Memory, State};
use crate::{
    Accounts, Invitations, Stored,
    accounts::{Account, NewPassword, Replacement, Taken},
    invitations::Accepted,
    ledger::Opening,
    links::Purpose,
};

impl State {
    fn make(&mut self, account: Account, opening: Opening) -> Result<(), Taken> {
        if self.accounts.values().any(|other| other.email == account.email) {
            return Err(Taken);
        }
        self.books.cash.insert(account.id, opening.cash.units());
        self.books.openings.push((account.id, opening));
        self.accounts.insert(account.id, account);
        Ok(())
    }

    fn set_password(&mut self, new: &NewPassword) -> bool {
        let Some(account) = self.accounts.get_mut(&new.account) else { return false };
        if new.instead_of.as_ref().is_some_and(|hash| *hash != account.password_hash) {
            return false;
        }
        account.password_hash.clone_from(&new.hash);
        account.devices_since =
            account.devices_since.max(new.forget_devices.unwrap_or(account.devices_since));
        self.links.retain(|link| link.account != new.account || link.purpose != Purpose::Reset);
        // A better hash of the same password is no new password.
        if new.forget_devices.is_some() {
            self.resets.retain(|(account, _)| *account != new.account);
        }
        true
    }
}

#[async_trait]
impl Accounts for Memory {
    async fn create(&self, account: Account, opening: Opening) -> Stored<Result<(), Taken>> {
        Ok(self.state().make(account, opening))
    }

    async fn create_all(&self, accounts: &[(Account, Opening)]) -> Stored<Vec<bool>> {
        let mut state = self.state();
        let make =
            |(account, opening): &(Account, Opening)| state.make(account.clone(), opening.clone()).is_ok();
        Ok(accounts.iter().map(make).collect())
    }

    async fn by_email(&self, email: &str) -> Stored<Option<Account>> {
        Ok(self.state().accounts.values().find(|account| account.email == email).cloned())
    }

    async fn by_id(&self, id: AccountId) -> Stored<Option<Account>> {
        Ok(self.state().accounts.get(&id).cloned())
    }

    async fn set_password(&self, new: NewPassword) -> Stored<bool> {
        Ok(self.state().set_password(&new))
    }

    async fn replace_password(&self, new: Replacement) -> Stored<Option<Vec<FamilyId>>> {
        let mut state = self.state();
        if let Some(hash) = &new.link {
            let link = state.open_link(hash, Purpose::Reset, new.at).map(|at| state.links[at].account);
            if link != Some(new.password.account) {
                return Ok(None);
            }
        }
        if !state.set_password(&new.password) {
            return Ok(None);
        }
        let ended = state.revoke_all(new.password.account, new.but, new.at);
        state.notify(new.notice);
        Ok(Some(ended))
    }

    async fn set_allowed_ips(&self, id: AccountId, networks: &[IpNet]) -> Stored<()> {
        if let Some(account) = self.state().accounts.get_mut(&id) {
            account.allowed_ips = networks.to_vec();
        }
        Ok(())
    }

    async fn restricted(&self) -> Stored<Vec<(AccountId, Vec<IpNet>)>> {
        let state = self.state();
        let restricted = state.accounts.values().filter(|account| !account.allowed_ips.is_empty());
        let mut restricted: Vec<_> =
            restricted.map(|account| (account.id, account.allowed_ips.clone())).collect();
        restricted.sort();
        Ok(restricted)
    }

    async fn list(&self, after: Option<AccountId>, limit: u32) -> Stored<Vec<(AccountId, String)>> {
        let state = self.state();
        let mut all: Vec<_> =
            state.accounts.values().map(|account| (account.id, account.email.clone())).collect();
        all.sort();
        Ok(all.into_iter().filter(|(id, _)| Some(*id) > after).take(limit as usize).collect())
    }

    async fn operators(&self) -> Stored<Vec<AccountId>> {
        let state = self.state();
        let acts = |account: &&Account| account.role == Role::Admin && account.enabled;
        let mut all: Vec<_> = state.accounts.values().filter(acts).map(|account| account.id).collect();
        all.sort();
        Ok(all)
    }

    async fn highest_bcrypt_cost(&self) -> Stored<Option<u32>> {
        let state = self.state();
        let cost = |account: &Account| account.password_hash.strip_prefix("$2")?.get(2..4)?.parse().ok();
        Ok(state.accounts.values().filter_map(cost).max())
    }
}

fn settled(state: &State, now: Timestamp) -> bool {
    let open = state.invitations.values().any(|(expires, used)| !used && now < *expires);
    open || state.accounts.values().any(|account| account.role == Role::Admin)
}

#[async_trait]
impl Invitations for Memory {
    async fn invite(&self, token_hash: &str, expires: Timestamp) -> Stored<()> {
        self.state().invitations.insert(token_hash.to_owned(), (expires, false));
        Ok(())
    }

    async fn invite_first(&self, token_hash: &str, expires: Timestamp, now: Timestamp) -> Stored<bool> {
        let mut state = self.state();
        let is_settled = settled(&state, now);
        if !is_settled {
            state.invitations.insert(token_hash.to_owned(), (expires, false));
        }
        Ok(!is_settled)
    }

    async fn is_settled(&self, now: Timestamp) -> Stored<bool> {
        Ok(settled(&self.state(), now))
    }

    async fn accept(
        &self,
        token_hash: &str,
        account: Account,
        opening: Opening,
        now: Timestamp,
    ) -> Stored<Accepted> {
        let mut state = self.state();
        match state.invitations.get(token_hash) {
            Some((expires, false)) if now < *expires => {}
            _ => return Ok(Accepted::Unknown),
        }
        if let Err(taken) = state.make(account, opening) {
            return Ok(Accepted::Taken(taken));
        }
        if let Some(invitation) = state.invitations.get_mut(token_hash) {
            invitation.1 = true;
        }
        Ok(Accepted::Made)
    }
}
