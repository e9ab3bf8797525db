//! The places: how many connections there are, whose they are, and which of them makes room.
//!
//! A lock, taken when a connection comes and when it goes, and once a tick; never on the way of a request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aspis_core::client::Client;

use super::{desk::Desk, limits::Limits, line::Line, refusal::Standing};

/// Connections that are looked at in one step. In a wave of slow clients all of them are overdue, and what it takes to
/// end them is what a request beside them waits.
const SLICE: usize = 10;

mod queue;
mod taken;
mod turn;

use taken::{Entry, Taken, Tally};

pub(super) struct Seats {
    connections: usize,
    per_client: usize,
    reserved: usize,
    taken: Mutex<Taken>,
}

/// A place, given back when it is dropped.
pub(super) struct Seat {
    desk: Arc<Desk>,
    id: u64,
    pub(super) line: Arc<Line>,
}

impl Seat {
    /// A place for `line`, if there is one or one can be freed.
    pub(super) fn take(desk: &Arc<Desk>, standing: Standing, line: Arc<Line>) -> Option<Self> {
        let client = Client::from_ip(line.peer.addr.ip());
        let id = desk.seats.admit(Entry { line: Arc::clone(&line), client, standing, seated: true })?;
        Some(Self { desk: Arc::clone(desk), id, line })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.desk.release_all(&self.line);
        let mut taken = self.desk.seats.lock();
        taken.tally.requests += self.line.requests();
        taken.remove(self.id);
    }
}

impl Seats {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            connections: limits.connections,
            per_client: limits.connections_per_client,
            reserved: limits.reserved,
            taken: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, entry: Entry) -> Option<u64> {
        let mut taken = self.lock();
        let own_full = entry.standing != Standing::Proxy && taken.count(entry.client) >= self.per_client;
        if own_full && !taken.evict_one_of(entry.client) {
            return None;
        }
        let places = match entry.standing {
            Standing::Guest => self.connections.saturating_sub(self.reserved),
            Standing::Kept | Standing::Proxy => self.connections,
        };
        if taken.seated >= places && !taken.evict_one() {
            return None;
        }
        Some(taken.insert(entry))
    }

    /// Frees the place of the longest waiting connection, whoever needs it.
    pub(super) fn evict_one(&self) -> bool {
        self.lock().evict_one()
    }

    /// In how many steps all connections are looked at.
    pub(super) fn slices(&self) -> u32 {
        u32::try_from(self.len().div_ceil(SLICE)).unwrap_or(u32::MAX).max(1)
    }

    /// Looks at the next few connections and wakes those that have a reason to look at the time.
    pub(super) fn wake_overdue(&self, now: u64, desk: &Desk) {
        for line in self.lock().slice(SLICE) {
            if line.is_overdue(now, &desk.spans) || (line.is_held_off() && !desk.is_too_much_for(line)) {
                line.wake();
            }
        }
    }

    pub(super) fn wake_all(&self) {
        for entry in self.lock().lines.values() {
            entry.line.wake();
        }
    }

    /// Cuts the connections whose clients have taken nothing for longest, until so many bytes are given up.
    pub(super) fn cut_unread(&self, surplus: u64, give_up: impl Fn(&Line) -> u64) {
        self.lock().cut_unread(surplus, give_up);
    }

    /// Connections that have not ended.
    pub(super) fn len(&self) -> usize {
        self.lock().lines.len()
    }

    pub(super) fn tally(&self) -> Tally {
        self.lock().tally
    }
}
