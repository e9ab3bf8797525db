//! Keys as rows: written, read, listed.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
    principal::Role,
    scenario::key_leakage::habits::Odd,
    scope::Scopes,
};
use aspis_store::keys::{ApiKey, KeyQuery, Watched};

use crate::{
    accounts::{account_id, networks},
    db::{Conn, Pool},
    fault::{Fault, readable},
    sql::{self, Row, query},
};

/// What [`read`] wants of a key that a statement calls `k`.
macro_rules! columns {
    () => {
        "k.id, k.account, k.hash, k.name, k.scopes, k.allowed_ips, k.source, k.created, COALESCE(k.line, k.created) AS line, k.expires, k.revoked, \
        k.successor, k.used, k.used_by, k.suspended, k.suspended_for, k.resumed, k.warned, k.leaked"
    };
}

const ADD: &str = "INSERT INTO api_key \
    (id, account, hash, name, scopes, allowed_ips, source, created, expires, line) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
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

const BY_HASH: &str = concat!("SELECT ", columns!(), " FROM api_key AS k WHERE k.hash = $1");
const BY_ID: &str = concat!("SELECT ", columns!(), " FROM api_key AS k WHERE k.id = $1");
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    ", a.email FROM api_key AS k JOIN account AS a ON a.id = k.account \
    WHERE (k.created, k.id) < ($1, $2) AND ($3 = '' OR k.account = $3) AND ($4 = 'all' \
    OR ($4 = 'ended' AND (k.revoked IS NOT NULL OR k.expires <= $5)) \
    OR ($4 = 'alive' AND k.revoked IS NULL AND k.expires > $5) \
    OR ($4 = 'suspended' AND k.revoked IS NULL AND k.expires > $5 AND k.suspended IS NOT NULL)) \
    ORDER BY k.created DESC, k.id DESC LIMIT $6"
);

/// Sorts after every identifier.
const BEYOND: &str = "~";

/// Reads a key's identifier.
pub(crate) fn key_id(text: &str) -> Result<KeyId, Fault> {
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
        line: Timestamp(row.try_get("line")?),
        expires: Timestamp(row.try_get("expires")?),
        revoked: row.try_get::<Option<i64>>("revoked")?.map(Timestamp),
        successor: successor.as_deref().map(key_id).transpose()?,
        used: used.map(Timestamp).zip(used_by),
        watched: watched(row)?,
    })
}

fn watched(row: &Row) -> Result<Watched, Fault> {
    let moment = |name| row.try_get::<Option<i64>>(name).map(|at| at.map(Timestamp));
    let odd: Option<String> = row.try_get("suspended_for")?;
    let odd = odd.map(|odd| readable("reason of a suspension", Odd::parse(&odd))).transpose()?;
    Ok(Watched {
        suspended: moment("suspended")?.zip(odd),
        resumed: moment("resumed")?,
        warned: moment("warned")?,
        leaked: moment("leaked")?,
    })
}

fn with_role(row: &Row) -> Result<(ApiKey, Role), Fault> {
    let role = readable("role", Role::parse(row.try_get("role")?))?;
    Ok((read(row)?, role))
}

/// Adds a key that has neither ended nor been used.
pub(super) async fn add(tx: &mut Conn, key: &ApiKey) -> Result<(), Fault> {
    let add = query(ADD)
        .bind(key.id.to_string())
        .bind(key.account.to_string())
        .bind(&key.hash)
        .bind(&key.name)
        .bind(key.scopes.to_string())
        .bind(networks::write(&key.allowed_ips))
        .bind(&key.source)
        .bind(key.created.0)
        .bind(key.expires.0)
        .bind(key.line.0);
    add.execute(tx).await?;
    Ok(())
}

pub(super) async fn of_account(
    reader: &Pool,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<ApiKey>, Fault> {
    let ask = query(OF_ACCOUNT).bind(account.to_string()).bind(now.0);
    ask.fetch_all(reader).await?.iter().map(read).collect()
}

pub(super) async fn alive(reader: &Pool, now: Timestamp) -> Result<Vec<(ApiKey, Role)>, Fault> {
    query(ALIVE).bind(now.0).fetch_all(reader).await?.iter().map(with_role).collect()
}

pub(super) async fn by_hash(reader: &Pool, hash: &str) -> Result<Option<ApiKey>, Fault> {
    query(BY_HASH).bind(hash).fetch_optional(reader).await?.as_ref().map(read).transpose()
}

pub(super) async fn by_id(reader: &Pool, key: KeyId) -> Result<Option<ApiKey>, Fault> {
    query(BY_ID).bind(key.to_string()).fetch_optional(reader).await?.as_ref().map(read).transpose()
}

pub(super) async fn list(
    reader: &Pool,
    query: &KeyQuery,
    now: Timestamp,
) -> Result<Vec<(ApiKey, String)>, Fault> {
    let (at, id) = query.after.map_or((i64::MAX, BEYOND.to_owned()), |(at, id)| (at.0, id.to_string()));
    let list = sql::query(LIST)
        .bind(at)
        .bind(id)
        .bind(query.account.map(|account| account.to_string()).unwrap_or_default())
        .bind(query.state.word())
        .bind(now.0)
        .bind(i64::try_from(query.limit).unwrap_or(i64::MAX));
    let owned = |row: &Row| Ok((read(row)?, row.try_get("email")?));
    list.fetch_all(reader).await?.iter().map(owned).collect()
}
