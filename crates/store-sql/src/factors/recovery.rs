//! Recovery codes: those that are left.

use aspis_core::ids::AccountId;

use crate::{
    db::{Conn, Pool},
    fault::Fault,
    sql::query,
};

const FORGET: &str = "DELETE FROM recovery_code WHERE account = $1";
const ADD: &str = "INSERT INTO recovery_code (account, hash) VALUES ($1, $2) ON CONFLICT DO NOTHING";
const SPEND: &str = "DELETE FROM recovery_code WHERE account = $1 AND hash = $2";

/// Sets them in place of all that there were.
pub(super) async fn put(tx: &mut Conn, account: AccountId, hashes: &[String]) -> Result<(), Fault> {
    query(FORGET).bind(account.to_string()).execute(&mut *tx).await?;
    for hash in hashes {
        query(ADD).bind(account.to_string()).bind(hash).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Spends one: true when it was there.
pub(super) async fn spend(writer: &Pool, account: AccountId, hash: &str) -> Result<bool, Fault> {
    let spend = query(SPEND).bind(account.to_string()).bind(hash);
    Ok(spend.execute(writer).await?.rows_affected() == 1)
}
