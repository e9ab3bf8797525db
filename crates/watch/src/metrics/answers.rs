//! Answers by route and status, and how long they took. It is counted once, by status; whoever reads it sums it up as
//! it needs it.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use aspis_core::{alert::Totals, refusal::Shed};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet},
    metrics::{MetricType, counter::ConstCounter},
};

use super::durations::{BOUNDS, Durations, Read};

/// Classes of status, by their first digit.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Every status that a route of ours answers with, and the first of each class for one that none does.
const STATUSES: [u16; 35] = [
    100, 101, 200, 201, 202, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408,
    409, 410, 412, 413, 414, 415, 421, 422, 423, 429, 431, 500, 503, 505,
];

/// Where a status from 100 to 599 stands among [`STATUSES`].
const PLACES: [u8; 500] = places();

#[expect(clippy::cast_possible_truncation, reason = "there are 35")]
const fn places() -> [u8; 500] {
    let (mut places, mut status) = ([0; 500], 100);
    while status < 600 {
        let (mut at, mut first) = (0, 0);
        while at < STATUSES.len() {
            if STATUSES[at] == status / 100 * 100 {
                first = at;
            }
            if STATUSES[at] == status {
                first = at;
                break;
            }
            at += 1;
        }
        places[status as usize - 100] = first as u8;
        status += 1;
    }
    places
}

/// The counts of one route.
#[derive(Debug)]
struct Route {
    name: String,
    /// In the order of [`STATUSES`]; made with the first answer that has it.
    by_status: [OnceLock<Box<Durations>>; STATUSES.len()],
    shed: Sheds,
}

/// Answers that only say that a request was not begun, in the order of [`WHYS`].
#[derive(Debug, Default)]
struct Sheds([AtomicU64; WHYS.len()]);

const WHYS: [Shed; 2] = [Shed::Busy, Shed::LeftAlone];

impl Sheds {
    fn add(&self, why: Shed) {
        self.0[why as usize].fetch_add(1, Ordering::Relaxed);
    }

    fn of(&self, why: Shed) -> u64 {
        self.0[why as usize].load(Ordering::Relaxed)
    }

    fn all(&self) -> u64 {
        WHYS.into_iter().map(|why| self.of(why)).sum()
    }
}

/// The counts of all routes; the last one is for what has none.
#[derive(Clone)]
pub(super) struct Answers(Arc<[Route]>);

/// What one route answered with one status.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered<'a> {
    pub(crate) route: &'a str,
    pub(crate) status: u16,
    pub(crate) took: Read,
}

/// The name of what has no route.
pub(crate) const UNKNOWN: &str = "unknown";

impl Answers {
    pub(super) fn new(routes: &[String]) -> Self {
        let names = routes.iter().map(String::as_str).chain([UNKNOWN]);
        let empty = || [const { OnceLock::new() }; STATUSES.len()];
        Self(
            names
                .map(|name| Route { name: name.to_owned(), by_status: empty(), shed: Sheds::default() })
                .collect(),
        )
    }

    /// Counts one answer.
    pub(super) fn done(&self, route: Option<usize>, status: u16, took: Duration) {
        let route = self.of(route);
        let place = PLACES[usize::from(status.clamp(100, 599)) - 100];
        route.by_status[usize::from(place)].get_or_init(Box::default).observe(took);
    }

    /// Counts one answer more of those that only say that a request was not begun.
    pub(super) fn shed(&self, route: Option<usize>, why: Shed) {
        self.of(route).shed.add(why);
    }

    fn of(&self, route: Option<usize>) -> &Route {
        let unknown = self.0.len() - 1;
        &self.0[route.map_or(unknown, |row| row.min(unknown))]
    }

    /// What was begun and answered so far, and how much of it was an error of the server: on all routes together.
    pub(super) fn totals(&self) -> Totals {
        self.0.iter().fold(Totals::default(), |sum, route| {
            // Both are read while they grow: what was not begun may be ahead of the answers for a moment.
            let (classes, shed) = (route.classes(), route.shed.all());
            let begun = |count: u64| count.saturating_sub(shed);
            Totals { all: sum.all + begun(classes.iter().sum()), failed: sum.failed + begun(classes[4]) }
        })
    }

    /// What one route gave so far, good or failed: what callers did wrong is neither, nor is what found no room. What a
    /// breaker kept away failed all the same.
    pub(super) fn given(&self, route: usize) -> Totals {
        let Some(route) = self.0.get(route) else { return Totals::default() };
        let [_, good, _, _, failed] = route.classes();
        let failed = failed.saturating_sub(route.shed.of(Shed::Busy));
        Totals { all: good + failed, failed }
    }

    /// Everything that was answered at all.
    pub(super) fn each(&self) -> impl Iterator<Item = Answered<'_>> {
        self.0.iter().flat_map(|route| {
            let answered = |(status, took)| Answered { route: &route.name, status, took };
            route.read().map(answered)
        })
    }
}

impl Route {
    fn read(&self) -> impl Iterator<Item = (u16, Read)> {
        let known = STATUSES.into_iter().zip(&self.by_status);
        known.filter_map(|(status, durations)| Some((status, durations.get()?.read())))
    }

    /// How many answers there were by class.
    fn classes(&self) -> [u64; CLASSES.len()] {
        let mut classes = [0; CLASSES.len()];
        for (status, durations) in STATUSES.into_iter().zip(&self.by_status) {
            classes[usize::from(status / 100) - 1] +=
                durations.get().map_or(0, |durations| durations.count());
        }
        classes
    }
}

impl Collector for Answers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Requests answered, by route and class of status";
        let mut all = encoder.encode_descriptor("http_requests", help, None, MetricType::Counter)?;
        for route in self.0.iter() {
            for (class, count) in CLASSES.into_iter().zip(route.classes()) {
                let labels = [("route", route.name.as_str()), ("status", class)];
                ConstCounter::<u64>::new(count).encode(all.encode_family(&labels)?)?;
            }
        }
        let (name, help) = ("http_requests_shed", "Of them those that were not begun, by route and why");
        let mut all = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
        for route in self.0.iter() {
            // Most routes never shed: only what happened is told.
            for why in WHYS.into_iter().filter(|why| route.shed.of(*why) > 0) {
                let labels = [("route", route.name.as_str()), ("why", why.word())];
                ConstCounter::<u64>::new(route.shed.of(why)).encode(all.encode_family(&labels)?)?;
            }
        }
        let (name, help) = ("http_request_duration_seconds", "From the first door to the answer");
        let mut all = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        let bounds = BOUNDS.into_iter().chain([f64::INFINITY]);
        for route in self.0.iter() {
            let sum: Read = route.read().map(|(_, took)| took).sum();
            let buckets: Vec<_> = bounds.clone().zip(sum.buckets).collect();
            let labels = [("route", route.name.as_str())];
            all.encode_family(&labels)?.encode_histogram::<NoLabelSet>(
                sum.seconds(),
                sum.count(),
                &buckets,
                None,
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answers")
    }
}

#[cfg(test)]
mod tests;
