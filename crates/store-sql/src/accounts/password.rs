//! Setting a password and spending the links that would set another, within one transaction.

use aspis_core::ids::FamilyId;
use aspis_store::{
    accounts::{NewPassword, Replacement},
    links::Purpose,
};

use crate::{actions, db::Conn, fault::Fault, links, notices, sessions, sql::query};

const SET: &str = "UPDATE account SET password_hash = $2, \
    devices_since = CASE WHEN devices_since < $4 THEN $4 ELSE devices_since END \
    WHERE id = $1 AND ($3 IS NULL OR password_hash = $3)";

/// True when it was set.
pub(super) async fn set(tx: &mut Conn, new: &NewPassword) -> Result<bool, Fault> {
    let set = query(SET)
        .bind(new.account.to_string())
        .bind(&new.hash)
        .bind(&new.instead_of)
        .bind(new.forget_devices.map(|at| at.0));
    if set.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    links::spend_all(tx, new.account, Purpose::Reset).await?;
    // A better hash of the same password is no new password.
    if new.forget_devices.is_some() {
        actions::resets::free(tx, new.account).await?;
    }
    Ok(true)
}

/// A new password with everything that goes with it. `None` is to be rolled back.
pub(super) async fn replace(tx: &mut Conn, new: &Replacement) -> Result<Option<Vec<FamilyId>>, Fault> {
    if let Some(link) = &new.link
        && links::spend(tx, link, Purpose::Reset, new.at).await? != Some(new.password.account)
    {
        return Ok(None);
    }
    if !set(tx, &new.password).await? {
        return Ok(None);
    }
    let ended = sessions::revoke_all(tx, new.password.account, new.but, new.at).await?;
    notices::keep(tx, &new.notice).await?;
    Ok(Some(ended))
}
