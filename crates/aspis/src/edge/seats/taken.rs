//! Who sits where, behind the lock: counts, and the choice of who makes room.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use aspis_core::client::Client;

use super::super::{line::Line, refusal::Standing};

/// How many candidates one look over all connections yields: a flood of newcomers pays for it once in so many.
const CANDIDATES: usize = 64;

/// Milliseconds that a client may keep a request waiting before its place is anybody's.
const STUCK: u64 = 1000;

/// What happened so far.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Tally {
    pub(in super::super) admitted: u64,
    pub(in super::super) requests: u64,
    pub(in super::super) evicted: u64,
    pub(in super::super) unread: u64,
}

#[derive(Default)]
pub(super) struct Taken {
    /// Every connection until its end, those that are making room among them: the clock wakes them too.
    pub(super) lines: HashMap<u64, Entry>,
    /// Places in use.
    pub(super) seated: usize,
    /// The seated connections of each client; proxies are not counted.
    clients: HashMap<Client, Vec<u64>>,
    /// Since when, and which: the longest waiting last.
    candidates: Vec<(u64, u64)>,
    next: u64,
    /// When nobody was found who is stuck: no use in looking again at the same time.
    barren: u64,
    pub(super) tally: Tally,
}

pub(super) struct Entry {
    pub(super) line: Arc<Line>,
    pub(super) client: Client,
    pub(super) standing: Standing,
    pub(super) seated: bool,
}

impl Taken {
    pub(super) fn count(&self, client: Client) -> usize {
        self.clients.get(&client).map_or(0, Vec::len)
    }

    pub(super) fn insert(&mut self, entry: Entry) -> u64 {
        let id = self.next;
        self.next += 1;
        self.tally.admitted += 1;
        self.seated += 1;
        if entry.standing != Standing::Proxy {
            self.clients.entry(entry.client).or_default().push(id);
        }
        self.lines.insert(id, entry);
        id
    }

    /// Frees the place of a connection, once.
    pub(super) fn release(&mut self, id: u64) -> Option<Arc<Line>> {
        let entry = self.lines.get_mut(&id).filter(|entry| entry.seated)?;
        entry.seated = false;
        self.seated -= 1;
        if entry.standing != Standing::Proxy
            && let Some(own) = self.clients.get_mut(&entry.client)
        {
            own.retain(|other| *other != id);
            if own.is_empty() {
                self.clients.remove(&entry.client);
            }
        }
        Some(Arc::clone(&entry.line))
    }

    pub(super) fn evict_one(&mut self) -> bool {
        let longest = self.candidate();
        self.evict(longest) || self.cut_stuck(None)
    }

    /// The same among the connections of one client, so that idle ones never shut out their own neighbours.
    pub(super) fn evict_one_of(&mut self, client: Client) -> bool {
        let waiting = |id: &&u64| self.lines.get(id).is_some_and(|entry| entry.line.waiting.is_set());
        let own = self.clients.get(&client).into_iter().flatten().filter(waiting);
        let longest =
            own.min_by_key(|id| self.lines.get(id).map(|entry| entry.line.waiting.since())).copied();
        self.evict(longest) || self.cut_stuck(Some(client))
    }

    /// Where nobody just waits: whoever has kept a request in progress waiting for longest, by not sending its body
    /// or not taking its answer.
    fn cut_stuck(&mut self, only: Option<Client>) -> bool {
        let Some(now) = self.lines.values().next().map(|entry| entry.line.pulse.now()) else { return false };
        if self.barren == now {
            return false;
        }
        let asked = |entry: &Entry| only.is_none_or(|client| entry.client == client);
        let stuck = |entry: &Entry| {
            let since = entry.line.stuck();
            entry.seated && entry.standing == Standing::Guest && since != 0 && now - since.min(now) >= STUCK
        };
        let found = self.lines.iter().filter(|(_, entry)| asked(entry) && stuck(entry));
        let longest = found.min_by_key(|(_, entry)| entry.line.stuck()).map(|(&id, _)| id);
        if longest.is_none() && only.is_none() {
            self.barren = now;
        }
        let Some(line) = longest.and_then(|id| self.release(id)) else { return false };
        line.cut();
        self.tally.evicted += 1;
        true
    }

    /// Cuts whoever has taken nothing for longest, until so many bytes are given up.
    pub(super) fn cut_unread(&mut self, mut surplus: u64, give_up: impl Fn(&Line) -> u64) {
        let full = |entry: &&Entry| entry.line.unsent.load(Relaxed) > 0 && !entry.line.is_cut();
        let mut unread: Vec<_> =
            self.lines.values().filter(full).map(|entry| (entry.line.write.since(), &entry.line)).collect();
        unread.sort_unstable_by_key(|(since, _)| *since);
        for (_, line) in unread {
            if surplus == 0 {
                break;
            }
            line.cut();
            surplus = surplus.saturating_sub(give_up(line));
            self.tally.unread += 1;
        }
    }

    fn evict(&mut self, id: Option<u64>) -> bool {
        let Some(line) = id.and_then(|id| self.release(id)) else { return false };
        line.evict();
        self.tally.evicted += 1;
        true
    }

    /// The connection that has waited longest. A candidate found earlier still is one while its mark is the same:
    /// whoever began to wait since then waits less.
    fn candidate(&mut self) -> Option<u64> {
        while let Some((since, id)) = self.candidates.pop() {
            if self.lines.get(&id).is_some_and(|entry| entry.seated && entry.line.waiting.since() == since) {
                return Some(id);
            }
        }
        self.candidates = self.longest_waiting();
        self.candidates.pop().map(|(_, id)| id)
    }

    fn longest_waiting(&self) -> Vec<(u64, u64)> {
        let mut waiting: Vec<_> = self
            .lines
            .iter()
            .filter(|(_, entry)| {
                entry.seated && entry.standing != Standing::Kept && entry.line.waiting.is_set()
            })
            .map(|(&id, entry)| (entry.line.waiting.since(), id))
            .collect();
        if waiting.len() > CANDIDATES {
            waiting.select_nth_unstable(CANDIDATES);
            waiting.truncate(CANDIDATES);
        }
        waiting.sort_unstable_by(|a, b| b.cmp(a));
        waiting
    }
}
