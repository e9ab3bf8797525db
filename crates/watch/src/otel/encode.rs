//! Numbers and spans in the form of OTLP 1 as JSON: whole numbers of 64 bits are text there, names of traces are hex.
//!
//! Names follow the semantic conventions where there is one (`http.server.request.duration` and the attributes of HTTP
//! spans). Left out on purpose, because callers write them and they may hold secrets or anything at all: the path, the
//! query, the user agent, methods of a caller's own.

use aspis_core::clock::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    numbers::{self, Family, Number},
    spans::Span,
};
use crate::metrics::{Answered, BOUNDS, Metrics, UNKNOWN};

/// Who sends it.
#[derive(Debug, Clone)]
pub struct Service {
    /// What the service is called.
    pub name: String,
    /// Which of its processes this is.
    pub instance: String,
    /// What kind of place it runs in.
    pub environment: &'static str,
    /// Whether callers use http or https.
    pub scheme: &'static str,
    /// The path of each row of the surface table, with its parameters in braces.
    pub routes: Vec<&'static str>,
}

/// The moments that numbers stand between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Since {
    pub(super) start: Timestamp,
    pub(super) now: Timestamp,
}

impl Service {
    /// The numbers as they stand now.
    pub(super) fn metrics(&self, metrics: &Metrics, since: Since) -> Value {
        let text = metrics.render();
        let families = numbers::read(&text);
        let others = families.iter().filter(|family| !family.points.is_empty());
        let mut all: Vec<Value> = others.map(|family| named(family, since)).collect();
        let durations: Vec<Value> =
            metrics.answers().map(|answered| self.duration(&answered, since)).collect();
        if !durations.is_empty() {
            all.push(json!({
                "name": "http.server.request.duration",
                "description": "From the first door to the answer",
                "unit": "s",
                "histogram": {"aggregationTemporality": CUMULATIVE, "dataPoints": durations},
            }));
        }
        json!({"resourceMetrics": [{
            "resource": self.resource(),
            "scopeMetrics": [{"scope": scope(), "metrics": all}],
        }]})
    }

    fn duration(&self, answered: &Answered<'_>, since: Since) -> Value {
        let (method, path) = answered.route.split_once(' ').unwrap_or((OTHER, UNKNOWN));
        let route = (answered.route != UNKNOWN).then(|| text("http.route", path));
        let status = answered.status;
        let known =
            [text("http.request.method", method), text("url.scheme", self.scheme), int(STATUS, status)];
        let error = (status >= 500).then(|| text("error.type", &status.to_string()));
        json!({
            "attributes": known.into_iter().chain(route).chain(error).collect::<Vec<_>>(),
            "startTimeUnixNano": nanos(since.start),
            "timeUnixNano": nanos(since.now),
            "count": answered.took.count().to_string(),
            "sum": answered.took.seconds(),
            "bucketCounts": answered.took.buckets.map(|count| count.to_string()),
            "explicitBounds": BOUNDS,
        })
    }

    /// These spans.
    pub(super) fn traces(&self, spans: &[Span]) -> Value {
        let spans: Vec<Value> = spans.iter().map(|span| self.span(span)).collect();
        json!({"resourceSpans": [{
            "resource": self.resource(),
            "scopeSpans": [{"scope": scope(), "spans": spans}],
        }]})
    }

    fn span(&self, span: &Span) -> Value {
        let route = span.row.and_then(|row| self.routes.get(row)).copied();
        let mut written = Map::new();
        let mut put = |name: &str, value: Value| written.insert(name.to_owned(), value);
        put("traceId", span.trace.to_string().into());
        put("spanId", span.span.to_string().into());
        if let Some(parent) = span.parent {
            put("parentSpanId", parent.to_string().into());
        }
        put(
            "name",
            route.map_or_else(
                || method_name(span.method).into(),
                |route| format!("{} {route}", method_name(span.method)).into(),
            ),
        );
        put("kind", SERVER.into());
        put("startTimeUnixNano", nanos(span.at).into());
        let took = i64::try_from(span.took.as_nanos()).unwrap_or(i64::MAX);
        put("endTimeUnixNano", (i128::from(span.at.0) * 1000 + i128::from(took)).to_string().into());
        put("attributes", attributes(span, route).into());
        if let Some(link) = span.link {
            let link = json!({"traceId": link.trace.to_string(), "spanId": link.span.to_string()});
            put("links", vec![link].into());
        }
        if span.status >= 500 {
            put("status", json!({"code": ERROR}));
        }
        written.into()
    }

    fn resource(&self) -> Value {
        json!({"attributes": [
            text("service.name", &self.name),
            text("service.version", env!("CARGO_PKG_VERSION")),
            text("service.instance.id", &self.instance),
            text("deployment.environment.name", self.environment),
        ]})
    }
}

/// What the standard calls a method that it does not know.
const OTHER: &str = "_OTHER";
const STATUS: &str = "http.response.status_code";
/// Sums since the start, not since the last time.
const CUMULATIVE: u8 = 2;
/// The kind of a span.
const SERVER: u8 = 2;
/// The status of a span.
const ERROR: u8 = 2;

/// In the name of a span an unknown method is called so.
fn method_name(method: &'static str) -> &'static str {
    if method == OTHER { "HTTP" } else { method }
}

fn attributes(span: &Span, route: Option<&str>) -> Vec<Value> {
    let scheme = if span.https { "https" } else { "http" };
    let mut all = vec![
        text("http.request.method", span.method),
        text("url.scheme", scheme),
        text("network.protocol.name", "http"),
        text("network.protocol.version", span.version),
        int(STATUS, span.status),
        text("aspis.request_id", &span.request.to_string()),
    ];
    all.extend(route.map(|route| text("http.route", route)));
    all.extend(span.refused.map(|word| text("aspis.refused", word)));
    all.extend(span.client.map(|address| text("client.address", &address.to_string())));
    if span.status >= 500 {
        let kind = span.refused.map_or_else(|| span.status.to_string(), str::to_owned);
        all.push(text("error.type", &kind));
    }
    all
}

/// A family by a name of our own: `aspis_events` is `aspis.events`.
fn named(family: &Family<'_>, since: Since) -> Value {
    let points: Vec<Value> = family
        .points
        .iter()
        .map(|point| {
            let attributes: Vec<_> = point.labels.iter().map(|(name, value)| text(name, value)).collect();
            let mut written = json!({"attributes": attributes, "timeUnixNano": nanos(since.now)});
            if family.counts {
                written["startTimeUnixNano"] = nanos(since.start).into();
            }
            match point.value {
                Number::Whole(value) => written["asInt"] = value.to_string().into(),
                Number::Real(value) => written["asDouble"] = value.into(),
            }
            written
        })
        .collect();
    let (kind, data) = if family.counts {
        let data = json!({"aggregationTemporality": CUMULATIVE, "isMonotonic": true, "dataPoints": points});
        ("sum", data)
    } else {
        ("gauge", json!({"dataPoints": points}))
    };
    json!({"name": family.name.replacen('_', ".", 1), "description": family.help, "unit": unit(family.name), kind: data})
}

/// The unit by the ending of a name, as UCUM writes it.
fn unit(name: &str) -> &'static str {
    match name.rsplit('_').next() {
        Some("seconds") => "s",
        Some("days") => "d",
        Some("bytes") => "By",
        _ => "1",
    }
}

fn scope() -> Value {
    json!({"name": "aspis", "version": env!("CARGO_PKG_VERSION")})
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn int(key: &str, value: u16) -> Value {
    json!({"key": key, "value": {"intValue": value.to_string()}})
}

fn nanos(at: Timestamp) -> String {
    (i128::from(at.0) * 1000).to_string()
}
