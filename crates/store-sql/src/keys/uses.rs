//! How often keys were used, and when last.

use aspis_core::{ids::KeyId, scenario::data_scraping::quota::Day};
use aspis_store::keys::KeyUse;

use super::row::key_id;
use crate::{
    db::{Conn, Pool},
    fault::Fault,
    sql::{query, query_as},
};

const LAST: &str =
    "UPDATE api_key SET used = $2, used_by = $3 WHERE id = $1 AND (used IS NULL OR used <= $2)";
const COUNT: &str = "INSERT INTO key_day (key, day, calls) VALUES ($1, $2, $3) \
    ON CONFLICT (key, day) DO UPDATE SET calls = key_day.calls + excluded.calls";
const OF_KEYS: &str =
    "SELECT key, day, calls FROM key_day WHERE key IN (SELECT value FROM json_each($1)) AND day >= $2";
const OF_KEYS_ON_A_SERVER: &str = "SELECT key, day, calls FROM key_day \
    WHERE key IN (SELECT json_array_elements_text(CAST($1 AS JSON))) AND day >= $2";
const SWEEP: &str = "DELETE FROM key_day WHERE day < $1";

/// How many uses are noted in one step, so that no sign-in waits long for the rest.
pub(super) const AT_ONCE: usize = 500;

pub(super) async fn note(tx: &mut Conn, uses: &[KeyUse]) -> Result<(), Fault> {
    for used in uses {
        let key = used.key.to_string();
        let last = query(LAST).bind(&key).bind(used.at.0).bind(&used.client);
        last.execute(&mut *tx).await?;
        let calls = i64::try_from(used.calls).unwrap_or(i64::MAX);
        query(COUNT).bind(&key).bind(used.day.0).bind(calls).execute(&mut *tx).await?;
    }
    Ok(())
}

pub(super) async fn of_keys(
    reader: &Pool,
    keys: &[KeyId],
    since: Day,
) -> Result<Vec<(KeyId, Day, u64)>, Fault> {
    // As JSON, so that the statement is the same for any number of them.
    let keys: Vec<_> = keys.iter().map(|key| format!("\"{key}\"")).collect();
    let ask = query_as(OF_KEYS)
        .on_a_server(OF_KEYS_ON_A_SERVER)
        .bind(format!("[{}]", keys.join(",")))
        .bind(since.0);
    let rows: Vec<(String, i64, i64)> = ask.fetch_all(reader).await?;
    let read = |(key, day, calls): (String, i64, i64)| {
        Ok((key_id(&key)?, Day(day), u64::try_from(calls).unwrap_or(0)))
    };
    rows.into_iter().map(read).collect()
}

pub(super) async fn sweep(tx: &mut Conn, before: Day) -> Result<(), Fault> {
    query(SWEEP).bind(before.0).execute(tx).await?;
    Ok(())
}
