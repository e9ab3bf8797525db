//! The books.

use aspis_core::{clock::Timestamp, ids::AccountId, money::Fixed, refusal::Code};
use async_trait::async_trait;

use super::{Answer, Books, Memory};
use crate::{
    Ledger, Stored,
    ledger::{After, Audit, Balances, KeyReused, Order, Placed, Side, Transaction},
};

impl Books {
    fn cash_of(&self, account: AccountId) -> i64 {
        self.cash.get(&account).copied().unwrap_or(0)
    }

    /// Moves cash and holding, or says why it cannot.
    fn trade(&mut self, order: &Order) -> Result<(), Code> {
        let (cash, held) = (self.cash_of(order.account), self.held(order));
        let (total, quantity) = (order.total.units(), order.quantity.units());
        let (cash, held) = match order.side {
            Side::Buy if cash < total => return Err(Code::InsufficientFunds),
            Side::Sell if held < quantity => return Err(Code::InsufficientHoldings),
            Side::Buy => (Some(cash - total), held.checked_add(quantity)),
            Side::Sell => (cash.checked_add(total), Some(held - quantity)),
        };
        let (cash, held) = cash.zip(held).ok_or(Code::TotalOutOfRange)?;
        self.cash.insert(order.account, cash);
        self.holdings.insert((order.account, order.asset.clone()), held);
        Ok(())
    }

    fn held(&self, order: &Order) -> i64 {
        self.holdings.get(&(order.account, order.asset.clone())).copied().unwrap_or(0)
    }
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

fn placed(answer: &Answer, replayed: bool) -> Placed {
    let outcome = match answer.order.refused {
        Some(code) => Err(code),
        None => Ok(transaction(&answer.order)),
    };
    Placed { answer: outcome, cash: Fixed::from_units(answer.cash), replayed }
}

#[async_trait]
impl Ledger for Memory {
    async fn place(&self, mut order: Order) -> Stored<Result<Placed, KeyReused>> {
        let mut state = self.state();
        let books = &mut state.books;
        let key = (order.account, order.key.clone());
        if let Some(answer) = books.answers.get(&key).filter(|answer| answer.order.at >= order.keys_since) {
            let same = answer.order.fingerprint == order.fingerprint;
            return Ok(if same { Ok(placed(answer, true)) } else { Err(KeyReused) });
        }
        order.refused = order.refused.or_else(|| books.trade(&order).err());
        if order.refused.is_none() {
            books.trades.push((order.account, transaction(&order)));
        }
        let answer = Answer { cash: books.cash_of(order.account), order };
        let outcome = placed(&answer, false);
        books.answers.insert(key, answer);
        Ok(Ok(outcome))
    }

    async fn balances(&self, account: AccountId) -> Stored<Balances> {
        let state = self.state();
        let held = state.books.holdings.iter().filter(|((owner, _), units)| *owner == account && **units > 0);
        let mut positions: Vec<_> =
            held.map(|((_, asset), units)| (asset.clone(), Fixed::from_units(*units))).collect();
        positions.sort();
        Ok(Balances { cash: Fixed::from_units(state.books.cash_of(account)), positions })
    }

    async fn transactions(&self, account: AccountId, after: After, limit: u64) -> Stored<Vec<Transaction>> {
        let state = self.state();
        let mut trades: Vec<_> = state
            .books
            .trades
            .iter()
            .filter(|(owner, _)| *owner == account)
            .map(|(_, trade)| trade.clone())
            .collect();
        trades.sort_by_key(|trade| std::cmp::Reverse((trade.at, trade.id)));
        let beyond = |trade: &Transaction| after.is_none_or(|after| (trade.at, trade.id) < after);
        Ok(trades.into_iter().filter(beyond).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
    }

    async fn audit(&self) -> Stored<Audit> {
        let state = self.state();
        let books = &state.books;
        let negative = books.cash.values().chain(books.holdings.values()).filter(|units| **units < 0).count();
        let mut sums = books
            .openings
            .iter()
            .map(|(owner, opening)| (*owner, opening.cash.units()))
            .collect::<std::collections::HashMap<_, _>>();
        for (owner, trade) in &books.trades {
            let cash = sums.entry(*owner).or_insert(0);
            *cash += if trade.side == Side::Buy { -trade.total.units() } else { trade.total.units() };
        }
        let drifted = books.cash.iter().filter(|(owner, units)| sums.get(owner) != Some(units)).count();
        Ok(Audit {
            entries: (books.openings.len() + books.trades.len()) as u64 + books.splits,
            unbalanced: 0,
            drifted: drifted as u64,
            negative: negative as u64,
        })
    }

    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64> {
        let mut state = self.state();
        let count = state.books.answers.len();
        state.books.answers.retain(|_, answer| answer.order.at >= before);
        Ok((count - state.books.answers.len()) as u64)
    }
}
