//! Events that no server has heard yet.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, KeyId},
};
use aspis_store::alerts::Unheard;
use uuid::Uuid;

use crate::{
    db::{Conn, Pool},
    fault::{Fault, readable},
    sql::{query, query_as},
};

const LEAVE: &str = "INSERT INTO unheard (id, at, kind, account, api_key) VALUES ($1, $2, $3, $4, $5)";
const ALL: &str = "SELECT id, at, kind, account, api_key FROM unheard ORDER BY at, id LIMIT $1";
const FORGET: &str = "DELETE FROM unheard WHERE id = $1";

type Row = (String, i64, String, Option<String>, Option<String>);

pub(super) async fn leave(tx: &mut Conn, one: &Unheard) -> Result<(), Fault> {
    let leave = query(LEAVE)
        .bind(one.id.to_string())
        .bind(one.at.0)
        .bind(&one.kind)
        .bind(one.account.map(|account| account.to_string()))
        .bind(one.key.map(|key| key.to_string()));
    leave.execute(tx).await?;
    Ok(())
}

pub(super) async fn all(reader: &Pool, limit: i64) -> Result<Vec<Unheard>, Fault> {
    let rows: Vec<Row> = query_as(ALL).bind(limit).fetch_all(reader).await?;
    rows.into_iter().map(read).collect()
}

pub(super) async fn forget(tx: &mut Conn, id: Uuid) -> Result<(), Fault> {
    query(FORGET).bind(id.to_string()).execute(tx).await?;
    Ok(())
}

fn read((id, at, kind, account, key): Row) -> Result<Unheard, Fault> {
    Ok(Unheard {
        id: readable("event", Uuid::parse_str(&id).ok())?,
        at: Timestamp(at),
        kind,
        account: account.map(|id| readable("account", AccountId::parse(&id))).transpose()?,
        key: key.map(|id| readable("key", KeyId::parse(&id))).transpose()?,
    })
}
