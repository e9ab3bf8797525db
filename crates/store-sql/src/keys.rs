//! API keys and how often they were used.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    principal::Role,
    scenario::data_scraping::quota::Day,
};
use aspis_store::{
    Keys, Stored,
    keys::{ApiKey, Ended, KeyQuery, KeyUse, Replaced, Successor},
};
use async_trait::async_trait;

use crate::{
    Sql,
    fault::Fault,
    sql::{query, query_scalar},
};

mod end;
mod replace;
pub(crate) mod row;
mod uses;

// Writes what is there, for its lock: keys of one account are counted and made one after the other.
const HOLD: &str = "UPDATE account SET enabled = enabled WHERE id = $1 AND enabled = TRUE";
const COUNT: &str = "SELECT COUNT(*) FROM api_key \
    WHERE account = $1 AND revoked IS NULL AND expires > $2 AND successor IS NULL";
const REVOKE: &str =
    "UPDATE api_key SET revoked = $3 WHERE id = $1 AND account = $2 AND revoked IS NULL AND expires > $3";
const SWEEP_NETWORKS: &str =
    "DELETE FROM key_network WHERE NOT EXISTS (SELECT 1 FROM api_key WHERE api_key.id = key_network.key)";
const SWEEP: &str = "DELETE FROM api_key WHERE expires < $1 OR revoked < $1";

#[async_trait]
impl Keys for Sql {
    async fn issue_key(&self, key: ApiKey, most: usize) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let account = key.account.to_string();
        let held = query(HOLD).bind(&account).execute(&mut *tx).await.map_err(Fault::from)?;
        let count = query_scalar(COUNT).bind(&account).bind(key.created.0);
        let alive: i64 = count.fetch_one(&mut *tx).await.map_err(Fault::from)?;
        let has_room = usize::try_from(alive).is_ok_and(|alive| alive < most);
        if held.rows_affected() == 0 || !has_room {
            return Ok(false);
        }
        row::add(&mut tx, &key).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(true)
    }

    async fn replace_key(&self, next: Successor) -> Stored<Replaced> {
        let mut tx = self.db.begin().await?;
        let replaced = replace::replace(&mut tx, &next).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(replaced)
    }

    async fn revoke_key(&self, account: AccountId, key: KeyId, now: Timestamp) -> Stored<bool> {
        let revoke = query(REVOKE).bind(key.to_string()).bind(account.to_string()).bind(now.0);
        let revoked = self.db.in_turn(revoke).await?;
        Ok(revoked.rows_affected() == 1)
    }

    async fn end_key(&self, hash: &str, now: Timestamp, leaked: bool) -> Stored<Option<Ended>> {
        let mut tx = self.db.begin().await?;
        let ended = end::end(&mut tx, hash, now, leaked).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(ended)
    }

    async fn key_by_hash(&self, hash: &str) -> Stored<Option<ApiKey>> {
        Ok(row::by_hash(self.db.reader(), hash).await?)
    }

    async fn key(&self, key: KeyId) -> Stored<Option<ApiKey>> {
        Ok(row::by_id(self.db.reader(), key).await?)
    }

    async fn list_keys(&self, query: &KeyQuery, now: Timestamp) -> Stored<Vec<(ApiKey, String)>> {
        Ok(row::list(self.db.reader(), query, now).await?)
    }

    async fn keys_of(&self, account: AccountId, now: Timestamp) -> Stored<Vec<ApiKey>> {
        Ok(row::of_account(self.db.reader(), account, now).await?)
    }

    async fn live_keys(&self, now: Timestamp) -> Stored<Vec<(ApiKey, Role)>> {
        Ok(row::alive(self.db.reader(), now).await?)
    }

    async fn note_key_uses(&self, uses: &[KeyUse]) -> Stored<()> {
        for part in uses.chunks(uses::AT_ONCE) {
            let mut tx = self.db.begin().await?;
            uses::note(&mut tx, part).await?;
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(())
    }

    async fn calls_of(&self, keys: &[KeyId], since: Day) -> Stored<Vec<(KeyId, Day, u64)>> {
        Ok(uses::of_keys(self.db.reader(), keys, since).await?)
    }

    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64> {
        let mut tx = self.db.begin().await?;
        uses::sweep(&mut tx, Day::of(before)).await?;
        let keys = query(SWEEP).bind(before.0).execute(&mut *tx).await.map_err(Fault::from)?;
        query(SWEEP_NETWORKS).execute(&mut *tx).await.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(keys.rows_affected())
    }
}
