//! How many exports run at once: a download that nobody reads must not hold what others need.
//!
//! Where all places are taken, one makes room for the next after half a minute: first one of an account that has more
//! than one, then the one that is read most slowly, if that is slow.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use aspis_core::{
    ids::AccountId,
    refusal::{Bound, Code, Refusal, Rule},
};

/// How long an export keeps its place whatever others want, not counting the time that it was waiting for the server.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes a second from which on it keeps its place for longer.
const PACE: u64 = 64 * 1024;

/// The exports that run now.
#[derive(Debug)]
pub struct Exports {
    running: Mutex<Running>,
    most: usize,
    most_of_one: usize,
}

/// By the order in which they began.
#[derive(Debug, Default)]
struct Running {
    begun: u64,
    places: BTreeMap<u64, Place>,
}

#[derive(Debug)]
struct Place {
    account: AccountId,
    since: Duration,
    course: Arc<Course>,
}

/// How far an export is, and whether another has its place.
#[derive(Debug, Default)]
struct Course {
    taken: AtomicU64,
    /// Microseconds in which its reader had to wait.
    served: AtomicU64,
    over: AtomicBool,
}

/// Who goes first: the more an account has, and the more slowly it is read, the sooner.
type Standing = (bool, u64);

/// The right to one export, given back when dropped: with the answer's last byte, or with its connection.
#[derive(Debug)]
pub(crate) struct Export {
    exports: Arc<Exports>,
    place: u64,
    account: AccountId,
    course: Arc<Course>,
}

impl Exports {
    /// `most` in all, `most_of_one` for each account.
    pub(super) fn new(most: usize, most_of_one: usize) -> Self {
        Self { running: Mutex::default(), most, most_of_one }
    }

    /// Begins one, or says that there are enough. Where all places are taken and another would make room, this one is let
    /// in, and takes its place when its first bytes go out ([`Export::start`]): who is refused meanwhile, or wants no bytes,
    /// costs nobody a place.
    pub(crate) fn begin(self: &Arc<Self>, account: AccountId, now: Duration) -> Result<Export, Refusal> {
        let mut running = self.lock();
        let own = running.count(account);
        if own >= self.most_of_one {
            return Err(busy("admission.exports_per_account", own, self.most_of_one));
        }
        let all = running.places.len();
        if all >= self.most && running.weakest(own > 0, now).count() <= all - self.most {
            return Err(busy("admission.exports", all, self.most));
        }
        let (place, course) = (running.begun, Arc::<Course>::default());
        running.begun += 1;
        running.places.insert(place, Place { account, since: now, course: Arc::clone(&course) });
        Ok(Export { exports: Arc::clone(self), place, account, course })
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy(rule: &'static str, count: usize, most: usize) -> Refusal {
    let bound = Some(Bound { limit: most as u64, window_s: None });
    let rule = Rule { count: Some(count as u64), bound, ..Rule::named(rule) };
    Refusal::because(Code::ServerBusy, "Too many exports are running.")
        .retry_after(Duration::from_secs(5))
        .by(rule)
}

impl Running {
    fn count(&self, account: AccountId) -> usize {
        self.places.values().filter(|place| place.account == account).count()
    }

    /// Those that would make room. For whom has others, no account gives one of its own that is read well: two accounts
    /// would cut each other in turn.
    fn weakest(&self, has_others: bool, now: Duration) -> impl Iterator<Item = (Standing, u64)> {
        let mut counts = HashMap::<_, usize>::new();
        self.places.values().for_each(|place| *counts.entry(place.account).or_default() += 1);
        self.places.iter().filter_map(move |(at, place)| {
            let (pace, is_only) = (place.pace(now)?, counts.get(&place.account) == Some(&1));
            let makes_room = pace < PACE || !(has_others || is_only);
            makes_room.then_some(((is_only, pace), *at))
        })
    }

    fn end_one(&mut self, has_others: bool, now: Duration) {
        let weakest = self.weakest(has_others, now).min();
        if let Some(place) = weakest.and_then(|(_, at)| self.places.remove(&at)) {
            place.course.over.store(true, Relaxed);
        }
    }
}

impl Place {
    /// Bytes a second of the time in which its reader was waited for, once that is long.
    fn pace(&self, now: Duration) -> Option<u64> {
        let served = Duration::from_micros(self.course.served.load(Relaxed));
        let waited = now.saturating_sub(self.since).saturating_sub(served);
        (waited >= PATIENCE).then(|| self.course.taken.load(Relaxed) / waited.as_secs().max(1))
    }
}

impl Export {
    /// Its first bytes go out now: where it has no place of its own yet, it gets that of another.
    pub(crate) fn start(&self, now: Duration) {
        let mut running = self.exports.lock();
        if running.places.len() > self.exports.most {
            let has_others = running.count(self.account) > 1;
            running.end_one(has_others, now);
        }
    }

    /// Counts what was taken of it, and how long its reader had to wait for that.
    pub(crate) fn took(&self, bytes: usize, served: Duration) {
        let micros = u64::try_from(served.as_micros()).unwrap_or(u64::MAX);
        self.course.served.fetch_add(micros, Relaxed);
        self.course.taken.fetch_add(bytes as u64, Relaxed);
    }

    /// True when another has its place.
    pub(crate) fn is_over(&self) -> bool {
        self.course.over.load(Relaxed)
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        self.exports.lock().places.remove(&self.place);
    }
}

#[cfg(test)]
mod tests;
