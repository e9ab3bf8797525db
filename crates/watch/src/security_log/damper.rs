//! What keeps a flood from filling the disk: of one kind of event by one client, so many lines a minute and then a sum.

use std::collections::HashMap;

use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Event, Kind},
};

use super::item::{Mark, Sum};

/// Lines of one kind by one client in a minute; the rest of that minute is one line with their number.
const LINES: u32 = 30;
/// Pairs of kind and client that are told apart; beyond them, clients share one.
const PAIRS: usize = 10_000;
/// The minute, in microseconds.
const MINUTE: i64 = 60_000_000;

type Key = (&'static str, Option<Client>);

/// What there was of one pair in the minute that runs.
#[derive(Debug)]
struct Count {
    kind: Kind,
    lines: u32,
    unsaid: Option<Unsaid>,
}

/// What has no line yet.
#[derive(Debug, Clone, Copy)]
struct Unsaid {
    count: u32,
    first: Mark,
    last: Mark,
}

/// Counts by kind and client in the minute that runs.
#[derive(Debug, Default)]
pub(super) struct Damper {
    minute: i64,
    counts: HashMap<Key, Count>,
}

impl Damper {
    /// True when the event is worth a line of its own.
    pub(super) fn takes(&mut self, event: &Event) -> bool {
        // What names an account is never left out: it is bounded by what accounts can do.
        if event.account.is_some() && !matches!(event.kind, Kind::Refused(_)) {
            return true;
        }
        let mut key = (event.kind.word(), event.client);
        if self.counts.len() >= PAIRS && !self.counts.contains_key(&key) {
            key.1 = None;
        }
        let count = self.counts.entry(key).or_insert(Count { kind: event.kind, lines: 0, unsaid: None });
        if count.lines < LINES {
            count.lines += 1;
            return true;
        }
        count.leave_out(Mark { at: event.at, request: event.request });
        false
    }

    /// The sums of the minute before, once a new one has begun.
    pub(super) fn turn(&mut self, now: Timestamp) -> Vec<Sum> {
        let minute = now.0.div_euclid(MINUTE);
        if minute == self.minute {
            return Vec::new();
        }
        self.minute = minute;
        let sums = self.sums(now);
        self.counts.clear();
        sums
    }

    /// The sums so far, of what has no line yet; the minute goes on.
    pub(super) fn sums(&mut self, now: Timestamp) -> Vec<Sum> {
        let left_out = self.counts.iter_mut().filter_map(|((_, client), count)| {
            let Unsaid { count: number, first, last } = count.unsaid.take()?;
            Some(Sum { at: now, kind: count.kind, client: *client, count: number, first, last })
        });
        left_out.collect()
    }

    /// True when something has no line yet.
    pub(super) fn has_unsaid(&self) -> bool {
        self.counts.values().any(|count| count.unsaid.is_some())
    }
}

impl Count {
    fn leave_out(&mut self, mark: Mark) {
        let unsaid = self.unsaid.get_or_insert(Unsaid { count: 0, first: mark, last: mark });
        unsaid.count = unsaid.count.saturating_add(1);
        unsaid.last = mark;
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::{ids::RequestId, refusal::Code};

    use super::*;

    fn event(seconds: i64, host: u8) -> Event {
        let client = Some(Client::from_ip([203, 0, 113, host].into()));
        Event {
            client,
            ..Event::of_server(Kind::Refused(Code::RateLimited), Timestamp::from_seconds(seconds))
        }
    }

    fn id(n: u128) -> RequestId {
        RequestId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn what_was_said_is_not_said_again() {
        let mut damper = Damper::default();
        damper.turn(Timestamp::from_seconds(60));
        let lines = |damper: &mut Damper| (0..40).filter(|_| damper.takes(&event(61, 7))).count();
        assert_eq!((lines(&mut damper), damper.sums(Timestamp::from_seconds(62))[0].count), (30, 10));
        assert!(damper.sums(Timestamp::from_seconds(63)).is_empty());
        assert_eq!((lines(&mut damper), damper.turn(Timestamp::from_seconds(120))[0].count), (0, 40));
    }

    #[test]
    fn a_flood_is_thirty_lines_and_a_sum() {
        let mut damper = Damper::default();
        assert!(damper.turn(Timestamp::from_seconds(60)).is_empty());
        let lines =
            (0..1000).filter(|n| damper.takes(&Event { request: Some(id(*n)), ..event(61, 7) })).count();
        assert_eq!(lines, 30);
        assert!(damper.takes(&event(61, 8)), "another client is not damped");
        assert!(damper.turn(Timestamp::from_seconds(119)).is_empty(), "the minute still runs");
        let sums = damper.turn(Timestamp::from_seconds(120));
        assert_eq!(sums.iter().map(|sum| sum.count).collect::<Vec<_>>(), [970]);
        assert_eq!((sums[0].first.request, sums[0].last.request), (Some(id(30)), Some(id(999))));
        assert!(damper.takes(&event(121, 7)), "a new minute");
    }

    #[test]
    fn made_up_clients_do_not_grow_it() {
        let mut damper = Damper::default();
        for n in 0..50_000_u32 {
            let client = Some(Client::from_ip(std::net::Ipv4Addr::from_bits(n).into()));
            damper.takes(&Event { client, ..event(1, 1) });
        }
        assert!(damper.counts.len() <= PAIRS + 1);
    }
}
