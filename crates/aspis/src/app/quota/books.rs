//! The leases of the accounts that were here lately.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aspis_core::{
    ids::AccountId,
    scenario::data_scraping::quota::{Day, Lease, Leftover, Reservation},
};
use aspis_store::quotas::Back;
use foldhash::fast::RandomState;
use tokio::sync::Mutex as Turn;

/// How many bytes a node draws at once, and keeps while an account is about: what a crash may cost it at most, beside
/// what was promised to answers on their way.
pub(super) const BLOCK: u64 = 1 << 20;

/// How long an account has to be quiet until its lease is given back.
const QUIET: Duration = Duration::from_secs(60);

/// Leases by account, and what the store is still to be told.
#[derive(Debug, Default)]
pub(super) struct Books {
    held: HashMap<AccountId, Held, RandomState>,
    owed: Vec<Back>,
    /// Calls that are still to be counted.
    noted: Noted,
}

/// Calls of one day, in no order.
#[derive(Debug, Default)]
struct Noted {
    accounts: Vec<AccountId>,
    day: Option<Day>,
    /// When the last of them came.
    seen: Duration,
}

/// How many calls are counted together. Of very many accounts each lies far away in memory; those of several are waited for
/// at once, in about the time of one.
const TOGETHER: usize = 16;

#[derive(Debug)]
struct Held {
    lease: Lease,
    /// One at a time draws from the store: the others then find what it has drawn.
    turn: Arc<Turn<()>>,
    seen: Duration,
}

impl Books {
    /// Notes a call, which is counted before anybody looks.
    pub(super) fn call(&mut self, account: AccountId, today: Day, uptime: Duration) {
        if self.noted.day != Some(today) || self.noted.accounts.len() >= TOGETHER {
            self.count();
        }
        self.noted.day = Some(today);
        self.noted.seen = uptime;
        self.noted.accounts.push(account);
    }

    /// Counts the calls that were noted.
    pub(super) fn count(&mut self) {
        let Noted { mut accounts, day, seen } = std::mem::take(&mut self.noted);
        if let Some(day) = day {
            for account in accounts.drain(..) {
                self.of(account, day, seen).call();
            }
        }
        self.noted.accounts = accounts;
    }

    /// The lease of an account for today, which was looked at now.
    pub(super) fn of(&mut self, account: AccountId, today: Day, uptime: Duration) -> &mut Lease {
        let held = self.held.entry(account).or_insert_with(|| Held::new(today));
        held.seen = uptime;
        if let Some(left) = held.lease.turn(today) {
            self.owed.push(back(account, left));
        }
        &mut held.lease
    }

    /// Where those wait who have to draw for an account.
    pub(super) fn turn(&mut self, account: AccountId, today: Day) -> Arc<Turn<()>> {
        Arc::clone(&self.held.entry(account).or_insert_with(|| Held::new(today)).turn)
    }

    /// Takes in what was drawn, and promises some of it, if it is still that day.
    pub(super) fn draw(&mut self, account: AccountId, day: Day, bytes: u64, drawn: u64) {
        let lease = &mut self.held.entry(account).or_insert_with(|| Held::new(day)).lease;
        if let Some(left) = lease.draw(day, bytes, drawn) {
            self.owed.push(back(account, left));
        }
    }

    /// Ends a promise; true when more is drawn now than a block.
    pub(super) fn settle(&mut self, account: AccountId, reservation: Reservation, sent: u64) -> bool {
        // An account is kept while it has promised anything, so this makes none anew.
        let held = self.held.entry(account).or_insert_with(|| Held::new(reservation.day));
        if let Some(left) = held.lease.settle(reservation, sent) {
            self.owed.push(back(account, left));
        }
        held.lease.lacks(BLOCK + 1) == 0
    }

    /// What an account has drawn beyond a block.
    pub(super) fn trim(&mut self, account: AccountId) -> Option<Back> {
        let left = self.held.get_mut(&account)?.lease.spare(BLOCK)?;
        Some(back(account, left))
    }

    /// What the store is to be told now: days that are over, calls, and what is drawn beyond a block. Of accounts
    /// that are quiet, everything; they are forgotten.
    pub(super) fn spare(&mut self, today: Day, uptime: Duration) -> Vec<Back> {
        let mut backs = std::mem::take(&mut self.owed);
        self.held.retain(|account, held| {
            backs.extend(held.lease.turn(today).map(|left| back(*account, left)));
            let gone = held.is_free() && uptime.saturating_sub(held.seen) >= QUIET;
            let left = held.lease.spare(if gone { 0 } else { BLOCK });
            backs.extend(left.map(|left| back(*account, left)));
            !gone
        });
        backs
    }

    /// Everything that is left over.
    pub(super) fn close(&mut self) -> Vec<Back> {
        let mut backs = std::mem::take(&mut self.owed);
        for (account, held) in &mut self.held {
            backs.extend(held.lease.spare(0).map(|left| back(*account, left)));
        }
        backs
    }
}

impl Held {
    fn new(today: Day) -> Self {
        Self { lease: Lease::new(today), turn: Arc::default(), seen: Duration::ZERO }
    }

    /// True while nobody draws for it, and no answer is on its way.
    fn is_free(&self) -> bool {
        !self.lease.is_at_work() && Arc::strong_count(&self.turn) == 1
    }
}

fn back(account: AccountId, left: Leftover) -> Back {
    let Leftover { day, bytes, calls } = left;
    Back { account, day, bytes, calls }
}
