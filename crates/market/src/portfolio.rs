//! Paper money: orders at the server's price, in a double-entry ledger.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::Chance,
    clock::{Clock, Timestamp},
    ids::{AccountId, TransactionId},
    money::{Fixed, Rounding},
    refusal::{Code, Refusal},
};
use aspis_store::{
    Durable,
    ledger::{After, Order, Placed, Side, Transaction},
};
use sha2::{Digest, Sha256};

use crate::prices::{Board, Listed};

mod keyed;
mod value;

pub use value::{Holdings, Position};

/// The settings of orders.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The currency of cash.
    pub currency: String,
    /// How long the answer to a key is kept.
    pub keep: Duration,
    /// How long a repeat waits for the first.
    pub wait: Duration,
}

/// What somebody orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which way.
    pub side: Side,
    /// What.
    pub asset: String,
    /// How much of it.
    pub quantity: Fixed,
    /// The worst price that is still good: at most when buying, at least when selling.
    pub price_limit: Option<Fixed>,
    /// Their own words.
    pub note: Option<String>,
}

/// Places orders and tells what an account has.
#[derive(Debug)]
pub struct Portfolio {
    store: Durable,
    board: Arc<Board>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    rules: Rules,
    keys: keyed::Keyed,
}

impl Portfolio {
    /// Over a store and the current prices.
    pub fn new(
        store: Durable,
        board: Arc<Board>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
        rules: Rules,
    ) -> Self {
        Self { store, board, clock, chance, rules, keys: keyed::Keyed::default() }
    }

    /// Places an order once for its key, however often and from wherever it is sent.
    pub async fn order(&self, account: AccountId, key: String, wanted: Wanted) -> Result<Placed, Refusal> {
        let listed = self.board.find(&wanted.asset)?;
        let turn = self.keys.turn(account, &key);
        let Ok(_turn) = tokio::time::timeout(self.rules.wait, turn).await else {
            return Err(Refusal::new(Code::InProgress).retry_after(self.rules.wait));
        };
        let order = self.price(account, key, wanted, &listed);
        let placed = self.store.ledger.place(order).await?;
        placed.map_err(|_| Refusal::new(Code::IdempotencyKeyReused))
    }

    /// The server's terms for an order, or the reason it has none; either way it goes into the books under its key.
    fn price(&self, account: AccountId, key: String, wanted: Wanted, listed: &Listed) -> Order {
        let (now, price) = (self.clock.now(), listed.latest.price);
        let rounding = match wanted.side {
            Side::Buy => Rounding::Up,
            Side::Sell => Rounding::Down,
        };
        let total = wanted.quantity.checked_mul(price, rounding).filter(|total| total.is_positive());
        let beyond = wanted.price_limit.is_some_and(|limit| match wanted.side {
            Side::Buy => price > limit,
            Side::Sell => price < limit,
        });
        let refused =
            if beyond { Some(Code::PriceLimit) } else { total.is_none().then_some(Code::TotalOutOfRange) };
        Order {
            entry: TransactionId::new(now, self.chance.as_ref()),
            account,
            key,
            fingerprint: fingerprint(&wanted, &listed.asset.id),
            side: wanted.side,
            asset: listed.asset.id.clone(),
            quantity: wanted.quantity,
            price,
            total: total.unwrap_or(Fixed::ZERO),
            currency: self.rules.currency.clone(),
            note: wanted.note,
            at: now,
            refused,
            keys_since: now.minus(self.rules.keep),
        }
    }

    /// An account's trades, newest first.
    pub async fn transactions(
        &self,
        account: AccountId,
        after: After,
        limit: u64,
    ) -> Result<Vec<Transaction>, Refusal> {
        Ok(self.store.ledger.transactions(account, after, limit).await?)
    }

    /// What an account has, at the latest prices.
    pub async fn holdings(&self, account: AccountId) -> Result<Holdings, Refusal> {
        let balances = self.store.ledger.balances(account).await?;
        Ok(value::holdings(&balances, &self.board.all(), &self.rules.currency, self.clock.now()))
    }

    /// Forgets answers to keys that are no longer kept.
    pub async fn sweep(&self, now: Timestamp) -> Result<u64, Refusal> {
        Ok(self.store.ledger.sweep_keys(now.minus(self.rules.keep)).await?)
    }
}

/// What was ordered, as one hash: another order under the same key is told apart by it.
fn fingerprint(wanted: &Wanted, asset: &str) -> String {
    let limit = wanted.price_limit.map(|limit| limit.to_string());
    let parts = [
        Some(wanted.side.word()),
        Some(asset),
        Some(&wanted.quantity.to_string()),
        limit.as_deref(),
        wanted.note.as_deref(),
    ]
    .map(|part| part.map(str::to_owned));
    let mut hash = Sha256::new();
    for part in &parts {
        hash.update(part.as_ref().map_or(u64::MAX, |text| text.len() as u64).to_le_bytes());
        hash.update(part.as_deref().unwrap_or(""));
    }
    aspis_core::hex::encode(&hash.finalize())
}

#[cfg(test)]
mod tests;
