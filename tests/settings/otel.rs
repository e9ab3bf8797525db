//! `[otel]`: numbers and traces to a collector.

use serde_json::Value;

use super::Shop;
use crate::{
    server::Home,
    shop::{Receiver, Traced, attribute, points, spans},
};

#[tokio::test]
async fn otel_endpoint() {
    assert!(Shop::open().await.app.exporter().is_none(), "nothing goes anywhere by itself");
    let collector = Receiver::kind();
    let traced = Traced::open(&collector, &[]).await;
    for path in ["/api/v1/price/BTC", "/api/v1/price/BTC", "/api/v1/price/NO", "/nowhere"] {
        traced.shop.caller().get(path).await;
    }
    let shop = traced.ends().await;
    let posts = collector.posts();
    let lines: Vec<_> = posts.iter().map(|post| post.line.as_str()).collect();
    assert_eq!(lines, ["POST /services/c4n4ry/v1/metrics HTTP/1.1"]);
    let durations = points(&posts, "http.server.request.duration");
    let price = |status: &str| {
        let wanted = [("http.route", "/api/v1/price/{asset}"), ("http.response.status_code", status)];
        let is = |point: &&Value| {
            wanted.iter().all(|(key, value)| attribute(point, key).as_deref() == Some(*value))
        };
        let counts = durations.iter().filter(is).map(|point| point["count"].as_str().unwrap().to_owned());
        counts.collect::<Vec<_>>()
    };
    assert_eq!((price("200"), price("404")), (vec!["2".to_owned()], vec!["1".to_owned()]));
    let text = shop.app.metrics.render();
    let own = r#"aspis_http_request_duration_seconds_count{route="GET /api/v1/price/{asset}"} 3"#;
    assert!(text.contains(own), "the same as /metrics: {text}");
    let requests = points(&posts, "aspis.http_requests");
    let unknown = requests.iter().find(|point| {
        (attribute(point, "route"), attribute(point, "status"))
            == (Some("unknown".into()), Some("4xx".into()))
    });
    assert_eq!(unknown.unwrap()["asInt"], "1");
}

#[tokio::test]
async fn otel_headers() {
    let collector = Receiver::kind();
    let fields = r#"otel.headers=["Authorization: Bearer c4n4ry", "X-Scope-OrgID: shop"]"#;
    Traced::open(&collector, &[fields]).await.ends().await;
    let posts = collector.got(1).await;
    assert_eq!(posts[0].fields["authorization"], "Bearer c4n4ry");
    assert_eq!(posts[0].fields["x-scope-orgid"], "shop");
}

#[tokio::test]
async fn otel_service() {
    for (settings, name) in [(&[][..], "aspis"), (&["otel.service=the market"], "the market")] {
        let collector = Receiver::kind();
        Traced::open(&collector, settings).await.ends().await;
        let body = collector.got(1).await[0].json();
        let resource = &body["resourceMetrics"][0]["resource"];
        assert_eq!(attribute(resource, "service.name").as_deref(), Some(name));
        assert_eq!(attribute(resource, "deployment.environment.name").as_deref(), Some("development"));
    }
}

#[tokio::test]
async fn otel_interval() {
    for (interval, least) in [("1s", 2), ("1h", 0)] {
        let collector = Receiver::kind();
        let traced = Traced::open(&collector, &[&format!("otel.interval={interval}")]).await;
        let before = collector.got(least).await.len();
        assert!(least > 0 || before == 0, "{interval}: {before}");
        traced.ends().await;
    }
}

#[tokio::test]
async fn otel_traces_ratio() {
    for (ratio, least, most) in [("0", 0, 0), ("0.5", 60, 140), ("1", 200, 200)] {
        let collector = Receiver::kind();
        let traced = Traced::open(&collector, &[&format!("otel.traces_ratio={ratio}")]).await;
        for _ in 0..200 {
            traced.shop.caller().get("/api/v1/price/BTC").await;
        }
        traced.ends().await;
        let count = spans(&collector.posts()).len();
        assert!((least..=most).contains(&count), "{ratio}: {count}");
    }
}

#[tokio::test]
async fn otel_client_address() {
    for (tells, address) in [("false", None), ("true", Some("203.0.113.7"))] {
        let collector = Receiver::kind();
        let own = format!("otel.client_address={tells}");
        let traced = Traced::open(&collector, &["otel.traces_ratio=1", &own]).await;
        traced.shop.caller().get("/api/v1/price/BTC").await;
        traced.ends().await;
        let posts = collector.posts();
        assert_eq!(attribute(&spans(&posts)[0], "client.address").as_deref(), address);
        let told = posts.iter().any(|post| post.body.contains("203.0.113.7"));
        assert_eq!(told, address.is_some(), "{tells}");
    }
}

#[test]
fn a_collector_that_is_half_set_is_named() {
    let home = Home::furnished();
    for (settings, key) in [
        (&["otel.endpoint=c4n4ry"][..], "otel.endpoint"),
        (&["otel.endpoint=https://c4n4ry@collector.example"], "otel.endpoint"),
        (&["otel.endpoint=https://collector.example/?key=c4n4ry"], "otel.endpoint"),
        (&["otel.headers=[\"c4n4ry\"]"], "otel.headers"),
        (&["otel.endpoint=https://collector.example", "otel.headers=[\"a b: c4n4ry\"]"], "otel.headers"),
        (&["otel.endpoint=http://192.0.2.1:4318", "otel.headers=[\"a: c4n4ry\"]"], "otel.headers"),
    ] {
        let (_, said) = home.fails(settings);
        assert!(said.contains(key) && !said.contains("c4n4ry"), "{settings:?}: {said}");
    }
}
