//! How many bytes of a day an account has taken away.

use std::collections::BTreeMap;

use aspis_core::{ids::AccountId, scenario::data_scraping::quota::Day};
use aspis_store::{
    Quotas, Stored,
    quotas::{Back, Taken, Used},
};
use async_trait::async_trait;

use crate::{
    Sql,
    fault::Fault,
    sql::{query, query_as, query_scalar},
};

/// One statement asks and takes, so that no other writer comes between. Nothing overflows: what is asked for is at
/// most the limit, and is subtracted from it.
const TAKE: &str = "INSERT INTO day_use (account, day, bytes, calls) \
    SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), 0 WHERE $3 <= $4 \
    ON CONFLICT (account, day) DO UPDATE SET bytes = day_use.bytes + excluded.bytes \
    WHERE day_use.bytes <= $4 - excluded.bytes RETURNING bytes";
/// A list as JSON is one statement for any number of rows: thousands of accounts hold the writer for moments only.
const GIVE_BACK: &str = "UPDATE day_use SET bytes = CASE WHEN day_use.bytes > back.bytes \
    THEN day_use.bytes - back.bytes ELSE 0 END \
    FROM (SELECT value ->> 0 AS account, value ->> 1 AS day, value ->> 2 AS bytes FROM json_each($1)) AS back \
    WHERE day_use.account = back.account AND day_use.day = back.day";
const GIVE_BACK_ON_A_SERVER: &str = "UPDATE day_use SET bytes = CASE WHEN day_use.bytes > back.bytes \
    THEN day_use.bytes - back.bytes ELSE 0 END \
    FROM (SELECT value ->> 0 AS account, CAST(value ->> 1 AS BIGINT) AS day, CAST(value ->> 2 AS BIGINT) AS bytes \
    FROM json_array_elements(CAST($1 AS JSON))) AS back \
    WHERE day_use.account = back.account AND day_use.day = back.day";
const COUNT: &str = "INSERT INTO day_use (account, day, bytes, calls) \
    SELECT value ->> 0, value ->> 1, 0, value ->> 2 FROM json_each($1) WHERE true \
    ON CONFLICT (account, day) DO UPDATE SET calls = day_use.calls + excluded.calls";
const COUNT_ON_A_SERVER: &str = "INSERT INTO day_use (account, day, bytes, calls) \
    SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), 0, CAST(value ->> 2 AS BIGINT) \
    FROM json_array_elements(CAST($1 AS JSON)) \
    ON CONFLICT (account, day) DO UPDATE SET calls = day_use.calls + excluded.calls";
const USED: &str = "SELECT bytes, calls FROM day_use WHERE account = $1 AND day = $2";
const SWEEP: &str = "DELETE FROM day_use WHERE day < $1";

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(whole: i64) -> u64 {
    u64::try_from(whole).unwrap_or(0)
}

/// One entry a day of an account, since a statement touches each row once; and in one order, so that no two nodes wait
/// for each other's rows.
fn by_day(backs: &[Back]) -> Vec<Back> {
    let mut days = BTreeMap::new();
    for back in backs {
        let (bytes, calls) = days.entry((back.account, back.day)).or_insert((0_u64, 0_u64));
        *bytes = bytes.saturating_add(back.bytes);
        *calls = calls.saturating_add(back.calls);
    }
    days.into_iter().map(|((account, day), (bytes, calls))| Back { account, day, bytes, calls }).collect()
}

/// What there is of one figure, as `[[account, day, figure], …]`.
fn listed(days: &[Back], figure: impl Fn(&Back) -> u64) -> Option<String> {
    let rows = days.iter().map(|back| (back, whole(figure(back)))).filter(|(_, figure)| *figure > 0);
    let rows: Vec<_> =
        rows.map(|(back, figure)| format!("[\"{}\",{},{figure}]", back.account, back.day.0)).collect();
    (!rows.is_empty()).then(|| format!("[{}]", rows.join(",")))
}

#[async_trait]
impl Quotas for Sql {
    async fn take(&self, account: AccountId, day: Day, bytes: u64, most: u64) -> Stored<Taken> {
        let Ok(bytes) = i64::try_from(bytes) else { return Ok(Taken::Nothing) };
        let take = query_scalar(TAKE).bind(account.to_string()).bind(day.0).bind(bytes).bind(whole(most));
        let used: Option<i64> = take.fetch_optional(self.db.writer()).await.map_err(Fault::from)?;
        Ok(used.map_or(Taken::Nothing, |used| Taken::All { used: count(used) }))
    }

    async fn give_back(&self, backs: &[Back]) -> Stored<()> {
        if backs.is_empty() {
            return Ok(());
        }
        let days = by_day(backs);
        let mut tx = self.db.begin().await?;
        if let Some(bytes) = listed(&days, |back| back.bytes) {
            let give = query(GIVE_BACK).on_a_server(GIVE_BACK_ON_A_SERVER).bind(bytes);
            give.execute(&mut *tx).await.map_err(Fault::from)?;
        }
        if let Some(calls) = listed(&days, |back| back.calls) {
            let count = query(COUNT).on_a_server(COUNT_ON_A_SERVER).bind(calls);
            count.execute(&mut *tx).await.map_err(Fault::from)?;
        }
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn used(&self, account: AccountId, day: Day) -> Stored<Used> {
        let used = query_as(USED).bind(account.to_string()).bind(day.0);
        let row: Option<(i64, i64)> = used.fetch_optional(self.db.reader()).await.map_err(Fault::from)?;
        Ok(row.map_or_else(Used::default, |(bytes, calls)| Used { bytes: count(bytes), calls: count(calls) }))
    }

    async fn sweep_days(&self, before: Day) -> Stored<u64> {
        Ok(self.db.in_turn(query(SWEEP).bind(before.0)).await?.rows_affected())
    }
}
