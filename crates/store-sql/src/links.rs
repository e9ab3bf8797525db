//! One-use links. A spent one is deleted, so that of two deletions at once one finds it.

use aspis_core::{clock::Timestamp, ids::AccountId};
use aspis_store::{
    Links, Stored,
    links::{NewLink, Purpose},
};
use async_trait::async_trait;

use crate::{
    Sql,
    accounts::account_id,
    db::Conn,
    fault::Fault,
    sql::{query, query_scalar},
};

const PUT: &str = "INSERT INTO link (token_hash, purpose, account, expires) VALUES ($1, $2, $3, $4)";
// The new one stands whatever the others say of their time.
const SPEND_OLDEST: &str = "DELETE FROM link WHERE token_hash IN (SELECT token_hash FROM link \
    WHERE account = $1 AND purpose = $2 AND token_hash <> $3 \
    ORDER BY expires DESC, token_hash DESC LIMIT $4 OFFSET $5)";
const SPEND_ALL: &str = "DELETE FROM link WHERE account = $1 AND purpose = $2";
const FIND: &str = "SELECT account FROM link WHERE token_hash = $1 AND purpose = $2 AND expires > $3";
const SPEND: &str =
    "DELETE FROM link WHERE token_hash = $1 AND purpose = $2 AND expires > $3 RETURNING account";
const SWEEP: &str = "DELETE FROM link WHERE expires < $1";

/// Spends every link of an account for one purpose.
pub(crate) async fn spend_all(tx: &mut Conn, account: AccountId, purpose: Purpose) -> Result<(), Fault> {
    query(SPEND_ALL).bind(account.to_string()).bind(purpose.word()).execute(tx).await?;
    Ok(())
}

/// Spends a link: for whom it was good.
pub(crate) async fn spend(
    tx: &mut Conn,
    token_hash: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<AccountId>, Fault> {
    let spend = query_scalar(SPEND).bind(token_hash).bind(purpose.word()).bind(now.0);
    let account: Option<String> = spend.fetch_optional(tx).await?;
    account.map(|id| account_id(&id)).transpose()
}

async fn put(tx: &mut Conn, link: &NewLink, most: usize) -> Result<(), Fault> {
    let put = query(PUT)
        .bind(&link.token_hash)
        .bind(link.purpose.word())
        .bind(link.account.to_string())
        .bind(link.expires.0);
    put.execute(&mut *tx).await?;
    let spend = query(SPEND_OLDEST)
        .bind(link.account.to_string())
        .bind(link.purpose.word())
        .bind(&link.token_hash)
        .bind(i64::MAX)
        .bind(i64::try_from(most.saturating_sub(1)).unwrap_or(i64::MAX));
    spend.execute(tx).await?;
    Ok(())
}

#[async_trait]
impl Links for Sql {
    async fn put_link(&self, link: NewLink, most: usize) -> Stored<()> {
        let mut tx = self.db.begin().await?;
        put(&mut tx, &link, most).await?;
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn link(&self, token_hash: &str, purpose: Purpose, now: Timestamp) -> Stored<Option<AccountId>> {
        let find = query_scalar(FIND).bind(token_hash).bind(purpose.word()).bind(now.0);
        let account: Option<String> = find.fetch_optional(self.db.reader()).await.map_err(Fault::from)?;
        Ok(account.map(|id| account_id(&id)).transpose()?)
    }

    async fn spend_link(
        &self,
        token_hash: &str,
        purpose: Purpose,
        now: Timestamp,
    ) -> Stored<Option<AccountId>> {
        let mut tx = self.db.begin().await?;
        let account = spend(&mut tx, token_hash, purpose, now).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(account)
    }

    async fn sweep_links(&self, before: Timestamp) -> Stored<u64> {
        Ok(self.db.in_turn(query(SWEEP).bind(before.0)).await?.rows_affected())
    }
}
