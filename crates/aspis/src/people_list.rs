//! Accounts as operators see them, on HTTP and on the command line alike.

use aspis_core::{clock::Timestamp, ids::AccountId};
use aspis_store::{Durable, Stored, accounts::Account, factors::Enrolled};

/// One account with what belongs to it.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) account: Account,
    pub(crate) enrolled: Enrolled,
    pub(crate) sign_ins: usize,
    pub(crate) must_reset: bool,
}

impl Listed {
    /// A page of them, by identifier: the oldest first.
    pub(crate) async fn page(
        store: &Durable,
        after: Option<AccountId>,
        limit: u32,
        now: Timestamp,
    ) -> Stored<Vec<Self>> {
        let mut page = Vec::new();
        for (id, _) in store.accounts.list(after, limit).await? {
            page.extend(Self::of(store, id, now).await?);
        }
        Ok(page)
    }

    /// One, if there is such an account.
    pub(crate) async fn of(store: &Durable, id: AccountId, now: Timestamp) -> Stored<Option<Self>> {
        let Some(account) = store.accounts.by_id(id).await? else { return Ok(None) };
        Ok(Some(Self {
            account,
            enrolled: store.factors.enrolled(id).await?,
            sign_ins: store.sessions.of_account(id, now).await?.len(),
            must_reset: store.actions.must_reset(id).await?,
        }))
    }
}
