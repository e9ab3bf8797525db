//! Who sits where, behind the lock: counts, and the choice of who makes room.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use aspis_core::client::Client;

use super::{
    super::{held::Held, line::Line, refusal::Standing},
    queue::Queue,
    turn::Turn,
};

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
    /// Every connection until its end, those that are making room among them: the clock wakes them too. By its number
    /// read backwards, so that those that came together, and will be late together, do not stand together.
    pub(super) lines: BTreeMap<u64, Entry>,
    /// The last of those that the clock has looked at.
    seen: Option<u64>,
    /// Places in use.
    pub(super) seated: usize,
    /// The seated connections of each client; proxies are not counted.
    clients: HashMap<Client, Own>,
    /// Who makes room next, whoever asks.
    queue: Queue,
    next: u64,
    pub(super) tally: Tally,
}

/// What belongs to one client: its seated connections, who of them makes room next for another of its own, and bytes of
/// answers that it has not taken.
#[derive(Default)]
struct Own {
    seated: Vec<u64>,
    queue: Queue,
    unread: Arc<AtomicU64>,
}

pub(super) struct Entry {
    pub(super) line: Arc<Line>,
    pub(super) client: Client,
    pub(super) standing: Standing,
    pub(super) seated: bool,
}

impl Taken {
    pub(super) fn count(&self, client: Client) -> usize {
        self.clients.get(&client).map_or(0, |own| own.seated.len())
    }

    pub(super) fn insert(&mut self, entry: Entry) -> u64 {
        let id = self.next;
        self.next += 1;
        self.tally.admitted += 1;
        self.seated += 1;
        if entry.standing != Standing::Proxy {
            let own = self.clients.entry(entry.client).or_default();
            own.seated.push(id);
            entry.line.belongs_to(&own.unread);
        }
        self.lines.insert(id.reverse_bits(), entry);
        id
    }

    fn of(&self, id: u64) -> Option<&Entry> {
        self.lines.get(&id.reverse_bits())
    }

    /// Forgets a connection that has ended.
    pub(super) fn remove(&mut self, id: u64) {
        self.release(id);
        self.lines.remove(&id.reverse_bits());
    }

    /// So many connections, each in its turn, and then from the beginning.
    pub(super) fn slice(&mut self, most: usize) -> impl Iterator<Item = &Line> {
        let from = self.seen.map_or(Bound::Unbounded, Bound::Excluded);
        self.seen = self.lines.range((from, Bound::Unbounded)).nth(most - 1).map(|(&key, _)| key);
        let to = self.seen.map_or(Bound::Unbounded, Bound::Included);
        self.lines.range((from, to)).map(|(_, entry)| &*entry.line)
    }

    /// Frees the place of a connection, once.
    pub(super) fn release(&mut self, id: u64) -> Option<Arc<Line>> {
        let entry = self.lines.get_mut(&id.reverse_bits()).filter(|entry| entry.seated)?;
        entry.seated = false;
        self.seated -= 1;
        if entry.standing != Standing::Proxy
            && let Some(own) = self.clients.get_mut(&entry.client)
        {
            own.seated.retain(|other| *other != id);
            if own.seated.is_empty() {
                self.clients.remove(&entry.client);
            }
        }
        Some(Arc::clone(&entry.line))
    }

    pub(super) fn evict_one(&mut self) -> bool {
        let (now, mut queue) = (self.now(), std::mem::take(&mut self.queue));
        let again = |id: u64| self.turn(id, self.of(id)?, now);
        let all = || self.lines.iter().filter_map(|(key, entry)| self.turn(key.reverse_bits(), entry, now));
        let next = queue.next(now, self.lines.len(), is_still(again), || all().collect());
        self.queue = queue;
        self.make_room(next)
    }

    /// The same among the connections of one client, so that none of them shuts out its own neighbours.
    pub(super) fn evict_one_of(&mut self, client: Client) -> bool {
        let now = self.now();
        let Some(own) = self.clients.get_mut(&client) else { return false };
        let mut queue = std::mem::take(&mut own.queue);
        let own = &self.clients[&client].seated;
        let again = |id: u64| self.turn_among_its_own(id, self.of(id)?, now);
        let all = || own.iter().filter_map(|id| again(*id)).collect();
        let next = queue.next(now, own.len(), is_still(again), all);
        if let Some(own) = self.clients.get_mut(&client) {
            own.queue = queue;
        }
        self.make_room(next)
    }

    fn now(&self) -> u64 {
        self.lines.values().next().map_or(0, |entry| entry.line.pulse.now())
    }

    fn turn(&self, id: u64, entry: &Entry, now: u64) -> Option<Turn> {
        let held = entry.line.held().filter(|_| entry.seated)?;
        let asked = match entry.standing {
            Standing::Guest => true,
            Standing::Proxy => matches!(held, Held::Waiting(_)),
            Standing::Kept => false,
        };
        asked.then(|| Turn::new(id, held, self.count(entry.client), now))
    }

    /// The same where a neighbour of its own asks: there nobody who merely waits is kept.
    fn turn_among_its_own(&self, id: u64, entry: &Entry, now: u64) -> Option<Turn> {
        let waits = || entry.line.held().filter(|held| matches!(held, Held::Waiting(_)) && entry.seated);
        let own = || Some(Turn::new(id, waits()?, self.count(entry.client), now));
        if entry.standing == Standing::Kept { own() } else { self.turn(id, entry, now) }
    }

    /// Cuts whoever has taken nothing for longest, until so many bytes are given up; proxies, which read for many, last.
    pub(super) fn cut_unread(&mut self, mut surplus: u64, give_up: impl Fn(&Line) -> u64) {
        let full = |entry: &Entry| entry.line.unsent.load(Relaxed) > 0 && !entry.line.is_cut();
        let unread = self.lines.iter().filter(|(_, entry)| full(entry));
        // Of those of the same moment, the older connection first.
        let mut unread: Vec<_> = unread
            .map(|(key, entry)| {
                let proxy = entry.standing == Standing::Proxy;
                ((proxy, entry.line.write.since(), key.reverse_bits()), &entry.line)
            })
            .collect();
        unread.sort_unstable_by_key(|(turn, _)| *turn);
        for (_, line) in unread {
            if surplus == 0 {
                break;
            }
            line.give_up();
            line.cut();
            surplus = surplus.saturating_sub(give_up(line));
            self.tally.unread += 1;
        }
    }

    fn make_room(&mut self, turn: Option<Turn>) -> bool {
        let Some(line) = turn.and_then(|turn| self.release(turn.id)) else { return false };
        match line.held() {
            Some(Held::Waiting(_)) => line.evict(),
            _ => line.cut(),
        }
        self.tally.evicted += 1;
        true
    }
}

/// Is a connection waited for since the same time as when it was found?
fn is_still(again: impl Fn(u64) -> Option<Turn>) -> impl Fn(&Turn) -> bool {
    move |turn| again(turn.id).is_some_and(|now| now.since == turn.since)
}
