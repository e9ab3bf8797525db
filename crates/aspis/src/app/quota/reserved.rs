//! Bytes that are promised to one answer, until it is over.

use std::sync::Arc;

use aspis_core::{
    ids::AccountId,
    scenario::data_scraping::quota::{Reservation, Whose},
};
use aspis_guard::Allowance;
use aspis_store::fleeting::bytes::Promise;

use super::Quota;

/// Where they are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page {
    Account(AccountId),
    Stranger(Whose),
    /// Wherever the home of all nodes has written them.
    Shared(Promise),
}

/// A promise. What was not sent is free again when it is dropped: with the last byte, or with the connection.
#[derive(Debug)]
pub(in crate::app) struct Reserved {
    quota: Arc<Quota>,
    page: Page,
    made: Reservation,
    sent: u64,
    /// How the day stands with this promise in it.
    pub(in crate::app) allowance: Allowance,
}

impl Reserved {
    pub(super) fn new(quota: Arc<Quota>, page: Page, made: Reservation, allowance: Allowance) -> Self {
        Self { quota, page, made, sent: 0, allowance }
    }

    /// Counts bytes that go out now; false where they were not promised, and must not.
    pub(in crate::app) fn send(&mut self, bytes: u64) -> bool {
        let fits = bytes <= self.made.bytes - self.sent;
        self.sent += if fits { bytes } else { 0 };
        fits
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        match self.page {
            Page::Account(account) => self.quota.settle(account, self.made, self.sent),
            Page::Stranger(whose) => self.quota.settle_here(whose, self.made, self.sent),
            Page::Shared(promise) => self.quota.owe(promise, self.sent),
        }
    }
}
