//! How many, how large and how slow. Values only; that they are sensible is the settings' business.

use std::time::Duration;

use aspis_core::rate::Rate;

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
    /// Bytes a second that a body must reach on average, in either direction; 0 asks for none.
    pub body_rate: u32,
    /// The time for which a body may be waited for whatever its pace.
    pub body_grace: Duration,
    /// Bytes of answers that all connections together may hold for clients that do not take them.
    pub unsent_bytes: usize,
    /// Whether a client may begin with HTTP/2.
    pub http2: bool,
    /// Streams that one HTTP/2 connection may have open at once.
    pub streams: u32,
    /// Streams that a client may reset on one connection.
    pub resets: Rate,
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
            body_rate: 500,
            body_grace: Duration::from_secs(5),
            unsent_bytes: 64 * 1024 * 1024,
            http2: true,
            streams: 64,
            resets: Rate { limit: 100, window: Duration::from_mins(1) },
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
        let waits = [self.header_timeout, self.idle_timeout, self.body_timeout, self.write_timeout];
        let shortest = waits.into_iter().min().unwrap_or_default().min(self.body_grace);
        (shortest / 8).clamp(Duration::from_millis(10), Duration::from_millis(500))
    }

    /// The room hyper's read buffer is given: a whole head fits twice, and a stalled handler cannot make it grow.
    pub(super) fn buffer(&self) -> usize {
        (2 * self.head_bytes).max(64 * 1024)
    }
}
