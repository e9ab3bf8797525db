//! The same attack in every place a request has for text.

use std::{fmt::Write, sync::Arc};

use aspis_core::{
    chance::SystemChance,
    clock::Timestamp,
    event::{Event, Sink},
};
use aspis_watch::security_log::{Options, SecurityLog};
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

use super::SQL;

/// What has to be escaped in a path, and no more: a path that is escaped too much has another name for it.
const NEEDED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where a request has room for text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Places {
    Path,
    Query,
    QueryName,
    Header,
    Value,
    Nested,
    Key,
}

impl Places {
    pub(crate) const ALL: [Self; 7] =
        [Self::Path, Self::Query, Self::QueryName, Self::Header, Self::Value, Self::Nested, Self::Key];

    /// What the event calls the place.
    fn field(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query | Self::QueryName => "query",
            Self::Header => "x-campaign",
            Self::Value => "note",
            Self::Nested => "a.b",
            Self::Key => "a key",
        }
    }

    /// Sends the text there.
    pub(crate) async fn send(self, shop: &Shop, token: &str, text: &str) -> Reply {
        let caller = shop.caller().token(token);
        let escaped = utf8_percent_encode(text, NEEDED).to_string();
        let order = |body: Value| {
            let caller = caller.clone();
            async move { caller.order("buy", "key", &body).await }
        };
        match self {
            Self::Path => caller.get(&format!("/api/v1/price/{escaped}")).await,
            Self::Query => caller.get(&format!("/api/v1/history/BTC?limit=1&cursor={escaped}")).await,
            Self::QueryName => caller.get(&format!("/api/v1/history/BTC?{escaped}=1")).await,
            Self::Header => caller.with("x-campaign", text).get("/api/v1/price/BTC").await,
            Self::Value => order(json!({"asset_id": "BTC", "quantity": "0.001", "note": text})).await,
            Self::Nested => order(json!({"a": [1, {"b": text}]})).await,
            Self::Key => order(json!({"asset_id": "BTC", "quantity": "0.001", (text): true})).await,
        }
    }

    /// A header cannot hold everything.
    pub(crate) fn holds(self, text: &str) -> bool {
        !matches!(self, Self::Header) || HeaderValue::from_str(text).is_ok()
    }
}

/// A text as JSON may write it: every character as an escape.
pub(crate) fn escaped(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut out, unit| {
        write!(out, "\\u{unit:04x}").unwrap();
        out
    })
}

/// The lines that the security log would hold.
pub(crate) fn log_of(events: &[Event]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logs/security.log");
    let options = Options::new(Arc::new(SystemChance), Timestamp(0));
    let log = SecurityLog::open(folder.path(), options).unwrap();
    for event in events {
        log.record(event.clone());
    }
    log.close();
    std::fs::read_to_string(path).unwrap()
}

/// Sends each attack to each place: refused, recorded with rule and place, and nowhere repeated.
pub(crate) async fn assert_found_everywhere(attacks: &[&str], places: &[Places], code: &str) {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let (mut missed, mut seen) = (Vec::new(), shop.event_log().len());
    for place in places {
        for attack in attacks.iter().filter(|attack| place.holds(attack)) {
            let reply = place.send(&shop, &token, attack).await;
            if reply.refusal() != (400, code.to_owned()) {
                missed.push(format!("{place:?} {attack}: {} {}", reply.status(), reply.text()));
                seen = shop.event_log().len();
                continue;
            }
            let events = shop.event_log();
            assert_eq!(events.len(), seen + 1, "{place:?} {attack}");
            seen = events.len();
            assert_told(&reply, &events[seen - 1], *place, attack, code);
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
    let lines = log_of(&shop.event_log());
    for attack in attacks {
        let quoted = json!(attack).to_string();
        assert!(!lines.contains(attack) && !lines.contains(&quoted[1..quoted.len() - 1]), "{attack}");
    }
}

fn assert_told(reply: &Reply, event: &Event, place: Places, attack: &str, code: &str) {
    let rule = event.rule.as_ref().unwrap();
    assert_eq!((event.kind.word(), event.enforced), (code, true));
    assert!(rule.name.contains('.'), "{rule:?}");
    let told = rule.place.as_deref().unwrap();
    assert!(
        told.starts_with(&format!("{} at ", place.field())) && told.ends_with(" bytes"),
        "{place:?}: {told}"
    );
    assert_eq!(reply.fields(), [place.field()]);
    assert_eq!(event.request.unwrap().to_string(), reply.header("x-request-id").unwrap());
    for said in [format!("{event:?}"), reply.text()] {
        assert!(!said.contains(attack), "{said}");
    }
    assert!(reply.headers().all(|(_, value)| !value.contains(attack)));
}

#[tokio::test]
async fn sql_is_refused_in_every_place() {
    assert_found_everywhere(&SQL, &Places::ALL, "sqli_attempt").await;
}

#[tokio::test]
async fn sql_is_found_under_a_second_coat() {
    let shop = Shop::endless(&[]).await;
    for attack in SQL {
        let once = utf8_percent_encode(attack, NON_ALPHANUMERIC).to_string();
        let twice = utf8_percent_encode(&once, NON_ALPHANUMERIC).to_string();
        let plus = once.replace("%20", "+");
        for path in [
            format!("/api/v1/price/{twice}"),
            format!("/api/v1/history/BTC?cursor={twice}"),
            format!("/api/v1/history/BTC?cursor={plus}"),
        ] {
            assert_eq!(shop.caller().get(&path).await.refusal(), (400, "sqli_attempt".into()), "{path}");
        }
        let escaped = escaped(attack);
        let body = format!("{{\"email\":\"{escaped}\",\"password\":\"x\"}}");
        assert_eq!(
            shop.caller().post_raw("/api/v1/auth/login", body).await.refusal(),
            (400, "sqli_attempt".into()),
            "{attack}"
        );
    }
}

#[tokio::test]
async fn the_attack_of_the_manual_is_refused_as_it_is_sent() {
    let shop = Shop::open().await;
    let reply = shop.caller().get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
    assert_eq!(reply.refusal(), (400, "sqli_attempt".into()));
    let event = &shop.event_log()[0];
    assert_eq!(
        (event.kind.word(), event.kind.owasp(), &*event.route),
        ("sqli_attempt", Some("malicious_sqli"), "GET /api/v1/price/{asset}")
    );
}
