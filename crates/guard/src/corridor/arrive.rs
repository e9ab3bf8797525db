//! The facts that are known before the first door: when, who, over what, and where to.

use aspis_core::{
    client::Client,
    forwarded::{Fields, Origin},
    ids::RequestId,
    principal::Principal,
};
use http::{HeaderMap, request};

use super::Shared;
use crate::passage::{Arrival, Credential, Passage};

impl Shared {
    /// The facts that are known before the first door.
    pub(super) fn arrive(&self, head: &request::Parts) -> Passage {
        let (now, uptime) = (self.parts.clock.now(), self.parts.clock.uptime());
        let (client, https) = self.caller(head);
        let (found, params) = self.parts.surface.find(&head.method, head.uri.path());
        Passage {
            request: RequestId::new(now, self.parts.chance.as_ref()),
            now,
            uptime,
            client,
            https,
            found,
            params,
            principal: Principal::Nobody,
            standing: None,
            credential: Credential::None,
        }
    }

    /// The address of the socket, or what a trusted proxy at that address says.
    fn caller(&self, head: &request::Parts) -> (Client, bool) {
        let Some(arrival) = head.extensions.get::<Arrival>() else {
            // A server that forgets to say who calls gets one window for all, never none.
            return (Client::from_ip(std::net::Ipv4Addr::UNSPECIFIED.into()), false);
        };
        let peer = arrival.peer.ip();
        if !self.parts.proxies.trusts(peer) {
            return (Client::from_ip(peer), arrival.https);
        }
        let Origin { address, https } = self.parts.proxies.origin(peer, &fields(&head.headers));
        (Client::from_ip(address), https || arrival.https)
    }
}

fn fields(headers: &HeaderMap) -> Fields<'_> {
    let all = |name: &str| headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("")).collect();
    Fields {
        forwarded: all("forwarded"),
        x_forwarded_for: all("x-forwarded-for"),
        x_forwarded_proto: headers
            .get_all("x-forwarded-proto")
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok()),
    }
}
