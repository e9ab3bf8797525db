//! Verdicts by safeguard and route, and by code: what was refused, and what would have been.
//!
//! All labels are from closed lists. A route that the table does not have is `unknown`, whatever an event says. A refusal is
//! one number more in one table that is made at the start, since the refused request waits for it; whoever reads the
//! numbers sums them up.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aspis_core::{
    event::{Event, Kind},
    refusal::Code,
    scenario::Scenario,
};
use foldhash::fast::RandomState;
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::ConstCounter},
};

use super::UNKNOWN;

/// One code on one route.
#[derive(Debug, Default)]
struct Count {
    enforced: AtomicU64,
    noted: AtomicU64,
}

/// The counts of one route, in the order of [`Code::ALL`].
type Codes = [Count; Code::ALL.len()];

#[derive(Debug)]
struct Route {
    name: String,
    codes: Codes,
}

/// The counts; of the routes, the last is for what has none.
#[derive(Debug)]
struct Table {
    routes: Box<[Route]>,
    places: HashMap<String, usize, RandomState>,
}

/// The counts of all routes.
#[derive(Debug, Clone)]
pub(super) struct Verdicts(Arc<Table>);

impl Count {
    fn of(&self, enforced: bool) -> &AtomicU64 {
        if enforced { &self.enforced } else { &self.noted }
    }
}

impl Route {
    /// What was counted at all, of one kind.
    fn counted(&self, enforced: bool) -> impl Iterator<Item = (Code, u64)> {
        let counts = self.codes.iter().map(move |count| count.of(enforced).load(Ordering::Relaxed));
        Code::ALL.iter().copied().zip(counts).filter(|(_, count)| *count > 0)
    }
}

impl Verdicts {
    pub(super) fn new(routes: &[String]) -> Self {
        let names = routes.iter().map(String::as_str).chain(["edge", UNKNOWN]);
        let empty =
            |name: &str| Route { name: name.to_owned(), codes: std::array::from_fn(|_| Count::default()) };
        let routes: Box<[Route]> = names.map(empty).collect();
        let places = routes.iter().enumerate().map(|(at, route)| (route.name.clone(), at)).collect();
        Self(Arc::new(Table { routes, places }))
    }

    pub(super) fn count(&self, event: &Event) {
        let Kind::Refused(code) = event.kind else { return };
        let Table { routes, places } = &*self.0;
        let at = places.get(event.route.as_ref()).copied().unwrap_or(routes.len() - 1);
        routes[at].codes[code as usize].of(event.enforced).fetch_add(1, Ordering::Relaxed);
    }

    fn encode_codes(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Requests refused (or, not enforced, noted), by code";
        let mut all = encoder.encode_descriptor("refusals", help, None, MetricType::Counter)?;
        for enforced in [true, false] {
            let mut sums = BTreeMap::<Code, u64>::new();
            for (code, count) in self.0.routes.iter().flat_map(|route| route.counted(enforced)) {
                *sums.entry(code).or_default() += count;
            }
            for (code, count) in sums {
                let scenario = code.scenario().map_or("none", Scenario::word);
                let labels = [("code", code.word()), ("scenario", scenario), ("enforced", yes(enforced))];
                ConstCounter::new(count).encode(all.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }

    fn encode_routes(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let help = "Verdicts of safeguards that are no pass, by route";
        let mut all = encoder.encode_descriptor("verdicts", help, None, MetricType::Counter)?;
        for (route, enforced) in self.0.routes.iter().flat_map(|route| [(route, true), (route, false)]) {
            let mut sums = BTreeMap::<_, u64>::new();
            for (code, count) in route.counted(enforced) {
                *sums.entry((safeguard(code), verdict(code))).or_default() += count;
            }
            for ((safeguard, verdict), count) in sums {
                let route = route.name.as_str();
                let labels = [
                    ("safeguard", safeguard),
                    ("route", route),
                    ("verdict", verdict),
                    ("enforced", yes(enforced)),
                ];
                ConstCounter::new(count).encode(all.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

impl Collector for Verdicts {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.encode_codes(&mut encoder)?;
        self.encode_routes(&mut encoder)
    }
}

const fn yes(enforced: bool) -> &'static str {
    if enforced { "true" } else { "false" }
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
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn every_code_has_its_place() {
        for (at, code) in Code::ALL.iter().enumerate() {
            assert_eq!(*code as usize, at, "{}", code.word());
        }
    }

    #[test]
    fn a_verdict_has_its_safeguard_and_route() {
        let verdicts = Verdicts::new(&["GET /a".to_owned()]);
        let mut registry = Registry::default();
        registry.register_collector(Box::new(verdicts.clone()));
        let event = |code, route: &str, enforced| Event {
            route: route.to_owned().into(),
            enforced,
            ..Event::of_server(Kind::Refused(code), Timestamp(0))
        };
        verdicts.count(&event(Code::RateLimited, "GET /a", true));
        verdicts.count(&event(Code::SqliAttempt, "GET /a", false));
        verdicts.count(&event(Code::ChallengeRequired, "GET /made/up", true));
        for (code, enforced) in
            [(Code::RateLimited, true), (Code::SqliAttempt, false), (Code::ChallengeRequired, true)]
        {
            verdicts.count(&event(code, "edge", enforced));
        }
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
        assert_eq!(text.lines().filter(|line| line.starts_with("verdicts_total")).count(), 6);
        for labels in [
            r#"code="rate_limited",scenario="denial_of_service",enforced="true""#,
            r#"code="sqli_attempt",scenario="sql_injection",enforced="false""#,
            r#"code="challenge_required",scenario="brute_force",enforced="true""#,
        ] {
            let line = format!("refusals_total{{{labels}}} 2");
            assert!(text.lines().any(|own| own == line), "{line}: {text}");
        }
    }
}
