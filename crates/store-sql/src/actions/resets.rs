//! Who has to set a new password: for as long as one of the actions that want it stands.

use aspis_core::ids::{AccountId, ActionId};

use crate::{
    db::{Conn, Pool},
    fault::Fault,
    sql::query,
};

const FORCE: &str =
    "INSERT INTO forced_reset (account, action) VALUES ($1, $2) ON CONFLICT (account, action) DO NOTHING";
const FORCED: &str = "SELECT action FROM forced_reset WHERE account = $1 LIMIT 1";
const FREE: &str = "DELETE FROM forced_reset WHERE account = $1";
const TAKE_BACK: &str = "DELETE FROM forced_reset WHERE action = $1";

pub(super) async fn force(tx: &mut Conn, account: AccountId, action: ActionId) -> Result<(), Fault> {
    query(FORCE).bind(account.to_string()).bind(action.to_string()).execute(tx).await?;
    Ok(())
}

pub(super) async fn is_forced(reader: &Pool, account: AccountId) -> Result<bool, Fault> {
    let forced = query(FORCED).bind(account.to_string()).fetch_optional(reader).await?;
    Ok(forced.is_some())
}

/// The same within a transaction.
pub(crate) async fn stands(tx: &mut Conn, account: AccountId) -> Result<bool, Fault> {
    Ok(query(FORCED).bind(account.to_string()).fetch_optional(tx).await?.is_some())
}

/// A new password is set.
pub(crate) async fn free(tx: &mut Conn, account: AccountId) -> Result<(), Fault> {
    query(FREE).bind(account.to_string()).execute(tx).await?;
    Ok(())
}

pub(super) async fn take_back(tx: &mut Conn, action: ActionId) -> Result<(), Fault> {
    query(TAKE_BACK).bind(action.to_string()).execute(tx).await?;
    Ok(())
}
