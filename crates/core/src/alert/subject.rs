//! Whom or what an alert is about.

use std::{fmt, net::IpAddr};

use crate::{
    client::{Client, Network},
    ids::{AccountId, KeyId},
};

/// Whom or what an alert is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The server as a whole.
    Server,
    /// A client.
    Client(Client),
    /// An account.
    Account(AccountId),
    /// An API key.
    Key(KeyId),
    /// A part of the server, or a name that is no account: never a caller's own text.
    Named(String),
}

impl Subject {
    /// What stands for it and its like where there is no room to tell all of them apart.
    pub(super) fn wider(&self) -> Self {
        match self {
            Self::Client(client) => Self::Named(match client.network() {
                Network::V4(upper) => format!("network {}.{}.0.0/16", upper >> 8, upper & 0xff),
                Network::V6(upper) => {
                    let bits = u128::from(upper) << 80;
                    format!("network {}/48", std::net::Ipv6Addr::from_bits(bits))
                }
            }),
            _ => Self::Named("several".to_owned()),
        }
    }

    /// The client, where it is one.
    pub const fn client(&self) -> Option<Client> {
        if let Self::Client(client) = self { Some(*client) } else { None }
    }

    /// The account, where it is one.
    pub const fn account(&self) -> Option<AccountId> {
        if let Self::Account(account) = self { Some(*account) } else { None }
    }

    /// The API key, where it is one.
    pub const fn key(&self) -> Option<KeyId> {
        if let Self::Key(key) = self { Some(*key) } else { None }
    }

    /// Which kind it is: `server`, `client`, `account`, `key` or `named`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client(_) => "client",
            Self::Account(_) => "account",
            Self::Key(_) => "key",
            Self::Named(_) => "named",
        }
    }

    /// Which one of its kind, as text; nothing for the server.
    pub fn name(&self) -> String {
        match self {
            Self::Server => String::new(),
            Self::Client(client) => client.to_string(),
            Self::Account(account) => account.to_string(),
            Self::Key(key) => key.to_string(),
            Self::Named(name) => name.clone(),
        }
    }

    /// Reads what [`Subject::kind`] and [`Subject::name`] wrote.
    pub fn read(kind: &str, name: &str) -> Option<Self> {
        Some(match kind {
            "server" => Self::Server,
            "client" => Self::Client(client(name)?),
            "account" => Self::Account(AccountId::parse(name)?),
            "key" => Self::Key(KeyId::parse(name)?),
            "named" => Self::Named(name.to_owned()),
            _ => return None,
        })
    }
}

/// An address, or the network that an IPv6 client is.
fn client(name: &str) -> Option<Client> {
    let address = name.strip_suffix("/64").unwrap_or(name);
    Some(Client::from_ip(address.parse::<IpAddr>().ok()?))
}

/// For a sentence: `client 192.0.2.1`, `the server`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => f.write_str("the server"),
            Self::Named(name) => f.write_str(name),
            other => write!(f, "{} {}", other.kind(), other.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_subject_is_read_as_it_was_written() {
        let id = Uuid::from_u128(7);
        let clients = ["192.0.2.1", "2001:db8::1"].map(|ip| Client::from_ip(ip.parse().expect("an address")));
        let subjects = [
            Subject::Server,
            Subject::Client(clients[0]),
            Subject::Client(clients[1]),
            Subject::Account(AccountId(id)),
            Subject::Key(KeyId(id)),
            Subject::Named("database".to_owned()),
        ];
        for subject in subjects {
            assert_eq!(Subject::read(subject.kind(), &subject.name()), Some(subject));
        }
        assert_eq!(Subject::read("client", "x"), None);
        assert_eq!(Subject::read("account", "7"), None);
        assert_eq!(Subject::read("other", ""), None);
    }

    #[test]
    fn the_many_share_a_network() {
        let wider = |ip: &str| Subject::Client(Client::from_ip(ip.parse().expect("an address"))).wider();
        assert_eq!(wider("192.0.2.1"), Subject::Named("network 192.0.0.0/16".to_owned()));
        assert_eq!(wider("2001:db8:1:2::3"), Subject::Named("network 2001:db8:1::/48".to_owned()));
        assert_eq!(Subject::Account(AccountId(Uuid::nil())).wider(), Subject::Named("several".to_owned()));
    }
}
