//! Keys as rows: written, read, listed.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    principal::Role,
    scope::Scopes,
};
use aspis_store::keys::ApiKey;
use sqlx::Row as _;

use crate::{
    accounts::{account_id, networks},
    db::{Conn, Pool, Row},
    fault::{Fault, readable},
};

/// What [`read`] wants of a key that a statement calls `k`.
macro_rules! columns {
    () => {
        "k.id, k.account, k.hash, k.name, k.scopes, k.allowed_ips, k.source, k.created, k.expires, k.revoked, \
        k.successor, k.used, k.used_by"
    };
}

const ADD: &str = "INSERT INTO api_key \
    (id, account, hash, name, scopes, allowed_ips, source, created, expires) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const OF_ACCOUNT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM api_key AS k WHERE k.account = $1 AND k.revoked IS NULL AND k.expires > $2 \
    ORDER BY k.created DESC, k.id DESC"
);
const ALIVE: &str = concat!(
    "SELECT ",
    columns!(),
    ", a.role FROM api_key AS k JOIN account AS a ON a.id = k.account \
    WHERE k.revoked IS NULL AND k.expires > $1 AND a.enabled"
);

/// Reads a key's identifier.
pub(super) fn key_id(text: &str) -> Result<KeyId, Fault> {
    readable("API key", KeyId::parse(text))
}

fn read(row: &Row) -> Result<ApiKey, Fault> {
    let successor: Option<String> = row.try_get("successor")?;
    let used: Option<i64> = row.try_get("used")?;
    let used_by: Option<String> = row.try_get("used_by")?;
    Ok(ApiKey {
        id: key_id(row.try_get("id")?)?,
        account: account_id(row.try_get("account")?)?,
        hash: row.try_get("hash")?,
        name: row.try_get("name")?,
        scopes: readable("scope", Scopes::parse(row.try_get("scopes")?))?,
        allowed_ips: networks::read(row.try_get("allowed_ips")?)?,
        source: row.try_get("source")?,
        created: Timestamp(row.try_get("created")?),
        expires: Timestamp(row.try_get("expires")?),
        revoked: row.try_get::<Option<i64>, _>("revoked")?.map(Timestamp),
        successor: successor.as_deref().map(key_id).transpose()?,
        used: used.map(Timestamp).zip(used_by),
    })
}

fn with_role(row: &Row) -> Result<(ApiKey, Role), Fault> {
    let role = readable("role", Role::parse(row.try_get("role")?))?;
    Ok((read(row)?, role))
}

/// Adds a key that has neither ended nor been used.
pub(super) async fn add(tx: &mut Conn, key: &ApiKey) -> Result<(), Fault> {
    let add = sqlx::query(ADD)
        .bind(key.id.to_string())
        .bind(key.account.to_string())
        .bind(&key.hash)
        .bind(&key.name)
        .bind(key.scopes.to_string())
        .bind(networks::write(&key.allowed_ips))
        .bind(&key.source)
        .bind(key.created.0)
        .bind(key.expires.0);
    add.execute(tx).await?;
    Ok(())
}

pub(super) async fn of_account(
    reader: &Pool,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<ApiKey>, Fault> {
    let ask = sqlx::query(OF_ACCOUNT).bind(account.to_string()).bind(now.0);
    ask.fetch_all(reader).await?.iter().map(read).collect()
}

pub(super) async fn alive(reader: &Pool, now: Timestamp) -> Result<Vec<(ApiKey, Role)>, Fault> {
    sqlx::query(ALIVE).bind(now.0).fetch_all(reader).await?.iter().map(with_role).collect()
}
