//! Whose window it is, and with whom it is shared when the table is full.

use uuid::Uuid;

use super::sip::Sip;
use crate::client::{Client, Network};

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// One client.
    Client(Client),
    /// All clients of one network, once the table is full.
    Network(Network),
    /// An account, a key or a family of tokens.
    Principal(Uuid),
    /// Everybody left over, once even the networks do not fit.
    Everybody,
}

impl Subject {
    /// Whom to count with when there is no room.
    pub(super) fn wider(self) -> Self {
        match self {
            Self::Client(client) => Self::Network(client.network()),
            _ => Self::Everybody,
        }
    }

    /// The keyed hash of a message that is the same exactly when class and subject are: the subject, its class and
    /// its kind. As short as will do, for it is hashed with every request.
    #[inline]
    pub(super) fn hash(&self, class: u8, sip: Sip) -> u64 {
        let end = |kind: u64| u64::from(class) | kind << 8;
        let short = |kind, name: u32| sip.hash(&[], end(kind) | u64::from(name) << 16, 6);
        match self {
            Self::Client(Client::V4(address)) => short(0, address.to_bits()),
            Self::Client(Client::V6(prefix)) => sip.hash(&[*prefix], end(1), 2),
            Self::Network(Network::V4(bits)) => short(2, *bits),
            Self::Network(Network::V6(bits)) => sip.hash(&[*bits], end(3), 2),
            Self::Principal(id) => {
                let (upper, lower) = id.as_u64_pair();
                sip.hash(&[upper, lower], end(4), 2)
            }
            Self::Everybody => short(5, 0),
        }
    }
}
