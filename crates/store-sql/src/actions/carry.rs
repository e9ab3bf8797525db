//! What each change does.

use aspis_core::{clock::Timestamp, ids::AccountId, secret::Secret};
use aspis_store::actions::{Action, Change, Done, Obstacle, RETIRED, Whom, retire};

use super::{Outcome, pass, resets, row, whom};
use crate::{
    blocks,
    db::Conn,
    fault::Fault,
    seal::Envelope,
    sql::{query, query_scalar},
};

const TOKENS: &str = "SELECT COUNT(*) FROM family WHERE revoked IS NULL AND expires > $1 AND cookie IS NULL";
const GET: &str = "SELECT value FROM vault WHERE name = $1";
const PUT: &str = "INSERT INTO vault (name, value) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";
const REMOVE: &str = "DELETE FROM vault WHERE name = $1";
const ENABLE: &str = "UPDATE account SET enabled = $2 WHERE id = $1 RETURNING role";
const OPERATORS: &str = "SELECT COUNT(*) FROM account WHERE role = 'admin' AND enabled";
const NO_TOTP: &str = "DELETE FROM totp WHERE account = $1 RETURNING confirmed";
const NO_PASSKEYS: &str = "DELETE FROM passkey WHERE account = $1";
const NO_CODES: &str = "DELETE FROM recovery_code WHERE account = $1";

pub(super) async fn out(
    tx: &mut Conn,
    envelope: &Envelope,
    change: &Change,
    action: &mut Action,
) -> Outcome<Done> {
    let now = action.at;
    match change {
        Change::Block { block, most } => {
            action.before = blocks::take(tx, block.network).await?.filter(|known| known.holds(now));
            if !blocks::make_room(tx, *most).await? {
                return Ok(Err(Obstacle::Full));
            }
            blocks::put(tx, block).await?;
            Ok(Ok(touching(1)))
        }
        Change::Unblock(network) => {
            action.before = blocks::take(tx, *network).await?;
            Ok(action.before.as_ref().map(|_| touching(1)).ok_or(Obstacle::Unknown))
        }
        Change::EndSignIns { whom, since, but } => whom::end_sign_ins(tx, *whom, *since, *but, now).await,
        Change::EndKeys(whom) => whom::end_keys(tx, *whom, now).await,
        Change::ForceReset { whom, but, keys } => force_reset(tx, *whom, *but, *keys, action).await,
        Change::RotateSigning { fresh, until } => rotate(tx, envelope, fresh, *until, now).await,
        Change::Notify(whom) => {
            let accounts = pass!(whom::accounts(tx, *whom).await);
            Ok(Ok(Done { touched: accounts.len() as u64, accounts, ..Done::default() }))
        }
        Change::Disable(account) => {
            pass!(enable(tx, *account, false).await);
            let ended = pass!(whom::end_sign_ins(tx, Whom::Account(*account), None, None, now).await);
            Ok(Ok(Done { touched: 1, accounts: vec![*account], ..ended }))
        }
        Change::Enable(account) => {
            pass!(enable(tx, *account, true).await);
            Ok(Ok(Done { touched: 1, accounts: vec![*account], ..Done::default() }))
        }
        Change::RemoveFactors(account) => remove_factors(tx, *account, now).await,
        Change::Relax(until) => Ok(Ok(touching(row::ease(tx, now, *until).await?))),
        Change::Stands => Ok(Ok(touching(1))),
    }
}

fn touching(touched: u64) -> Done {
    Done { touched, ..Done::default() }
}

async fn force_reset(
    tx: &mut Conn,
    whom: Whom,
    but: Option<AccountId>,
    keys: bool,
    action: &Action,
) -> Outcome<Done> {
    let mut accounts = pass!(whom::accounts(tx, whom).await);
    accounts.retain(|account| Some(*account) != but);
    let mut done = Done { touched: accounts.len() as u64, ..Done::default() };
    for account in &accounts {
        resets::force(tx, *account, action.id).await?;
        let one = Whom::Account(*account);
        done.families.append(&mut pass!(whom::end_sign_ins(tx, one, None, None, action.at).await).families);
        if keys {
            done.keys.append(&mut pass!(whom::end_keys(tx, one, action.at).await).keys);
        }
        done.kept += whom::keys_alive(tx, *account, action.at).await?;
    }
    Ok(Ok(Done { accounts, ..done }))
}

/// Puts fresh keys in the place of the old ones, which still verify until a moment, or no more.
async fn rotate(
    tx: &mut Conn,
    envelope: &Envelope,
    fresh: &[(String, Secret)],
    until: Option<Timestamp>,
    now: Timestamp,
) -> Outcome<Done> {
    let mut retired = value(tx, envelope, RETIRED).await?.unwrap_or_default();
    for (name, seed) in fresh {
        let old = value(tx, envelope, name).await?;
        if let Some(until) = until {
            retired = retire(retired, old.as_deref(), until, now);
        }
        query(PUT).bind(name).bind(envelope.write(name, seed.expose())?).execute(&mut *tx).await?;
    }
    match until {
        Some(_) => {
            let retired = envelope.write(RETIRED, &retired)?;
            query(PUT).bind(RETIRED).bind(retired).execute(&mut *tx).await?
        }
        None => query(REMOVE).bind(RETIRED).execute(&mut *tx).await?,
    };
    let tokens: i64 = query_scalar(TOKENS).bind(now.0).fetch_one(tx).await?;
    Ok(Ok(touching(u64::try_from(tokens).unwrap_or(0))))
}

async fn value(tx: &mut Conn, envelope: &Envelope, name: &str) -> Result<Option<Vec<u8>>, Fault> {
    let value: Option<String> = query_scalar(GET).bind(name).fetch_optional(tx).await?;
    value.map(|value| envelope.read(name, &value)).transpose()
}

/// Switches an account on or off; the last operator stays.
pub(super) async fn enable(tx: &mut Conn, account: AccountId, enabled: bool) -> Outcome<()> {
    let set = query_scalar(ENABLE).bind(account.to_string()).bind(enabled);
    let role: Option<String> = set.fetch_optional(&mut *tx).await?;
    let Some(role) = role else { return Ok(Err(Obstacle::Unknown)) };
    let left: i64 = query_scalar(OPERATORS).fetch_one(tx).await?;
    Ok(if role == "admin" && left == 0 { Err(Obstacle::LastOperator) } else { Ok(()) })
}

async fn remove_factors(tx: &mut Conn, account: AccountId, now: Timestamp) -> Outcome<Done> {
    let ended = pass!(whom::end_sign_ins(tx, Whom::Account(account), None, None, now).await);
    let id = account.to_string();
    let totp: Option<bool> = query_scalar(NO_TOTP).bind(&id).fetch_optional(&mut *tx).await?;
    let passkeys = query(NO_PASSKEYS).bind(&id).execute(&mut *tx).await?.rows_affected();
    query(NO_CODES).bind(&id).execute(tx).await?;
    let touched = passkeys + u64::from(totp == Some(true));
    Ok(Ok(Done { touched, accounts: vec![account], ..ended }))
}
