//! The in-memory reference: what every other home of the traits must agree with.
//!
//! For tests, simulations and the contract suite. One lock, no cleverness.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use aspis_core::{
    block::Block,
    clock::Timestamp,
    exemption::Exemption,
    ids::{AccountId, ActionId, AlertId, ExemptionId, FamilyId, KeyId, ReviewId},
    scenario::data_scraping::quota::Day,
};
use ipnet::IpNet;

use crate::{
    accounts::Account,
    actions::Action,
    alerts::{AlertRow, Unheard},
    factors::{Passkey, Totp},
    feeds::Feed,
    imports::Import,
    keys::ApiKey,
    ledger::{Opening, Order, Transaction},
    links::NewLink,
    notices::Notice,
    prices::{Asset, Bar, Series},
    quarantine::Held,
    quotas::Used,
    reviews::Review,
    sessions::Family,
    splits::Split,
};

mod accounts;
mod actions;
mod alerts;
mod blocks;
mod exemptions;
mod factors;
mod honey;
mod imports;
mod key_watch;
mod keys;
mod ledger;
mod links;
mod notices;
mod outbox;
mod prices;
mod quarantine;
mod quotas;
mod reports;
mod reviews;
mod sessions;
mod splits;
mod vault;

/// Everything durable, for as long as the process lives.
#[derive(Debug, Default)]
pub struct Memory(Mutex<State>);

#[derive(Debug, Default, Clone)]
struct State {
    accounts: HashMap<AccountId, Account>,
    families: HashMap<FamilyId, Kept>,
    tokens: HashMap<String, Token>,
    totp: HashMap<AccountId, Totp>,
    recovery: HashMap<AccountId, HashSet<String>>,
    passkeys: Vec<Passkey>,
    links: Vec<NewLink>,
    notices: HashMap<AccountId, Vec<Notice>>,
    invitations: HashMap<String, (Timestamp, bool)>,
    vault: HashMap<String, Vec<u8>>,
    assets: BTreeMap<String, Asset>,
    bars: Vec<(Series, BTreeMap<Timestamp, Bar>)>,
    markers: Vec<String>,
    held: Vec<Held>,
    feeds: Vec<Feed>,
    imports: HashMap<String, Import>,
    reviews: BTreeMap<ReviewId, Review>,
    reports: HashMap<String, (Timestamp, String)>,
    splits: Vec<Split>,
    quotas: HashMap<(AccountId, Day), Used>,
    keys: HashMap<KeyId, ApiKey>,
    key_days: HashMap<(KeyId, Day), u64>,
    key_networks: HashMap<(KeyId, ipnet::IpNet), Timestamp>,
    honey: Vec<crate::honey::HoneyKey>,
    sent: outbox::Sent,
    blocks: BTreeMap<IpNet, Block>,
    shut_out: Vec<(IpNet, Timestamp)>,
    actions: BTreeMap<ActionId, Action>,
    /// The same in the order in which they were done.
    turns: Vec<ActionId>,
    resets: HashSet<(AccountId, ActionId)>,
    exemptions: HashMap<ExemptionId, Exemption>,
    alerts: BTreeMap<AlertId, AlertRow>,
    unheard: Vec<Unheard>,
    books: Books,
}

#[derive(Debug, Default, Clone)]
struct Books {
    openings: Vec<(AccountId, Opening)>,
    /// Entries of splits.
    splits: u64,
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
struct Kept {
    family: Family,
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
