//! What the edge says to bytes that never became a request: the same problem documents as everywhere.

use std::sync::Arc;

use aspis_core::{
    chance::SystemChance,
    client::Client,
    event::{Event, Kind},
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
    let mut hooks = Hooks::new(move |refused: &Refused<'_>| {
        let refusal = judge(refused);
        let now = clock.now();
        let request = RequestId::new(now, &SystemChance);
        events.record(Event {
            client: Some(Client::from_ip(refused.peer.addr.ip())),
            request: Some(request),
            route: "edge".into(),
            rule: refusal.told_rule().or_else(|| Some(Rule::named(refused.why.code()))),
            ..Event::of_server(kind(refused.why, &refusal), now)
        });
        raw(&refusal, request)
    });
    let loopback = Arc::clone(&hooks.standing);
    let asked = Arc::downgrade(app);
    let trusts = move |ip| asked.upgrade().is_some_and(|app| crate::app::proxies(&app.live()).trusts(ip));
    hooks.standing = Arc::new(move |ip| if trusts(ip) { Standing::Proxy } else { loopback(ip) });
    hooks
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
