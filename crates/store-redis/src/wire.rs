//! Who might listen on the way to the shared state.

use redis::{ConnectionAddr, IntoConnectionInfo};

/// Who might.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Nobody: it is on this machine.
    Inside,
    /// Nobody: it proves who it is, and all is encrypted.
    Proved,
    /// Whoever is on the way: it is in clear, or might be with somebody else.
    Open,
}

impl Wire {
    /// Of an address; none where it is not that of such a server.
    pub fn of(url: &str) -> Option<Self> {
        let is_ours = ["redis://", "rediss://", "valkey://", "valkeys://", "unix://", "redis+unix://"];
        let is_ours = is_ours.iter().any(|scheme| url.starts_with(scheme));
        let info = Some(url).filter(|_| is_ours)?.into_connection_info().ok()?;
        Some(match info.addr() {
            ConnectionAddr::Unix(_) => Self::Inside,
            ConnectionAddr::Tcp(host, _) if is_this_machine(host) => Self::Inside,
            ConnectionAddr::TcpTls { host, .. } if is_this_machine(host) => Self::Inside,
            ConnectionAddr::TcpTls { insecure: false, .. } => Self::Proved,
            _ => Self::Open,
        })
    }
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_machine_is_proved_or_open() {
        for (url, wire) in [
            ("redis://127.0.0.1", Some(Wire::Inside)),
            ("redis://:word@localhost:6380/1", Some(Wire::Inside)),
            ("redis://[::1]:6379", Some(Wire::Inside)),
            ("redis+unix:///run/redis.sock", Some(Wire::Inside)),
            ("rediss://me:word@state.example.com", Some(Wire::Proved)),
            ("rediss://state.example.com/#insecure", Some(Wire::Open)),
            ("redis://state.example.com", Some(Wire::Open)),
            ("redis://10.0.0.7", Some(Wire::Open)),
            ("http://127.0.0.1", None),
            ("redis://", None),
            ("127.0.0.1:6379", None),
        ] {
            assert_eq!(Wire::of(url), wire, "{url}");
        }
    }
}
