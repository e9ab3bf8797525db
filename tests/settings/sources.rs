//! `[sources]`: who is asked for prices, where, for what and how often. Everybody who is asked lives on this machine.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aspis_core::clock::Timestamp;
use aspis_market::{
    offered::{Offered, Taken},
    sources::{Takes, Waits},
};
use aspis_store::{
    Stored,
    prices::{Bar, Interval},
};
use async_trait::async_trait;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
    task::JoinSet,
};

use super::{PASSWORD, Shop, json};

/// What an operator sees of a source.
async fn shown(settings: &[&str], name: &str) -> Value {
    let shop = Shop::with(settings).await;
    seen(&shop, name).await
}

async fn seen(shop: &Shop, name: &str) -> Value {
    let token = operator(shop).await;
    let sources = shop.caller().token(&token).get("/api/v1/admin/sources").await.json();
    let all = sources["sources"].as_array().unwrap();
    all.iter().find(|source| source["name"] == name).unwrap().clone()
}

async fn operator(shop: &Shop) -> String {
    let invitation = shop.app.invitation().await.unwrap().expose().to_owned();
    let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Operator"});
    let there = shop.at("203.0.113.99");
    assert_eq!(there.post(&format!("/api/v1/auth/invitations/{invitation}"), &person).await.status(), 201);
    let login = json!({"email": "op@example.org", "password": PASSWORD});
    there.post("/api/v1/auth/login", &login).await.json()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn sources_enabled() {
    for (enabled, word) in [(true, "true"), (false, "false")] {
        let shop = Shop::with(&[&format!("sources.enabled={word}")]).await;
        assert_eq!(seen(&shop, "binance_official").await["enabled"], enabled);
        let feeds = shop.app.sources.feeds(&(Arc::new(Nobody) as Arc<dyn Takes>), &Watch::new().waits());
        assert_eq!(feeds.len(), if enabled { 2 } else { 0 });
    }
    // A source that is not trusted is not asked.
    let yahoo =
        shown(&["sources.enabled=true", "market.trusted_sources=[\"binance_official\"]"], "yfinance").await;
    assert_eq!(yahoo["enabled"], false);
}

#[tokio::test]
async fn sources_binance_url() {
    let source = shown(&["sources.binance_url=https://mirror.example/x"], "binance_official").await;
    assert_eq!(source["address"], "https://mirror.example/x");
    refused("sources.binance_url=http://mirror.example", "only this machine");
    refused("sources.binance_url=wss://mirror.example", "https://data.example.com");
    refused("sources.binance_url=https://user:S3CRET@mirror.example", "no place in an address");
}

#[tokio::test]
async fn sources_binance_stream_url() {
    let asked = asked(&["sources.binance_hourly=[\"BTC=BTCUSDT\"]"]).await;
    assert!(
        asked.paths.iter().any(|path| path.starts_with("/stream?streams=btcusdt@kline_1h")),
        "{:?}",
        asked.paths
    );
    refused("sources.binance_stream_url=ws://mirror.example", "only this machine");
}

#[tokio::test]
async fn sources_yahoo_url() {
    let source = shown(&["sources.yahoo_url=https://mirror.example"], "yfinance").await;
    assert_eq!(source["address"], "https://mirror.example");
}

#[tokio::test]
async fn sources_binance_hourly() {
    let asked = asked(&["sources.binance_hourly=[\"ETH=ETHUSDC\"]"]).await;
    assert!(asked.paths[0].starts_with("/api/v3/klines?symbol=ETHUSDC&interval=1h&"), "{:?}", asked.paths);
    refused("sources.binance_hourly=[\"eth=ETHUSDC\"]", "BTC=BTCUSDT");
    refused("sources.binance_hourly=[\"ETH=A\", \"ETH=B\"]", "twice");
}

#[tokio::test]
async fn sources_binance_daily() {
    let asked = asked(&["sources.binance_daily=[\"ETH=ETHUSDC\"]"]).await;
    assert!(asked.paths[0].starts_with("/api/v3/klines?symbol=ETHUSDC&interval=1d&"), "{:?}", asked.paths);
}

#[tokio::test]
async fn sources_yahoo_hourly() {
    let asked = asked(&["sources.yahoo_hourly=[\"EURUSD=EURUSD=X\"]"]).await;
    assert!(asked.paths[0].starts_with("/v8/finance/chart/EURUSD=X?"), "{:?}", asked.paths);
    assert!(asked.paths[0].contains("&interval=1h&"), "{:?}", asked.paths);
}

#[tokio::test]
async fn sources_yahoo_daily() {
    let asked = asked(&["sources.yahoo_daily=[\"DOW=^DJI\"]"]).await;
    assert!(asked.paths[0].starts_with("/v8/finance/chart/%5EDJI?"), "{:?}", asked.paths);
    assert!(asked.paths[0].contains("&interval=1d&"), "{:?}", asked.paths);
}

#[tokio::test]
async fn sources_backfill() {
    let days = [("2d", 2), ("10d", 10)];
    for (span, days) in days {
        let setting = format!("sources.backfill={span}");
        let asked = asked(&["sources.binance_daily=[\"ETH=ETHUSDC\"]", &setting]).await;
        let start =
            Timestamp::parse("2026-11-21").unwrap().minus(Duration::from_secs(days * 86_400)).millis();
        assert!(asked.paths[0].contains(&format!("startTime={start}&")), "{:?}", asked.paths);
    }
}

#[tokio::test]
async fn sources_every() {
    let asked = asked(&["sources.yahoo_daily=[\"IBM=IBM\"]", "sources.every=7m"]).await;
    assert_eq!(asked.waits, [Duration::from_secs(7 * 60)]);
    let source = asked.source.unwrap();
    assert_eq!(
        (source["state"].as_str(), source["next_try"].as_str()),
        // It answers, and the years since the shipped history do not come.
        (Some("failing"), Some("2026-11-21T12:07:00Z"))
    );
}

#[tokio::test]
async fn sources_requests() {
    let symbols = "sources.yahoo_daily=[\"IBM=IBM\", \"MSFT=MSFT\"]";
    let asked = asked(&[symbols, "sources.requests=12/minute"]).await;
    assert_eq!(asked.waits[0], BETWEEN, "the second request waits");
}

fn refused(setting: &str, said: &str) {
    let sources = aspis::settings::Sources::default().set(setting);
    let problems = aspis::settings::Settings::load(&sources).expect_err(setting).to_string();
    assert!(problems.contains(said), "{problems}");
    assert!(!problems.contains("S3CRET"), "{problems}");
}

/// What one round of the only source that has something to be asked for came to.
struct Asked {
    paths: Vec<String>,
    waits: Vec<Duration>,
    source: Option<Value>,
}

/// Lets a feed go until it has answered for a round.
async fn asked(settings: &[&str]) -> Asked {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    let paths = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    tasks.spawn(serve(listener, Arc::clone(&paths)));
    let nothing = ["binance_hourly", "binance_daily", "yahoo_hourly", "yahoo_daily"]
        .map(|key| format!("sources.{key}=[]"));
    let urls = [
        format!("sources.binance_url=http://{here}"),
        format!("sources.yahoo_url=http://{here}"),
        format!("sources.binance_stream_url=ws://{here}"),
        "sources.enabled=true".to_owned(),
    ];
    let all: Vec<&str> =
        nothing.iter().chain(&urls).map(String::as_str).chain(settings.iter().copied()).collect();
    let shop = Shop::with(&all).await;
    let watch = Watch::new();
    let mut feeds = shop.app.sources.feeds(&(Arc::new(Nobody) as Arc<dyn Takes>), &watch.waits());
    assert_eq!(feeds.len(), 1);
    let feed = feeds.remove(0);
    let name = feed.name();
    feed.run(watch.ended.notified()).await;
    let waits = watch.spans.lock().unwrap().clone();
    let source = Some(seen(&shop, name).await);
    let paths = paths.lock().unwrap().clone();
    Asked { paths, waits, source }
}

/// Answers everybody with nothing: an empty list to one kind, an empty chart to the other.
async fn serve(listener: TcpListener, paths: Arc<Mutex<Vec<String>>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => break,
            }
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
        let body = if path.contains("klines") { "[]" } else { "{\"chart\":{\"result\":[]}}" };
        paths.lock().unwrap().push(path);
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

/// The wait between two requests in the test of it: no other is as long.
const BETWEEN: Duration = Duration::from_secs(5);

/// Notes every wait, lets none take time, and ends the feed at the one behind a round.
struct Watch {
    spans: Mutex<Vec<Duration>>,
    ended: Notify,
}

impl Watch {
    fn new() -> Arc<Self> {
        Arc::new(Self { spans: Mutex::default(), ended: Notify::new() })
    }

    fn waits(self: &Arc<Self>) -> Arc<dyn Waits> {
        Arc::clone(self) as Arc<dyn Waits>
    }
}

#[async_trait]
impl Waits for Watch {
    async fn wait(&self, span: Duration) {
        self.spans.lock().unwrap().push(span);
        if span != BETWEEN {
            self.ended.notify_one();
            tokio::task::yield_now().await;
        }
    }
}

/// Knows nothing and keeps nothing.
struct Nobody;

#[async_trait]
impl Takes for Nobody {
    async fn take(&self, _: &str, rows: Vec<Offered>) -> Stored<Vec<Taken>> {
        Ok(rows.iter().map(|_| Taken::Known).collect())
    }

    async fn split(&self, _: &str, _: &str, _: Timestamp, _: (u32, u32), _: &[Bar]) -> Stored<bool> {
        Ok(false)
    }

    async fn newest(&self, _: &str, _: &str, _: Interval) -> Stored<Option<Timestamp>> {
        Ok(None)
    }
}
