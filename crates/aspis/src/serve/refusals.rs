//! What the edge says to bytes that never became a request: the same problem documents as everywhere.

use std::{net::IpAddr, sync::Arc};

use aspis_core::{
    chance::SystemChance,
    client::Client,
    event::{Event, Kind},
    forwarded::{Fields, Proxies},
    ids::RequestId,
    refusal::{Code, Refusal, Rule},
    scenario::finding::{Place, inspect},
};
use aspis_guard::problem;
use percent_encoding::percent_decode;

use crate::{
    app::App,
    edge::{EdgeRefusal, Hooks, Refused, Standing},
};

/// Answers and events for the edge.
pub(super) fn hooks(app: &Arc<App>) -> Hooks {
    let (clock, events) = (Arc::clone(&app.clock), Arc::clone(&app.events));
    let asked = Arc::downgrade(app);
    let proxies = move || asked.upgrade().map(|app| crate::app::proxies(&app.live()));
    let named = proxies.clone();
    let mut hooks = Hooks::new(move |refused: &Refused<'_>| {
        let refusal = judge(refused);
        let now = clock.now();
        let request = RequestId::new(now, &SystemChance);
        let caller = named().map_or(refused.peer.addr.ip(), |proxies| caller(refused, &proxies));
        events.record(Event {
            client: Some(Client::from_ip(caller)),
            request: Some(request),
            route: "edge".into(),
            rule: refusal.told_rule().or_else(|| Some(Rule::named(refused.why.code()))),
            ..Event::of_server(kind(refused.why, &refusal), now)
        });
        raw(&refusal, request)
    });
    let loopback = Arc::clone(&hooks.standing);
    let trusts = move |ip| proxies().is_some_and(|proxies| proxies.trusts(ip));
    hooks.standing = Arc::new(move |ip| if trusts(ip) { Standing::Proxy } else { loopback(ip) });
    hooks
}

/// Whose it is: the peer's own, or where that is a trusted proxy, of whom it says so in a head that can be read.
fn caller(refused: &Refused<'_>, proxies: &Proxies) -> IpAddr {
    let peer = refused.peer.addr.ip();
    let Some(fields) = proxies.trusts(peer).then(|| refused.fields()).flatten() else { return peer };
    let all = |wanted: &str| {
        let own = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted.as_bytes()));
        // Bytes that are no text are no address, and not nothing.
        own.map(|(_, value)| str::from_utf8(value).unwrap_or("?")).collect::<Vec<_>>()
    };
    let said = || Fields {
        forwarded: all("forwarded"),
        x_forwarded_for: all("x-forwarded-for"),
        x_forwarded_proto: None,
    };
    let origin = proxies.origin(peer, said);
    if origin.readable { origin.address } else { peer }
}

/// What monitoring is told: a flood of resets by its own name, everything else by that of its refusal.
fn kind(why: EdgeRefusal, refusal: &Refusal) -> Kind {
    if why == EdgeRefusal::StreamsReset { Kind::StreamsReset } else { Kind::Refused(refusal.code()) }
}

/// The refusal behind bytes that are no request. An attack in them is called by its name.
fn judge(refused: &Refused<'_>) -> Refusal {
    let line = refused.head.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let target = line.split(|byte| *byte == b' ').nth(1).unwrap_or(&[]);
    let decoded = percent_decode(target).decode_utf8_lossy();
    if let Some(finding) = inspect(&decoded, Place::Closed).filter(|_| refused.why.status() == 400) {
        return finding.refusal("path", decoded.as_bytes());
    }
    match refused.why {
        EdgeRefusal::HostMissing | EdgeRefusal::HostRepeated | EdgeRefusal::HostMalformed => {
            Refusal::new(Code::InvalidHost)
        }
        EdgeRefusal::HeadTooLarge | EdgeRefusal::TooManyHeaders => Refusal::new(Code::HeadersTooLarge),
        EdgeRefusal::UrlTooLong => Refusal::new(Code::UrlTooLong),
        EdgeRefusal::Method => Refusal::new(Code::MethodNotAllowed).allow("GET, HEAD, POST".to_owned()),
        EdgeRefusal::HeadTimeout => Refusal::new(Code::RequestTimeout),
        EdgeRefusal::Version => Refusal::new(Code::VersionNotSupported),
        EdgeRefusal::StreamsReset | EdgeRefusal::FrameFlood => Refusal::new(Code::RateLimited),
        EdgeRefusal::TooManyConnections => {
            Refusal::new(Code::ServerBusy).retry_after(std::time::Duration::from_secs(5))
        }
        _ => Refusal::new(Code::MalformedRequest),
    }
}

/// The whole answer as bytes, with the headers of every answer.
fn raw(refusal: &Refusal, request: RequestId) -> Vec<u8> {
    let response = problem::complete::<bytes::Bytes>(refusal, request);
    let (head, body) = response.into_parts();
    let reason = head.status.canonical_reason().unwrap_or("");
    let mut out = format!(
        "HTTP/1.1 {} {reason}\r\nconnection: close\r\ncontent-length: {}\r\n",
        head.status.as_u16(),
        body.len()
    )
    .into_bytes();
    for (name, value) in &head.headers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&body);
    out
}

#[cfg(test)]
mod tests {
    use aspis_core::forwarded::Field;

    use super::*;
    use crate::edge::Peer;

    #[test]
    fn a_proxys_caller_is_named_where_the_head_can_be_read() {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()], Field::XForwardedFor);
        let of = |peer: &str, head: &str| {
            let peer = Peer { addr: format!("{peer}:1").parse().unwrap() };
            let refused = Refused { why: EdgeRefusal::RequestLine, peer, head: head.as_bytes() };
            caller(&refused, &proxies).to_string()
        };
        let line = "GET /<script> HTTP/1.1\r\nHost: a\r\n";
        let said = format!("{line}x-forwarded-for: 198.51.100.1, 203.0.113.5\r\n");
        let whole = format!("{said}\r\n");
        assert_eq!(of("10.0.0.2", &whole), "203.0.113.5", "what stands left of it anybody can write");
        assert_eq!(of("192.0.2.1", &whole), "192.0.2.1", "no proxy");
        assert_eq!(of("10.0.0.2", &said), "10.0.0.2", "the end is missing");
        assert_eq!(of("10.0.0.2", &format!("{said}X: a\nX-Forwarded-For: 192.0.2.9\r\n\r\n")), "10.0.0.2");
        assert_eq!(of("10.0.0.2", &format!("{said}no field\r\n\r\n")), "10.0.0.2");
        assert_eq!(of("10.0.0.2", &format!("{line}X-Forwarded-For: unknown\r\n\r\n")), "10.0.0.2");
        assert_eq!(of("10.0.0.2", &format!("{line}\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n")), "10.0.0.2");
        assert_eq!(of("10.0.0.2", ""), "10.0.0.2");
    }
}
