//! The last refusals, in memory: so that one can be explained by the identifier that its caller was told.
//!
//! Bounded in number and in bytes. A refusal takes a short look at one of many small shelves, so that no two threads wait for
//! each other. What has left it is in the security log. Deliberately not here: what a refusal is explained by.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind, Sink},
    ids::RequestId,
};

/// Shelves: identifiers are spread over them by chance.
const SHELVES: usize = 64;
/// What a refusal may take of memory, on average.
const BYTES: usize = 512;
/// What each takes beside its texts.
const FIXED: usize = std::mem::size_of::<Event>();

#[derive(Debug, Default)]
struct Shelf {
    kept: VecDeque<Event>,
    bytes: usize,
}

/// The last refusals.
#[derive(Debug)]
pub struct Recent {
    shelves: [Mutex<Shelf>; SHELVES],
    most: usize,
    /// The newest that has been given up: before it, not everything is there.
    forgotten: AtomicI64,
}

impl Recent {
    /// Room for so many, from now on.
    pub fn new(most: usize, now: Timestamp) -> Self {
        let shelves = std::array::from_fn(|_| Mutex::default());
        Self { shelves, most: most.div_ceil(SHELVES), forgotten: AtomicI64::new(now.0) }
    }

    /// What is known of a request's refusals, oldest first.
    pub fn of(&self, request: RequestId) -> Vec<Event> {
        let kept = self.shelf(request);
        kept.kept.iter().filter(|event| event.request == Some(request)).cloned().collect()
    }

    /// The moment from which on all of them are there.
    pub fn since(&self) -> Timestamp {
        Timestamp(self.forgotten.load(Ordering::Relaxed))
    }

    fn shelf(&self, request: RequestId) -> MutexGuard<'_, Shelf> {
        // The last byte of an identifier is chance.
        let at = usize::from(request.0.as_bytes()[15]) % SHELVES;
        self.shelves[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an event takes of memory, nearly.
fn weight(event: &Event) -> usize {
    let rule = event.rule.as_ref().map_or(0, |rule| {
        rule.name.len()
            + rule.place.as_ref().map_or(0, String::capacity)
            + rule.seen.as_ref().map_or(0, |seen| seen.as_str().len())
    });
    FIXED + event.route.len() + rule
}

impl Sink for Recent {
    fn record(&self, event: Event) {
        let Some(request) = event.request.filter(|_| matches!(event.kind, Kind::Refused(_))) else { return };
        let weight = weight(&event);
        let mut kept = self.shelf(request);
        kept.bytes += weight;
        kept.kept.push_back(event);
        while kept.kept.len() > self.most || kept.bytes > self.most * BYTES {
            let Some(gone) = kept.kept.pop_front() else { break };
            kept.bytes -= self::weight(&gone);
            self.forgotten.fetch_max(gone.at.0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::refusal::{Code, Rule};
    use uuid::Uuid;

    use super::*;

    fn refusal(n: u128, place: usize) -> Event {
        let at = Timestamp::from_seconds(i64::try_from(n).expect("few"));
        let rule = Rule { place: Some("x".repeat(place)), ..Rule::named("rate.login") };
        Event {
            request: Some(RequestId(Uuid::from_u128(n))),
            rule: Some(rule),
            ..Event::of_server(Kind::Refused(Code::RateLimited), at)
        }
    }

    #[test]
    fn the_last_are_kept_and_it_is_known_since_when() {
        let recent = Recent::new(SHELVES * 2, Timestamp(0));
        for n in 0..SHELVES as u128 * 4 {
            recent.record(refusal(n, 4));
        }
        let of = |n: u128| recent.of(RequestId(Uuid::from_u128(n))).len();
        assert_eq!((of(0), of(SHELVES as u128 * 2 - 1)), (0, 0));
        assert_eq!((of(SHELVES as u128 * 2), of(SHELVES as u128 * 4 - 1)), (1, 1));
        assert_eq!(recent.since(), Timestamp::from_seconds(SHELVES.cast_signed() as i64 * 2 - 1));
    }

    #[test]
    fn bytes_are_bounded_too() {
        let recent = Recent::new(SHELVES * 4, Timestamp(0));
        for n in 0..100 {
            recent.record(refusal(n * 256, 1500));
        }
        assert!(recent.shelves[0].lock().expect("sound").bytes <= 4 * BYTES);
        recent.record(refusal(7, 10_000_000));
        assert!(recent.of(RequestId(Uuid::from_u128(7))).is_empty(), "more than may be kept at all");
        recent.record(Event::of_server(Kind::Started, Timestamp(0)));
    }
}
