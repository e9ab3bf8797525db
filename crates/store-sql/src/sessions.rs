//! Families of refresh tokens, and browser sessions.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
};
use aspis_store::{
    Sessions, Stored,
    sessions::{Family, NewFamily, Presented, Rotation, Standing, StepUp},
};
use async_trait::async_trait;

pub(crate) use self::family::family_id;
use crate::{
    Sql,
    accounts::account_id,
    actions::resets,
    db::{Conn, again},
    fault::Fault,
    sql::{query, query_as, query_scalar},
};

mod family;
mod rotate;

const ISSUE: &str = "INSERT INTO token (hash, family) VALUES ($1, $2)";
const FAMILY_OF: &str = "SELECT f.id, f.account FROM token AS t JOIN family AS f ON f.id = t.family WHERE t.hash = $1 AND t.spent_at IS NULL";
// Writes what is there, for its lock: a change of the password comes before or after, never in between.
const STANDS: &str = "UPDATE account SET password_hash = password_hash WHERE id = $1 AND password_hash = $2 AND enabled = TRUE";
const REVOKE: &str = "UPDATE family SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
const REVOKE_ALL: &str =
    "UPDATE family SET revoked = $3 WHERE account = $1 AND id <> $2 AND revoked IS NULL RETURNING id";
const REVOKED: &str = "SELECT id FROM family WHERE revoked >= $1";
const TOUCH: &str = "UPDATE family SET used = $2 WHERE id = $1 AND used < $2";
// A family of refresh tokens never becomes a browser session.
const STEP_UP: &str = "UPDATE family SET strong = strong OR $3, \
    authenticated = CASE WHEN authenticated < $2 THEN $2 ELSE authenticated END, \
    used = CASE WHEN used < $2 THEN $2 ELSE used END, \
    cookie = CASE WHEN cookie IS NULL THEN NULL ELSE COALESCE($4, cookie) END, \
    client = CASE WHEN cookie IS NULL THEN client ELSE COALESCE($5, client) END, \
    agent = CASE WHEN cookie IS NULL THEN agent ELSE COALESCE($6, agent) END \
    WHERE id = $1 AND revoked IS NULL AND expires > $2";
const SWEEP_TOKENS: &str = "DELETE FROM token WHERE family IN (SELECT id FROM family WHERE expires < $1)";
const SWEEP: &str = "DELETE FROM family WHERE expires < $1";

/// How many uses are noted in one step, so that no sign-in waits long for the rest.
const TOUCHED_AT_ONCE: usize = 500;

async fn issue(tx: &mut Conn, hash: &str, family: FamilyId) -> Result<(), Fault> {
    query(ISSUE).bind(hash).bind(family.to_string()).execute(tx).await?;
    Ok(())
}

/// Ends a family; true when it was alive.
async fn revoke(conn: &mut Conn, family: FamilyId, now: Timestamp) -> Result<bool, Fault> {
    let revoke = query(REVOKE).bind(family.to_string()).bind(now.0);
    Ok(revoke.execute(conn).await?.rows_affected() == 1)
}

async fn touch(tx: &mut Conn, used: &[(FamilyId, Timestamp)]) -> Result<(), Fault> {
    for (family, at) in used {
        query(TOUCH).bind(family.to_string()).bind(at.0).execute(&mut *tx).await?;
    }
    Ok(())
}

fn family_ids(rows: &[String]) -> Result<Vec<FamilyId>, Fault> {
    rows.iter().map(|id| family_id(id)).collect()
}

async fn begin(tx: &mut Conn, new: &NewFamily) -> Result<(), Fault> {
    family::add(tx, &new.family).await?;
    match &new.token {
        Some(hash) => issue(tx, hash, new.family.id).await,
        None => Ok(()),
    }
}

/// Ends all families of an account but one; those that were alive.
pub(crate) async fn revoke_all(
    tx: &mut Conn,
    account: AccountId,
    but: Option<FamilyId>,
    now: Timestamp,
) -> Result<Vec<FamilyId>, Fault> {
    let but = but.map_or_else(String::new, |family| family.to_string());
    let revoke = query_scalar(REVOKE_ALL).bind(account.to_string()).bind(but).bind(now.0);
    let ended: Vec<String> = revoke.fetch_all(tx).await?;
    family_ids(&ended)
}

/// Whole transactions, each carried out once.
impl Sql {
    async fn open_once(&self, new: &NewFamily) -> Result<(), Fault> {
        let mut tx = self.db.begin().await?;
        begin(&mut tx, new).await?;
        Ok(tx.commit().await?)
    }

    async fn open_once_while(&self, new: &NewFamily, hash: &str) -> Result<bool, Fault> {
        let mut tx = self.db.begin().await?;
        let stands = query(STANDS).bind(new.family.account.to_string()).bind(hash);
        let stands = stands.execute(&mut *tx).await?.rows_affected() == 1;
        let stands = stands && !resets::stands(&mut tx, new.family.account).await?;
        if stands {
            begin(&mut tx, new).await?;
        }
        tx.commit().await?;
        Ok(stands)
    }

    async fn present_once(&self, ask: &Presented) -> Result<Rotation, Fault> {
        let mut tx = self.db.begin().await?;
        let rotation = rotate::present(&mut tx, ask).await?;
        tx.commit().await?;
        Ok(rotation)
    }

    async fn revoke_once(&self, family: FamilyId, now: Timestamp) -> Result<bool, Fault> {
        let mut tx = self.db.begin().await?;
        let was_alive = revoke(&mut tx, family, now).await?;
        tx.commit().await?;
        Ok(was_alive)
    }

    async fn revoke_all_once(
        &self,
        account: AccountId,
        but: Option<FamilyId>,
        now: Timestamp,
    ) -> Result<Vec<FamilyId>, Fault> {
        let mut tx = self.db.begin().await?;
        let ended = revoke_all(&mut tx, account, but, now).await?;
        tx.commit().await?;
        Ok(ended)
    }
}

#[async_trait]
impl Sessions for Sql {
    async fn open(&self, new: NewFamily) -> Stored<()> {
        Ok(again(|| self.open_once(&new)).await?)
    }

    async fn open_while(&self, new: NewFamily, hash: &str) -> Stored<bool> {
        Ok(again(|| self.open_once_while(&new, hash)).await?)
    }

    async fn present(&self, ask: Presented) -> Stored<Rotation> {
        Ok(again(|| self.present_once(&ask)).await?)
    }

    async fn family_of(&self, token_hash: &str) -> Stored<Option<(FamilyId, AccountId)>> {
        let ask = query_as(FAMILY_OF).bind(token_hash);
        let row: Option<(String, String)> =
            ask.fetch_optional(self.db.reader()).await.map_err(Fault::from)?;
        Ok(row
            .map(|(family, account)| Ok::<_, Fault>((family_id(&family)?, account_id(&account)?)))
            .transpose()?)
    }

    async fn revoke(&self, family: FamilyId, now: Timestamp) -> Stored<bool> {
        Ok(again(|| self.revoke_once(family, now)).await?)
    }

    async fn revoke_all(
        &self,
        account: AccountId,
        but: Option<FamilyId>,
        now: Timestamp,
    ) -> Stored<Vec<FamilyId>> {
        Ok(again(|| self.revoke_all_once(account, but, now)).await?)
    }

    async fn of_account(&self, account: AccountId, now: Timestamp) -> Stored<Vec<Family>> {
        Ok(family::of_account(self.db.reader(), account, now).await?)
    }

    async fn family(&self, family: FamilyId, now: Timestamp) -> Stored<Option<Family>> {
        Ok(family::alive(self.db.reader(), family, now).await?)
    }

    async fn browser_sessions(&self, now: Timestamp) -> Stored<Vec<(Family, Role)>> {
        Ok(family::browsers(self.db.reader(), now).await?)
    }

    async fn standing(&self, family: FamilyId) -> Stored<Option<Standing>> {
        Ok(family::stands(self.db.reader(), family).await?)
    }

    async fn standing_of(&self, account: AccountId, since: Timestamp) -> Stored<Vec<Standing>> {
        Ok(family::stand(self.db.reader(), account, since).await?)
    }

    async fn used_since(&self, since: Timestamp) -> Stored<Vec<(FamilyId, Timestamp)>> {
        Ok(family::used(self.db.reader(), since).await?)
    }

    async fn touch(&self, used: &[(FamilyId, Timestamp)]) -> Stored<()> {
        for part in used.chunks(TOUCHED_AT_ONCE) {
            let mut tx = self.db.begin().await?;
            touch(&mut tx, part).await?;
            tx.commit().await.map_err(Fault::from)?;
        }
        Ok(())
    }

    async fn step_up(&self, step: StepUp) -> Stored<bool> {
        let renewed = step.renewed.as_ref();
        let update = query(STEP_UP)
            .bind(step.family.to_string())
            .bind(step.at.0)
            .bind(step.strong)
            .bind(renewed.map(|renewed| &renewed.cookie))
            .bind(renewed.map(|renewed| &renewed.client))
            .bind(renewed.map(|renewed| &renewed.agent));
        let noted = update.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(noted.rows_affected() == 1)
    }

    async fn revoked_since(&self, since: Timestamp) -> Stored<Vec<FamilyId>> {
        let ask = query_scalar(REVOKED).bind(since.0);
        let rows: Vec<String> = ask.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(family_ids(&rows)?)
    }

    async fn sweep(&self, before: Timestamp) -> Stored<u64> {
        let mut tx = self.db.begin().await?;
        query(SWEEP_TOKENS).bind(before.0).execute(&mut *tx).await.map_err(Fault::from)?;
        let families = query(SWEEP).bind(before.0).execute(&mut *tx).await.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(families.rows_affected())
    }
}
