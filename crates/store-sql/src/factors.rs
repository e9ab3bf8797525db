//! Second factors. What is spent or removed is deleted, so that of two deletions at once one finds it.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, PasskeyId},
};
use aspis_store::{
    Factors, Stored,
    factors::{Enrolled, Passkey, Totp},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::Fault,
    sql::{Executor, query_as},
};

mod passkeys;
mod recovery;
mod totp;

const ENROLLED: &str = "SELECT (SELECT COUNT(*) FROM totp WHERE account = $1 AND confirmed), \
    (SELECT COUNT(*) FROM passkey WHERE account = $1), \
    (SELECT COUNT(*) FROM recovery_code WHERE account = $1)";

async fn enrolled(on: impl Executor<'_>, account: AccountId) -> Result<Enrolled, Fault> {
    let ask = query_as(ENROLLED).bind(account.to_string());
    let (totp, passkeys, recovery): (i64, i64, i64) = ask.fetch_one(on).await?;
    let count = |rows: i64| u32::try_from(rows).unwrap_or(u32::MAX);
    Ok(Enrolled { totp: totp > 0, passkeys: count(passkeys), recovery: count(recovery) })
}

/// Recovery codes stand in for a factor: without one they are worth nothing.
async fn drop_stray_recovery(tx: &mut Conn, account: AccountId) -> Result<(), Fault> {
    if !enrolled(&mut *tx, account).await?.any() {
        recovery::put(tx, account, &[]).await?;
    }
    Ok(())
}

#[async_trait]
impl Factors for Sql {
    async fn enrolled(&self, account: AccountId) -> Stored<Enrolled> {
        Ok(enrolled(self.db.reader(), account).await?)
    }

    async fn put_totp(&self, account: AccountId, secret: &[u8]) -> Stored<bool> {
        Ok(totp::put(self.db.writer(), account, secret).await?)
    }

    async fn totp(&self, account: AccountId) -> Stored<Option<Totp>> {
        Ok(totp::get(self.db.reader(), account).await?)
    }

    async fn spend_totp(&self, account: AccountId, step: i64) -> Stored<bool> {
        Ok(totp::spend(self.db.writer(), account, step).await?)
    }

    async fn remove_totp(&self, account: AccountId) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let was_there = totp::remove(&mut tx, account).await?;
        if was_there {
            drop_stray_recovery(&mut tx, account).await?;
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(was_there)
    }

    async fn put_recovery(&self, account: AccountId, hashes: &[String]) -> Stored<()> {
        let mut tx = self.db.begin().await?;
        recovery::put(&mut tx, account, hashes).await?;
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn spend_recovery(&self, account: AccountId, hash: &str) -> Stored<bool> {
        Ok(recovery::spend(self.db.writer(), account, hash).await?)
    }

    async fn add_passkey(&self, passkey: Passkey) -> Stored<bool> {
        Ok(passkeys::add(self.db.writer(), &passkey).await?)
    }

    async fn passkeys(&self, account: AccountId) -> Stored<Vec<Passkey>> {
        Ok(passkeys::of_account(self.db.reader(), account).await?)
    }

    async fn passkey(&self, credential: &str) -> Stored<Option<Passkey>> {
        Ok(passkeys::get(self.db.reader(), credential).await?)
    }

    async fn use_passkey(&self, id: PasskeyId, was: &str, data: &str, now: Timestamp) -> Stored<bool> {
        Ok(passkeys::note_use(self.db.writer(), id, was, data, now).await?)
    }

    async fn remove_passkey(&self, account: AccountId, id: PasskeyId) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let was_there = passkeys::remove(&mut tx, account, id).await?;
        if was_there {
            drop_stray_recovery(&mut tx, account).await?;
        }
        tx.commit().await.map_err(Fault::from)?;
        Ok(was_there)
    }
}
