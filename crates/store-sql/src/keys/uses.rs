//! How often keys were used, and when last.

use aspis_core::{
    ids::{AccountId, KeyId},
    scenario::data_scraping::quota::Day,
};
use aspis_store::keys::KeyUse;

use super::row::key_id;
use crate::{
    db::{Conn, Pool},
    fault::Fault,
};

const LAST: &str =
    "UPDATE api_key SET used = $2, used_by = $3 WHERE id = $1 AND (used IS NULL OR used <= $2)";
const COUNT: &str = "INSERT INTO key_day (key, day, calls) VALUES ($1, $2, $3) \
    ON CONFLICT (key, day) DO UPDATE SET calls = key_day.calls + excluded.calls";
const OF_ACCOUNT: &str = "SELECT d.key, d.day, d.calls FROM key_day AS d JOIN api_key AS k ON k.id = d.key \
    WHERE k.account = $1 AND d.day >= $2";
const SWEEP: &str = "DELETE FROM key_day WHERE day < $1";

/// How many uses are noted in one step, so that no sign-in waits long for the rest.
pub(super) const AT_ONCE: usize = 500;

pub(super) async fn note(tx: &mut Conn, uses: &[KeyUse]) -> Result<(), Fault> {
    for used in uses {
        let key = used.key.to_string();
        let last = sqlx::query(LAST).bind(&key).bind(used.at.0).bind(&used.client);
        last.execute(&mut *tx).await?;
        let calls = i64::try_from(used.calls).unwrap_or(i64::MAX);
        sqlx::query(COUNT).bind(&key).bind(used.day.0).bind(calls).execute(&mut *tx).await?;
    }
    Ok(())
}

pub(super) async fn of_account(
    reader: &Pool,
    account: AccountId,
    since: Day,
) -> Result<Vec<(KeyId, Day, u64)>, Fault> {
    let ask = sqlx::query_as(OF_ACCOUNT).bind(account.to_string()).bind(since.0);
    let rows: Vec<(String, i64, i64)> = ask.fetch_all(reader).await?;
    let read = |(key, day, calls): (String, i64, i64)| {
        Ok((key_id(&key)?, Day(day), u64::try_from(calls).unwrap_or(0)))
    };
    rows.into_iter().map(read).collect()
}

pub(super) async fn sweep(tx: &mut Conn, before: Day) -> Result<(), Fault> {
    sqlx::query(SWEEP).bind(before.0).execute(tx).await?;
    Ok(())
}
