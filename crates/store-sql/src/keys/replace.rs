//! Putting a key in the place of another, within one transaction.

use aspis_store::keys::{Replaced, Successor};

use super::row::{self, key_id};
use crate::{
    db::Conn,
    fault::Fault,
    sql::{query, query_scalar},
};

const RETIRE: &str = "UPDATE api_key SET successor = $3, expires = CASE WHEN expires > $4 THEN $4 ELSE expires END \
    WHERE id = $1 AND account = $2 AND revoked IS NULL AND expires > $5 AND successor IS NULL";
const IS_ALIVE: &str = "SELECT COUNT(*) FROM api_key \
    WHERE id = $1 AND account = $2 AND revoked IS NULL AND expires > $3";
const END_ELDER: &str = "UPDATE api_key SET revoked = $2 \
    WHERE successor = $1 AND revoked IS NULL AND expires > $2 RETURNING id";

const INHERIT: &str = "INSERT INTO key_network (key, network, seen) \
    SELECT $2, network, seen FROM key_network WHERE key = $1";

/// Retires the old key, ends the one before it, and adds the new one.
pub(super) async fn replace(tx: &mut Conn, next: &Successor) -> Result<Replaced, Fault> {
    let (old, account, now) = (next.of.to_string(), next.key.account.to_string(), next.key.created.0);
    let retire =
        query(RETIRE).bind(&old).bind(&account).bind(next.key.id.to_string()).bind(next.ends.0).bind(now);
    if retire.execute(&mut *tx).await?.rows_affected() == 0 {
        let alive = query_scalar(IS_ALIVE).bind(&old).bind(&account).bind(now);
        let alive: i64 = alive.fetch_one(&mut *tx).await?;
        return Ok(if alive == 0 { Replaced::Unknown } else { Replaced::Already });
    }
    let elder: Option<String> = query_scalar(END_ELDER).bind(&old).bind(now).fetch_optional(&mut *tx).await?;
    row::add(&mut *tx, &next.key).await?;
    // A successor is the same program: it is at home where the old key was.
    query(INHERIT).bind(&old).bind(next.key.id.to_string()).execute(tx).await?;
    Ok(Replaced::Done { ended: elder.as_deref().map(key_id).transpose()? })
}
