//! Families of refresh tokens.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
};
use aspis_store::{
    Sessions, Stored,
    sessions::{NewFamily, Presented, Rotation},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Conn,
    fault::{Fault, readable},
};

mod rotate;

const OPEN: &str = "INSERT INTO family (id, account, created, expires) VALUES ($1, $2, $3, $4)";
const ISSUE: &str = "INSERT INTO token (hash, family) VALUES ($1, $2)";
const FAMILY_OF: &str = "SELECT f.id, f.account FROM token AS t JOIN family AS f ON f.id = t.family WHERE t.hash = $1 AND t.spent_at IS NULL";
const REVOKE: &str = "UPDATE family SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
const REVOKED: &str = "SELECT id FROM family WHERE revoked >= $1";
const SWEEP_TOKENS: &str = "DELETE FROM token WHERE family IN (SELECT id FROM family WHERE expires < $1)";
const SWEEP: &str = "DELETE FROM family WHERE expires < $1";

fn family_id(text: &str) -> Result<FamilyId, Fault> {
    readable("family", FamilyId::parse(text))
}

fn account_id(text: &str) -> Result<AccountId, Fault> {
    readable("account", AccountId::parse(text))
}

async fn issue(tx: &mut Conn, hash: &str, family: FamilyId) -> Result<(), Fault> {
    sqlx::query(ISSUE).bind(hash).bind(family.to_string()).execute(tx).await?;
    Ok(())
}

/// Ends a family; true when it was alive.
async fn revoke(conn: &mut Conn, family: FamilyId, now: Timestamp) -> Result<bool, Fault> {
    let revoke = sqlx::query(REVOKE).bind(family.to_string()).bind(now.0);
    Ok(revoke.execute(conn).await?.rows_affected() == 1)
}

#[async_trait]
impl Sessions for Sql {
    async fn open(&self, new: NewFamily) -> Stored<()> {
        let mut tx = self.db.begin().await?;
        let family = sqlx::query(OPEN)
            .bind(new.id.to_string())
            .bind(new.account.to_string())
            .bind(new.created.0)
            .bind(new.expires.0);
        family.execute(&mut *tx).await.map_err(Fault::from)?;
        issue(&mut tx, &new.token_hash, new.id).await?;
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn present(&self, ask: Presented) -> Stored<Rotation> {
        let mut tx = self.db.begin().await?;
        let rotation = rotate::present(&mut tx, &ask).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(rotation)
    }

    async fn family_of(&self, token_hash: &str) -> Stored<Option<(FamilyId, AccountId)>> {
        let ask = sqlx::query_as(FAMILY_OF).bind(token_hash);
        let row: Option<(String, String)> =
            ask.fetch_optional(self.db.reader()).await.map_err(Fault::from)?;
        Ok(row
            .map(|(family, account)| Ok::<_, Fault>((family_id(&family)?, account_id(&account)?)))
            .transpose()?)
    }

    async fn revoke(&self, family: FamilyId, now: Timestamp) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let was_alive = revoke(&mut tx, family, now).await?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(was_alive)
    }

    async fn revoked_since(&self, since: Timestamp) -> Stored<Vec<FamilyId>> {
        let ask = sqlx::query_scalar(REVOKED).bind(since.0);
        let rows: Vec<String> = ask.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.iter().map(|id| family_id(id)).collect::<Result<_, Fault>>()?)
    }

    async fn sweep(&self, before: Timestamp) -> Stored<u64> {
        let mut tx = self.db.begin().await?;
        sqlx::query(SWEEP_TOKENS).bind(before.0).execute(&mut *tx).await.map_err(Fault::from)?;
        let families = sqlx::query(SWEEP).bind(before.0).execute(&mut *tx).await.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(families.rows_affected())
    }
}
