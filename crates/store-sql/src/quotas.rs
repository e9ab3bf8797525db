//! How many bytes of a day an account has taken away.

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
const GIVE_BACK: &str = "INSERT INTO day_use (account, day, bytes, calls) VALUES ($1, $2, 0, $4) \
    ON CONFLICT (account, day) DO UPDATE SET calls = day_use.calls + excluded.calls, \
    bytes = CASE WHEN day_use.bytes > $3 THEN day_use.bytes - $3 ELSE 0 END";
const USED: &str = "SELECT bytes, calls FROM day_use WHERE account = $1 AND day = $2";
const SWEEP: &str = "DELETE FROM day_use WHERE day < $1";

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(whole: i64) -> u64 {
    u64::try_from(whole).unwrap_or(0)
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
        let mut tx = self.db.begin().await?;
        for back in backs {
            let give = query(GIVE_BACK)
                .bind(back.account.to_string())
                .bind(back.day.0)
                .bind(whole(back.bytes))
                .bind(whole(back.calls));
            give.execute(&mut *tx).await.map_err(Fault::from)?;
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
