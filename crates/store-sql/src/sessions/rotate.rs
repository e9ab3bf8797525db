//! Judging a refresh token and carrying the judgement out, within one transaction.

use aspis_core::{
    clock::Timestamp,
    scenario::token_theft::rotation::{self, Seen, Spent, Verdict},
};
use aspis_store::sessions::{Presented, Rotation};

use super::{family, family::columns, issue, revoke};
use crate::{
    db::Conn,
    fault::Fault,
    sql::{Row, query},
};

const FIND: &str = concat!(
    "SELECT ",
    columns!(),
    ", a.role, f.revoked, t.spent_at, t.spent_by, n.spent_at AS successor_spent_at \
    FROM token AS t JOIN family AS f ON f.id = t.family JOIN account AS a ON a.id = f.account \
    LEFT JOIN token AS n ON n.hash = t.successor \
    WHERE t.hash = $1 AND a.enabled"
);
const SPEND: &str = "UPDATE token SET spent_at = $2, spent_by = $3, successor = $4 \
    WHERE hash = $1 AND spent_at IS NULL";

fn seen(row: &Row, expires: Timestamp, client: &str) -> Result<Seen, Fault> {
    let spent_by: Option<String> = row.try_get("spent_by")?;
    let successor_used = row.try_get::<Option<i64>>("successor_spent_at")?.is_some();
    let spent = row.try_get::<Option<i64>>("spent_at")?.map(|at| Spent {
        at: Timestamp(at),
        same_client: spent_by.as_deref() == Some(client),
        successor_used,
    });
    Ok(Seen { revoked: row.try_get::<Option<i64>>("revoked")?.is_some(), expires, spent })
}

/// Judges a token and does what the judgement asks for.
pub(super) async fn present(tx: &mut Conn, ask: &Presented) -> Result<Rotation, Fault> {
    let row = query(FIND).bind(&ask.token_hash).fetch_optional(&mut *tx).await?;
    let Some(row) = row else { return Ok(Rotation::Unknown) };
    let (family, role) = family::with_role(&row)?;
    if family.key.is_some() && family.key != ask.key {
        return Ok(Rotation::Unknown);
    }
    let verdict = rotation::judge(seen(&row, family.expires, &ask.client)?, ask.now, ask.grace);
    match verdict {
        Verdict::Rotate => {
            spend(tx, ask).await?;
            issue(tx, &ask.successor_hash, family.id).await?;
        }
        Verdict::Replayed => {
            revoke(tx, family.id, ask.now).await?;
        }
        Verdict::Again | Verdict::Refuse => {}
    }
    Ok(Rotation::Judged { verdict, family, role })
}

async fn spend(tx: &mut Conn, ask: &Presented) -> Result<(), Fault> {
    let spend =
        query(SPEND).bind(&ask.token_hash).bind(ask.now.0).bind(&ask.client).bind(&ask.successor_hash);
    match spend.execute(tx).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Fault::Raced("token")),
    }
}
