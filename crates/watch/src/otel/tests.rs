use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use aspis_core::{
    chance::SeededChance,
    clock::{Clock, ManualClock, SystemClock, Timestamp},
    event::{Event, Kind, Sink},
    ids::RequestId,
    refusal::Code,
    trace::{Parent, SpanId, TraceId},
};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinSet};

use super::*;
use crate::{
    channels::{
        Client,
        tests::receiver::{Act, Received, Receiver},
    },
    metrics::{Metrics, RefusalCount},
};

mod sending;
mod written;

/// When every test begins.
const NOW: Timestamp = Timestamp::from_seconds(1_795_262_400);

fn service() -> Service {
    Service {
        name: "shop".to_owned(),
        instance: "one".to_owned(),
        environment: "production",
        scheme: "https",
        routes: vec!["/a/{b}", "/c"],
    }
}

fn metrics() -> Arc<Metrics> {
    Arc::new(Metrics::new(&["GET /a/{b}".to_owned(), "POST /c".to_owned()]))
}

fn span(number: u8) -> Span {
    Span {
        trace: TraceId::new([number; 16]),
        span: SpanId::new([number; 8]),
        parent: None,
        link: None,
        request: RequestId(uuid::Uuid::nil()),
        at: NOW,
        took: Duration::from_millis(250),
        method: "GET",
        version: "1.1",
        https: true,
        row: Some(0),
        status: 200,
        refused: None,
        client: None,
    }
}

/// An attribute by its name.
fn attribute<'a>(of: &'a Value, key: &str) -> Option<&'a Value> {
    of["attributes"].as_array()?.iter().find(|one| one["key"] == key).map(|one| &one["value"])
}

#[test]
fn a_collector_is_an_address_and_fields() {
    let good =
        |endpoint: &str, fields: &[&str]| Collector::parse(endpoint, fields).map(|one| one.fields.len());
    for endpoint in
        ["http://127.0.0.1:4318", "http://[::1]:4318/", "http://localhost:1/otlp", "https://c.example/x/"]
    {
        assert_eq!(
            good(endpoint, &["Authorization: Bearer hunter2", "x-scope-orgid: 1"]),
            Ok(2),
            "{endpoint}"
        );
    }
    let path = |endpoint: &str| {
        let collector = Collector::parse(endpoint, &[]).unwrap();
        [collector.metrics.path().to_owned(), collector.traces.path().to_owned()]
    };
    assert_eq!(path("https://c.example"), ["/v1/metrics", "/v1/traces"]);
    assert_eq!(path("https://c.example/otlp/"), ["/otlp/v1/metrics", "/otlp/v1/traces"]);
    for endpoint in
        ["", "c.example", "ftp://c.example", "https://c.example/?key=hunter2", "https://a:hunter2@c.example"]
    {
        assert_eq!(good(endpoint, &[]), Err(CollectorError::Address), "{endpoint}");
    }
    for wrong in ["hunter2", "a b: hunter2", ": hunter2", "a: hunter2\r\nb: c"] {
        assert_eq!(good("https://c.example", &[wrong]), Err(CollectorError::Field), "{wrong}");
    }
    assert_eq!(good("http://10.0.0.1:4318", &[]), Ok(0), "numbers alone may be read");
    assert_eq!(good("http://10.0.0.1:4318", &["a: hunter2"]), Err(CollectorError::Clear));
    assert!(!format!("{:?}", Collector::parse("https://c.example", &["a: hunter2"])).contains("hunter2"));
}
