//! Bytes of a day, promised again. Of an answer that was refused then nobody knows how much would have been sent: all of it.

use std::{collections::HashMap, hash::RandomState};

use aspis_core::{
    ids::{AccountId, RequestId},
    scenario::data_scraping::quota::{Book, Day, Reservation, Strangers, Whose},
};
use aspis_watch::decisions::{Bytes, Sent};

use super::{report::Tally, windows::client};
use crate::settings::{Settings, Stance};

/// Answers under way, at most.
const OPEN: usize = 100_000;

/// Where a promise is written.
#[derive(Debug, Clone, Copy)]
enum Page {
    Account(AccountId),
    Stranger(Whose),
}

pub(super) struct Days {
    accounts: HashMap<AccountId, Book>,
    strangers: Strangers<RandomState>,
    open: HashMap<RequestId, (Page, Reservation)>,
}

fn strangers(settings: &Settings) -> Strangers<RandomState> {
    let own = &settings.scraping;
    Strangers::new(own.anonymous_quota.get(), own.table.get(), RandomState::new())
}

impl Days {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { accounts: HashMap::new(), strangers: strangers(settings), open: HashMap::new() }
    }

    /// The server has started: what accounts took is remembered, what strangers took is not.
    pub(super) fn begin(&mut self, settings: &Settings) {
        self.strangers = strangers(settings);
        self.open.clear();
    }

    pub(super) fn ask(&mut self, asked: &Bytes, settings: &Settings, tally: &mut Tally) {
        let stance = settings.safeguards.of(&asked.route).quota;
        let rule = if asked.account.is_some() { "scraping.quota" } else { "scraping.anonymous_quota" };
        let promised = self.promise(asked, settings);
        // Who was excused then is excused now.
        let is = (promised.is_none() && stance == Stance::Enforce && !asked.exempt).then_some(rule);
        if let Some((page, reservation)) = promised {
            if asked.denied {
                self.close(page, reservation, reservation.bytes);
            } else if self.open.len() < OPEN {
                self.open.insert(asked.request, (page, reservation));
            }
        }
        tally.bytes(asked, asked.denied.then_some(rule), is);
    }

    fn promise(&mut self, asked: &Bytes, settings: &Settings) -> Option<(Page, Reservation)> {
        let today = Day::of(asked.at);
        if let Some(account) = asked.account {
            let book = self.accounts.entry(account).or_insert_with(|| Book::new(today));
            let made = book.reserve(today, settings.scraping.quota.get(), asked.bytes).ok()?;
            return Some((Page::Account(account), made));
        }
        let (whose, made) = self.strangers.reserve(client(&asked.client)?, today, asked.bytes).ok()?;
        Some((Page::Stranger(whose), made))
    }

    pub(super) fn settle(&mut self, sent: &Sent) {
        if let Some((page, reservation)) = self.open.remove(&sent.request) {
            self.close(page, reservation, sent.bytes);
        }
    }

    fn close(&mut self, page: Page, reservation: Reservation, sent: u64) {
        match page {
            Page::Account(account) => {
                if let Some(book) = self.accounts.get_mut(&account) {
                    book.settle(reservation, sent);
                }
            }
            Page::Stranger(whose) => self.strangers.settle(whose, reservation, sent),
        }
    }
}
