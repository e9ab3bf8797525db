//! Moving money and holdings: guarded updates of what an account has, and an entry with its postings.
//!
//! The guards are in the statements themselves, so that no amount is read, judged and written back.

use aspis_core::{money::Fixed, refusal::Code};
use aspis_store::{
    accounts::Account,
    ledger::{Opening, Order, Side, Transaction},
    splits::{Entries, Split},
};

use super::{cash_asset, trades};
use crate::{
    db::Conn,
    fault::Fault,
    sql::{query, query_as, query_scalar},
};

const OPEN_ENTRY: &str = "INSERT INTO entry (id, account, kind, asset, quantity, price, total, at) \
    VALUES ($1, $2, 'open', $3, $4, 100000000, $4, $5)";
const OPEN_POSTINGS: &str =
    "INSERT INTO posting (entry, owner, asset, amount) VALUES ($1, $2, $3, $4), ($1, 'house', $3, $5)";
const OPEN_BALANCE: &str = "INSERT INTO balance (owner, asset, amount) VALUES ($1, $2, $3)";

const HOLDERS: &str = "SELECT owner, amount FROM balance WHERE asset = $1 AND amount > 0 ORDER BY owner";
const SPLIT_ENTRY: &str = "INSERT INTO entry (id, account, kind, asset, quantity, price, total, note, at) \
    VALUES ($1, $2, 'open', $3, $4, 0, 0, $5, $6)";
const HOLD: &str = "UPDATE balance SET amount = $3 WHERE owner = $1 AND asset = $2";

const GIVE: &str = "UPDATE balance SET amount = amount - $3 WHERE owner = $1 AND asset = $2 AND amount >= $3";
const TAKE: &str = "INSERT INTO balance (owner, asset, amount) VALUES ($1, $2, $3) \
    ON CONFLICT (owner, asset) DO UPDATE SET amount = balance.amount + excluded.amount \
    WHERE balance.amount <= 9223372036854775807 - excluded.amount";
const CASH: &str = "SELECT amount FROM balance WHERE owner = $1 AND asset = $2";
const POSTINGS: &str = "INSERT INTO posting (entry, owner, asset, amount) \
    VALUES ($1, $2, $3, $4), ($1, 'house', $3, $5), ($1, $2, $6, $7), ($1, 'house', $6, $8)";

/// Opens an account's books with its first cash.
pub(crate) async fn open(tx: &mut Conn, account: &Account, opening: &Opening) -> Result<(), Fault> {
    let (entry, owner) = (opening.entry.to_string(), account.id.to_string());
    let (asset, units) = (cash_asset(&opening.currency), opening.cash.units());
    let open = query(OPEN_ENTRY).bind(&entry).bind(&owner).bind(&asset).bind(units).bind(account.created.0);
    open.execute(&mut *tx).await?;
    let posting = query(OPEN_POSTINGS).bind(&entry).bind(&owner).bind(&asset).bind(units).bind(-units);
    posting.execute(&mut *tx).await?;
    query(OPEN_BALANCE).bind(&owner).bind(&asset).bind(units).execute(&mut *tx).await?;
    Ok(())
}

/// Changes what every account holds of an asset by a split. Each change is an entry of the kind that opens books:
/// something comes from the house, or goes there, and nothing is paid for it.
pub(crate) async fn split(tx: &mut Conn, split: &Split, entries: Entries<'_>) -> Result<(), Fault> {
    let held: Vec<(String, i64)> = query_as(HOLDERS).bind(&split.asset).fetch_all(&mut *tx).await?;
    for (owner, units) in held {
        let after = split.holding(units);
        if after != units {
            let entry = entries().to_string();
            let note = format!("split {}:{}", split.numerator, split.denominator);
            let gain = after - units;
            let open = query(SPLIT_ENTRY).bind(&entry).bind(&owner).bind(&split.asset);
            open.bind(gain.abs()).bind(note).bind(split.applied.0).execute(&mut *tx).await?;
            let posting = query(OPEN_POSTINGS).bind(&entry).bind(&owner).bind(&split.asset);
            posting.bind(gain).bind(-gain).execute(&mut *tx).await?;
            query(HOLD).bind(&owner).bind(&split.asset).bind(after).execute(&mut *tx).await?;
        }
    }
    Ok(())
}

/// What changes hands: what the account gives and what it takes.
struct Exchange {
    owner: String,
    given: (String, i64),
    taken: (String, i64),
}

impl Exchange {
    fn of(order: &Order) -> Self {
        let cash = (cash_asset(&order.currency), order.total.units());
        let held = (order.asset.clone(), order.quantity.units());
        let (given, taken) = match order.side {
            Side::Buy => (cash, held),
            Side::Sell => (held, cash),
        };
        Self { owner: order.account.to_string(), given, taken }
    }

    async fn give(&self, tx: &mut Conn) -> Result<bool, Fault> {
        moved(tx, GIVE, &self.owner, &self.given).await
    }

    async fn take(&self, tx: &mut Conn) -> Result<bool, Fault> {
        moved(tx, TAKE, &self.owner, &self.taken).await
    }

    /// What was given a moment ago fits again.
    async fn put_back(&self, tx: &mut Conn) -> Result<bool, Fault> {
        moved(tx, TAKE, &self.owner, &self.given).await
    }

    async fn post(&self, tx: &mut Conn, entry: &str) -> Result<(), Fault> {
        let ((given, less), (taken, more)) = (&self.given, &self.taken);
        let postings = query(POSTINGS).bind(entry).bind(&self.owner);
        let postings = postings.bind(given).bind(-less).bind(less).bind(taken).bind(more).bind(-more);
        postings.execute(tx).await?;
        Ok(())
    }
}

async fn moved(
    tx: &mut Conn,
    statement: &'static str,
    owner: &str,
    (asset, units): &(String, i64),
) -> Result<bool, Fault> {
    let change = query(statement).bind(owner).bind(asset).bind(units);
    Ok(change.execute(tx).await?.rows_affected() == 1)
}

/// Moves both sides and writes the entry, or says why nothing moved.
pub(super) async fn trade(tx: &mut Conn, order: &Order) -> Result<Result<Transaction, Code>, Fault> {
    if !order.quantity.is_positive() || !order.total.is_positive() {
        return Ok(Err(Code::TotalOutOfRange));
    }
    let exchange = Exchange::of(order);
    if !exchange.give(tx).await? {
        return Ok(Err(match order.side {
            Side::Buy => Code::InsufficientFunds,
            Side::Sell => Code::InsufficientHoldings,
        }));
    }
    if !exchange.take(tx).await? {
        exchange.put_back(tx).await?;
        return Ok(Err(Code::TotalOutOfRange));
    }
    let trade = trades::write(tx, order).await?;
    exchange.post(tx, &order.entry.to_string()).await?;
    Ok(Ok(trade))
}

/// The account's cash as this transaction sees it.
pub(super) async fn cash(tx: &mut Conn, order: &Order) -> Result<Fixed, Fault> {
    let ask = query_scalar(CASH).bind(order.account.to_string()).bind(cash_asset(&order.currency));
    Ok(Fixed::from_units(ask.fetch_optional(tx).await?.unwrap_or(0)))
}
