//! What one node remembers for itself besides windows.

use std::{collections::hash_map::RandomState, sync::Mutex, time::Duration};

use aspis_core::{
    client::Client,
    scenario::{
        data_scraping::quota::{Day, Exceeded, Reservation, Strangers},
        denial_of_service::votes::{Heard, LASTS, Part},
    },
};
use async_trait::async_trait;

use super::{Local, Room, expiring::Expiring, sums::Tally};
use crate::{
    StoreError, Stored,
    fleeting::{
        bytes::{By, Bytes, Promise},
        facts::{Change, Facts, Listed, Loaded, Place},
        hints::{Hint, Hints, LONGEST, Listener, TooLong},
        passes::Passes,
        shelf::{LARGEST, Shelf, TooLarge},
        spent::{Full, Once, Spent},
        votes::Votes,
    },
};

/// The tables.
#[derive(Debug)]
pub(super) struct Tables {
    spent: Expiring<(u8, Vec<u8>), ()>,
    shelf: Expiring<Vec<u8>, Vec<u8>>,
    passes: Expiring<(u8, Client), ()>,
    facts: Expiring<(u8, Vec<u8>), Vec<u8>>,
    listed: Expiring<[u8; 16], ()>,
    /// Nodes, each with what it finds broken.
    words: Expiring<String, Vec<Part>>,
    strangers: Strangers<RandomState>,
    pub(super) sums: Expiring<Vec<u8>, Tally>,
}

impl Tables {
    pub(super) fn new(room: Room) -> Mutex<Self> {
        Mutex::new(Self {
            spent: Expiring::new(room.spent),
            shelf: Expiring::new(room.questions),
            passes: Expiring::new(room.clients),
            facts: Expiring::new(room.clients),
            listed: Expiring::new(room.clients),
            words: Expiring::new(room.clients),
            strangers: Strangers::new(0, room.clients, RandomState::new()),
            sums: Expiring::new(room.clients),
        })
    }
}

pub(super) fn full(done: bool) -> Stored<()> {
    if done { Ok(()) } else { Err(StoreError::because(Full)) }
}

#[async_trait]
impl Spent for Local {
    async fn spend(&self, what: Once, id: &[u8], span: Duration) -> Stored<bool> {
        let (mut tables, now) = self.tables();
        let key = (what as u8, id.to_vec());
        if tables.spent.get(&key, now).is_some() {
            return Ok(false);
        }
        full(tables.spent.put(key, (), now.saturating_add(span), now)).map(|()| true)
    }
}

#[async_trait]
impl Shelf for Local {
    async fn put(&self, word: &[u8], question: Vec<u8>, span: Duration) -> Stored<()> {
        if question.len() > LARGEST {
            return Err(StoreError::because(TooLarge(question.len())));
        }
        let (mut tables, now) = self.tables();
        while !tables.shelf.put(word.to_vec(), question.clone(), now.saturating_add(span), now) {
            tables.shelf.drop_first();
        }
        Ok(())
    }

    async fn take(&self, word: &[u8]) -> Stored<Option<Vec<u8>>> {
        let (mut tables, now) = self.tables();
        Ok(tables.shelf.take(&word.to_vec(), now))
    }
}

#[async_trait]
impl Passes for Local {
    async fn open_for(&self, class: u8, client: Client) -> Stored<Option<Duration>> {
        let (tables, now) = self.tables();
        Ok(tables.passes.get(&(class, client), now).map(|((), until)| until.saturating_sub(now)))
    }

    async fn open(&self, class: u8, client: Client, span: Duration) -> Stored<()> {
        let (mut tables, now) = self.tables();
        let known = tables.passes.get(&(class, client), now).map_or(now, |((), until)| *until);
        full(tables.passes.put((class, client), (), known.max(now.saturating_add(span)), now))
    }
}

#[async_trait]
impl Bytes for Local {
    async fn reserve(&self, client: Client, limit: u64, bytes: u64) -> Stored<Result<Promise, Exceeded>> {
        let today = Day::of(self.clock.now());
        let (mut tables, _) = self.tables();
        tables.strangers.follow(limit);
        let promised = tables.strangers.reserve(client, today, bytes);
        let left = tables.strangers.left(client, today);
        Ok(promised.map(|(whose, reservation)| Promise { whose, reservation, by: By::Home, left }))
    }

    async fn settle(&self, promise: Promise, sent: u64) -> Stored<()> {
        let (mut tables, _) = self.tables();
        tables.strangers.settle(promise.whose, promise.reservation, sent);
        Ok(())
    }
}

impl Local {
    /// Promises what another home has promised on `day`, and what is left here. None where this node has no word in
    /// it: its own day is another, or the client shares a page here with others.
    pub(in crate::fleeting) async fn reserve_beside(
        &self,
        client: Client,
        limit: u64,
        Reservation { day, bytes }: Reservation,
    ) -> Stored<Result<Option<Promise>, Exceeded>> {
        if Day::of(self.clock.now()) != day {
            return Ok(Ok(None));
        }
        let promised = self.reserve(client, limit, bytes).await?;
        let is_apart = self.tables().0.strangers.counts_apart(client);
        Ok(match promised {
            Err(exceeded) if is_apart => Err(exceeded),
            promised => Ok(promised.ok()),
        })
    }
}

fn key(place: &Place) -> (u8, Vec<u8>) {
    (place.about as u8, place.id.clone())
}

#[async_trait]
impl Facts for Local {
    async fn load(&self, places: &[Place]) -> Stored<Loaded> {
        let (tables, now) = self.tables();
        let fact = |place: &Place| tables.facts.get(&key(place), now).map(|(fact, _)| fact.clone());
        Ok(Loaded { now, facts: places.iter().map(fact).collect() })
    }

    async fn swap(&self, changes: &[Change], kept: Duration, listed: Option<Listed>) -> Stored<bool> {
        let (mut tables, now) = self.tables();
        let is_as_it_was = |change: &Change| {
            tables.facts.get(&key(&change.place), now).map(|(fact, _)| fact) == change.was.as_ref()
        };
        if !changes.iter().all(is_as_it_was) {
            return Ok(false);
        }
        for change in changes {
            let until = now.saturating_add(kept);
            full(tables.facts.put(key(&change.place), change.becomes.clone(), until, now))?;
        }
        match listed {
            Some(Listed { name, left: Some(left) }) => {
                full(tables.listed.put(name, (), now.saturating_add(left), now))?;
            }
            Some(Listed { name, left: None }) => drop(tables.listed.take(&name, now)),
            None => {}
        }
        Ok(true)
    }

    async fn listed(&self) -> Stored<Vec<([u8; 16], Duration)>> {
        let (tables, now) = self.tables();
        Ok(tables.listed.iter(now).map(|(name, ((), until))| (*name, until.saturating_sub(now))).collect())
    }
}

#[async_trait]
impl Votes for Local {
    async fn tell(&self, node: &str, broken: &[Part]) -> Stored<Heard> {
        let (mut tables, now) = self.tables();
        let node = node.to_owned();
        let known = tables.words.get(&node, now).is_some();
        full(tables.words.put(node, broken.to_vec(), now.saturating_add(LASTS), now))?;
        let mut heard = Heard { known, nodes: 0, broken: [0; Part::ALL.len()] };
        for (_, (broken, _)) in tables.words.iter(now) {
            heard.nodes += 1;
            for (part, count) in Part::ALL.iter().zip(&mut heard.broken) {
                *count += u32::from(broken.contains(part));
            }
        }
        Ok(heard)
    }
}

#[async_trait]
impl Hints for Local {
    async fn tell(&self, message: &[u8]) -> Stored<()> {
        if message.len() > LONGEST {
            return Err(StoreError::because(TooLong(message.len())));
        }
        self.hub.pass(Hint::Heard(message.into()));
        Ok(())
    }

    fn listen(&self) -> Listener {
        self.hub.listen()
    }

    /// There is no other node.
    async fn run(&self) {
        std::future::pending::<()>().await;
    }
}
