//! What the edge refuses by itself, and what it asks of its owner. The words of the answer are not here.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use rustls::ServerConfig;

use super::{
    Peer,
    lines::{Lines, field, trim},
};

/// Why bytes never became a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeRefusal {
    /// The request line is not `method SP target SP version CRLF`, or the target is not a URL.
    RequestLine,
    /// A header line is malformed: bare LF, folding, space before the colon, forbidden bytes.
    Header,
    /// No `Host`.
    HostMissing,
    /// More than one `Host`.
    HostRepeated,
    /// `Host` is not `name[:port]`, or not the authority of an absolute target.
    HostMalformed,
    /// `Content-Length` is not one plain number, or stands there twice.
    Length,
    /// `Content-Length` together with `Transfer-Encoding`.
    LengthAndCoding,
    /// `Transfer-Encoding` is anything but one `chunked`, or was sent with HTTP/1.0.
    Coding,
    /// The whole head is too large.
    HeadTooLarge,
    /// The request target is too long.
    UrlTooLong,
    /// Too many header fields.
    TooManyHeaders,
    /// `TRACE` or `CONNECT`.
    Method,
    /// The head did not arrive in time.
    HeadTimeout,
    /// A version of HTTP that is not spoken here.
    Version,
    /// More streams of an HTTP/2 connection were reset than `edge.resets` allows.
    StreamsReset,
    /// A flood of HTTP/2 frames that ask for nothing, or fields without an end.
    FrameFlood,
    /// No place for another connection, in all or for this client.
    TooManyConnections,
}

impl EdgeRefusal {
    /// All of them, for tables and metrics.
    pub const ALL: [Self; 17] = [
        Self::RequestLine,
        Self::Header,
        Self::HostMissing,
        Self::HostRepeated,
        Self::HostMalformed,
        Self::Length,
        Self::LengthAndCoding,
        Self::Coding,
        Self::HeadTooLarge,
        Self::UrlTooLong,
        Self::TooManyHeaders,
        Self::Method,
        Self::HeadTimeout,
        Self::Version,
        Self::StreamsReset,
        Self::FrameFlood,
        Self::TooManyConnections,
    ];

    /// The HTTP status that says it.
    pub const fn status(self) -> u16 {
        match self {
            Self::HeadTooLarge | Self::TooManyHeaders => 431,
            Self::UrlTooLong => 414,
            Self::Method => 405,
            Self::HeadTimeout => 408,
            Self::Version => 505,
            Self::StreamsReset | Self::FrameFlood => 429,
            Self::TooManyConnections => 503,
            _ => 400,
        }
    }

    /// A stable word for logs, metrics and problem documents.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RequestLine => "malformed_request_line",
            Self::Header => "malformed_header",
            Self::HostMissing => "host_missing",
            Self::HostRepeated => "host_repeated",
            Self::HostMalformed => "host_malformed",
            Self::Length => "malformed_content_length",
            Self::LengthAndCoding => "ambiguous_body_length",
            Self::Coding => "unsupported_transfer_encoding",
            Self::HeadTooLarge => "headers_too_large",
            Self::UrlTooLong => "url_too_long",
            Self::TooManyHeaders => "too_many_headers",
            Self::Method => "method_not_allowed",
            Self::HeadTimeout => "request_timeout",
            Self::Version => "unsupported_http_version",
            Self::StreamsReset => "streams_reset",
            Self::FrameFlood => "frame_flood",
            Self::TooManyConnections => "too_many_connections",
        }
    }
}

/// A refusal with what there is to know about it.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// The reason.
    pub why: EdgeRefusal,
    /// Who sent it.
    pub peer: Peer,
    /// The offending head as far as it was read, at most `head_bytes`: for an inspector, never for a log as it is.
    pub head: &'a [u8],
}

impl<'a> Refused<'a> {
    /// The fields of its head as they came, where all of it is there and each of its lines is one field: else nobody
    /// knows which of them a proxy wrote.
    pub fn fields(&self) -> Option<Vec<(&'a [u8], &'a [u8])>> {
        let mut lines = Lines::of(self.head);
        lines.next()??;
        let mut fields = Vec::new();
        for line in lines {
            match line? {
                b"" => return Some(fields),
                line => fields.push(field(line).map(|(name, value)| (name, trim(value)))?),
            }
        }
        None
    }
}

/// How a peer's address stands with us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Anyone.
    #[default]
    Guest,
    /// An operator or a health check: may take the reserved places, and is never asked to make room.
    Kept,
    /// A trusted proxy: speaks for many, so it has no cap of its own, and may take the reserved places.
    Proxy,
}

/// Makes the whole raw HTTP/1.1 answer to a refusal.
pub type Refusals = dyn Fn(&Refused<'_>) -> Vec<u8> + Send + Sync;

/// What the edge asks of its owner.
#[derive(Clone)]
pub struct Hooks {
    /// The answer to a refusal, which should say `Connection: close`; called once for each.
    pub refusals: Arc<Refusals>,
    /// How an address stands; asked once for each connection.
    pub standing: Arc<dyn Fn(IpAddr) -> Standing + Send + Sync>,
    /// What TLS is spoken by; without, connections are plain.
    pub tls: Option<Arc<ServerConfig>>,
}

impl Hooks {
    /// Hooks by which this machine itself is kept a place and everyone else is a guest.
    pub fn new(refusals: impl Fn(&Refused<'_>) -> Vec<u8> + Send + Sync + 'static) -> Self {
        // 127.0.0.1 and ::1, the addresses that this machine's own tools come from, and not the rest of 127.0.0.0/8.
        let own = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        let standing = move |ip: IpAddr| if own.contains(&ip) { Standing::Kept } else { Standing::Guest };
        Self { refusals: Arc::new(refusals), standing: Arc::new(standing), tls: None }
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}
