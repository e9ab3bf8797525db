//! Families as rows: written, read, listed.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    principal::Role,
};
use aspis_store::sessions::{Family, MOST, Standing};

use crate::{
    accounts::account_id,
    db::{Conn, Pool},
    fault::{Fault, readable},
    sql::{Row, query, query_as},
};

/// What [`read`] wants of a family that a statement calls `f`.
macro_rules! columns {
    () => {
        "f.id, f.account, f.created, f.expires, f.used, f.authenticated, f.strong, f.client, f.agent, f.key, f.cookie"
    };
}
pub(super) use columns;

const ADD: &str = "INSERT INTO family \
    (id, account, created, expires, used, authenticated, strong, client, agent, key, cookie) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const ALIVE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM family AS f WHERE f.id = $1 AND f.revoked IS NULL AND f.expires > $2"
);
const OF_ACCOUNT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM family AS f WHERE f.account = $1 AND f.revoked IS NULL AND f.expires > $2 \
    ORDER BY f.created DESC, f.id DESC LIMIT $3"
);
const BROWSERS: &str = concat!(
    "SELECT ",
    columns!(),
    ", a.role FROM family AS f JOIN account AS a ON a.id = f.account \
    WHERE f.cookie IS NOT NULL AND f.revoked IS NULL AND f.expires > $1 AND a.enabled"
);

const STANDING: &str = concat!(
    "SELECT ",
    columns!(),
    ", f.revoked, a.role, a.enabled FROM family AS f JOIN account AS a ON a.id = f.account WHERE f.id = $1"
);
const STANDING_OF: &str = concat!(
    "SELECT ",
    columns!(),
    ", f.revoked, a.role, a.enabled FROM family AS f JOIN account AS a ON a.id = f.account \
    WHERE f.account = $1 AND f.expires > $2"
);
const USED: &str = "SELECT id, used FROM family WHERE cookie IS NOT NULL AND revoked IS NULL AND used >= $1";

/// Reads a family's identifier.
pub(crate) fn family_id(text: &str) -> Result<FamilyId, Fault> {
    readable("family", FamilyId::parse(text))
}

/// Reads the [`columns`] of a row.
fn read(row: &Row) -> Result<Family, Fault> {
    Ok(Family {
        id: family_id(row.try_get("id")?)?,
        account: account_id(row.try_get("account")?)?,
        created: Timestamp(row.try_get("created")?),
        expires: Timestamp(row.try_get("expires")?),
        used: Timestamp(row.try_get("used")?),
        authenticated: Timestamp(row.try_get("authenticated")?),
        strong: row.try_get("strong")?,
        client: row.try_get("client")?,
        agent: row.try_get("agent")?,
        key: row.try_get("key")?,
        cookie: row.try_get("cookie")?,
    })
}

/// Reads the [`columns`] and the role of the account.
pub(super) fn with_role(row: &Row) -> Result<(Family, Role), Fault> {
    let role = readable("role", Role::parse(row.try_get("role")?))?;
    Ok((read(row)?, role))
}

pub(super) async fn add(tx: &mut Conn, family: &Family) -> Result<(), Fault> {
    let add = query(ADD)
        .bind(family.id.to_string())
        .bind(family.account.to_string())
        .bind(family.created.0)
        .bind(family.expires.0)
        .bind(family.used.0)
        .bind(family.authenticated.0)
        .bind(family.strong)
        .bind(&family.client)
        .bind(&family.agent)
        .bind(&family.key)
        .bind(&family.cookie);
    add.execute(tx).await?;
    Ok(())
}

pub(super) async fn alive(reader: &Pool, id: FamilyId, now: Timestamp) -> Result<Option<Family>, Fault> {
    let row = query(ALIVE).bind(id.to_string()).bind(now.0).fetch_optional(reader).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn of_account(
    reader: &Pool,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Family>, Fault> {
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let ask = query(OF_ACCOUNT).bind(account.to_string()).bind(now.0).bind(most);
    ask.fetch_all(reader).await?.iter().map(read).collect()
}

pub(super) async fn browsers(reader: &Pool, now: Timestamp) -> Result<Vec<(Family, Role)>, Fault> {
    query(BROWSERS).bind(now.0).fetch_all(reader).await?.iter().map(with_role).collect()
}

fn standing(row: &Row) -> Result<Standing, Fault> {
    let (family, role) = with_role(row)?;
    let revoked: Option<i64> = row.try_get("revoked")?;
    Ok(Standing { family, revoked: revoked.map(Timestamp), role, enabled: row.try_get("enabled")? })
}

pub(super) async fn stands(reader: &Pool, id: FamilyId) -> Result<Option<Standing>, Fault> {
    let row = query(STANDING).bind(id.to_string()).fetch_optional(reader).await?;
    row.as_ref().map(standing).transpose()
}

pub(super) async fn stand(
    reader: &Pool,
    account: AccountId,
    since: Timestamp,
) -> Result<Vec<Standing>, Fault> {
    let ask = query(STANDING_OF).bind(account.to_string()).bind(since.0);
    ask.fetch_all(reader).await?.iter().map(standing).collect()
}

pub(super) async fn used(reader: &Pool, since: Timestamp) -> Result<Vec<(FamilyId, Timestamp)>, Fault> {
    let rows: Vec<(String, i64)> = query_as(USED).bind(since.0).fetch_all(reader).await?;
    rows.iter().map(|(id, used)| Ok((family_id(id)?, Timestamp(*used)))).collect()
}
