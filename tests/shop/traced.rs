//! A shop whose telemetry goes to a collector.

use serde_json::Value;
use tokio::{sync::oneshot, task::JoinSet};

use super::{Post, Receiver, Shop};

/// A shop with its exporter at work.
pub(crate) struct Traced {
    pub(crate) shop: Shop,
    end: oneshot::Sender<()>,
    exporting: JoinSet<()>,
}

impl Traced {
    /// With numbers that are sent at the end alone, unless the settings say otherwise.
    pub(crate) async fn open(collector: &Receiver, settings: &[&str]) -> Self {
        let endpoint = format!("otel.endpoint={}", collector.url());
        let shop = Shop::lenient(&[&[endpoint.as_str(), "otel.interval=1h"], settings].concat()).await;
        let (end, ended) = oneshot::channel();
        let mut exporting = JoinSet::new();
        exporting.spawn(shop.app.exporter().unwrap().run(async { drop(ended.await) }));
        Self { shop, end, exporting }
    }

    /// The end of the server, with everything that was still to be sent.
    pub(crate) async fn ends(mut self) -> Shop {
        self.end.send(()).unwrap();
        self.exporting.join_next().await.unwrap().unwrap();
        self.shop
    }
}

/// The spans in all of these.
pub(crate) fn spans(posts: &[Post]) -> Vec<Value> {
    let traces = posts.iter().filter(|post| post.line.contains("/v1/traces"));
    let of =
        |post: &Post| post.json()["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone();
    traces.flat_map(of).collect()
}

/// The last points of a metric, by the attributes that they have.
pub(crate) fn points(posts: &[Post], name: &str) -> Vec<Value> {
    let last = posts.iter().rfind(|post| post.line.contains("/v1/metrics")).unwrap().json();
    let all = last["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap().clone();
    let found = all.into_iter().find(|metric| metric["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no {name}: {last}"));
    let kinds = ["sum", "gauge", "histogram"].iter();
    kinds.filter_map(|kind| found[*kind]["dataPoints"].as_array().cloned()).flatten().collect()
}

/// The text or number of an attribute.
pub(crate) fn attribute(of: &Value, key: &str) -> Option<String> {
    let value = &of["attributes"].as_array()?.iter().find(|one| one["key"] == key)?["value"];
    value["stringValue"].as_str().or(value["intValue"].as_str()).map(str::to_owned)
}
