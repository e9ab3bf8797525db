//! What browsers report of a broken policy: taken from everybody, believed little, told once an hour.

use std::time::Duration;

use aspis_core::event::Event;
use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

const OLD: &str = "application/csp-report";
const NEW: &str = "application/reports+json";

fn old(blocked: &str, page: &str) -> Value {
    json!({"csp-report": {
        "document-uri": page,
        "referrer": "",
        "violated-directive": "script-src-elem",
        "effective-directive": "script-src-elem",
        "original-policy": "default-src 'none'",
        "disposition": "enforce",
        "blocked-uri": blocked,
        "status-code": 200,
        "script-sample": "<script>alert(document.cookie)</script>"
    }})
}

fn new(blocked: &str, page: &str) -> Value {
    json!([{"type": "csp-violation", "age": 10, "url": page, "user_agent": "x", "body": {
        "documentURL": page,
        "blockedURL": blocked,
        "effectiveDirective": "img-src",
        "originalPolicy": "default-src 'none'",
        "sample": "' or 1=1--",
        "disposition": "enforce",
        "statusCode": 200
    }}, {"type": "deprecation", "body": {"id": "x"}}, {"type": "intervention"}])
}

async fn send(shop: &Shop, kind: &str, body: impl ToString) -> Reply {
    shop.caller().with("content-type", kind).call("POST", "/csp-report", body.to_string()).await
}

fn told(shop: &Shop) -> Vec<Event> {
    shop.event_log().into_iter().filter(|event| event.kind.word() == "csp_violation").collect()
}

#[tokio::test]
async fn both_forms_become_one_event_each() {
    let shop = Shop::endless(&[]).await;
    let page = "https://api.example.org/docs?token=secret-of-ada#x";
    let reply = send(&shop, OLD, old("https://evil.example/x.js?cookie=stolen", page)).await;
    assert_eq!((reply.status(), reply.text()), (204, String::new()));
    assert_eq!(send(&shop, NEW, new("https://evil.example/x.png", page)).await.status(), 204);
    let events = told(&shop);
    let rules: Vec<_> = events.iter().map(|event| event.rule.clone().unwrap()).collect();
    assert_eq!(
        rules.iter().map(|rule| &*rule.name).collect::<Vec<_>>(),
        ["csp.script-src-elem", "csp.img-src"]
    );
    assert!(rules.iter().all(|rule| rule.place.as_deref() == Some("/docs: https://evil.example")));
    assert!(rules.iter().all(|rule| rule.count == Some(1)));
    let first = &events[0];
    assert_eq!(first.kind.owasp(), Some("malicious_csp_violation"));
    assert_eq!(first.kind.scenario().map(aspis_core::scenario::Scenario::word), Some("cross_site_scripting"));
    assert!(first.client.is_some() && first.request.is_some());
    let said = format!("{events:?}");
    assert!(["secret", "stolen", "alert", "or 1=1"].iter().all(|word| !said.contains(word)), "{said}");
}

#[tokio::test]
async fn the_same_again_is_counted_and_told_when_the_hour_is_over() {
    let shop = Shop::endless(&[]).await;
    let same = || old("https://evil.example/x.js", "https://api.example.org/docs");
    for _ in 0..50 {
        assert_eq!(send(&shop, OLD, same()).await.status(), 204);
    }
    assert_eq!(told(&shop).len(), 1);
    send(&shop, OLD, old("https://other.example/x.js", "https://api.example.org/docs")).await;
    send(&shop, OLD, old("https://evil.example/x.js", "https://api.example.org/problems/not_found")).await;
    assert_eq!(told(&shop).len(), 3, "another origin, another page");
    shop.wait(Duration::from_secs(3600));
    shop.app.beat();
    let last = told(&shop).pop().unwrap().rule.unwrap();
    assert_eq!((told(&shop).len(), last.count), (4, Some(50)));
    send(&shop, OLD, same()).await;
    assert_eq!(told(&shop).len(), 5, "a new hour");
}

#[tokio::test]
async fn made_up_reports_fill_neither_memory_nor_log() {
    let shop = Shop::endless(&[]).await;
    for n in 0..1500 {
        let reply =
            send(&shop, OLD, old(&format!("https://h{n}.example/"), "https://api.example.org/docs")).await;
        assert_eq!(reply.status(), 204);
    }
    assert_eq!(told(&shop).len(), 1001);
}

#[tokio::test]
async fn what_is_no_report_is_refused() {
    let shop = Shop::endless(&[]).await;
    for (kind, body, refused) in [
        (
            "application/json",
            old("inline", "https://a.example/").to_string(),
            (415, "unsupported_media_type"),
        ),
        ("text/plain", "{}".to_owned(), (415, "unsupported_media_type")),
        (OLD, String::new(), (400, "invalid_json")),
        (OLD, "{".to_owned(), (400, "invalid_json")),
        (OLD, "{\"csp-report\":{},\"csp-report\":{}}".to_owned(), (400, "invalid_json")),
        (OLD, "{}".to_owned(), (400, "invalid_input")),
        (OLD, "7".to_owned(), (400, "invalid_input")),
        (NEW, "[{\"body\":{}}]".to_owned(), (400, "invalid_input")),
        (OLD, json!({"csp-report": {"x": "y".repeat(17_000)}}).to_string(), (413, "body_too_large")),
    ] {
        let reply = send(&shop, kind, &body).await;
        assert_eq!(
            reply.refusal(),
            (refused.0, refused.1.to_owned()),
            "{kind} {}",
            &body[..body.len().min(60)]
        );
    }
    assert!(told(&shop).is_empty());
    assert_eq!(shop.caller().get("/csp-report").await.status(), 405);
}

#[tokio::test]
async fn reports_spend_the_budget_of_pages() {
    let shop = Shop::with(&["rate.static=3/minute"]).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(send(&shop, OLD, old("inline", "https://a.example/docs")).await.status());
    }
    assert_eq!(statuses, [204, 204, 204, 429]);
}
