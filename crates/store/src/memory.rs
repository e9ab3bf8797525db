//! The in-memory reference: what every other home of the traits must agree with.
//!
//! For tests, simulations and the contract suite. One lock, no cleverness.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
};

use crate::{
    accounts::Account,
    ledger::{Opening, Order, Transaction},
    prices::{Asset, Bar, Series},
};

mod accounts;
mod ledger;
mod prices;
mod sessions;
mod vault;

/// Everything durable, for as long as the process lives.
#[derive(Debug, Default)]
pub struct Memory(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    accounts: HashMap<AccountId, Account>,
    families: HashMap<FamilyId, Family>,
    tokens: HashMap<String, Token>,
    invitations: HashMap<String, (Timestamp, bool)>,
    vault: HashMap<String, Vec<u8>>,
    assets: BTreeMap<String, Asset>,
    bars: Vec<(Series, BTreeMap<Timestamp, Bar>)>,
    markers: Vec<String>,
    books: Books,
}

#[derive(Debug, Default)]
struct Books {
    openings: Vec<(AccountId, Opening)>,
    trades: Vec<(AccountId, Transaction)>,
    cash: HashMap<AccountId, i64>,
    holdings: HashMap<(AccountId, String), i64>,
    answers: HashMap<(AccountId, String), Answer>,
}

#[derive(Debug, Clone)]
struct Answer {
    order: Order,
    cash: i64,
}

#[derive(Debug, Clone)]
struct Family {
    account: AccountId,
    expires: Timestamp,
    revoked: Option<Timestamp>,
}

#[derive(Debug, Clone)]
struct Token {
    family: FamilyId,
    successor: Option<String>,
    spent: Option<(Timestamp, String)>,
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Durable, contract};

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        contract::run(|| async { Durable::of(Arc::new(Memory::default())) }).await;
    }
}
