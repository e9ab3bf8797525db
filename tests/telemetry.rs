//! Traces and numbers on their way to a collector: whose trace a request is a part of, and what is never told.

use serde_json::{Value, json};

use crate::{
    server::Server,
    shop::{Act, Receiver, Traced, attribute, spans},
};

/// The example of the standard, kept and not kept by whoever sends it.
const KEPT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const FORGOTTEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

/// The spans of some requests that all say the same of where they come from.
async fn traced(settings: &[&str], traceparents: &[&str]) -> Vec<Value> {
    let collector = Receiver::kind();
    let traced = Traced::open(&collector, &[&["otel.traces_ratio=1"], settings].concat()).await;
    let mut caller = traced.shop.caller();
    for field in traceparents {
        caller = caller.with("traceparent", field);
    }
    assert_eq!(caller.get("/api/v1/price/BTC").await.status(), 200, "it is nobody's reason to refuse");
    traced.ends().await;
    spans(&collector.posts())
}

const PROXY: &str = r#"server.trusted_proxies=["203.0.113.7"]"#;

#[tokio::test]
async fn by_a_trusted_proxy_a_request_is_a_part_of_its_trace() {
    let spans = traced(&[PROXY], &[KEPT]).await;
    assert_eq!((&spans[0]["traceId"], &spans[0]["parentSpanId"]), (&json!(TRACE), &json!(SPAN)));
    assert_eq!(spans[0].get("links"), None);
    assert_eq!(traced(&[PROXY], &[FORGOTTEN]).await, [] as [Value; 0], "the proxy keeps nothing of it");
}

#[tokio::test]
async fn by_anybody_it_is_linked_to_and_no_more() {
    for field in [KEPT, FORGOTTEN] {
        let spans = traced(&[], &[field]).await;
        assert_ne!(spans[0]["traceId"], TRACE);
        assert_eq!(spans[0].get("parentSpanId"), None);
        assert_eq!(spans[0]["links"], json!([{"traceId": TRACE, "spanId": SPAN}]));
    }
}

#[tokio::test]
async fn what_is_no_traceparent_is_nothing() {
    for fields in [&[][..], &["00-c4n4ry-01"], &[KEPT, KEPT], &[&KEPT.to_uppercase()]] {
        for settings in [&[][..], &[PROXY]] {
            let spans = traced(settings, fields).await;
            assert_eq!(spans.len(), 1, "{fields:?}");
            assert!(spans[0].get("links").is_none() && spans[0].get("parentSpanId").is_none(), "{fields:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_traced_as_what_it_is() {
    let collector = Receiver::kind();
    let traced = Traced::open(&collector, &["otel.traces_ratio=1"]).await;
    let hostile = traced.shop.caller().get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
    let name = hostile.json()["request_id"].as_str().unwrap().to_owned();
    traced.shop.caller().call("BREW", "/nowhere/c4n4ry", "").await;
    traced.shop.caller().call("DELETE", "/api/v1/price/BTC", "").await;
    traced.ends().await;
    let spans = spans(&collector.posts());
    assert_eq!(attribute(&spans[0], "aspis.refused").as_deref(), Some("sqli_attempt"));
    assert_eq!(attribute(&spans[0], "aspis.request_id"), Some(name), "by which `aspis explain` knows it");
    assert_eq!((&spans[1]["name"], spans[1].get("status")), (&json!("HTTP"), None));
    assert_eq!(attribute(&spans[1], "http.request.method").as_deref(), Some("_OTHER"));
    assert_eq!(spans[2]["name"], "DELETE /api/v1/price/{asset}");
    assert_eq!(attribute(&spans[2], "http.response.status_code").as_deref(), Some("405"));
}

#[tokio::test]
async fn nothing_that_a_caller_writes_is_told() {
    let collector = Receiver::kind();
    let traced = Traced::open(&collector, &["otel.traces_ratio=1"]).await;
    let mut laden = traced.shop.caller();
    for name in [
        "cookie",
        "authorization",
        "x-api-key",
        "tracestate",
        "baggage",
        "referer",
        "x-forwarded-for",
        "dpop",
    ] {
        laden = laden.with(name, "c4n4ry");
    }
    laden = laden.but("user-agent", "c4n4ry").but("host", "c4n4ry.example");
    for path in ["/c4n4ry", "/api/v1/price/c4n4ry?c4n4ry=c4n4ry", "/api/v1/history/BTC?from=c4n4ry"] {
        for method in ["GET", "C4N4RY", "POST"] {
            laden.call(method, path, "c4n4ry").await;
        }
    }
    let login = json!({"email": "c4n4ry@example.org", "password": "c4n4ry and more words"});
    traced.shop.caller().post("/api/v1/auth/login", &login).await;
    traced.ends().await;
    let posts = collector.posts();
    assert_eq!(spans(&posts).len(), 10);
    for post in posts {
        assert!(!post.body.to_ascii_lowercase().contains("c4n4ry"), "{}", post.body);
    }
}

#[test]
fn a_collector_that_is_gone_costs_nothing_and_is_spoken_of_once() {
    let collector = Receiver::moody(|_| Act::Say(503, "retry-after: 0\r\n"));
    let endpoint = format!("otel.endpoint={}", collector.url());
    let headers = r#"otel.headers=["Authorization: Bearer c4n4ry"]"#;
    let settings = [&endpoint, headers, "otel.interval=1s", "otel.traces_ratio=1", "log.level=trace"];
    let server = Server::start(&settings);
    for _ in 0..20 {
        assert_eq!(server.get("/api/v1/price/BTC").status, 200);
    }
    collector.waits_for(4);
    let (_, status, log) = server.stop();
    assert!(status.success(), "{log}");
    for signal in ["metrics", "traces"] {
        let told =
            log.lines().filter(|line| line.contains("takes no telemetry") && line.contains(signal)).count();
        assert_eq!(told, 1, "{signal}: {log}");
    }
    assert!(!log.contains("c4n4ry"), "{log}");
}
