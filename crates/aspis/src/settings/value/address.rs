//! Addresses to listen on.

use std::{fmt, net::SocketAddr};

use serde::{Deserialize, Serialize};
use toml::Value;

use super::{Refused, text};

/// An IP address and a port. Names are not looked up: a start must not depend on a name server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "String")]
pub struct Address(SocketAddr);

impl Address {
    /// The socket address.
    pub const fn get(self) -> SocketAddr {
        self.0
    }
}

impl TryFrom<Value> for Address {
    type Error = Refused;

    fn try_from(value: Value) -> Result<Self, Refused> {
        let what = "an address; write IP:PORT, e.g. \"127.0.0.1:8001\" or \"[::1]:8001\"";
        text(&value, "127.0.0.1:8001")?.parse().map(Self).map_err(|_| Refused::not(&value, what))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}
