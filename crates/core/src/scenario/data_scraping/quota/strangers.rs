//! The days of callers who are not signed in, in bounded memory.
//!
//! When all pages are taken, newcomers share one by network, and when those are taken too, one between all of them:
//! a flood of addresses makes nobody's page fresh, and gives nobody a new one.

use std::{collections::HashMap, hash::BuildHasher};

use super::{Book, Day, Exceeded, Reservation};
use crate::client::{Client, Network};

/// Whose page an answer is written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// The client's own.
    Client(Client),
    /// That of its network.
    Network(Network),
    /// The one of everybody else.
    Rest,
}

/// A page for each client of today.
#[derive(Debug)]
pub struct Strangers<S> {
    day: Day,
    limit: u64,
    most: usize,
    clients: usize,
    networks: usize,
    pages: HashMap<Whose, Book, S>,
}

impl<S: BuildHasher> Strangers<S> {
    /// So many bytes of a day for each client, of which `most` are counted apart, and as many networks.
    pub fn new(limit: u64, most: usize, hasher: S) -> Self {
        let pages = HashMap::with_hasher(hasher);
        Self { day: Day(0), limit, most, clients: 0, networks: 0, pages }
    }

    /// Goes by another limit from now on.
    pub const fn follow(&mut self, limit: u64) {
        self.limit = limit;
    }

    /// What is left to a client today.
    pub fn left(&self, client: Client, today: Day) -> u64 {
        let page = (self.day == today).then(|| self.pages.get(&self.whose(client))).flatten();
        page.map_or(self.limit, |page| page.left(today, self.limit))
    }

    /// True where what a client has is written on a page of its own, or would be.
    pub fn counts_apart(&self, client: Client) -> bool {
        matches!(self.whose(client), Whose::Client(_))
    }

    /// Promises a client bytes of today.
    pub fn reserve(
        &mut self,
        client: Client,
        today: Day,
        bytes: u64,
    ) -> Result<(Whose, Reservation), Exceeded> {
        self.turn(today);
        if bytes > self.limit {
            // Without a page: what can never be had must not fill the table.
            return Err(Exceeded { left: self.left(client, today) });
        }
        let whose = self.whose(client);
        if bytes == 0 {
            // Nor what is nothing, as the answer to HEAD is.
            return Ok((whose, Book::new(today).reserve(today, self.limit, 0)?));
        }
        // A page stays for the day: who was counted elsewhere must not begin anew on one that was given back.
        let page = self.pages.entry(whose).or_insert_with(|| {
            self.clients += usize::from(matches!(whose, Whose::Client(_)));
            self.networks += usize::from(matches!(whose, Whose::Network(_)));
            Book::new(today)
        });
        Ok((whose, page.reserve(today, self.limit, bytes)?))
    }

    /// Ends a promise, of which so many bytes were sent.
    pub fn settle(&mut self, whose: Whose, reservation: Reservation, sent: u64) {
        if let Some(page) = self.pages.get_mut(&whose) {
            page.settle(reservation, sent);
        }
    }

    /// Where a client's bytes are written: on the page it has, else on the first that is free.
    fn whose(&self, client: Client) -> Whose {
        let (own, network) = (Whose::Client(client), Whose::Network(client.network()));
        if self.clients < self.most || self.pages.contains_key(&own) {
            own
        } else if self.networks < self.most || self.pages.contains_key(&network) {
            network
        } else {
            Whose::Rest
        }
    }

    fn turn(&mut self, today: Day) {
        if self.day != today {
            self.pages.clear();
            (self.day, self.clients, self.networks) = (today, 0, 0);
        }
    }
}
