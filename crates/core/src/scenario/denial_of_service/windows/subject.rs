//! Whose window it is, and with whom it is shared when the table is full.

use uuid::Uuid;

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

    /// Words, and how many of them, that are equal exactly when class and subject are: the kind in the first says
    /// how many there are. As few as will do, for they are hashed with every request.
    #[inline]
    pub(super) fn words(&self, class: u8) -> ([u64; 3], usize) {
        let first = |kind: u64, name: u32| u64::from(class) | kind << 8 | u64::from(name) << 32;
        match self {
            Self::Client(Client::V4(address)) => ([first(0, address.to_bits()), 0, 0], 1),
            Self::Client(Client::V6(prefix)) => ([first(1, 0), *prefix, 0], 2),
            Self::Network(Network::V4(bits)) => ([first(2, *bits), 0, 0], 1),
            Self::Network(Network::V6(bits)) => ([first(3, 0), *bits, 0], 2),
            Self::Principal(id) => {
                let (upper, lower) = id.as_u64_pair();
                ([first(4, 0), upper, lower], 3)
            }
            Self::Everybody => ([first(5, 0), 0, 0], 1),
        }
    }
}
