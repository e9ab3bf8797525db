//! Who is calling, as far as the network can tell: one canonical address.
//!
//! Windows, failures, blocks and quotas are counted by it. Deliberately without the user agent: a new user agent
//! is no new client.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// A client: an IPv4 address, or the /64 network of an IPv6 address. IPv4-mapped IPv6 is folded to IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Client {
    /// One IPv4 address.
    V4(Ipv4Addr),
    /// The upper 64 bits of an IPv6 address: what one household or host is given.
    V6(u64),
}

impl Client {
    /// The client that `ip` belongs to.
    pub fn from_ip(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4),
            IpAddr::V6(v6) => Self::V6((v6.to_bits() >> 64) as u64),
        }
    }

    /// The wider network, /16 or /48, that shares a window when the table of windows is full.
    pub fn network(self) -> Network {
        match self {
            Self::V4(v4) => Network::V4(v4.to_bits() >> 16),
            Self::V6(prefix) => Network::V6(prefix >> 16),
        }
    }

    /// Sixteen bytes that are equal exactly when two clients are.
    pub fn key(self) -> [u8; 16] {
        match self {
            Self::V4(v4) => v4.to_ipv6_mapped().octets(),
            Self::V6(prefix) => Ipv6Addr::from_bits(u128::from(prefix) << 64).octets(),
        }
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(v4) => v4.fmt(f),
            Self::V6(prefix) => write!(f, "{}/64", Ipv6Addr::from_bits(u128::from(*prefix) << 64)),
        }
    }
}

/// A wider network: an IPv4 /16 or an IPv6 /48.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// The upper 16 bits of an IPv4 address.
    V4(u32),
    /// The upper 48 bits of an IPv6 address.
    V6(u64),
}

#[cfg(test)]
mod tests;
