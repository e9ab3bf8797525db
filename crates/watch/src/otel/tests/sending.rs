//! How it is sent: to collectors that take it, that do not, and that are not there.

use super::*;

/// An exporter at work, for as long as this lives.
struct Scene {
    metrics: Arc<Metrics>,
    spans: Spans,
    stop: Option<oneshot::Sender<()>>,
    tasks: JoinSet<()>,
}

impl Scene {
    fn open(endpoint: &str, interval: Duration) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(NOW));
        let metrics = metrics();
        let (exporter, spans) = Exporter::open(Parts {
            collector: Collector::parse(endpoint, &["Authorization: Bearer hunter2"]).unwrap(),
            client: Client::open_web(Arc::new(SystemClock::start())),
            service: service(),
            interval,
            metrics: Arc::clone(&metrics),
            clock,
            chance: Arc::new(SeededChance::new(7)),
        });
        let (stop, stopped) = oneshot::channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(exporter.run(async { drop(stopped.await) }));
        Self { metrics, spans, stop: Some(stop), tasks }
    }

    async fn ends(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.tasks.join_next().await.unwrap().unwrap();
    }

    /// The value of a line of `/metrics`, as soon as it is this.
    async fn until(&self, line: &str) {
        for _ in 0..6000 {
            if self.metrics.render().lines().any(|own| own == line) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never {line}: {}", self.metrics.render());
    }
}

fn address(receiver: &Receiver) -> String {
    format!("http://{}/otlp", receiver.address)
}

const OFTEN: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_secs(3600);

fn ids(post: &Received) -> Vec<String> {
    let spans = post.json()["resourceSpans"][0]["scopeSpans"][0]["spans"].clone();
    spans.as_array().unwrap().iter().map(|span| span["spanId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn numbers_are_sent_again_and_again() {
    let receiver = Receiver::kind().await;
    let scene = Scene::open(&address(&receiver), OFTEN);
    let posts = receiver.until(3).await;
    for post in &posts {
        assert_eq!(post.line, "POST /otlp/v1/metrics HTTP/1.1");
        assert_eq!(post.fields["content-type"], "application/json");
        assert_eq!(post.fields["authorization"], "Bearer hunter2");
        assert!(post.json()["resourceMetrics"].is_array());
    }
    scene.until(r#"aspis_otel_exports_total{signal="traces",outcome="taken"} 0"#).await;
    assert!(!scene.metrics.render().contains(r#"signal="metrics",outcome="taken"} 0"#));
}

#[tokio::test]
async fn spans_go_together_and_the_end_waits_for_the_last() {
    let receiver = Receiver::kind().await;
    let mut scene = Scene::open(&address(&receiver), NEVER);
    for number in 1..=3 {
        scene.spans.put(span(number));
    }
    scene.ends().await;
    let posts = receiver.until(2).await;
    let sent: Vec<_> = posts.iter().filter(|post| post.line.contains("/v1/traces")).flat_map(ids).collect();
    assert_eq!(sent, ["01", "02", "03"].map(|digits| digits.repeat(8)));
    assert!(posts.iter().any(|post| post.line.contains("/v1/metrics")), "and how it stood at the end");
}

#[tokio::test]
async fn what_is_not_taken_now_is_sent_again() {
    for status in [429, 502, 503, 504] {
        let receiver = Receiver::moody(move |number, _| match number {
            1 | 2 => Act::Say(status, "retry-after: 0\r\n"),
            _ => Act::Say(200, ""),
        })
        .await;
        let scene = Scene::open(&address(&receiver), NEVER);
        scene.spans.put(span(1));
        let posts = receiver.until(3).await;
        assert!(posts.iter().all(|post| ids(post) == ["01".repeat(8)]), "{status}: the same");
        scene.until(r#"aspis_otel_exports_total{signal="traces",outcome="retried"} 2"#).await;
        scene.until(r#"aspis_otel_exports_total{signal="traces",outcome="taken"} 1"#).await;
        scene.until("aspis_otel_spans_lost_total 0").await;
    }
}

#[tokio::test]
async fn what_is_refused_is_never_sent_again() {
    for status in [307, 400, 401, 404, 413, 500] {
        let receiver = Receiver::moody(move |number, _| match number {
            1 => Act::Say(status, "location: http://127.0.0.1:1/\r\n"),
            _ => Act::Say(200, ""),
        })
        .await;
        let scene = Scene::open(&address(&receiver), NEVER);
        scene.spans.put(span(1));
        scene.until("aspis_otel_spans_lost_total 1").await;
        scene.spans.put(span(2));
        let posts = receiver.until(2).await;
        assert_eq!(ids(&posts[1]), ["02".repeat(8)], "{status}");
        scene.until(r#"aspis_otel_exports_total{signal="traces",outcome="refused"} 1"#).await;
    }
}

#[tokio::test]
async fn nobody_waits_for_a_collector_that_does_not_answer() {
    let receiver = Receiver::moody(|_, _| Act::Hang).await;
    let mut scene = Scene::open(&address(&receiver), OFTEN);
    scene.spans.put(span(1));
    receiver.until(2).await;
    // Far more than there is room for: what finds none is counted, and the line does not grow.
    let put = (0..10_000).filter(|_| scene.spans.have_room()).map(|_| scene.spans.put(span(3))).count();
    assert!((1000..=2100).contains(&put), "{put}");
    scene.until(&format!("aspis_otel_spans_lost_total {}", 10_000 - put)).await;
    scene.ends().await;
}

#[tokio::test]
async fn a_collector_that_is_not_there_is_tried_again() {
    let nobody = "http://127.0.0.1:1";
    let mut scene = Scene::open(nobody, OFTEN);
    scene.until(r#"aspis_otel_exports_total{signal="metrics",outcome="retried"} 2"#).await;
    scene.ends().await;
    let text = scene.metrics.render();
    assert!(text.contains(r#"signal="metrics",outcome="retried"} 2"#), "no last word to nobody: {text}");
}
