//! Who is excused from a rule, for a time.

use aspis_core::{
    clock::Timestamp,
    exemption::{Exemption, Scope, Whom},
    ids::ExemptionId,
};
use aspis_store::{Exemptions, Stored};
use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    Sql,
    fault::{Fault, readable},
    sql::{query, query_as, query_scalar},
};

const ALL: &str = "SELECT id, whom_kind, whom, scope, since, until, why, who FROM exemption \
    WHERE until > $1 ORDER BY since, id";
const COUNT: &str = "SELECT COUNT(*) FROM exemption WHERE until > $1";
const PUT: &str = "INSERT INTO exemption (id, whom_kind, whom, scope, since, until, why, who) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const END: &str = "DELETE FROM exemption WHERE id = $1 AND until > $2 \
    RETURNING id, whom_kind, whom, scope, since, until, why, who";
const SWEEP: &str = "DELETE FROM exemption WHERE until <= $1 \
    RETURNING id, whom_kind, whom, scope, since, until, why, who";

type Row = (String, String, String, String, i64, i64, String, String);

fn read((id, kind, whom, scope, since, until, why, who): Row) -> Result<Exemption, Fault> {
    Ok(Exemption {
        id: ExemptionId(readable("exemption", Uuid::parse_str(&id).ok())?),
        whom: readable("exemption", Whom::parse(&kind, &whom))?,
        scope: readable("exemption", Scope::parse(&scope))?,
        since: Timestamp(since),
        until: Timestamp(until),
        why,
        who,
    })
}

#[async_trait]
impl Exemptions for Sql {
    async fn exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>> {
        let all = query_as(ALL).bind(now.0).fetch_all(self.db.reader()).await;
        let rows: Vec<Row> = all.map_err(Fault::from)?;
        Ok(rows.into_iter().map(read).collect::<Result<_, Fault>>()?)
    }

    async fn exempt(&self, exemption: &Exemption, most: usize) -> Stored<bool> {
        let mut tx = self.db.begin().await?;
        let count = query_scalar(COUNT).bind(exemption.since.0).fetch_one(&mut *tx).await;
        let count: i64 = count.map_err(Fault::from)?;
        if usize::try_from(count).is_ok_and(|count| count >= most) {
            return Ok(false);
        }
        let put = query(PUT)
            .bind(exemption.id.to_string())
            .bind(exemption.whom.kind())
            .bind(exemption.whom.name())
            .bind(exemption.scope.as_str())
            .bind(exemption.since.0)
            .bind(exemption.until.0)
            .bind(&exemption.why)
            .bind(&exemption.who);
        put.execute(&mut *tx).await.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(true)
    }

    async fn end_exemption(&self, id: ExemptionId, now: Timestamp) -> Stored<Option<Exemption>> {
        let mut tx = self.db.begin().await?;
        let end = query_as(END).bind(id.to_string()).bind(now.0).fetch_optional(&mut *tx).await;
        let row: Option<Row> = end.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        Ok(row.map(read).transpose()?)
    }

    async fn sweep_exemptions(&self, now: Timestamp) -> Stored<Vec<Exemption>> {
        let mut tx = self.db.begin().await?;
        let sweep = query_as(SWEEP).bind(now.0).fetch_all(&mut *tx).await;
        let rows: Vec<Row> = sweep.map_err(Fault::from)?;
        tx.commit().await.map_err(Fault::from)?;
        let mut over = rows.into_iter().map(read).collect::<Result<Vec<_>, Fault>>()?;
        over.sort_by_key(|one| (one.since, one.id));
        Ok(over)
    }
}
