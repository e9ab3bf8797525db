//! The readers that are private to the binary, compiled here from where they stand.
//!
//! Nobody else has a use for them, and to build all of the binary with the fuzzer's flags would cost minutes for
//! nothing. Beside them, a view of each that targets can use.

#![expect(dead_code, reason = "these files are written for another crate, and not all of it is asked here")]

use std::{net::SocketAddr, str::FromStr};

use aspis_core::clock::Timestamp;

#[path = "../../crates/aspis/src/edge/chunks.rs"]
mod chunks;
#[path = "../../crates/aspis/src/edge/early.rs"]
mod early;
#[path = "../../crates/aspis/src/edge/head.rs"]
mod head;
#[path = "../../crates/aspis/src/edge/lines.rs"]
mod lines;
#[path = "../../crates/aspis/src/extract/query.rs"]
mod query;
#[path = "../../crates/aspis/src/edge/refusal.rs"]
mod refusal;
#[path = "../../crates/aspis/src/edge/scan.rs"]
mod scan;
#[path = "../../crates/aspis/src/edge/target.rs"]
mod target;

/// The sizes of the settings, but for a shorter URL and fewer fields: so that small input reaches them.
const BOUNDS: head::Bounds = head::Bounds { head: 1024, url: 128, headers: 12 };

/// What the readers know of a connection.
#[derive(Debug, Clone, Copy)]
struct Peer {
    addr: SocketAddr,
}

/// A stream, divided.
#[derive(Debug, PartialEq, Eq)]
pub struct Divided {
    /// What the parser behind may see.
    pub passed: Vec<u8>,
    /// How many heads are in it.
    pub heads: u32,
    /// True when the last request of the connection has ended.
    pub over: bool,
    /// Where the stream stands, in words.
    pub place: String,
}

/// Divides a stream that comes in such pieces.
pub fn divide(pieces: &[&[u8]]) -> Divided {
    let mut scan = scan::Scan::new(BOUNDS);
    let (mut passed, mut held, mut heads) = (Vec::new(), Vec::new(), 0);
    for piece in pieces {
        held.extend_from_slice(piece);
        let fed = scan.feed(&held);
        passed.extend(held.drain(..fed.pass));
        heads += fed.heads;
    }
    Divided { passed, heads, over: scan.place() == scan::Place::Over, place: format!("{:?}", scan.place()) }
}

/// A head that was found good.
#[derive(Debug)]
pub struct Head {
    /// Its bytes.
    pub len: usize,
    /// Those of the body; nothing where it is chunked.
    pub length: Option<u64>,
    /// Nothing follows on this connection.
    pub last: bool,
}

/// Judges the head that `bytes` begin with.
pub fn head(bytes: &[u8]) -> Option<Head> {
    let head = head::read(bytes, &BOUNDS).ok()??;
    let length = match head.framing {
        head::Framing::Length(length) => Some(length),
        head::Framing::Chunked => None,
    };
    Some(Head { len: head.len, length, last: head.last })
}

/// The parameters of a request, as handlers see them.
pub struct Query(query::Query);

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Self {
        Self(query::Query::parse(text))
    }

    /// A parameter as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }

    /// A parameter as a whole number; nothing where it is none.
    pub fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.0.number(name).ok().flatten()
    }

    /// A parameter as a moment; nothing where it is none.
    pub fn moment(&self, name: &str) -> Option<Timestamp> {
        self.0.moment(name).ok().flatten()
    }
}
