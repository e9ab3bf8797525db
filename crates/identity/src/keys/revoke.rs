//! Ending a key: durable first, then in force, then answered.

use std::sync::Arc;

use aspis_core::{
    event::Kind,
    ids::{AccountId, KeyId},
    principal::SignedIn,
};

use super::{ApiKeys, Refusal, Visitor, unknown};

impl ApiKeys {
    /// Ends a key of one's own.
    pub async fn revoke(
        self: &Arc<Self>,
        who: SignedIn,
        key: KeyId,
        visitor: &Visitor,
    ) -> Result<(), Refusal> {
        if !self.change(move |keys| async move { keys.end(who.account, key).await }).await? {
            return Err(unknown());
        }
        self.inform(Kind::ApiKeyRevoked, key, who.account, visitor).await;
        Ok(())
    }

    /// True when it was alive.
    pub(super) async fn end(&self, account: AccountId, key: KeyId) -> Result<bool, Refusal> {
        let ended = self.parts.store.keys.revoke_key(account, key, self.now()).await?;
        if ended {
            self.leave(self.index.remove(key));
        }
        Ok(ended)
    }
}
