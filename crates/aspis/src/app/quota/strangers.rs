//! Strangers: a page each in this node's memory, or in the home that all nodes share, in one round trip.
//!
//! Deliberately not here: what becomes of them while that home is away (it is in `store`, `OrOwn`).

use std::{
    hash::RandomState,
    sync::{Arc, MutexGuard, PoisonError},
};

use aspis_core::{
    client::Client,
    scenario::data_scraping::quota::{Reservation, Strangers, Whose},
};
use aspis_store::fleeting::Bytes;

use super::{Denied, Quota, Reserved, exceeded, failed, reserved::Page, spread};

impl Quota {
    pub(super) async fn reserve_for_stranger(
        self: &Arc<Self>,
        client: Client,
        bytes: u64,
    ) -> Result<Reserved, Denied> {
        let Some(shared) = self.shared.clone() else { return self.from_page(client, bytes) };
        let quota = Arc::clone(self);
        self.to_its_end(async move { quota.from_all(shared.as_ref(), client, bytes).await }).await
    }

    /// Promises bytes from the page that this node has.
    fn from_page(self: &Arc<Self>, client: Client, bytes: u64) -> Result<Reserved, Denied> {
        let today = self.today();
        let mut strangers = self.strangers();
        let outcome = strangers.reserve(client, today, bytes);
        let left = strangers.left(client, today);
        drop(strangers);
        let (whose, made) = outcome.map_err(|_| self.refused(client, left))?;
        Ok(self.promised(Page::Stranger(whose), made, left))
    }

    /// Promises bytes from the page that all nodes have.
    async fn from_all(
        self: &Arc<Self>,
        shared: &dyn Bytes,
        client: Client,
        bytes: u64,
    ) -> Result<Reserved, Denied> {
        let asked = shared.reserve(client, self.limits.client, bytes).await.map_err(failed)?;
        let promise = asked.map_err(|exceeded| self.refused(client, exceeded.left))?;
        Ok(self.promised(Page::Shared(promise), promise.reservation, promise.left))
    }

    fn promised(self: &Arc<Self>, page: Page, made: Reservation, left: u64) -> Reserved {
        Reserved::new(Arc::clone(self), page, made, self.allowance(self.limits.client, left))
    }

    fn refused(&self, client: Client, left: u64) -> Denied {
        let allowance = self.allowance(self.limits.client, left);
        let refusal = exceeded("scraping.anonymous_quota", allowance, spread(&client.key()));
        Denied { refusal, allowance: Some(allowance) }
    }

    /// Ends a promise of this node's own page.
    pub(super) fn settle_here(&self, whose: Whose, made: Reservation, sent: u64) {
        self.strangers().settle(whose, made, sent);
    }

    fn strangers(&self) -> MutexGuard<'_, Strangers<RandomState>> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
