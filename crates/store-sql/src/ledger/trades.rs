//! Trades as rows: written, read one by one and by the page.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, TransactionId},
    money::Fixed,
};
use aspis_store::ledger::{After, Order, Side, Transaction};

use crate::{
    db::{Conn, Pool},
    fault::{Fault, readable},
    sql::{query, query_as},
};

const WRITE: &str = "INSERT INTO entry (id, account, kind, asset, quantity, price, total, note, at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const ONE: &str = "SELECT id, kind, asset, quantity, price, total, note, at FROM entry WHERE id = $1";
const PAGE: &str = "SELECT id, kind, asset, quantity, price, total, note, at FROM entry \
    WHERE account = $1 AND kind <> 'open' AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4";

/// Sorts after every identifier.
const BEYOND: &str = "~";

type Row = (String, String, String, i64, i64, i64, Option<String>, i64);

fn read((id, kind, asset, quantity, price, total, note, at): Row) -> Result<Transaction, Fault> {
    Ok(Transaction {
        id: readable("entry", TransactionId::parse(&id))?,
        side: readable("side", Side::parse(&kind))?,
        asset,
        quantity: Fixed::from_units(quantity),
        price: Fixed::from_units(price),
        total: Fixed::from_units(total),
        note,
        at: Timestamp(at),
    })
}

/// Writes an order that was carried out.
pub(super) async fn write(tx: &mut Conn, order: &Order) -> Result<Transaction, Fault> {
    let write = query(WRITE)
        .bind(order.entry.to_string())
        .bind(order.account.to_string())
        .bind(order.side.word())
        .bind(&order.asset)
        .bind(order.quantity.units())
        .bind(order.price.units())
        .bind(order.total.units())
        .bind(&order.note)
        .bind(order.at.0);
    write.execute(tx).await?;
    Ok(transaction(order))
}

fn transaction(order: &Order) -> Transaction {
    Transaction {
        id: order.entry,
        side: order.side,
        asset: order.asset.clone(),
        quantity: order.quantity,
        price: order.price,
        total: order.total,
        note: order.note.clone(),
        at: order.at,
    }
}

/// The trade with this identifier.
pub(super) async fn one(tx: &mut Conn, entry: &str) -> Result<Transaction, Fault> {
    read(query_as(ONE).bind(entry).fetch_one(tx).await?)
}

/// An account's trades, newest first.
pub(super) async fn page(
    reader: &Pool,
    account: AccountId,
    after: After,
    limit: u64,
) -> Result<Vec<Transaction>, Fault> {
    let (at, id) = after.map_or((i64::MAX, BEYOND.to_owned()), |(at, id)| (at.0, id.to_string()));
    let ask = query_as(PAGE).bind(account.to_string()).bind(at).bind(id);
    let rows: Vec<Row> = ask.bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(reader).await?;
    rows.into_iter().map(read).collect()
}
