//! Honey keys.

use aspis_core::{clock::Timestamp, ids::KeyId};
use aspis_store::{
    HoneyKeys, Stored,
    honey::{HoneyKey, HoneyUse},
};
use async_trait::async_trait;

use crate::{
    Sql,
    fault::Fault,
    keys::row::key_id,
    sql::{Row, query},
};

// In its turn: of two that come at once, the second counts the first.
const ADD: &str = "INSERT INTO honey_key (id, hash, name, made, made_by) \
    SELECT $1, $2, $3, $4, $5 WHERE (SELECT COUNT(*) FROM honey_key) < $6";
const ALL: &str = "SELECT id, hash, name, made, made_by, uses, used, used_by FROM honey_key \
    ORDER BY made DESC, id DESC";
const REMOVE: &str = "DELETE FROM honey_key WHERE id = $1";
const COUNT: &str = "UPDATE honey_key SET uses = uses + $2 WHERE id = $1";
const LAST: &str =
    "UPDATE honey_key SET used = $2, used_by = $3 WHERE id = $1 AND (used IS NULL OR used <= $2)";

#[async_trait]
impl HoneyKeys for Sql {
    async fn add_honey(&self, key: &HoneyKey, most: usize) -> Stored<bool> {
        let add = query(ADD)
            .bind(key.id.to_string())
            .bind(&key.hash)
            .bind(&key.name)
            .bind(key.made.0)
            .bind(&key.made_by)
            .bind(i64::try_from(most).unwrap_or(i64::MAX));
        let added = self.db.in_turn(add).await?;
        Ok(added.rows_affected() == 1)
    }

    async fn honey_keys(&self) -> Stored<Vec<HoneyKey>> {
        let rows = query(ALL).fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.iter().map(read).collect::<Result<_, Fault>>()?)
    }

    async fn remove_honey(&self, key: KeyId) -> Stored<bool> {
        let remove = query(REMOVE).bind(key.to_string()).execute(self.db.writer());
        Ok(remove.await.map_err(Fault::from)?.rows_affected() == 1)
    }

    async fn note_honey_uses(&self, uses: &[HoneyUse]) -> Stored<()> {
        let mut tx = self.db.begin().await?;
        for told in uses {
            let (key, uses) = (told.key.to_string(), i64::try_from(told.uses).unwrap_or(i64::MAX));
            let count = query(COUNT).bind(&key).bind(uses);
            count.execute(&mut *tx).await.map_err(Fault::from)?;
            let last = query(LAST).bind(&key).bind(told.at.0).bind(&told.client);
            last.execute(&mut *tx).await.map_err(Fault::from)?;
        }
        Ok(tx.commit().await.map_err(Fault::from)?)
    }
}

fn read(row: &Row) -> Result<HoneyKey, Fault> {
    let used: Option<i64> = row.try_get("used")?;
    let used_by: Option<String> = row.try_get("used_by")?;
    Ok(HoneyKey {
        id: key_id(row.try_get("id")?)?,
        hash: row.try_get("hash")?,
        name: row.try_get("name")?,
        made: Timestamp(row.try_get("made")?),
        made_by: row.try_get("made_by")?,
        uses: u64::try_from(row.try_get::<i64>("uses")?).unwrap_or(0),
        used: used.map(Timestamp).zip(used_by),
    })
}
