//! The facts that are known before the first door: when, who, over what, and where to.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

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
    doors::{identify::presented, rate},
    headers::X_FORWARDED_FOR,
    lured::is_lured,
    passage::{Arrival, Came, Credential, Passage},
    trace::Traced,
};

impl Shared {
    /// The facts that are known before the first door.
    pub(super) fn arrive(&self, head: &request::Parts, arrival: Option<Arrival>) -> Passage {
        let came = Came::with(&head.headers);
        let sent = came.token.then(|| head.headers.get(header::AUTHORIZATION).and_then(presented)).flatten();
        if let Some((_, token)) = sent {
            self.parts.people.expect(token);
        }
        let arrival = arrival.or_else(|| head.extensions.get().copied());
        let (now, uptime) = self.parts.clock.both();
        if came.forwarded {
            self.notice(arrival, uptime);
        }
        let Origin { address, https, readable } = self.caller(head, arrival);
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
            garbled: !readable,
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
            own: None,
            recalled: None,
            standing: None,
            credential: Credential::None,
            held: None,
            asked: None,
            unspent: None,
            wanted: None,
            caught_up: false,
            came,
            page: Page { guest, preflight: asked.is_some(), lured: false },
            noted: self.parts.recorder.as_ref().map(|_| Box::default()),
            traced: None,
        };
        self.note_page(head, &mut passage);
        passage.traced = self.traced(head, address, arrival);
        passage.attacked = self.defends(&passage);
        passage.window = Some(rate::place(self, &passage));
        passage.recalled = sent.and_then(|(how, token)| Some((how, self.parts.people.recall(token, now)?)));
        passage.own =
            passage.recalled.and_then(|(_, known)| rate::place_own(self, &passage, known.verified.who));
        passage
    }

    /// For the log of decisions also of what is not refused: other settings might.
    fn note_page(&self, head: &request::Parts, passage: &mut Passage) {
        if self.parts.recorder.is_some() {
            let lured = is_lured(head, passage);
            passage.note(|noted| noted.lured = lured);
        }
    }

    /// What it is called in a trace, where it is traced.
    fn traced(
        &self,
        head: &request::Parts,
        address: IpAddr,
        arrival: Option<Arrival>,
    ) -> Option<Box<Traced>> {
        let tracer = self.parts.tracer.as_deref()?;
        let peer = arrival.map(|arrival| arrival.peer.ip());
        Traced::begin(tracer, head, address, peer.is_some_and(|peer| self.parts.proxies.trusts(peer)))
    }

    /// A neighbour that speaks for others, whose word is not taken: all of them share its windows.
    fn notice(&self, arrival: Option<Arrival>, uptime: Duration) {
        let Some(peer) = arrival.map(|arrival| arrival.peer.ip().to_canonical()) else { return };
        if is_near(peer) && !self.parts.proxies.trusts(peer) {
            self.state.unnamed.notice(peer, uptime);
        }
    }

    /// The address of the socket, or what a trusted proxy at that address says.
    fn caller(&self, head: &request::Parts, arrival: Option<Arrival>) -> Origin {
        let Some(arrival) = arrival else {
            // A server that forgets to say who calls gets one window for all, never none.
            return Origin::of(Ipv4Addr::UNSPECIFIED.into(), false);
        };
        let proxies = &self.parts.proxies;
        let said = || fields(proxies.field(), &head.headers);
        let origin = proxies.origin(arrival.peer.ip(), said);
        Origin { https: origin.https || arrival.https, ..origin }
    }
}

/// True for an address that no caller from the internet has.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What stands for bytes that are no text: no address, and not nothing.
const UNREADABLE: &str = "?";

/// What the proxies wrote; the field that they do not write is not even looked for.
fn fields(field: Field, headers: &HeaderMap) -> Fields<'_> {
    let all = |name: &HeaderName| {
        headers.get_all(name).iter().map(|value| value.to_str().unwrap_or(UNREADABLE)).collect::<Vec<_>>()
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
