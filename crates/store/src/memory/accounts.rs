//! People and invitations.

use aspis_core::{clock::Timestamp, ids::AccountId, principal::Role};
use async_trait::async_trait;

use super::{Memory, State};
use crate::{
    Accounts, Invitations, Stored,
    accounts::{Account, Taken},
    invitations::Accepted,
    ledger::Opening,
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
}

#[async_trait]
impl Accounts for Memory {
    async fn create(&self, account: Account, opening: Opening) -> Stored<Result<(), Taken>> {
        Ok(self.state().make(account, opening))
    }

    async fn by_email(&self, email: &str) -> Stored<Option<Account>> {
        Ok(self.state().accounts.values().find(|account| account.email == email).cloned())
    }

    async fn by_id(&self, id: AccountId) -> Stored<Option<Account>> {
        Ok(self.state().accounts.get(&id).cloned())
    }
}

#[async_trait]
impl Invitations for Memory {
    async fn invite(&self, token_hash: &str, expires: Timestamp) -> Stored<()> {
        self.state().invitations.insert(token_hash.to_owned(), (expires, false));
        Ok(())
    }

    async fn is_settled(&self, now: Timestamp) -> Stored<bool> {
        let state = self.state();
        let open = state.invitations.values().any(|(expires, used)| !used && now < *expires);
        Ok(open || state.accounts.values().any(|account| account.role == Role::Admin))
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
