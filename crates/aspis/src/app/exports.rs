//! How many exports run at once: a download that nobody reads must not hold what others need.

use std::{
    collections::BTreeMap,
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

/// How long an export keeps its place however slowly it is read.
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
    over: AtomicBool,
}

/// The right to one export, given back when dropped: with the answer's last byte, or with its connection.
#[derive(Debug)]
pub(crate) struct Export {
    exports: Arc<Exports>,
    place: u64,
    course: Arc<Course>,
}

impl Exports {
    /// `most` in all, `most_of_one` for each account.
    pub(super) fn new(most: usize, most_of_one: usize) -> Self {
        Self { running: Mutex::default(), most, most_of_one }
    }

    /// Begins one, or says that there are enough. Where all places are taken, the one that is read most slowly makes
    /// room: a handful of accounts that read a byte now and then would else keep everybody from it for hours.
    pub(crate) fn begin(self: &Arc<Self>, account: AccountId, now: Duration) -> Result<Export, Refusal> {
        let mut running = self.lock();
        let own = running.places.values().filter(|place| place.account == account).count();
        if own >= self.most_of_one {
            return Err(busy("admission.exports_per_account", own, self.most_of_one));
        }
        let all = running.places.len();
        if all >= self.most && !running.end_one(now) {
            return Err(busy("admission.exports", all, self.most));
        }
        let (place, course) = (running.begun, Arc::<Course>::default());
        running.begun += 1;
        running.places.insert(place, Place { account, since: now, course: Arc::clone(&course) });
        Ok(Export { exports: Arc::clone(self), place, course })
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
    /// Ends the slowest of those that are slow. False where none is.
    fn end_one(&mut self, now: Duration) -> bool {
        let slow = self.places.iter().filter_map(|(at, place)| Some((place.pace(now)?, *at)));
        let Some((_, at)) = slow.min() else { return false };
        if let Some(place) = self.places.remove(&at) {
            place.course.over.store(true, Relaxed);
        }
        true
    }
}

impl Place {
    /// Bytes a second since its beginning, where they are too few to stay.
    fn pace(&self, now: Duration) -> Option<u64> {
        let since = now.saturating_sub(self.since);
        let pace = self.course.taken.load(Relaxed) / since.as_secs().max(1);
        (since >= PATIENCE && pace < PACE).then_some(pace)
    }
}

impl Export {
    /// Counts what was taken of it.
    pub(crate) fn took(&self, bytes: usize) {
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
mod tests {
    use uuid::Uuid;

    use super::*;

    const START: Duration = Duration::from_secs(1000);

    fn account(n: u128) -> AccountId {
        AccountId(Uuid::from_u128(n))
    }

    fn refused(exports: &Arc<Exports>, n: u128, now: Duration) -> String {
        let refusal = exports.begin(account(n), now).expect_err("no place");
        assert_eq!(refusal.code(), Code::ServerBusy);
        refusal.told_rule().expect("a rule").name.to_string()
    }

    #[test]
    fn exports_are_few_in_all_and_fewer_for_one() {
        let exports = Arc::new(Exports::new(3, 2));
        let first = exports.begin(account(1), START).expect("one");
        let _second = exports.begin(account(1), START).expect("two");
        assert_eq!(refused(&exports, 1, START), "admission.exports_per_account");
        let _other = exports.begin(account(2), START).expect("three");
        assert_eq!(refused(&exports, 3, START), "admission.exports", "enough in all");
        drop(first);
        assert!(exports.begin(account(3), START).is_ok());
        assert_eq!(exports.lock().places.len(), 2, "who runs none is forgotten");
    }

    #[test]
    fn the_slowest_makes_room_and_who_reads_on_stays() {
        let exports = Arc::new(Exports::new(3, 1));
        let [fast, slow, slower] = [1, 2, 3].map(|n| exports.begin(account(n), START).expect("a place"));
        let late = START + PATIENCE;
        for (export, bytes) in [(&fast, PACE), (&slow, PACE - 1), (&slower, PACE / 2)] {
            export.took(usize::try_from(bytes * PATIENCE.as_secs()).expect("small"));
        }
        assert_eq!(refused(&exports, 4, START + Duration::from_millis(29_999)), "admission.exports");
        let newcomer = exports.begin(account(4), late).expect("the slowest went");
        assert_eq!([&fast, &slow, &slower].map(Export::is_over), [false, false, true]);
        drop(slower);
        let _another = exports.begin(account(3), late).expect("the next");
        assert_eq!([fast.is_over(), slow.is_over(), newcomer.is_over()], [false, true, false]);
        assert_eq!(refused(&exports, 5, late), "admission.exports", "nobody else is slow");
        drop(slow);
        assert_eq!(exports.lock().places.len(), 3, "a place that was lost is not given back twice");
    }
}
