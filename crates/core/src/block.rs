//! Who is shut out: networks, by hand or by the server itself, each with its end.
//!
//! A block by hand is total. One that the server made by itself spares who was good before it began, because many
//! people may stand behind one address; who that is, is asked where credentials are known. Deliberately not here: who
//! may make blocks, where they are kept, and the list of those who are never shut out.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::{client::Client, clock::Timestamp};

mod table;

pub use table::Table;

/// Who made a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hand {
    /// The server itself, for what it saw.
    Automatic,
    /// An operator.
    Operator,
}

impl Hand {
    /// The word on the wire and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Operator => "operator",
        }
    }

    /// Reads [`Hand::word`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Automatic, Self::Operator].into_iter().find(|hand| hand.word() == word)
    }
}

/// A network that is shut out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Which network: folded by [`fold`], so that there is one way to write it.
    pub network: IpNet,
    /// Who made it.
    pub hand: Hand,
    /// Since when.
    pub since: Timestamp,
    /// Until when; `None` is until somebody lifts it.
    pub until: Option<Timestamp>,
    /// Why.
    pub why: String,
    /// Who it was that made it.
    pub who: String,
}

/// What a request has to know of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shut {
    /// Who made it.
    pub hand: Hand,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Option<Timestamp>,
}

impl Shut {
    /// True while it is in force.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Of two that hold, the one that lets less through: by hand before automatic, then the one that ends later.
    #[must_use]
    pub fn harder(self, other: Self) -> Self {
        let rank = |shut: &Self| (shut.hand, shut.until.is_none(), shut.until);
        if rank(&other) > rank(&self) { other } else { self }
    }
}

impl Block {
    /// What a request has to know of it.
    pub fn shut(&self) -> Shut {
        Shut { hand: self.hand, since: self.since, until: self.until }
    }

    /// True while it is in force.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.shut().holds(now)
    }
}

/// The bits of an IPv6 address that are one client's.
const CLIENT_V6: u8 = 64;
/// The bits before an IPv4 address that is written as an IPv6 one.
const MAPPED: u8 = 96;
/// The widest networks that may be shut out: wider ones are a mistake, or the end of the service.
const WIDEST: [u8; 2] = [8, 16];

/// A network as it counts: no bits beyond its prefix, IPv4-mapped as IPv4, nothing in IPv6 narrower than a client.
pub fn fold(network: IpNet) -> IpNet {
    let folded = match network {
        IpNet::V4(_) => network,
        IpNet::V6(six) => match six.addr().to_ipv4_mapped() {
            Some(four) if six.prefix_len() >= MAPPED => {
                Ipv4Net::new(four, six.prefix_len() - MAPPED).map_or(network, IpNet::V4)
            }
            _ => Ipv6Net::new(six.addr(), six.prefix_len().min(CLIENT_V6)).map_or(network, IpNet::V6),
        },
    };
    folded.trunc()
}

/// The network of a client.
pub fn of_client(client: Client) -> IpNet {
    match client {
        Client::V4(address) => IpNet::from(IpAddr::V4(address)),
        Client::V6(prefix) => fold(IpNet::from(IpAddr::V6((u128::from(prefix) << 64).into()))),
    }
}

/// Reads an address or a network as an operator writes it, and folds it.
pub fn parse(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address).map(fold)
}

/// True for a network that is wider than any that is ever meant.
pub fn is_too_wide(network: IpNet) -> bool {
    let widest = if network.addr().is_ipv4() { WIDEST[0] } else { WIDEST[1] };
    network.prefix_len() < widest
}

/// True where two networks have an address in common.
pub fn overlap(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}

#[cfg(test)]
mod tests;
