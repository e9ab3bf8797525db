//! Passkeys, unique by their credential.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, PasskeyId},
};
use aspis_store::factors::Passkey;

use crate::{
    accounts::account_id,
    db::{Conn, Pool},
    fault::{Fault, readable},
    sql::{query, query_as},
};

const ADD: &str = "INSERT INTO passkey (id, account, credential, name, data, created, used) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential) DO NOTHING";
const OF_ACCOUNT: &str = "SELECT id, account, credential, name, data, created, used FROM passkey \
    WHERE account = $1 ORDER BY created, id";
const GET: &str =
    "SELECT id, account, credential, name, data, created, used FROM passkey WHERE credential = $1";
const USE: &str = "UPDATE passkey SET data = $3, used = $4 WHERE id = $1 AND data = $2";
const REMOVE: &str = "DELETE FROM passkey WHERE id = $1 AND account = $2";

type Row = (String, String, String, String, String, i64, Option<i64>);

fn read((id, account, credential, name, data, created, used): Row) -> Result<Passkey, Fault> {
    Ok(Passkey {
        id: readable("passkey", PasskeyId::parse(&id))?,
        account: account_id(&account)?,
        credential,
        name,
        data,
        created: Timestamp(created),
        used: used.map(Timestamp),
    })
}

/// False when the credential is known already.
pub(super) async fn add(writer: &Pool, passkey: &Passkey) -> Result<bool, Fault> {
    let add = query(ADD)
        .bind(passkey.id.to_string())
        .bind(passkey.account.to_string())
        .bind(&passkey.credential)
        .bind(&passkey.name)
        .bind(&passkey.data)
        .bind(passkey.created.0)
        .bind(passkey.used.map(|at| at.0));
    Ok(add.execute(writer).await?.rows_affected() == 1)
}

pub(super) async fn of_account(reader: &Pool, account: AccountId) -> Result<Vec<Passkey>, Fault> {
    let rows: Vec<Row> = query_as(OF_ACCOUNT).bind(account.to_string()).fetch_all(reader).await?;
    rows.into_iter().map(read).collect()
}

pub(super) async fn get(reader: &Pool, credential: &str) -> Result<Option<Passkey>, Fault> {
    let row: Option<Row> = query_as(GET).bind(credential).fetch_optional(reader).await?;
    row.map(read).transpose()
}

/// One statement compares and replaces, so that of two that saw the same state one is true.
pub(super) async fn note_use(
    writer: &Pool,
    id: PasskeyId,
    was: &str,
    data: &str,
    now: Timestamp,
) -> Result<bool, Fault> {
    let note = query(USE).bind(id.to_string()).bind(was).bind(data).bind(now.0);
    Ok(note.execute(writer).await?.rows_affected() == 1)
}

/// True when it was there, and this account's.
pub(super) async fn remove(tx: &mut Conn, account: AccountId, id: PasskeyId) -> Result<bool, Fault> {
    let remove = query(REMOVE).bind(id.to_string()).bind(account.to_string());
    Ok(remove.execute(tx).await?.rows_affected() == 1)
}
