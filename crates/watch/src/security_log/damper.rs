//! What keeps a flood from filling the disk: of one kind of event by one client, so many lines a minute and then a sum.

use std::collections::HashMap;

use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Event, Kind},
};

/// Lines of one kind by one client in a minute; the rest of that minute is one line with their number.
const LINES: u32 = 30;
/// Pairs of kind and client that are told apart; beyond them, clients share one.
const PAIRS: usize = 10_000;
/// The minute, in microseconds.
const MINUTE: i64 = 60_000_000;

type Key = (&'static str, Option<Client>);

/// How many events were left out, of which kind and by whom.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) at: Timestamp,
    pub(super) kind: &'static str,
    pub(super) client: Option<Client>,
    pub(super) count: u32,
}

/// Counts by kind and client in the minute that runs.
#[derive(Debug, Default)]
pub(super) struct Damper {
    minute: i64,
    counts: HashMap<Key, u32>,
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
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add(1);
        *count <= LINES
    }

    /// The sums of the minute before, once a new one has begun.
    pub(super) fn turn(&mut self, now: Timestamp) -> Vec<Sum> {
        let minute = now.0.div_euclid(MINUTE);
        if minute == self.minute {
            return Vec::new();
        }
        self.minute = minute;
        self.finish(now)
    }

    /// The sums of the minute so far.
    pub(super) fn finish(&mut self, now: Timestamp) -> Vec<Sum> {
        let left_out = self.counts.drain().filter(|(_, count)| *count > LINES);
        left_out.map(|((kind, client), count)| Sum { at: now, kind, client, count: count - LINES }).collect()
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::refusal::Code;

    use super::*;

    fn event(seconds: i64, host: u8) -> Event {
        let client = Some(Client::from_ip([203, 0, 113, host].into()));
        Event {
            client,
            ..Event::of_server(Kind::Refused(Code::RateLimited), Timestamp::from_seconds(seconds))
        }
    }

    #[test]
    fn a_flood_is_thirty_lines_and_a_sum() {
        let mut damper = Damper::default();
        assert!(damper.turn(Timestamp::from_seconds(60)).is_empty());
        let lines = (0..1000).filter(|_| damper.takes(&event(61, 7))).count();
        assert_eq!(lines, 30);
        assert!(damper.takes(&event(61, 8)), "another client is not damped");
        assert!(damper.turn(Timestamp::from_seconds(119)).is_empty(), "the minute still runs");
        let sums = damper.turn(Timestamp::from_seconds(120));
        assert_eq!(sums.iter().map(|sum| sum.count).collect::<Vec<_>>(), [970]);
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
