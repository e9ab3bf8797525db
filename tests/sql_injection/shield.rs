//! The shield around somebody else's service: bodies of every form are read once, and reach the service as they were sent.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use aspis_core::{
    rate::Rate,
    refusal::Shed,
    scenario::{
        data_scraping::{
            enumeration::{Enumeration, Rules},
            honey::Honey,
        },
        denial_of_service::{attack, windows::Windows},
    },
};
use aspis_guard::{
    Arrival, Corridor, CorridorLayer, Entrant, Parts,
    body::BodyLimits,
    corridor::{Defence, Meter, Rates, Watch},
    modes::Modes,
    surface::{Access, BodyKind, Class, Row, Surface},
};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceExt};

use crate::shop::Shop;

/// A service that says back what it got.
#[derive(Clone)]
pub(super) struct Echo;

impl Service<Entrant> for Echo {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, entrant: Entrant) -> Self::Future {
        ready(Ok(Response::new(Full::new(entrant.body))))
    }
}

struct Uncounted;

impl Meter for Uncounted {
    fn done(&self, _: Option<usize>, _: u16, _: Duration, _: Option<Shed>) {}
}

/// A shield with one route, which takes any body; of the shop it only uses time, chance and the list of people.
pub(super) fn shield(shop: &Shop) -> Corridor<Echo> {
    let row = Row {
        method: Method::POST,
        path: "/upload",
        class: Class::Default,
        access: Access::Public,
        scope: None,
        body: BodyKind::Any,
        query: &[],
        queued: false,
        metered: false,
    };
    let many: Rate = "60000/minute".parse().unwrap();
    let app = &shop.app;
    let rules = attack::Rules { auto: false, after: Duration::from_secs(5), quiet: Duration::from_secs(60) };
    let watch = Rules {
        window: Duration::from_secs(60),
        assets: 100,
        pages: 100,
        clockwork: 100,
        unknown: 100,
        score: 100,
        clients: 100,
    };
    let parts = Parts {
        surface: Arc::new(Surface::new(vec![row]).unwrap()),
        people: Arc::clone(&app.people),
        keys: Arc::clone(&app.keys),
        clock: Arc::clone(&app.clock),
        chance: Arc::clone(&app.chance),
        events: Arc::clone(&app.events),
        meter: Arc::new(Uncounted),
        proxies: aspis_core::forwarded::Proxies::new(Vec::new(), aspis_core::forwarded::Field::Forwarded),
        windows: Arc::new(Windows::new(1000, [7; 16])),
        budgets: None,
        passes: None,
        peers: None,
        blocks: Arc::new(aspis_guard::blocks::Blocks::new(Vec::new())),
        exemptions: Arc::default(),
        mistakes: None,
        recorder: None,
        tracer: None,
        posture: aspis_guard::corridor::Posture::default(),
        legacy_fields: false,
        rates: Rates { classes: Class::ALL.map(|_| many), family: many },
        body: BodyLimits {
            max_bytes: 65_536,
            max_depth: 16,
            time: Duration::from_secs(5),
            held_bytes: 1 << 20,
        },
        url_bytes: 8192,
        https_only: false,
        operators_strong: false,
        public_origin: None,
        cors: aspis_core::scenario::request_forgery::cors::Cors::default(),
        in_progress: 100,
        defence: Defence { rules, slots: 0.9, tighten: 0.5, opens: Duration::from_secs(600) },
        scraping: Watch {
            enumeration: Arc::new(Enumeration::new(watch, std::hash::RandomState::new())),
            rules: watch,
            honey: Arc::new(Honey::new::<&str>(&[]).unwrap()),
            known_asset: Arc::new(|_| false),
            page_rows: 100,
        },
        refusal_delay: Duration::ZERO,
        modes: vec![Modes::default()],
        default_modes: Modes::default(),
    };
    CorridorLayer::new(parts).layer(Echo)
}

pub(super) async fn send(shield: &Corridor<Echo>, kind: &str, body: impl Into<Bytes>) -> (u16, Bytes) {
    let request = Request::post("/upload").header("host", "127.0.0.1:8001").header("content-type", kind);
    let mut request = request.body(Full::new(body.into())).unwrap();
    request.extensions_mut().insert(Arrival { peer: ([203, 0, 113, 7], 4000).into(), https: false });
    let response = shield.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    (status, response.into_body().collect().await.unwrap().to_bytes())
}

pub(super) const PARTS: &str = "multipart/form-data; boundary=x";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn parts(fields: &[(&str, &str)]) -> String {
    let parts = fields.iter().map(|(name, text)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    });
    parts.collect::<String>() + "--x--\r\n"
}

#[tokio::test]
async fn ordinary_bodies_reach_the_service_byte_for_byte() {
    let shop = Shop::endless(&[]).await;
    let shield = shield(&shop);
    for (kind, body) in [
        ("application/json", "{ \"name\" : \"O'Brien\", \"x\": [1, \"a < b && c > d\"] }".to_owned()),
        (FORM, "name=O%27Brien&note=select+a+plan+from+the+union&e=%e6%97%a5".to_owned()),
        (
            PARTS,
            parts(&[("name", "O'Brien"), ("code", "if (a < b && c > d) { return; }\r\n"), ("empty", "")]),
        ),
        ("text/plain; charset=utf-8", "Drop Table Ltd, naïve café".to_owned()),
    ] {
        let (status, answer) = send(&shield, kind, body.clone()).await;
        assert_eq!((status, answer), (200, Bytes::from(body)), "{kind}");
    }
    let (status, answer) = send(&shield, "application/xml", "").await;
    assert_eq!((status, answer.len()), (200, 0), "nothing is of any type");
}

#[tokio::test]
async fn an_attack_is_found_in_every_form_and_place() {
    let shop = Shop::endless(&[]).await;
    let shield = shield(&shop);
    for (attack, code) in [
        ("x' UNION SELECT password FROM users--", "sqli_attempt"),
        ("<img src=x onerror=alert(1)>", "xss_attempt"),
        ("../../../../etc/passwd", "traversal_attempt"),
    ] {
        let escaped = attack.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
        let twice = escaped.replace('%', "%25");
        let file = attack.replace('"', "");
        for (kind, body) in [
            ("application/json", serde_json::json!({"a": {"b": [attack]}}).to_string()),
            ("application/json", serde_json::json!({(attack): 1}).to_string()),
            (FORM, format!("a=1&b={escaped}")),
            (FORM, format!("{escaped}=1")),
            (FORM, format!("a=1&b={twice}")),
            (PARTS, parts(&[("a", attack), ("b", "1")])),
            (PARTS, parts(&[("a", "1"), ("last", attack)])),
            (
                PARTS,
                format!(
                    "--x\r\nContent-Disposition: form-data; name=f; filename=\"{file}\"\r\n\r\n1\r\n--x--"
                ),
            ),
            (
                PARTS,
                format!(
                    "--x\r\nContent-Disposition: form-data; name=f; filename*=UTF-8''{escaped}\r\n\r\n1\r\n--x--"
                ),
            ),
            ("text/plain", attack.to_owned()),
        ] {
            let (status, answer) = send(&shield, kind, body.clone()).await;
            let problem: serde_json::Value = serde_json::from_slice(&answer).unwrap_or_default();
            assert_eq!((status, problem["code"].as_str()), (400, Some(code)), "{kind}: {body}");
            assert!(!String::from_utf8_lossy(&answer).contains(attack), "{kind}");
        }
    }
    let seen = shop.event_log().pop().unwrap().rule.unwrap().seen.unwrap();
    assert!(!seen.as_str().contains("passwd") && seen.as_str().contains("/aaa/aaaaaa"), "{seen:?}");
}

#[tokio::test]
async fn what_cannot_be_read_in_one_way_is_refused() {
    let shop = Shop::endless(&[]).await;
    let shield = shield(&shop);
    let nested = "--x\r\nContent-Disposition: form-data; name=f\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y--\r\n--x--";
    for (kind, body, status) in [
        ("application/json", "{\"a\":1,\"a\":2}", 400),
        (FORM, "a=%zz", 400),
        (FORM, "a=%ff", 400),
        (PARTS, "--x\r\n", 400),
        (PARTS, "--x--\r\nbehind", 400),
        (PARTS, nested, 400),
        ("multipart/form-data", "--x--", 415),
        ("multipart/mixed; boundary=x", "--x--", 415),
        ("application/xml", "<a/>", 415),
        ("application/x-www-form-urlencoded; charset=utf-16", "a=1", 415),
        ("text/plain; charset=utf-7", "+ADw-script+AD4-", 415),
    ] {
        assert_eq!(send(&shield, kind, body).await.0, status, "{kind}: {body}");
    }
    assert_eq!(send(&shield, FORM, "a=".repeat(40_000)).await.0, 413);
}
