//! Money and holdings: a double-entry ledger with exact decimals.
//!
//! Every entry posts to both sides and sums to zero in each asset. Balances of accounts never go below zero; the
//! other side of every trade is the house, whose balance is only ever a sum of postings.

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, TransactionId},
    money::Fixed,
    refusal::Code,
};
use async_trait::async_trait;

use crate::Stored;

/// Money a new account starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The entry's identifier.
    pub entry: TransactionId,
    /// ISO 4217 code.
    pub currency: String,
    /// How much.
    pub cash: Fixed,
}

/// Which way an order goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Cash for an asset.
    Buy,
    /// An asset for cash.
    Sell,
}

impl Side {
    /// The word on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }

    /// Reads [`Side::word`].
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "buy" => Some(Self::Buy),
            "sell" => Some(Self::Sell),
            _ => None,
        }
    }
}

/// An order with its terms, as it goes into the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The entry's identifier, used if it is placed.
    pub entry: TransactionId,
    /// Who orders.
    pub account: AccountId,
    /// The caller's key for this order.
    pub key: String,
    /// SHA-256 of what was ordered, lower hex.
    pub fingerprint: String,
    /// Which way.
    pub side: Side,
    /// What.
    pub asset: String,
    /// How much of it.
    pub quantity: Fixed,
    /// At which price.
    pub price: Fixed,
    /// For how much cash.
    pub total: Fixed,
    /// The cash's currency.
    pub currency: String,
    /// The caller's words.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
    /// A refusal decided before the books were asked; it is stored under the key like any other answer.
    pub refused: Option<Code>,
    /// Answers older than this no longer count.
    pub keys_since: Timestamp,
}

/// What came of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The answer: a transaction, or the reason there is none.
    pub answer: Result<Transaction, Code>,
    /// Cash after it.
    pub cash: Fixed,
    /// True when this is the stored answer of an earlier request with the same key.
    pub replayed: bool,
}

/// A trade in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The entry's identifier.
    pub id: TransactionId,
    /// Which way.
    pub side: Side,
    /// What.
    pub asset: String,
    /// How much of it.
    pub quantity: Fixed,
    /// At which price.
    pub price: Fixed,
    /// For how much cash.
    pub total: Fixed,
    /// The caller's words.
    pub note: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What an account has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Balances {
    /// Cash.
    pub cash: Fixed,
    /// Assets above zero, by name.
    pub positions: Vec<(String, Fixed)>,
}

/// What an audit of the whole ledger found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Audit {
    /// Entries in the books.
    pub entries: u64,
    /// Entries whose postings do not sum to zero in each asset.
    pub unbalanced: u64,
    /// Balances that differ from the sum of their postings.
    pub drifted: u64,
    /// Balances below zero.
    pub negative: u64,
}

impl Audit {
    /// True when the books are in order.
    pub fn is_clean(self) -> bool {
        self.unbalanced == 0 && self.drifted == 0 && self.negative == 0
    }
}

/// Where a page of transactions begins: after this entry, going back in time.
pub type After = Option<(Timestamp, TransactionId)>;

/// The books.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Places an order, or gives the stored answer of its key, in one transaction. `Err` when the key belongs to
    /// another order.
    async fn place(&self, order: Order) -> Stored<Result<Placed, KeyReused>>;

    /// What an account has.
    async fn balances(&self, account: AccountId) -> Stored<Balances>;

    /// An account's trades, newest first.
    async fn transactions(&self, account: AccountId, after: After, limit: u64) -> Stored<Vec<Transaction>>;

    /// Adds everything up.
    async fn audit(&self) -> Stored<Audit>;

    /// Forgets answers to keys older than `before`. Returns how many.
    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64>;
}

/// The key belongs to another order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyReused;
