//! Keys in an operator's hand: listed with their owners, made, replaced and ended for others.

use std::sync::Arc;

use aspis_core::{
    event::{Event, Kind, Source},
    ids::{AccountId, KeyId},
};
use aspis_store::{accounts::Account, keys::KeyQuery};

use super::{ApiKeys, Code, Listed, Made, NewKey, Refusal, Replacing, Rule};

/// Which operator does something, and from where.
#[derive(Debug, Clone)]
pub struct By {
    /// An account's identifier, or the name of a system user.
    pub who: String,
    /// In which request.
    pub source: Source,
}

/// A key as an operator sees it.
#[derive(Debug, Clone)]
pub struct Owned {
    /// As its owner sees it.
    pub listed: Listed,
    /// Their address.
    pub email: String,
}

impl ApiKeys {
    /// Keys of all accounts, newest first.
    pub async fn list_all(&self, query: &KeyQuery) -> Result<Vec<Owned>, Refusal> {
        let now = self.now();
        let found = self.parts.store.keys.list_keys(query, now).await?;
        let (keys, emails): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let listed = self.with_calls(keys, now).await?;
        Ok(listed.into_iter().zip(emails).map(|(listed, email)| Owned { listed, email }).collect())
    }

    /// Ends a key of anybody, or a honey key.
    pub async fn end_for(self: &Arc<Self>, key: KeyId, by: &By) -> Result<(), Refusal> {
        let Some(known) = self.parts.store.keys.key(key).await? else {
            let removed = self.change(move |keys| async move { keys.remove_honey(key).await }).await?;
            if !removed {
                return Err(no_such_key());
            }
            self.audit(Kind::ApiKeyRevoked, key, None, by, "honey");
            return Ok(());
        };
        let account = known.account;
        if !self.change(move |keys| async move { keys.end(account, key).await }).await? {
            return Err(no_such_key());
        }
        self.audit(Kind::ApiKeyRevoked, key, Some(account), by, "revoke");
        self.parts.people.tell_of_server(Kind::ApiKeyRevoked, account, None).await;
        Ok(())
    }

    /// Makes a key for the account with this address.
    pub async fn make_for(self: &Arc<Self>, email: &str, new: NewKey, by: &By) -> Result<Made, Refusal> {
        let account = self.parts.store.accounts.by_email(email).await?;
        let owner = account.filter(|account| account.enabled).ok_or_else(no_such_account)?;
        let made = self.design(owner.id, owner.role, true, new)?;
        self.take_up(&made, owner.role).await?;
        self.audit(Kind::ApiKeyCreated, made.key.id, Some(owner.id), by, "create");
        self.parts.people.tell_of_server(Kind::ApiKeyCreated, owner.id, None).await;
        Ok(made)
    }

    /// Makes a successor to a key of anybody.
    pub async fn replace_for(self: &Arc<Self>, of: KeyId, wish: Replacing, by: &By) -> Result<Made, Refusal> {
        let old = self.parts.store.keys.key(of).await?.ok_or_else(no_such_key)?;
        let owner: Option<Account> = self.parts.store.accounts.by_id(old.account).await?;
        let role = owner.filter(|owner| owner.enabled).map(|owner| owner.role).ok_or_else(no_such_account)?;
        let account = old.account;
        let made = self.put_successor(old, role, wish).await?;
        self.audit(Kind::ApiKeyRotated, of, Some(account), by, "rotate");
        self.parts.people.tell_of_server(Kind::ApiKeyRotated, account, None).await;
        Ok(made)
    }

    /// The account with an address, for a list of its keys.
    pub async fn account_of(&self, email: &str) -> Result<AccountId, Refusal> {
        let account = self.parts.store.accounts.by_email(email).await?;
        Ok(account.ok_or_else(no_such_account)?.id)
    }

    /// Records what an operator did.
    pub(super) fn audit(&self, kind: Kind, key: KeyId, account: Option<AccountId>, by: &By, verb: &str) {
        let rule = Rule { place: Some(format!("{}: {verb}", by.who)), ..Rule::named("keys.operator") };
        self.parts.events.record(Event {
            client: by.source.client,
            request: by.source.request,
            account,
            key: Some(key),
            rule: Some(rule),
            ..Event::of_server(kind, self.now())
        });
    }
}

fn no_such_key() -> Refusal {
    Refusal::because(Code::NotFound, "There is no such key that is alive.")
}

fn no_such_account() -> Refusal {
    Refusal::because(Code::NotFound, "There is no such account that is enabled.")
}
