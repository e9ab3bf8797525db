//! Reports.

use aspis_core::clock::Timestamp;
use aspis_store::{Reports, Stored};
use async_trait::async_trait;

use crate::{
    Sql,
    fault::Fault,
    sql::{query, query_as},
};

const KEEP: &str = "INSERT INTO report (name, made, text) VALUES ($1, $2, $3) \
    ON CONFLICT (name) DO UPDATE SET made = excluded.made, text = excluded.text";
const ONE: &str = "SELECT made, text FROM report WHERE name = $1";

#[async_trait]
impl Reports for Sql {
    async fn keep(&self, name: &str, at: Timestamp, text: &str) -> Stored<()> {
        let keep = query(KEEP).bind(name).bind(at.0).bind(text);
        keep.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn report(&self, name: &str) -> Stored<Option<(Timestamp, String)>> {
        let one = query_as(ONE).bind(name).fetch_optional(self.db.reader()).await;
        let row: Option<(i64, String)> = one.map_err(Fault::from)?;
        Ok(row.map(|(made, text)| (Timestamp(made), text)))
    }
}
