//! How a key is used, and whether what comes now is still like it.
//!
//! Two signs that a key is in other hands: it comes from a network that it never came from, and it calls many times as
//! often as on its usual day. Both are judged against days that are over, and by their median: whoever has stolen a key
//! would have to behave for longer than its owner did before the rule believes them. What a key does before it has
//! settled is learned and not judged. Deliberately not here: what becomes of a key that is odd, and where this is kept.

use std::{fmt, net::IpAddr, time::Duration};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::{clock::Timestamp, scenario::data_scraping::quota::Day};

mod norm;
#[cfg(test)]
mod tests;

pub use norm::norm;

/// When a key is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How long a key is watched before it is judged.
    pub settled: Duration,
    /// How many times its norm it may call in a day.
    pub times: u64,
    /// Calls of a day that are never odd.
    pub least: u64,
}

/// What is odd about a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Odd {
    /// It comes from a network that the key never came from.
    Network(IpNet),
    /// It is one call more in a day than this many, which is far more than usual.
    Calls(u64),
}

/// As it is stored, and as people read it.
impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => write!(f, "network {network}"),
            Self::Calls(most) => write!(f, "calls {most}"),
        }
    }
}

impl Odd {
    /// Reads what is written by its `Display`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ')? {
            ("network", network) => network.parse().ok().map(Self::Network),
            ("calls", most) => most.parse().ok().map(Self::Calls),
            _ => None,
        }
    }
}

/// The network that an address belongs to for this rule: IPv4 /24, IPv6 /48.
pub fn network_of(address: IpAddr) -> IpNet {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpNet::V4(Ipv4Net::new_assert(v4, 24).trunc()),
        IpAddr::V6(v6) => IpNet::V6(Ipv6Net::new_assert(v6, 48).trunc()),
    }
}

/// The most networks of one key. One that comes from so many before it has settled is at home nowhere, and no further
/// network is odd for it.
pub const NETWORKS: usize = 32;

/// What is known of the uses of one key.
#[derive(Debug, Clone, Default)]
pub struct Habits {
    /// Since when it is used.
    first: Option<Timestamp>,
    networks: Vec<IpNet>,
    /// Calls by day, oldest first; days without one are left out.
    days: Vec<(Day, u64)>,
    /// The first day that counts for its norm.
    since: Option<Day>,
    /// The day whose calls its owner knows of.
    excused: Option<Day>,
    /// The most calls of a day, once it was worked out.
    most: Option<(Day, Option<u64>)>,
}

impl Habits {
    /// Takes in a network that was seen before, as the store remembers it.
    pub fn recall_network(&mut self, network: IpNet, seen: Timestamp) {
        self.first = Some(self.first.map_or(seen, |first| first.min(seen)));
        if !self.networks.contains(&network) {
            self.networks.push(network);
        }
    }

    /// Takes in the calls of a day, as the store remembers them.
    pub fn recall_calls(&mut self, day: Day, calls: u64) {
        self.since = Some(self.since.map_or(day, |since| since.min(day)));
        self.add(day, calls);
    }

    /// Takes in that its owner has said of a day that it is right.
    pub fn excuse(&mut self, day: Day) {
        self.excused = Some(day);
    }

    /// Is a use from this network at this moment odd? None for the network where it does not matter, because the key is
    /// held to networks already.
    pub fn judge(&mut self, network: Option<IpNet>, now: Timestamp, rules: Rules) -> Option<Odd> {
        let strange = network.filter(|network| self.is_strange(*network, now, rules));
        strange.map(Odd::Network).or_else(|| self.is_loud(Day::of(now), rules))
    }

    /// Counts a use, and learns its network. True where the network is new and is to be remembered.
    pub fn used(&mut self, network: IpNet, now: Timestamp) -> bool {
        let today = Day::of(now);
        self.first.get_or_insert(now);
        self.since.get_or_insert(today);
        self.add(today, 1);
        let is_new = !self.networks.contains(&network) && self.networks.len() < NETWORKS;
        if is_new {
            self.networks.push(network);
        }
        is_new
    }

    /// Its owner says that what was odd is right. True where a network is new and is to be remembered.
    pub fn confirm(&mut self, odd: Odd, now: Timestamp) -> bool {
        match odd {
            Odd::Network(network) => {
                let is_new = !self.networks.contains(&network);
                if is_new {
                    self.networks.push(network);
                }
                is_new
            }
            Odd::Calls(_) => {
                self.excused = Some(Day::of(now));
                false
            }
        }
    }

    /// Calls of a day.
    pub fn calls(&self, day: Day) -> u64 {
        self.days.iter().rev().find(|(known, _)| *known == day).map_or(0, |(_, calls)| *calls)
    }

    /// The networks it came from, each with the moment since when the key is used: for its successor, which is the same
    /// program.
    pub fn networks(&self) -> impl Iterator<Item = (IpNet, Timestamp)> {
        let first = self.first;
        self.networks.iter().filter_map(move |network| Some((*network, first?)))
    }

    fn is_strange(&self, network: IpNet, now: Timestamp, rules: Rules) -> bool {
        let settled = self.first.is_some_and(|first| now.since(first) >= rules.settled);
        settled && self.networks.len() < NETWORKS && !self.networks.contains(&network)
    }

    fn is_loud(&mut self, today: Day, rules: Rules) -> Option<Odd> {
        if self.excused == Some(today) {
            return None;
        }
        let most = match self.most {
            Some((day, most)) if day == today => most?,
            _ => {
                let most = self.most_of(today, rules);
                self.most = Some((today, most));
                most?
            }
        };
        (self.calls(today) >= most).then_some(Odd::Calls(most))
    }

    /// The most calls of a day; none where the key has not settled.
    fn most_of(&self, today: Day, rules: Rules) -> Option<u64> {
        let since = self.since?;
        let days = Duration::from_secs(86_400).saturating_mul(u32::try_from(today.0 - since.0).unwrap_or(0));
        let usual = (days >= rules.settled).then(|| norm(&self.days, since, today)).flatten()?;
        Some(usual.saturating_mul(rules.times).max(rules.least))
    }

    fn add(&mut self, day: Day, calls: u64) {
        let at = self.days.partition_point(|(known, _)| *known < day);
        match self.days.get_mut(at) {
            Some((known, count)) if *known == day => *count = count.saturating_add(calls),
            _ => self.days.insert(at, (day, calls)),
        }
        // What is too old to count is let go with the day that comes.
        let old = self.days.partition_point(|(known, _)| known.0 < day.0 - norm::DAYS);
        self.days.drain(..old);
    }
}
