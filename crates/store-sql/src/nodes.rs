//! What several nodes of one server tell each other.
//!
//! The server writes changes down by itself (triggers in the schema), inside the transaction that makes them. A file
//! has one process that answers, and none of this.

use std::time::Duration;

use aspis_store::{
    Stored,
    nodes::{Change, Line, Nodes, Span, Topic},
};
use async_trait::async_trait;

use crate::{
    Sql,
    db::Telling,
    fault::Fault,
    sql::{query, query_as, query_scalar},
};

/// On which the schema's triggers tell.
const CHANNEL: &str = "aspis_change";

const AFTER: &str = "SELECT number, topic, subject FROM change WHERE number > $1 ORDER BY number LIMIT $2";
const NEWEST: &str = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM change_number_seq";
const OLDEST: &str = "SELECT number FROM change ORDER BY number LIMIT 1";
const TELL: &str = "INSERT INTO change (topic, subject) VALUES ($1, $2)";
const FORGET: &str = "DELETE FROM change WHERE at < clock_timestamp() - $1 * INTERVAL '1 millisecond'";
const HOLD: &str = "INSERT INTO lease (work, node, until) \
    VALUES ($1, $2, clock_timestamp() + $3 * INTERVAL '1 millisecond') \
    ON CONFLICT (work) DO UPDATE SET node = excluded.node, until = excluded.until \
    WHERE lease.node = excluded.node OR lease.until < clock_timestamp() RETURNING node";
const LET_GO: &str = "DELETE FROM lease WHERE work = $1 AND node = $2";

#[async_trait]
impl Nodes for Sql {
    async fn changes_after(&self, after: i64, most: u32) -> Stored<Vec<Change>> {
        let asked = query_as(AFTER).bind(after).bind(i64::from(most));
        let rows: Vec<(i64, String, String)> =
            asked.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        let read = |(number, topic, subject): (i64, String, String)| Change {
            number,
            topic: Topic::parse(&topic),
            subject,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    async fn changes(&self) -> Stored<Span> {
        // The oldest first: what is forgotten in between makes the span longer, never shorter.
        let oldest: Option<i64> =
            query_scalar(OLDEST).fetch_optional(self.db.reader()).await.map_err(Fault::from)?;
        let newest: i64 = query_scalar(NEWEST).fetch_one(self.db.reader()).await.map_err(Fault::from)?;
        Ok(Span { oldest: oldest.unwrap_or(newest + 1), newest })
    }

    async fn tell(&self, topic: Topic, subject: &str) -> Stored<()> {
        let told = query(TELL).bind(topic.word()).bind(subject);
        told.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn forget_changes(&self, older_than: Duration) -> Stored<u64> {
        let forgotten = query(FORGET).bind(millis(older_than));
        let forgotten = forgotten.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(forgotten.rows_affected())
    }

    async fn hold(&self, work: &str, node: &str, span: Duration) -> Stored<bool> {
        let held = query_scalar(HOLD).bind(work).bind(node).bind(millis(span));
        let held: Option<String> = held.fetch_optional(self.db.writer()).await.map_err(Fault::from)?;
        Ok(held.is_some())
    }

    async fn let_go(&self, work: &str, node: &str) -> Stored<()> {
        query(LET_GO).bind(work).bind(node).execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }

    async fn listen(&self) -> Stored<Box<dyn Line>> {
        let telling = Telling::of(self.db.reader().bare(), CHANNEL).await.map_err(Fault::from)?;
        Ok(Box::new(telling))
    }
}

#[async_trait]
impl Line for Telling {
    async fn told(&mut self) -> Stored<()> {
        Ok(self.wait().await.map_err(Fault::from)?)
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
