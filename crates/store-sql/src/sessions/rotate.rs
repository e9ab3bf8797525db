//! Judging a refresh token and carrying the judgement out, within one transaction.

use aspis_core::{
    clock::Timestamp,
    principal::Role,
    scenario::token_theft::rotation::{self, Seen, Spent, Verdict},
};
use aspis_store::sessions::{Presented, Rotation};

use super::{account_id, family_id, issue, revoke};
use crate::{
    db::Conn,
    fault::{Fault, readable},
};

const FIND: &str = "SELECT t.family, f.account, a.role, f.expires, f.revoked, t.spent_at, t.spent_by, n.spent_at \
    FROM token AS t JOIN family AS f ON f.id = t.family JOIN account AS a ON a.id = f.account \
    LEFT JOIN token AS n ON n.hash = t.successor \
    WHERE t.hash = $1 AND a.enabled";
const SPEND: &str = "UPDATE token SET spent_at = $2, spent_by = $3, successor = $4 \
    WHERE hash = $1 AND spent_at IS NULL";

/// Family, account, role, expires, revoked; spent when and by whom; the successor spent when.
type Row = (String, String, String, i64, Option<i64>, Option<i64>, Option<String>, Option<i64>);

fn seen(row: &Row, client: &str) -> Seen {
    let (_, _, _, expires, revoked, spent_at, spent_by, successor_spent) = row;
    let spent = spent_at.map(|at| Spent {
        at: Timestamp(at),
        same_client: spent_by.as_deref() == Some(client),
        successor_used: successor_spent.is_some(),
    });
    Seen { revoked: revoked.is_some(), expires: Timestamp(*expires), spent }
}

/// Judges a token and does what the judgement asks for.
pub(super) async fn present(tx: &mut Conn, ask: &Presented) -> Result<Rotation, Fault> {
    let row: Option<Row> = sqlx::query_as(FIND).bind(&ask.token_hash).fetch_optional(&mut *tx).await?;
    let Some(row) = row else { return Ok(Rotation::Unknown) };
    let verdict = rotation::judge(seen(&row, &ask.client), ask.now, ask.grace);
    let family = family_id(&row.0)?;
    match verdict {
        Verdict::Rotate => {
            spend(tx, ask).await?;
            issue(tx, &ask.successor_hash, family).await?;
        }
        Verdict::Replayed => {
            revoke(tx, family, ask.now).await?;
        }
        Verdict::Again | Verdict::Refuse => {}
    }
    let role = readable("role", Role::parse(&row.2))?;
    Ok(Rotation::Judged { verdict, family, account: account_id(&row.1)?, role, expires: Timestamp(row.3) })
}

async fn spend(tx: &mut Conn, ask: &Presented) -> Result<(), Fault> {
    let spend =
        sqlx::query(SPEND).bind(&ask.token_hash).bind(ask.now.0).bind(&ask.client).bind(&ask.successor_hash);
    match spend.execute(tx).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Fault::Raced("token")),
    }
}
