//! The facts that are known before the first door: when, who, over what, and where to.

use std::net::{IpAddr, Ipv4Addr};

use aspis_core::{
    client::Client,
    forwarded::{Field, Fields, Origin},
    ids::RequestId,
    principal::Principal,
};
use http::{HeaderMap, HeaderName, header, request};

use super::{
    Shared,
    cors::{Guest, Page},
};
use crate::{
    decision::Noted,
    doors::rate,
    passage::{Arrival, Came, Credential, Passage},
};

impl Shared {
    /// The facts that are known before the first door.
    pub(super) fn arrive(&self, head: &request::Parts) -> Passage {
        let (now, uptime) = self.parts.clock.both();
        let (address, https) = self.caller(head);
        let guest = self.cors.as_ref().map_or(Guest::Unasked, |cors| cors.guest(&head.headers));
        let asked = self.cors.as_ref().and_then(|cors| cors.preflight(guest, head));
        let method = asked.as_ref().unwrap_or(&head.method);
        let (found, params) = self.parts.surface.find(method, head.uri.path());
        let mut passage = Passage {
            request: RequestId::new(now, self.parts.chance.as_ref()),
            now,
            uptime,
            client: Client::from_ip(address),
            address,
            https,
            found,
            path: head.uri.path_and_query().cloned(),
            params,
            principal: Principal::Nobody,
            key: None,
            session: None,
            moved: false,
            attacked: false,
            challenged: self.parts.posture.challenge,
            shut: None,
            window: None,
            standing: None,
            credential: Credential::None,
            held: None,
            came: Came::with(&head.headers),
            page: Page { guest, preflight: asked.is_some() },
            noted: Noted::default(),
        };
        passage.attacked = self.defends(&passage);
        passage.window = Some(rate::place(self, &passage));
        passage
    }

    /// The address of the socket, or what a trusted proxy at that address says.
    fn caller(&self, head: &request::Parts) -> (IpAddr, bool) {
        let Some(arrival) = head.extensions.get::<Arrival>() else {
            // A server that forgets to say who calls gets one window for all, never none.
            return (Ipv4Addr::UNSPECIFIED.into(), false);
        };
        let peer = arrival.peer.ip().to_canonical();
        if !self.parts.proxies.trusts(peer) {
            return (peer, arrival.https);
        }
        let Origin { address, https } =
            self.parts.proxies.origin(peer, &fields(self.parts.proxies.field(), &head.headers));
        (address, https || arrival.https)
    }
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What the proxies wrote; the field that they do not write is not even looked for.
fn fields(field: Field, headers: &HeaderMap) -> Fields<'_> {
    let all = |name: &HeaderName| {
        headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("")).collect::<Vec<_>>()
    };
    match field {
        Field::Forwarded => Fields { forwarded: all(&header::FORWARDED), ..Fields::default() },
        Field::XForwardedFor => Fields {
            x_forwarded_for: all(&X_FORWARDED_FOR),
            x_forwarded_proto: headers
                .get_all(&X_FORWARDED_PROTO)
                .iter()
                .next_back()
                .and_then(|value| value.to_str().ok()),
            ..Fields::default()
        },
    }
}
