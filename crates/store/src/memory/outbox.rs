//! Messages of alarm on their way.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use aspis_core::clock::Timestamp;
use async_trait::async_trait;
use uuid::Uuid;

use super::{Memory, State};
use crate::{
    Outbox, Stored,
    outbox::{Parcel, Posted, Posting, Room, Waiting},
};

/// A row, and when it is due.
#[derive(Debug, Clone)]
pub(super) struct Row {
    parcel: Parcel,
    due: Timestamp,
    taken: bool,
}

/// Everything on its way.
#[derive(Debug, Default, Clone)]
pub(super) struct Sent {
    rows: HashMap<String, BTreeMap<Uuid, Row>>,
    said: HashMap<String, Timestamp>,
    spent: HashMap<(String, i64), u64>,
}

impl Sent {
    fn of(&mut self, channel: &str) -> &mut BTreeMap<Uuid, Row> {
        self.rows.entry(channel.to_owned()).or_default()
    }

    fn is_new(&mut self, posting: &Posting, room: Room) -> bool {
        let before = posting.at.minus(room.same);
        self.said.retain(|_, at| *at > before);
        let new = room.same.is_zero() || !self.said.contains_key(&posting.key);
        if new {
            self.said.insert(posting.key.clone(), posting.at);
        }
        new
    }

    fn put(&mut self, posting: &Posting, most: u64) -> u64 {
        let Posting { message, weight, at, body, .. } = posting;
        let parcel = Parcel { message: *message, weight: *weight, at: *at, body: body.clone(), tries: 0 };
        let row = Row { parcel, due: *at, taken: false };
        let mut dropped = 0;
        for channel in &posting.channels {
            let rows = self.of(channel);
            rows.insert(*message, row.clone());
            while rows.len() as u64 > most {
                let lightest = rows.values().map(|row| order(&row.parcel)).min();
                dropped += u64::from(lightest.is_some_and(|(_, _, id)| rows.remove(&id).is_some()));
            }
        }
        dropped
    }
}

/// What goes first where there is no room.
fn order(parcel: &Parcel) -> (u8, Timestamp, Uuid) {
    (parcel.weight, parcel.at, parcel.message)
}

impl State {
    fn row(&mut self, channel: &str, message: Uuid) -> Option<&mut Row> {
        self.sent.of(channel).get_mut(&message)
    }
}

#[async_trait]
impl Outbox for Memory {
    async fn post(&self, postings: &[Posting], room: Room) -> Stored<Posted> {
        let mut state = self.state();
        let mut posted = Posted::default();
        for posting in postings {
            if state.sent.is_new(posting, room) {
                posted.taken += 1;
                posted.dropped += state.sent.put(posting, room.most);
            }
        }
        Ok(posted)
    }

    async fn waiting(&self, channel: &str, now: Timestamp) -> Stored<Waiting> {
        let mut state = self.state();
        let rows = state.sent.of(channel);
        let due = rows.values().filter(|row| row.due <= now).count() as u64;
        let next = rows.values().map(|row| row.due).filter(|due| *due > now).min();
        Ok(Waiting { due, all: rows.len() as u64, next })
    }

    async fn take(&self, channel: &str, now: Timestamp, until: Timestamp, limit: u64) -> Stored<Vec<Parcel>> {
        let mut state = self.state();
        let mut due: Vec<_> = state.sent.of(channel).values_mut().filter(|row| row.due <= now).collect();
        due.sort_by_key(|row| (Reverse(row.parcel.weight), row.parcel.at, row.parcel.message));
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        for row in &mut due {
            (row.due, row.taken) = (until, true);
        }
        Ok(due.iter().map(|row| row.parcel.clone()).collect())
    }

    async fn put_off(&self, channel: &str, message: Uuid, until: Timestamp) -> Stored<()> {
        if let Some(row) = self.state().row(channel, message) {
            (row.due, row.taken) = (until, false);
            row.parcel.tries += 1;
        }
        Ok(())
    }

    async fn done(&self, channel: &str, message: Uuid) -> Stored<()> {
        self.state().sent.of(channel).remove(&message);
        Ok(())
    }

    async fn merge(&self, channel: &str, parts: &[Uuid], whole: &Parcel, until: Timestamp) -> Stored<()> {
        let mut state = self.state();
        let rows = state.sent.of(channel);
        rows.retain(|message, _| !parts.contains(message));
        rows.insert(whole.message, Row { parcel: whole.clone(), due: until, taken: true });
        Ok(())
    }

    async fn clear(&self, channel: &str) -> Stored<u64> {
        Ok(std::mem::take(self.state().sent.of(channel)).len() as u64)
    }

    async fn recover(&self, now: Timestamp) -> Stored<()> {
        let mut state = self.state();
        for row in state.sent.rows.values_mut().flat_map(BTreeMap::values_mut).filter(|row| row.taken) {
            (row.due, row.taken) = (now, false);
        }
        Ok(())
    }

    async fn spend(&self, channel: &str, day: i64, amount: u64, most: u64) -> Stored<bool> {
        let mut state = self.state();
        state.sent.spent.retain(|(_, of), _| *of >= day);
        let spent = state.sent.spent.entry((channel.to_owned(), day)).or_default();
        let enough = spent.saturating_add(amount) <= most;
        *spent += if enough { amount } else { 0 };
        Ok(enough)
    }
}
