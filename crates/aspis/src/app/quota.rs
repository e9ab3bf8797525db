//! Who has taken how many bytes today: accounts by what the store keeps for all nodes, strangers in memory.
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
use aspis_store::Quotas;
use tokio_util::task::TaskTracker;

mod accounts;
mod books;
mod reserved;

use books::Books;
use reserved::Page;
pub(super) use reserved::Reserved;

/// Every book of the day.
pub struct Quota {
    store: Arc<dyn Quotas>,
    clock: Arc<dyn Clock>,
    limits: Limits,
    /// By account: every call of one is counted here, and must not wait for those of all others.
    books: [Mutex<Books>; SHELVES],
    strangers: Mutex<Strangers<RandomState>>,
    /// What is drawn from the store is drawn to its end, also when the caller has gone.
    drawing: TaskTracker,
}

/// How many accounts' books can be open at once.
const SHELVES: usize = 64;

fn opened(shelf: &Mutex<Books>) -> MutexGuard<'_, Books> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
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
    /// Empty books over what the store remembers.
    pub(super) fn new(store: Arc<dyn Quotas>, clock: Arc<dyn Clock>, limits: Limits) -> Arc<Self> {
        let strangers = Strangers::new(limits.client, limits.table, RandomState::new());
        Arc::new(Self {
            store,
            clock,
            limits,
            books: std::array::from_fn(|_| Mutex::default()),
            strangers: Mutex::new(strangers),
            drawing: TaskTracker::new(),
        })
    }

    /// Promises bytes of today, which are counted as they are sent.
    pub(super) async fn reserve(self: &Arc<Self>, payer: Payer, bytes: u64) -> Result<Reserved, Denied> {
        match payer {
            Payer::Account(account) => self.reserve_for_account(account, bytes).await,
            Payer::Client(client) => self.reserve_for_stranger(client, bytes),
        }
    }

    fn reserve_for_stranger(self: &Arc<Self>, client: Client, bytes: u64) -> Result<Reserved, Denied> {
        let today = self.today();
        let mut strangers = self.strangers();
        let outcome = strangers.reserve(client, today, bytes);
        let allowance = self.allowance(strangers.limit(), strangers.left(client, today));
        drop(strangers);
        match outcome {
            Ok((whose, reservation)) => {
                Ok(Reserved::new(Arc::clone(self), Page::Stranger(whose), reservation, allowance))
            }
            Err(_) => Err(Denied {
                refusal: exceeded("scraping.anonymous_quota", allowance, spread(&client.key())),
                allowance: Some(allowance),
            }),
        }
    }

    fn today(&self) -> Day {
        Day::of(self.clock.now())
    }

    fn allowance(&self, limit: u64, left: u64) -> Allowance {
        let now = self.clock.now();
        Allowance { limit, left, reset: Day::of(now).left(now) }
    }

    /// The book of an account, with those that stand beside it.
    fn books(&self, account: AccountId) -> MutexGuard<'_, Books> {
        // The last byte of an identifier is chance.
        opened(&self.books[usize::from(account.0.as_bytes()[15]) % SHELVES])
    }

    /// Every book, one shelf after the other.
    fn each_book(&self) -> impl Iterator<Item = MutexGuard<'_, Books>> {
        self.books.iter().map(opened)
    }

    fn strangers(&self) -> MutexGuard<'_, Strangers<RandomState>> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
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

impl std::fmt::Debug for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Quota")
    }
}

#[cfg(test)]
mod tests;
