//! Changes of what belongs to some people, or to all.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId, KeyId},
    principal::Role,
};
use aspis_store::actions::{Done, Obstacle, Whom};

use super::{Outcome, pass};
use crate::{
    accounts::account_id,
    db::Conn,
    fault::{Fault, readable},
    sessions,
    sql::{query, query_as, query_scalar},
};

const THERE: &str = "SELECT id FROM account WHERE id = $1";
const WHOM: &str = "SELECT id FROM account WHERE $1 = 'all' OR id = $2 OR role = $3 ORDER BY id";
const END: &str = "UPDATE family SET revoked = $1 WHERE revoked IS NULL AND expires > $1 AND id <> $2 \
    AND created >= $3 AND account IN (SELECT id FROM account WHERE $4 = 'all' OR id = $5 OR role = $6) \
    RETURNING id, account";
const END_KEYS: &str = "UPDATE api_key SET revoked = $1 WHERE revoked IS NULL AND expires > $1 \
    AND account IN (SELECT id FROM account WHERE $2 = 'all' OR id = $3 OR role = $4) RETURNING id, account";

const KEYS_ALIVE: &str =
    "SELECT COUNT(*) FROM api_key WHERE account = $1 AND revoked IS NULL AND expires > $2";

/// The three values that say who is meant: one of them does.
fn words(whom: Whom) -> (&'static str, String, &'static str) {
    match whom {
        Whom::All => ("all", String::new(), ""),
        Whom::Account(one) => ("", one.to_string(), ""),
        Whom::Role(role) => ("", String::new(), Role::word(role)),
    }
}

/// One account that is not there is a mistake.
async fn meets(tx: &mut Conn, whom: Whom) -> Outcome<()> {
    let Whom::Account(one) = whom else { return Ok(Ok(())) };
    let found = query(THERE).bind(one.to_string()).fetch_optional(tx).await?;
    Ok(found.map(|_| ()).ok_or(Obstacle::Unknown))
}

/// The accounts that are meant, by identifier.
pub(super) async fn accounts(tx: &mut Conn, whom: Whom) -> Outcome<Vec<AccountId>> {
    pass!(meets(tx, whom).await);
    let (all, one, role) = words(whom);
    let ids: Vec<String> = query_scalar(WHOM).bind(all).bind(one).bind(role).fetch_all(tx).await?;
    Ok(Ok(ids.iter().map(|id| account_id(id)).collect::<Result<_, Fault>>()?))
}

/// Ends sign-ins that are alive.
pub(super) async fn end_sign_ins(
    tx: &mut Conn,
    whom: Whom,
    since: Option<Timestamp>,
    but: Option<FamilyId>,
    now: Timestamp,
) -> Outcome<Done> {
    pass!(meets(tx, whom).await);
    let (all, one, role) = words(whom);
    let end = query_as(END)
        .bind(now.0)
        .bind(but.map(|family| family.to_string()).unwrap_or_default())
        .bind(since.map_or(i64::MIN, |since| since.0))
        .bind(all)
        .bind(one)
        .bind(role);
    let rows: Vec<(String, String)> = end.fetch_all(tx).await?;
    let mut families: Vec<FamilyId> =
        rows.iter().map(|(id, _)| sessions::family_id(id)).collect::<Result<_, Fault>>()?;
    families.sort();
    let accounts = owners(rows)?;
    Ok(Ok(Done { touched: families.len() as u64, accounts, families, ..Done::default() }))
}

/// Ends API keys that are alive.
pub(super) async fn end_keys(tx: &mut Conn, whom: Whom, now: Timestamp) -> Outcome<Done> {
    pass!(meets(tx, whom).await);
    let (all, one, role) = words(whom);
    let end = query_as(END_KEYS).bind(now.0).bind(all).bind(one).bind(role);
    let rows: Vec<(String, String)> = end.fetch_all(tx).await?;
    let mut keys: Vec<KeyId> =
        rows.iter().map(|(id, _)| readable("key", KeyId::parse(id))).collect::<Result<_, Fault>>()?;
    keys.sort();
    let accounts = owners(rows)?;
    Ok(Ok(Done { touched: keys.len() as u64, accounts, keys, ..Done::default() }))
}

/// How many API keys of an account are alive.
pub(super) async fn keys_alive(tx: &mut Conn, account: AccountId, now: Timestamp) -> Result<u64, Fault> {
    let alive: i64 = query_scalar(KEYS_ALIVE).bind(account.to_string()).bind(now.0).fetch_one(tx).await?;
    Ok(u64::try_from(alive).unwrap_or(0))
}

/// Whose they were, each once.
fn owners(rows: Vec<(String, String)>) -> Result<Vec<AccountId>, Fault> {
    let ids = rows.into_iter().map(|(_, account)| account_id(&account));
    let mut accounts: Vec<AccountId> = ids.collect::<Result<_, Fault>>()?;
    accounts.sort();
    accounts.dedup();
    Ok(accounts)
}
