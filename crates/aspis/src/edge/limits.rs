//! How many, how large and how slow. Values only; that they are sensible is the settings' business.

use std::time::Duration;

/// The bounds the edge keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one client (IPv4 /32, IPv6 /64).
    pub connections_per_client: usize,
    /// Places, out of all, that only [`Standing::Kept`](super::Standing::Kept) and proxies may take.
    pub reserved: usize,
    /// The most time for a whole head, counted from its first byte (or from the accepted connection).
    pub header_timeout: Duration,
    /// The most time between two requests of a connection.
    pub idle_timeout: Duration,
    /// The most time without a byte while the handler waits for a body.
    pub body_timeout: Duration,
    /// The most time without the client taking a byte of its answer.
    pub write_timeout: Duration,
    /// Bytes of a whole head: request line, fields and the line ends.
    pub head_bytes: usize,
    /// Bytes of the request target.
    pub url_bytes: usize,
    /// Header fields of a request; at most 100.
    pub headers: usize,
    /// The most time for finishing what is in progress when the server stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_client: 256,
            reserved: 100,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_mins(1),
            head_bytes: 16 * 1024,
            url_bytes: 8 * 1024,
            headers: 100,
            drain: Duration::from_secs(10),
        }
    }
}

impl Limits {
    /// How often the desk looks at the clock: fine enough for the shortest limit, never a burden.
    pub(super) fn tick(&self) -> Duration {
        let shortest = [self.header_timeout, self.idle_timeout, self.body_timeout, self.write_timeout]
            .into_iter()
            .min()
            .unwrap_or_default();
        (shortest / 8).clamp(Duration::from_millis(10), Duration::from_millis(500))
    }

    /// The room hyper's read buffer is given: a whole head fits twice, and a stalled handler cannot make it grow.
    pub(super) fn buffer(&self) -> usize {
        (2 * self.head_bytes).max(64 * 1024)
    }
}
