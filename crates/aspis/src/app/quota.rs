//! Who has taken how many bytes today: accounts by what the store keeps for all nodes, strangers in memory, or by what
//! the nodes that share one home for what is fleeting count together.
//!
//! Deliberately not here: which answers are counted (`metering`), and the rules of a day (`core`).

use std::{
    hash::RandomState,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aspis_core::{
    client::Client,
    clock::Clock,
    ids::AccountId,
    refusal::{Bound, Code, Refusal, Rule},
    scenario::data_scraping::quota::{Day, Strangers},
};
use aspis_guard::Allowance;
use aspis_store::{Quotas, StoreError, fleeting::Bytes};
use tokio_util::task::TaskTracker;

mod accounts;
mod books;
mod owed;
mod reserved;
mod strangers;

use books::Books;
use owed::Owed;
pub(super) use reserved::Reserved;

/// Every book of the day.
pub struct Quota {
    store: Arc<dyn Quotas>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    /// By account: every call of one is counted here, and must not wait for those of all others.
    books: [Mutex<Books>; SHELVES],
    strangers: Mutex<Strangers<RandomState>>,
    /// Whose pages are asked in place of those, where several nodes count together.
    shared: Option<Arc<dyn Bytes>>,
    /// What those are still to be told.
    owed: Mutex<Owed>,
    /// What is drawn from the store, or asked of other homes, is so to its end, also when the caller has gone.
    drawing: TaskTracker,
}

/// How many accounts' books can be open at once.
const SHELVES: usize = 64;

fn opened(shelf: &Mutex<Books>) -> MutexGuard<'_, Books> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

fn counted(shelf: &Mutex<Books>) -> MutexGuard<'_, Books> {
    let mut books = opened(shelf);
    books.count();
    books
}

/// How much, and for how many.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes of a day for an account.
    pub(super) account: u64,
    /// Bytes of a day for a client that is not signed in.
    pub(super) client: u64,
    /// Clients that are counted apart.
    pub(super) table: usize,
}

/// Who pays for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Payer {
    /// Whatever it is signed in with.
    Account(AccountId),
    /// Nobody is signed in.
    Client(Client),
}

/// Bytes that are not promised, and what of the day may be said with the refusal.
#[derive(Debug)]
pub(super) struct Denied {
    pub(super) refusal: Refusal,
    pub(super) allowance: Option<Allowance>,
}

/// What an account has used of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Today {
    /// Which day that is.
    pub(crate) day: Day,
    /// Bytes of a day.
    pub(crate) limit: u64,
    /// Bytes that were sent, or are promised to answers on their way.
    pub(crate) used: u64,
    /// Calls so far.
    pub(crate) calls: u64,
}

impl Quota {
    /// Empty books over what the store remembers, and for strangers over what is `shared`, if anything is.
    pub(super) fn new(
        store: Arc<dyn Quotas>,
        shared: Option<Arc<dyn Bytes>>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Arc<Self> {
        let strangers = Strangers::new(limits.client, limits.table, RandomState::new());
        Arc::new(Self {
            store,
            clock,
            limits,
            books: std::array::from_fn(|_| Mutex::default()),
            strangers: Mutex::new(strangers),
            shared,
            owed: Mutex::default(),
            drawing: TaskTracker::new(),
        })
    }

    /// Promises bytes of today, which are counted as they are sent.
    pub(super) async fn reserve(self: &Arc<Self>, payer: Payer, bytes: u64) -> Result<Reserved, Denied> {
        match payer {
            Payer::Account(account) => self.reserve_for_account(account, bytes).await,
            Payer::Client(client) => self.reserve_for_stranger(client, bytes).await,
        }
    }

    /// Asks in a task of its own: a caller who goes away must not lose what was drawn or promised for it.
    async fn to_its_end(
        &self,
        asking: impl Future<Output = Result<Reserved, Denied>> + Send + 'static,
    ) -> Result<Reserved, Denied> {
        let asked = self.drawing.spawn(asking).await;
        asked.unwrap_or_else(|_| Err(Denied { refusal: Refusal::new(Code::Internal), allowance: None }))
    }

    fn today(&self) -> Day {
        Day::of(self.clock.now())
    }

    fn allowance(&self, limit: u64, left: u64) -> Allowance {
        let now = self.clock.now();
        Allowance { limit, left, reset: Day::of(now).left(now) }
    }

    /// The book of an account, with those that stand beside it, and every call in it that there was.
    fn books(&self, account: AccountId) -> MutexGuard<'_, Books> {
        counted(self.shelf(account))
    }

    /// Every book, one shelf after the other.
    fn each_book(&self) -> impl Iterator<Item = MutexGuard<'_, Books>> {
        self.books.iter().map(counted)
    }

    fn shelf(&self, account: AccountId) -> &Mutex<Books> {
        // The last byte of an identifier is chance.
        &self.books[usize::from(account.0.as_bytes()[15]) % SHELVES]
    }
}

/// The longest that somebody is told to come later than midnight, in seconds: not everybody at once.
const SPREAD: u64 = 30;

fn spread(key: &[u8; 16]) -> Duration {
    Duration::from_secs(key.iter().map(|byte| u64::from(*byte)).sum::<u64>() % SPREAD)
}

fn exceeded(rule: &'static str, allowance: Allowance, spread: Duration) -> Refusal {
    let count = Some(allowance.limit);
    let bound = Some(Bound { limit: allowance.limit, window_s: Some(86_400) });
    Refusal::new(Code::QuotaExceeded).retry_after(allowance.reset + spread).by(Rule {
        count,
        bound,
        ..Rule::named(rule)
    })
}

fn failed(error: StoreError) -> Denied {
    Denied { refusal: error.into(), allowance: None }
}

impl std::fmt::Debug for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Quota")
    }
}

#[cfg(test)]
mod tests;
