//! The table of clients: sets of eight, each behind its own lock, so that requests seldom wait for each other.

use std::{
    fmt,
    hash::{BuildHasher, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Ask, Kind, Moment, Opinion, PARTS, Rules, memory::Thing, millis, record::Record};
use crate::{
    client::{Client, Network},
    scenario::data_scraping::honey::Name,
};

/// Clients of a set: each set is behind its own lock.
const WAYS: usize = 8;
/// Records that networks share when there is no room for another client.
const SHARED: usize = 1024;

/// A client by the keyed hash of its address. What is known of it lies apart, so that a set is searched in one or two
/// cache lines.
type Kept = (u64, Box<Record>);

/// What every stranger has asked for lately.
pub struct Enumeration<H> {
    rules: Rules,
    sets: Box<[Mutex<Vec<Kept>>]>,
    shared: Box<[Mutex<Record>]>,
    hasher: H,
    /// What names are hashed with.
    keys: [u64; 2],
    /// A part of the window, in milliseconds.
    part: u64,
}

impl<H: BuildHasher> Enumeration<H> {
    /// Nobody has asked for anything yet. `hasher` must be keyed with chance, or callers could choose to collide.
    pub fn new(rules: Rules, hasher: H) -> Self {
        let sets = rules.clients.div_ceil(WAYS).next_power_of_two();
        Self {
            rules,
            sets: (0..sets).map(|_| Mutex::new(Vec::new())).collect(),
            shared: (0..SHARED).map(|_| Mutex::new(Record::default())).collect(),
            keys: [hasher.hash_one(0), hasher.hash_one(1)],
            part: (millis(rules.window) / u64::from(PARTS)).max(1),
            hasher,
        }
    }

    /// Counts what a client asks for, where it asks for something of its own, and says what to think of it.
    pub fn judge(&self, client: Client, ask: Option<&Ask<'_>>, now: Duration) -> Opinion {
        self.judge_by(&self.rules, client, ask, now)
    }

    /// The same by other numbers than it was made with; its window and how many clients it tells apart stay what they
    /// were.
    pub fn judge_by(&self, rules: &Rules, client: Client, ask: Option<&Ask<'_>>, now: Duration) -> Opinion {
        let (key, now) = (self.key(client), Moment::of(now, self.part));
        let things = ask.map(|ask| self.things(ask));
        let mut set = locked(&self.sets[fold(key) & (self.sets.len() - 1)]);
        if let Some(at) = set.iter().position(|(known, _)| *known == key) {
            return set[at].1.judge(things, now, rules);
        }
        if things.is_none() {
            return Opinion::default();
        }
        if let Some((place, record)) = make_room(&mut set, now, rules) {
            *place = key;
            return record.judge(things, now, rules);
        }
        drop(set);
        let shared = fold(self.network_key(client.network())) % SHARED;
        locked(&self.shared[shared]).judge(things, now, rules)
    }

    fn key(&self, client: Client) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(&client.key());
        hasher.finish()
    }

    fn network_key(&self, network: Network) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        match network {
            Network::V4(bits) => hasher.write_u32(bits),
            Network::V6(bits) => hasher.write_u64(bits),
        }
        hasher.finish()
    }

    /// The name, and the page where it is one beyond the first.
    fn things(&self, ask: &Ask<'_>) -> (Thing, Option<Thing>) {
        let name = self.name_hash(&ask.name);
        let page = ask.page.filter(|_| ask.kind == Kind::Known).map(|page| {
            let mut hasher = self.hasher.build_hasher();
            hasher.write_u64(name);
            hasher.write(page.as_bytes());
            Thing::page(hasher.finish())
        });
        (Thing::of_name(ask.kind, name), page)
    }

    /// One multiplication of two words under keys that nobody knows. Whoever found two names that collide all the same
    /// would have one of them uncounted, and no more.
    #[expect(clippy::cast_possible_truncation, reason = "both halves are folded into one")]
    fn name_hash(&self, name: &Name) -> u64 {
        let [first, last] = name.words();
        let product = u128::from(first ^ self.keys[0]) * u128::from(last ^ self.keys[1]);
        product as u64 ^ (product >> 64) as u64
    }
}

/// A place for a newcomer: a new one, or that of the client that matters least. Who is under suspicion stays.
fn make_room<'a>(set: &'a mut Vec<Kept>, now: Moment, rules: &Rules) -> Option<&'a mut Kept> {
    if set.len() < WAYS {
        set.push((0, Box::default()));
        return set.last_mut();
    }
    let weight = |record: &mut Record| (record.score(now, rules), record.seen());
    let judged = set.iter_mut().map(|(_, record)| weight(record)).enumerate();
    let (least, (score, _)) = judged.min_by_key(|(_, weight)| *weight)?;
    if score >= rules.score {
        return None;
    }
    set[least].1.clear();
    set.get_mut(least)
}

/// Nothing in a record can be left half-made by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::cast_possible_truncation, reason = "only the lower bits are wanted")]
fn fold(key: u64) -> usize {
    key as usize
}

impl<H> fmt::Debug for Enumeration<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enumeration").field("rules", &self.rules).finish_non_exhaustive()
    }
}

#[cfg(test)]
impl<H> Enumeration<H> {
    /// How many clients have a record of their own.
    pub(super) fn records(&self) -> usize {
        self.sets.iter().map(|set| locked(set).len()).sum()
    }
}
