//! The client's address behind trusted proxies: RFC 7239 `Forwarded`, or `X-Forwarded-For`.
//!
//! The rightmost address that is not a trusted proxy; never the leftmost, which anybody can write. From a peer that
//! is not a trusted proxy, both fields are ignored; from one that is, only the field that it writes is read, because
//! the other may be the caller's own. Deliberately blind to `X-Real-IP` and vendors' fields.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// What the proxies say about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The address of the caller.
    pub address: IpAddr,
    /// True where a trusted proxy says that the caller used https.
    pub https: bool,
    /// False where a trusted proxy hands on what is no address: then `address` is a proxy's own, for which nobody may
    /// be taken.
    pub readable: bool,
}

impl Origin {
    /// The address of the socket itself.
    pub const fn of(address: IpAddr, https: bool) -> Self {
        Self { address, https, readable: true }
    }
}

/// Which field the proxies write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Field {
    /// `X-Forwarded-For`, with `X-Forwarded-Proto` beside it: what most proxies write.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The proxies whose word is taken.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    networks: Vec<IpNet>,
    field: Field,
}

impl Proxies {
    /// Takes the networks of the settings.
    pub fn new(networks: Vec<IpNet>, field: Field) -> Self {
        Self { networks, field }
    }

    /// True when `address` (IPv4-mapped folded) is one of the proxies.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The caller's address: walks the hops from the right and stops at the first that is no trusted proxy,
    /// or at the first that cannot be read: nobody knows then who calls, and the request is to be refused.
    pub fn origin<'a>(&self, peer: IpAddr, fields: impl FnOnce() -> Fields<'a>) -> Origin {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return Origin::of(peer, false);
        }
        let fields = fields();
        let https = self.field == Field::XForwardedFor && fields.proto_https();
        let mut origin = Origin::of(peer, https);
        // The rightmost first: nothing is read beyond the first that is no proxy.
        match self.field {
            Field::XForwardedFor => self.walk(fields.addresses(), &mut origin),
            Field::Forwarded => self.walk(fields.elements(), &mut origin),
        }
        origin
    }

    fn walk(&self, hops: impl Iterator<Item = Hop>, origin: &mut Origin) {
        for hop in hops {
            origin.https = hop.https.unwrap_or(origin.https);
            let Some(address) = hop.address else {
                origin.readable = false;
                break;
            };
            origin.address = address;
            if !self.trusts(address) {
                break;
            }
        }
    }

    /// Which field is read.
    pub fn field(&self) -> Field {
        self.field
    }
}

/// The header values as they came, in order; several fields of one name count as one list.
#[derive(Debug, Default, Clone)]
pub struct Fields<'a> {
    /// Every `Forwarded`.
    pub forwarded: Vec<&'a str>,
    /// Every `X-Forwarded-For`.
    pub x_forwarded_for: Vec<&'a str>,
    /// The last `X-Forwarded-Proto`.
    pub x_forwarded_proto: Option<&'a str>,
}

#[derive(Debug, Clone, Copy)]
struct Hop {
    address: Option<IpAddr>,
    https: Option<bool>,
}

impl Hop {
    const UNREADABLE: Self = Self { address: None, https: None };
}

impl Fields<'_> {
    /// The hops of `X-Forwarded-For`, from the right.
    fn addresses(&self) -> impl Iterator<Item = Hop> {
        let list = self.x_forwarded_for.iter().rev().flat_map(|field| field.rsplit(','));
        // Empty elements are none (RFC 9110, 5.6.1).
        let said = list.map(str::trim).filter(|text| !text.is_empty());
        said.map(|text| Hop { address: node(text), https: None })
    }

    /// The hops of `Forwarded`, from the right.
    fn elements(&self) -> impl Iterator<Item = Hop> {
        self.forwarded.iter().rev().flat_map(|line| forwarded_hops(line).into_iter().rev())
    }

    fn proto_https(&self) -> bool {
        let last = self.x_forwarded_proto.and_then(|value| value.rsplit(',').next());
        last.is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
    }
}

/// The hops of one line. A caller who leaves a quote open swallows what a proxy writes behind it: such a line says
/// nothing at all.
fn forwarded_hops(line: &str) -> Vec<Hop> {
    let Some(elements) = split_quoted(line, b',') else { return vec![Hop::UNREADABLE] };
    elements.into_iter().map(|element| forwarded_hop(element).unwrap_or(Hop::UNREADABLE)).collect()
}

fn forwarded_hop(element: &str) -> Option<Hop> {
    let mut hop = Hop::UNREADABLE;
    for pair in split_quoted(element, b';')? {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "for" => hop.address = node(value),
            "proto" => hop.https = Some(value.eq_ignore_ascii_case("https")),
            _ => {}
        }
    }
    Some(hop)
}

/// An address with or without a port, IPv6 with or without brackets. `unknown` and `_names` are no address.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches('"');
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(ip.to_canonical());
    }
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(socket.ip().to_canonical());
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// Splits at `separator` outside of quoted strings (RFC 9110, 5.6.4); nothing where one of them does not end.
fn split_quoted(text: &str, separator: u8) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b if b == separator && !quoted => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    (!quoted).then_some(parts)
}

#[cfg(test)]
mod tests;
