//! What stands in messages.

use super::*;
use crate::otel::encode::Since;

fn written(metrics: &Metrics) -> Value {
    service().metrics(metrics, Since { start: NOW, now: NOW.plus(Duration::from_secs(60)) })
}

fn family<'a>(body: &'a Value, name: &str) -> &'a Value {
    let all = body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name}: {body}"))
}

#[test]
fn the_numbers_are_those_of_prometheus() {
    let metrics = metrics();
    let count = RefusalCount(Arc::clone(&metrics));
    for _ in 0..3 {
        count.record(Event::of_server(Kind::Refused(Code::SqliAttempt), NOW));
    }
    let body = written(&metrics);
    let refusals = family(&body, "aspis.refusals");
    let point = &refusals["sum"]["dataPoints"][0];
    assert_eq!(
        (&point["asInt"], attribute(point, "code")),
        (&json!("3"), Some(&json!({"stringValue": "sqli_attempt"})))
    );
    assert_eq!(refusals["sum"]["aggregationTemporality"], 2);
    assert_eq!(refusals["sum"]["isMonotonic"], true);
    assert_eq!(point["startTimeUnixNano"], "1795262400000000000");
    assert_eq!(point["timeUnixNano"], "1795262460000000000");
    let attack = family(&body, "aspis.under_attack");
    assert_eq!(attack["gauge"]["dataPoints"][0]["asInt"], "0");
    assert_eq!(attack["gauge"]["dataPoints"][0].get("startTimeUnixNano"), None);
}

/// Every name that Prometheus reads is there, too.
#[test]
fn nothing_is_forgotten() {
    let metrics = metrics();
    metrics.done(Some(0), 200, Duration::ZERO);
    metrics.ask_certificate_at(|| Some(7));
    metrics.ask_backup_at(|| Some(70));
    let body = written(&metrics);
    let text = metrics.render();
    let samples = text.lines().filter(|line| !line.starts_with('#') && !line.contains("_duration_seconds"));
    for line in samples {
        let name = line.split(['{', ' ']).next().unwrap();
        let name = name.strip_suffix("_total").unwrap_or(name).replacen('_', ".", 1);
        family(&body, &name);
    }
    let kinds: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    let histograms: Vec<_> = kinds.iter().filter(|kind| kind.ends_with(" histogram")).collect();
    assert_eq!(
        histograms,
        [&"aspis_http_request_duration_seconds histogram"],
        "another would need its own form"
    );
    assert!(kinds.len() > 5, "{kinds:?}");
}

#[test]
fn durations_are_named_as_the_conventions_say() {
    let metrics = metrics();
    for (row, status, millis) in
        [(Some(0), 200, 3), (Some(0), 200, 300), (Some(1), 503, 20_000), (None, 404, 1)]
    {
        metrics.done(row, status, Duration::from_millis(millis));
    }
    let body = written(&metrics);
    let durations = family(&body, "http.server.request.duration");
    assert_eq!(
        (&durations["unit"], &durations["histogram"]["aggregationTemporality"]),
        (&json!("s"), &json!(2))
    );
    let points = durations["histogram"]["dataPoints"].as_array().unwrap();
    assert_eq!(points.len(), 3, "one for each route and status that there was");
    let text =
        |point: usize, key: &str| attribute(&points[point], key).map(|value| value["stringValue"].clone());
    assert_eq!(
        (text(0, "http.request.method"), text(0, "http.route"), text(0, "url.scheme"), text(0, "error.type")),
        (Some("GET".into()), Some("/a/{b}".into()), Some("https".into()), None)
    );
    assert_eq!(attribute(&points[0], "http.response.status_code"), Some(&json!({"intValue": "200"})));
    assert_eq!((&points[0]["count"], points[0]["sum"].as_f64()), (&json!("2"), Some(0.303)));
    let (counts, bounds) = (points[0]["bucketCounts"].as_array().unwrap(), &points[0]["explicitBounds"]);
    assert_eq!((counts.len(), bounds.as_array().map(Vec::len)), (15, Some(14)));
    assert_eq!((&counts[0], &counts[7], &counts[14]), (&json!("1"), &json!("1"), &json!("0")));
    assert_eq!(text(1, "error.type"), Some("503".into()));
    assert_eq!((text(2, "http.request.method"), text(2, "http.route")), (Some("_OTHER".into()), None));
}

#[test]
fn a_span_is_one_of_a_server() {
    let parent = Parent { trace: TraceId::new([9; 16]), span: SpanId::new([8; 8]), sampled: true };
    let failed = Span {
        parent: Some(SpanId::new([7; 8])),
        link: Some(parent),
        status: 503,
        refused: Some("server_busy"),
        client: Some(Ipv4Addr::LOCALHOST.into()),
        ..span(1)
    };
    let odd = Span { method: "_OTHER", row: None, status: 404, https: false, ..span(2) };
    let body = service().traces(&[failed, odd]);
    let spans = &body["resourceSpans"][0]["scopeSpans"][0]["spans"];
    let (failed, odd) = (&spans[0], &spans[1]);
    assert_eq!((&failed["name"], &failed["kind"]), (&json!("GET /a/{b}"), &json!(2)));
    assert_eq!(failed["traceId"], "01".repeat(16));
    assert_eq!(
        (&failed["spanId"], &failed["parentSpanId"]),
        (&json!("01".repeat(8)), &json!("07".repeat(8)))
    );
    assert_eq!(failed["links"], json!([{"traceId": "09".repeat(16), "spanId": "08".repeat(8)}]));
    assert_eq!(failed["startTimeUnixNano"], "1795262400000000000");
    assert_eq!(failed["endTimeUnixNano"], "1795262400250000000");
    assert_eq!(failed["status"], json!({"code": 2}));
    let text = |of, key: &str| attribute(of, key).map(|value| value["stringValue"].clone());
    for (key, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/a/{b}"),
        ("url.scheme", "https"),
        ("network.protocol.version", "1.1"),
        ("aspis.refused", "server_busy"),
        ("error.type", "server_busy"),
        ("client.address", "127.0.0.1"),
    ] {
        assert_eq!(text(failed, key), Some(value.into()), "{key}");
    }
    assert_eq!(attribute(failed, "http.response.status_code"), Some(&json!({"intValue": "503"})));
    assert_eq!((&odd["name"], text(odd, "http.request.method")), (&json!("HTTP"), Some("_OTHER".into())));
    for key in ["http.route", "client.address", "error.type", "aspis.refused"] {
        assert_eq!(attribute(odd, key), None, "{key}");
    }
    for key in ["parentSpanId", "links", "status"] {
        assert_eq!(odd.get(key), None, "{key}: a caller's mistake is no error of ours");
    }
}

#[test]
fn who_sends_is_said() {
    let resource = &service().traces(&[span(1)])["resourceSpans"][0]["resource"];
    for (key, value) in [
        ("service.name", "shop"),
        ("service.instance.id", "one"),
        ("service.version", env!("CARGO_PKG_VERSION")),
        ("deployment.environment.name", "production"),
    ] {
        assert_eq!(attribute(resource, key), Some(&json!({"stringValue": value})), "{key}");
    }
}
