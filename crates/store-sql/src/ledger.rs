//! Money and holdings: every order is one transaction, from its stored answer to its new one. It reads and writes the
//! books of its own account and nothing else, so that on a server the orders of others need not wait for it.

use aspis_core::{clock::Timestamp, ids::AccountId, money::Fixed};
use aspis_store::{
    Ledger, Stored,
    ledger::{After, Audit, Balances, KeyReused, Order, Placed, Transaction},
};
use async_trait::async_trait;

use crate::{Sql, db::again, fault::Fault, sql::query_as};

mod answers;
mod audit;
pub(crate) mod books;
mod trades;

pub(crate) use audit::AUDIT;

const BALANCES: &str = "SELECT asset, amount FROM balance WHERE owner = $1 AND amount > 0";

/// Cash is an asset too; the sign keeps it apart from every asset's name.
fn cash_asset(currency: &str) -> String {
    format!("{CASH_SIGN}{currency}")
}

const CASH_SIGN: char = '$';

fn split(rows: Vec<(String, i64)>) -> Balances {
    let (cash, held): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(asset, _)| asset.starts_with(CASH_SIGN));
    let mut positions: Vec<_> =
        held.into_iter().map(|(asset, units)| (asset, Fixed::from_units(units))).collect();
    positions.sort();
    let cash = cash.first().map_or(Fixed::ZERO, |(_, units)| Fixed::from_units(*units));
    Balances { cash, positions }
}

impl Sql {
    async fn place_once(&self, order: &Order) -> Result<Result<Placed, KeyReused>, Fault> {
        let mut tx = self.db.begin_books(order.account).await?;
        if let Some(stored) = answers::stored(&mut tx, order).await? {
            return Ok(stored);
        }
        let answer = match order.refused {
            Some(code) => Err(code),
            None => books::trade(&mut tx, order).await?,
        };
        let cash = books::cash(&mut tx, order).await?;
        let placed = Placed { answer, cash, replayed: false };
        answers::keep(&mut tx, order, &placed).await?;
        tx.commit().await?;
        Ok(Ok(placed))
    }
}

#[async_trait]
impl Ledger for Sql {
    async fn place(&self, order: Order) -> Stored<Result<Placed, KeyReused>> {
        Ok(again(|| self.place_once(&order)).await?)
    }

    async fn balances(&self, account: AccountId) -> Stored<Balances> {
        let ask = query_as(BALANCES).bind(account.to_string());
        Ok(split(ask.fetch_all(self.db.reader()).await.map_err(Fault::from)?))
    }

    async fn transactions(&self, account: AccountId, after: After, limit: u64) -> Stored<Vec<Transaction>> {
        Ok(trades::page(self.db.reader(), account, after, limit).await?)
    }

    async fn audit(&self) -> Stored<Audit> {
        Ok(audit::audit(self.db.reader()).await?)
    }

    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64> {
        Ok(self.db.in_turn(answers::sweep(before)).await?.rows_affected())
    }
}

#[cfg(test)]
mod tests;
