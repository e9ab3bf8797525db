//! Accounts: promised from a lease in memory, which is drawn from the store in blocks.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    clock::Timestamp,
    ids::AccountId,
    refusal::Refusal,
    scenario::data_scraping::quota::{Day, Reservation},
};
use aspis_guard::Allowance;
use aspis_store::{
    Stored,
    quotas::{Back, Taken},
};
use tokio::runtime::Handle;

use super::{Denied, Quota, Reserved, Today, books::BLOCK, exceeded, failed, opened, reserved::Page, spread};

/// How long days are kept in the store: long enough to say what is usual for an account.
const KEPT_DAYS: i64 = 35;

/// How many accounts are told of in one step, so that no order waits long for the rest.
const AT_ONCE: usize = 1000;

impl Quota {
    pub(super) async fn reserve_for_account(
        self: &Arc<Self>,
        account: AccountId,
        bytes: u64,
    ) -> Result<Reserved, Denied> {
        if let Some(reserved) = self.from_lease(account, bytes) {
            return Ok(reserved);
        }
        let quota = Arc::clone(self);
        self.to_its_end(async move { quota.draw(account, bytes).await }).await
    }

    /// Promises bytes from what is drawn, if it is enough and the store has said how the day stands.
    fn from_lease(self: &Arc<Self>, account: AccountId, bytes: u64) -> Option<Reserved> {
        let mut books = self.books(account);
        let lease = books.of(account, self.today(), self.clock.uptime());
        lease.used()?;
        let reservation = lease.reserve(bytes)?;
        let used = lease.used().unwrap_or(0);
        drop(books);
        Some(self.reserved(account, reservation, used))
    }

    fn reserved(self: &Arc<Self>, account: AccountId, made: Reservation, used: u64) -> Reserved {
        Reserved::new(Arc::clone(self), Page::Account(account), made, self.standing(used))
    }

    fn standing(&self, used: u64) -> Allowance {
        self.allowance(self.limits.account, self.limits.account.saturating_sub(used))
    }

    async fn draw(self: &Arc<Self>, account: AccountId, bytes: u64) -> Result<Reserved, Denied> {
        let turn = self.books(account).turn(account, self.today());
        let _mine = turn.lock().await;
        loop {
            if let Some(reserved) = self.from_lease(account, bytes) {
                return Ok(reserved);
            }
            let day = self.today();
            let lacks = self.books(account).of(account, day, self.clock.uptime()).lacks(bytes);
            if !self.drawn(account, day, lacks).await.map_err(failed)? {
                return Err(self.denied(account, day).await);
            }
        }
    }

    /// Draws a block, or what is lacking where that is more or a block is not left: false when not even that is left.
    async fn drawn(&self, account: AccountId, day: Day, lacks: u64) -> Stored<bool> {
        // Where nothing is lacking, only how the day stands.
        let block = if lacks == 0 { 0 } else { lacks.max(BLOCK) };
        for bytes in [block, lacks] {
            if let Taken::All { used } = self.store.take(account, day, bytes, self.limits.account).await? {
                self.books(account).draw(account, day, bytes, used);
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn denied(&self, account: AccountId, day: Day) -> Denied {
        let stored = match self.store.used(account, day).await {
            Ok(stored) => stored,
            Err(error) => return failed(error),
        };
        let mut books = self.books(account);
        let lease = books.of(account, day, self.clock.uptime());
        lease.draw(day, 0, stored.bytes);
        let used = lease.used().unwrap_or(stored.bytes);
        drop(books);
        let allowance = self.standing(used);
        let refusal = exceeded("scraping.quota", allowance, spread(account.0.as_bytes()));
        Denied { refusal, allowance: Some(allowance) }
    }

    /// Ends a promise. What is drawn beyond a block goes back at once: a crash must not cost more.
    pub(super) fn settle(self: &Arc<Self>, account: AccountId, made: Reservation, sent: u64) {
        let too_much = self.books(account).settle(account, made, sent);
        if let (true, Ok(runtime)) = (too_much, Handle::try_current()) {
            let quota = Arc::clone(self);
            self.drawing.spawn_on(async move { quota.trim(account).await }, &runtime);
        }
    }

    async fn trim(&self, account: AccountId) {
        let turn = self.books(account).turn(account, self.today());
        let _mine = turn.lock().await;
        let back = self.books(account).trim(account);
        self.give_back(back.as_slice()).await;
    }

    /// Counts a call of an account.
    pub(in crate::app) fn called(&self, account: AccountId, now: Timestamp, uptime: Duration) {
        opened(self.shelf(account)).call(account, Day::of(now), uptime);
    }

    /// How an account's day stands, as far as this node knows.
    pub(crate) async fn of(&self, account: AccountId) -> Result<Today, Refusal> {
        let day = self.today();
        let turn = self.books(account).turn(account, day);
        let _mine = turn.lock().await;
        let stored = self.store.used(account, day).await?;
        let mut books = self.books(account);
        let lease = books.of(account, day, self.clock.uptime());
        lease.draw(day, 0, stored.bytes);
        let used = lease.used().unwrap_or(stored.bytes);
        Ok(Today { day, limit: self.limits.account, used, calls: stored.calls + lease.calls() })
    }

    /// Tells the store what is left over. To be called every few seconds.
    pub(in crate::app) async fn keep(&self) {
        let (today, uptime) = (self.today(), self.clock.uptime());
        let backs: Vec<_> = self.each_book().flat_map(|mut books| books.spare(today, uptime)).collect();
        self.give_back(&backs).await;
    }

    /// Gives everything back that was not sent. To be called when no answer is on its way any more.
    pub(in crate::app) async fn close(&self) {
        self.drawing.close();
        self.drawing.wait().await;
        self.pay().await;
        let backs: Vec<_> = self.each_book().flat_map(|mut books| books.close()).collect();
        self.give_back(&backs).await;
    }

    async fn give_back(&self, backs: &[Back]) {
        for step in backs.chunks(AT_ONCE) {
            if let Err(error) = self.store.give_back(step).await {
                // It stays counted: better too much than too little. The conversion logs why.
                let _ = Refusal::from(error);
            }
        }
    }

    /// Forgets old days.
    pub(in crate::app) async fn sweep(&self) {
        let before = Day(self.today().0 - KEPT_DAYS);
        if let Err(error) = self.store.sweep_days(before).await {
            let _ = Refusal::from(error);
        }
    }
}
