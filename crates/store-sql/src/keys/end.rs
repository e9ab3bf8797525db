//! Ending a key by what is known of it, within one transaction.

use aspis_core::clock::Timestamp;
use aspis_store::keys::Ended;

use super::row::key_id;
use crate::{
    accounts::account_id,
    db::Conn,
    fault::Fault,
    sql::{query, query_as},
};

const FIND: &str = "SELECT id, account, revoked IS NULL AND expires > $2 FROM api_key WHERE hash = $1";
const END: &str = "UPDATE api_key SET revoked = $2 WHERE id = $1";
const LEAKED: &str = "UPDATE api_key SET leaked = $2 WHERE id = $1 AND leaked IS NULL";

pub(super) async fn end(
    tx: &mut Conn,
    hash: &str,
    now: Timestamp,
    leaked: bool,
) -> Result<Option<Ended>, Fault> {
    let find = query_as(FIND).bind(hash).bind(now.0);
    let found: Option<(String, String, bool)> = find.fetch_optional(&mut *tx).await?;
    let Some((id, account, was_alive)) = found else { return Ok(None) };
    if was_alive {
        query(END).bind(&id).bind(now.0).execute(&mut *tx).await?;
    }
    if leaked {
        query(LEAKED).bind(&id).bind(now.0).execute(&mut *tx).await?;
    }
    Ok(Some(Ended { key: key_id(&id)?, account: account_id(&account)?, was_alive }))
}
