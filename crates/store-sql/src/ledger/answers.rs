//! Answers under their callers' keys: an order that is sent again gets the answer it got.

use aspis_core::{clock::Timestamp, money::Fixed, refusal::Code};
use aspis_store::ledger::{KeyReused, Order, Placed};

use super::trades;
use crate::{
    db::Conn,
    fault::{Fault, readable},
    sql::{Statement, query, query_as},
};

const STORED: &str =
    "SELECT fingerprint, outcome, entry, cash FROM answer WHERE account = $1 AND key = $2 AND at >= $3";
const KEEP: &str = "INSERT INTO answer (account, key, fingerprint, outcome, entry, cash, at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account, key) DO UPDATE SET \
    fingerprint = excluded.fingerprint, outcome = excluded.outcome, entry = excluded.entry, \
    cash = excluded.cash, at = excluded.at WHERE answer.at < $8";
const SWEEP: &str = "DELETE FROM answer WHERE at < $1";

const PLACED: &str = "placed";

/// The answer of an earlier request with this key, if it still counts.
pub(super) async fn stored(tx: &mut Conn, order: &Order) -> Result<Option<Result<Placed, KeyReused>>, Fault> {
    let ask = query_as(STORED).bind(order.account.to_string()).bind(&order.key).bind(order.keys_since.0);
    let row: Option<(String, String, Option<String>, i64)> = ask.fetch_optional(&mut *tx).await?;
    let Some((fingerprint, outcome, entry, cash)) = row else { return Ok(None) };
    if fingerprint != order.fingerprint {
        return Ok(Some(Err(KeyReused)));
    }
    let answer = match entry {
        Some(entry) => Ok(trades::one(tx, &entry).await?),
        None => Err(readable("outcome", Code::parse(&outcome))?),
    };
    Ok(Some(Ok(Placed { answer, cash: Fixed::from_units(cash), replayed: true })))
}

/// Keeps an answer under its key, in place of one that no longer counts.
pub(super) async fn keep(tx: &mut Conn, order: &Order, placed: &Placed) -> Result<(), Fault> {
    let (outcome, entry) = match &placed.answer {
        Ok(trade) => (PLACED, Some(trade.id.to_string())),
        Err(code) => (code.word(), None),
    };
    let keep = query(KEEP)
        .bind(order.account.to_string())
        .bind(&order.key)
        .bind(&order.fingerprint)
        .bind(outcome)
        .bind(entry)
        .bind(placed.cash.units())
        .bind(order.at.0)
        .bind(order.keys_since.0);
    match keep.execute(tx).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(Fault::Raced("answer")),
    }
}

/// What forgets answers older than `before`.
pub(super) fn sweep(before: Timestamp) -> Statement<'static> {
    query(SWEEP).bind(before.0)
}
