//! Verdicts by safeguard and route: what was refused, and what would have been.
//!
//! Both labels are from closed lists. A route that the table does not have is `unknown`, whatever an event says.

use std::{collections::HashSet, sync::Arc};

use aspis_core::{
    event::{Event, Kind},
    refusal::Code,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use super::UNKNOWN;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "fields are the labels of the metric")]
struct Verdict {
    safeguard: &'static str,
    route: Arc<str>,
    verdict: &'static str,
    enforced: &'static str,
}

/// The counts.
#[derive(Debug)]
pub(super) struct Verdicts {
    counts: Family<Verdict, Counter>,
    routes: HashSet<Arc<str>>,
    unknown: Arc<str>,
}

impl Verdicts {
    pub(super) fn new(registry: &mut Registry, routes: &[String]) -> Self {
        let counts = Family::default();
        registry.register("verdicts", "Verdicts of safeguards that are no pass, by route", counts.clone());
        let known = routes.iter().cloned().chain(["edge".to_owned()]);
        Self { counts, routes: known.map(Arc::from).collect(), unknown: UNKNOWN.into() }
    }

    pub(super) fn count(&self, event: &Event) {
        let Kind::Refused(code) = event.kind else { return };
        let known = self.routes.get(event.route.as_ref()).unwrap_or(&self.unknown);
        let label = Verdict {
            safeguard: safeguard(code),
            route: Arc::clone(known),
            verdict: verdict(code),
            enforced: if event.enforced { "true" } else { "false" },
        };
        self.counts.get_or_create(&label).inc();
    }
}

/// What was decided.
const fn verdict(code: Code) -> &'static str {
    match code {
        Code::ChallengeRequired => "challenge",
        code if code.status() == 429 => "throttle",
        _ => "reject",
    }
}

/// Which safeguard a refusal comes from, by its word.
pub fn safeguard_of(word: &str) -> &'static str {
    Code::parse(word).map_or("other", safeguard)
}

/// Which safeguard a refusal comes from.
const fn safeguard(code: Code) -> &'static str {
    match code {
        code if code.is_finding() => "inspect",
        Code::RateLimited => "rate",
        Code::QuotaExceeded => "quota",
        Code::HttpsRequired => "https",
        Code::ForgedRequest | Code::InvalidCsrfToken => "forgery",
        Code::ChallengeRequired => "challenge",
        Code::TooManyAttempts | Code::AccountLocked => "lock",
        Code::InvalidCredentials
        | Code::InvalidCode
        | Code::InvalidLink
        | Code::InvalidPasskey
        | Code::InvalidInvitation => "password",
        Code::FingerprintMismatch
        | Code::SessionMismatch
        | Code::InvalidDpopProof
        | Code::DpopProofRequired
        | Code::AddressNotAllowed => "binding",
        Code::ImplausiblePrice | Code::PriceFrozen | Code::UntrustedSource => "prices",
        Code::ServerBusy | Code::Unavailable => "admission",
        Code::BodyTooLarge | Code::UrlTooLong | Code::HeadersTooLarge | Code::RequestTimeout => "shape",
        code if code.status() == 401 => "authenticate",
        code if code.status() == 403 => "authorise",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use aspis_core::clock::Timestamp;

    use super::*;

    #[test]
    fn a_verdict_has_its_safeguard_and_route() {
        let mut registry = Registry::default();
        let verdicts = Verdicts::new(&mut registry, &["GET /a".to_owned()]);
        let event = |code, route: &str, enforced| Event {
            route: route.to_owned().into(),
            enforced,
            ..Event::of_server(Kind::Refused(code), Timestamp(0))
        };
        verdicts.count(&event(Code::RateLimited, "GET /a", true));
        verdicts.count(&event(Code::SqliAttempt, "GET /a", false));
        verdicts.count(&event(Code::ChallengeRequired, "GET /made/up", true));
        verdicts.count(&Event::of_server(Kind::Started, Timestamp(0)));
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).expect("text");
        for labels in [
            r#"safeguard="rate",route="GET /a",verdict="throttle",enforced="true""#,
            r#"safeguard="inspect",route="GET /a",verdict="reject",enforced="false""#,
            r#"safeguard="challenge",route="unknown",verdict="challenge",enforced="true""#,
        ] {
            let line = format!("verdicts_total{{{labels}}} 1");
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
        assert_eq!(text.lines().filter(|line| line.starts_with("verdicts_total")).count(), 3);
    }
}
