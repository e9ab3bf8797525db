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

    /// 17 bytes that are equal exactly when two subjects are.
    pub(super) fn bytes(self) -> [u8; 17] {
        let mut bytes = [0; 17];
        match self {
            Self::Client(client) => bytes[1..].copy_from_slice(&client.key()),
            Self::Network(network) => {
                let (family, bits) = match network {
                    Network::V4(bits) => (1, u64::from(bits)),
                    Network::V6(bits) => (2, bits),
                };
                bytes[0] = family;
                bytes[1..9].copy_from_slice(&bits.to_le_bytes());
            }
            Self::Principal(id) => {
                bytes[0] = 3;
                bytes[1..].copy_from_slice(id.as_bytes());
            }
            Self::Everybody => bytes[0] = 4,
        }
        bytes
    }
}
