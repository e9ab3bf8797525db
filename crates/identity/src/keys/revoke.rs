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
        self.change(|keys| async move { keys.end(who.account, key).await }).await?;
        self.inform(Kind::ApiKeyRevoked, key, who.account, visitor).await;
        Ok(())
    }

    async fn end(&self, account: AccountId, key: KeyId) -> Result<(), Refusal> {
        if !self.parts.store.keys.revoke_key(account, key, self.now()).await? {
            return Err(unknown());
        }
        self.leave(self.index.remove(key));
        Ok(())
    }
}
