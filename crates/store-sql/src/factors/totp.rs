//! Authenticators of time-based codes: one an account.

use aspis_core::ids::AccountId;
use aspis_store::factors::{NO_STEP, Totp};

use crate::{
    db::{Conn, Pool},
    fault::{Fault, readable},
    hex,
    sql::{query, query_as, query_scalar},
};

const PUT: &str = "INSERT INTO totp (account, secret, confirmed, last_step) VALUES ($1, $2, FALSE, $3) \
    ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, last_step = excluded.last_step \
    WHERE NOT totp.confirmed";
const GET: &str = "SELECT secret, confirmed, last_step FROM totp WHERE account = $1";
const SPEND: &str = "UPDATE totp SET confirmed = TRUE, last_step = $2 WHERE account = $1 AND last_step < $2";
const REMOVE: &str = "DELETE FROM totp WHERE account = $1 RETURNING confirmed";

pub(super) async fn put(writer: &Pool, account: AccountId, secret: &[u8]) -> Result<bool, Fault> {
    let put = query(PUT).bind(account.to_string()).bind(hex::write(secret)).bind(NO_STEP);
    Ok(put.execute(writer).await?.rows_affected() == 1)
}

pub(super) async fn get(reader: &Pool, account: AccountId) -> Result<Option<Totp>, Fault> {
    let row: Option<(String, bool, i64)> =
        query_as(GET).bind(account.to_string()).fetch_optional(reader).await?;
    let Some((secret, confirmed, last_step)) = row else { return Ok(None) };
    let secret = readable("authenticator", hex::read(&secret))?;
    Ok(Some(Totp { secret, confirmed, last_step }))
}

/// One statement judges and spends, so that of two with the same step one is true.
pub(super) async fn spend(writer: &Pool, account: AccountId, step: i64) -> Result<bool, Fault> {
    let spend = query(SPEND).bind(account.to_string()).bind(step);
    Ok(spend.execute(writer).await?.rows_affected() == 1)
}

/// True when there was a confirmed one.
pub(super) async fn remove(tx: &mut Conn, account: AccountId) -> Result<bool, Fault> {
    let removed: Option<bool> = query_scalar(REMOVE).bind(account.to_string()).fetch_optional(tx).await?;
    Ok(removed.unwrap_or(false))
}
