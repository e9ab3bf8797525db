//! What the watch over API keys remembers.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    scenario::{data_scraping::quota::Day, key_leakage::habits::Odd},
};
use aspis_store::{KeyWatch, Stored, key_watch::KeyNetwork, notices::Notice};
use async_trait::async_trait;

use crate::{
    Sql,
    accounts::account_id,
    db::Conn,
    fault::{Fault, readable},
    keys::row::key_id,
    notices,
    sql::{query, query_as, query_scalar},
};

const NOTE: &str =
    "INSERT INTO key_network (key, network, seen) VALUES ($1, $2, $3) ON CONFLICT (key, network) DO NOTHING";
const NETWORKS: &str = "SELECT n.key, n.network, n.seen FROM key_network AS n JOIN api_key AS k ON k.id = n.key \
    WHERE k.revoked IS NULL AND k.expires > $1";
const NETWORKS_OF: &str = "SELECT key, network, seen FROM key_network WHERE key = $1";
const CALLS: &str = "SELECT d.key, d.day, d.calls FROM key_day AS d JOIN api_key AS k ON k.id = d.key \
    WHERE k.revoked IS NULL AND k.expires > $1 AND d.day >= $2";
const SUSPEND: &str = "UPDATE api_key SET suspended = $2, suspended_for = $3 \
    WHERE id = $1 AND revoked IS NULL AND expires > $2 AND suspended IS NULL";
const SUSPENDED: &str = "SELECT suspended_for FROM api_key \
    WHERE id = $1 AND account = $2 AND revoked IS NULL AND expires > $3 AND suspended IS NOT NULL";
const RESUME: &str = "UPDATE api_key SET suspended = NULL, suspended_for = NULL, resumed = $2 WHERE id = $1";
const WARN: &str = "UPDATE api_key SET warned = $2 WHERE id = $1 AND revoked IS NULL AND expires > $2 \
    AND successor IS NULL AND (warned IS NULL OR warned < $3)";
const LEAKED: &str = "SELECT id, account, hash FROM api_key WHERE leaked IS NOT NULL";

/// How many networks are noted in one step, so that no sign-in waits long for the rest.
const AT_ONCE: usize = 500;

#[async_trait]
impl KeyWatch for Sql {
    async fn note_networks(&self, networks: &[KeyNetwork]) -> Stored<()> {
        for part in networks.chunks(AT_ONCE) {
            let mut tx = self.db.begin().await?;
            for network in part {
                note(&mut tx, network).await?;
            }
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(())
    }

    async fn live_networks(&self, now: Timestamp) -> Stored<Vec<KeyNetwork>> {
        let ask = query_as(NETWORKS).bind(now.0);
        let rows: Vec<(String, String, i64)> = ask.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(network).collect::<Result<_, Fault>>()?)
    }

    async fn networks_of(&self, key: KeyId) -> Stored<Vec<KeyNetwork>> {
        let ask = query_as(NETWORKS_OF).bind(key.to_string());
        let rows: Vec<(String, String, i64)> = ask.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(network).collect::<Result<_, Fault>>()?)
    }

    async fn live_calls(&self, now: Timestamp, since: Day) -> Stored<Vec<(KeyId, Day, u64)>> {
        let ask = query_as(CALLS).bind(now.0).bind(since.0);
        let rows: Vec<(String, i64, i64)> = ask.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        let read = |(key, day, calls): (String, i64, i64)| {
            Ok((key_id(&key)?, Day(day), u64::try_from(calls).unwrap_or(0)))
        };
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }

    async fn suspend_key(&self, key: KeyId, odd: Odd, notice: Notice) -> Stored<bool> {
        let suspend = query(SUSPEND).bind(key.to_string()).bind(notice.at.0).bind(odd.to_string());
        let mut tx = self.db.begin().await?;
        let done = suspend.execute(&mut *tx).await.map_err(Fault::from)?.rows_affected() == 1;
        if done {
            notices::keep(&mut tx, &notice).await?;
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(done)
    }

    async fn resume_key(&self, account: AccountId, key: KeyId, now: Timestamp) -> Stored<Option<Odd>> {
        let mut tx = self.db.begin().await?;
        let ask = query_scalar(SUSPENDED).bind(key.to_string()).bind(account.to_string()).bind(now.0);
        let odd: Option<String> = ask.fetch_optional(&mut *tx).await.map_err(Fault::from)?;
        let Some(odd) = odd else { return Ok(None) };
        let odd = readable("reason of a suspension", Odd::parse(&odd))?;
        let resume = query(RESUME).bind(key.to_string()).bind(now.0);
        resume.execute(&mut *tx).await.map_err(Fault::from)?;
        if let Odd::Network(network) = odd {
            note(&mut tx, &KeyNetwork { key, network, seen: now }).await?;
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(Some(odd))
    }

    async fn warn_of_end(&self, key: KeyId, due: Timestamp, notice: Notice) -> Stored<bool> {
        let warn = query(WARN).bind(key.to_string()).bind(notice.at.0).bind(due.0);
        let mut tx = self.db.begin().await?;
        let done = warn.execute(&mut *tx).await.map_err(Fault::from)?.rows_affected() == 1;
        if done {
            notices::keep(&mut tx, &notice).await?;
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(done)
    }

    async fn leaked_keys(&self) -> Stored<Vec<(KeyId, AccountId, String)>> {
        let ask = query_as(LEAKED).fetch_all(self.db.reader());
        let rows: Vec<(String, String, String)> = ask.await.map_err(Fault::from)?;
        let read =
            |(id, account, hash): (String, String, String)| Ok((key_id(&id)?, account_id(&account)?, hash));
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }
}

async fn note(tx: &mut Conn, network: &KeyNetwork) -> Result<(), Fault> {
    let note = query(NOTE).bind(network.key.to_string()).bind(network.network.to_string());
    note.bind(network.seen.0).execute(tx).await?;
    Ok(())
}

fn network((key, network, seen): (String, String, i64)) -> Result<KeyNetwork, Fault> {
    let network = readable("network", network.parse().ok())?;
    Ok(KeyNetwork { key: key_id(&key)?, network, seen: Timestamp(seen) })
}
