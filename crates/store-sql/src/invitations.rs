//! Ways in for operators.

use aspis_core::clock::Timestamp;
use aspis_store::{Invitations, Stored, accounts::Account, invitations::Accepted, ledger::Opening};
use async_trait::async_trait;

use crate::{Sql, accounts, fault::Fault, sql::query};

const INVITE: &str = "INSERT INTO invitation (token_hash, expires) VALUES ($1, $2) \
    ON CONFLICT (token_hash) DO UPDATE SET expires = excluded.expires, spent_at = NULL";
const SETTLED: &str = "SELECT token_hash FROM invitation WHERE spent_at IS NULL AND expires > $1 \
    UNION ALL SELECT id FROM account WHERE role = 'admin' LIMIT 1";
const SPEND: &str = "UPDATE invitation SET spent_at = $2 \
    WHERE token_hash = $1 AND spent_at IS NULL AND expires > $2";

#[async_trait]
impl Invitations for Sql {
    async fn invite(&self, token_hash: &str, expires: Timestamp) -> Stored<()> {
        let invite = query(INVITE).bind(token_hash).bind(expires.0);
        invite.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn invite_first(&self, token_hash: &str, expires: Timestamp, now: Timestamp) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let settled = query(SETTLED).bind(now.0).fetch_optional(&mut *tx).await.map_err(Fault::from)?;
        if settled.is_none() {
            let invite = query(INVITE).bind(token_hash).bind(expires.0);
            invite.execute(&mut *tx).await.map_err(Fault::from)?;
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(settled.is_none())
    }

    async fn is_settled(&self, now: Timestamp) -> Stored<bool> {
        let found = query(SETTLED).bind(now.0).fetch_optional(self.db.reader()).await;
        Ok(found.map_err(Fault::from)?.is_some())
    }

    async fn accept(
        &self,
        token_hash: &str,
        account: Account,
        opening: Opening,
        now: Timestamp,
    ) -> Stored<Accepted> {
        let mut tx = self.db.begin().await?;
        let spend = query(SPEND).bind(token_hash).bind(now.0);
        if spend.execute(&mut *tx).await.map_err(Fault::from)?.rows_affected() == 0 {
            return Ok(Accepted::Unknown);
        }
        // Without a commit the invitation is not spent: it stands for another address.
        if let Err(taken) = accounts::make(&mut tx, &account, &opening).await? {
            return Ok(Accepted::Taken(taken));
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(Accepted::Made)
    }
}
