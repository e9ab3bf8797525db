//! The application in process, with clients that have signed in.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::{Context, ensure};
use aspis::{
    app::{App, Cluster, Service, World},
    settings::{Settings, Sources},
};
use aspis_core::{
    chance::SystemChance,
    clock::{Clock, SystemClock},
    courier::{Courier, Letter},
    event::{Event, Sink},
};
use aspis_guard::{Arrival, Corridor, CorridorLayer};
use aspis_market::{forecast::Fhs, shipped};
use aspis_store::Durable;
use aspis_store_sql::Sql;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, StatusCode, request};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::{Service as _, ServiceExt};

/// Limits that nobody reaches here, cheap hashes, tokens that outlive the run, and one proxy.
const SETTINGS: [&str; 7] = [
    "rate.prices=1000000/second",
    "auth.access_token=24h",
    "password.argon2_memory_kib=8",
    "password.argon2_passes=1",
    "sources.enabled=false",
    "log.level=error",
    "server.trusted_proxies=[\"192.0.2.1\"]",
];

const PROXY: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const CLIENT: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);

/// Who sends requests, and from where they come.
pub(crate) struct Crowd {
    pub(crate) arrival: Arrival,
    pub(crate) heads: Vec<request::Parts>,
}

/// The application with both crowds.
pub(crate) struct Site {
    pub(crate) one: Crowd,
    pub(crate) many: Crowd,
    app: Arc<App>,
    service: Service,
    _folder: TempDir,
}

/// Nobody reads what is recorded or written here.
struct Nobody;

impl Sink for Nobody {
    fn record(&self, _: Event) {}
}

impl Courier for Nobody {
    fn send(&self, _: Letter) {}
}

impl Site {
    /// One client as often as there are many, and so many.
    pub(crate) async fn open(clients: u32) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let (app, service) = application(&folder).await?;
        let from = |peer: Ipv4Addr| Arrival { peer: SocketAddr::new(peer.into(), 40_000), https: false };
        let alone = signed_in(&service, from(CLIENT), "one", &[]).await?;
        let one = Crowd { arrival: from(CLIENT), heads: vec![alone; usize::try_from(clients)?] };
        let mut many = Crowd { arrival: from(PROXY), heads: Vec::new() };
        for number in 0..clients {
            let address = Ipv4Addr::from_bits(Ipv4Addr::new(10, 0, 0, 1).to_bits() + number).to_string();
            let forwarded = [("x-forwarded-for", address.as_str())];
            let name = format!("many{number}");
            many.heads.push(signed_in(&service, many.arrival, &name, &forwarded).await?);
        }
        Ok(Self { one, many, app, service, _folder: folder })
    }

    /// The corridor.
    pub(crate) fn layer(&self) -> &CorridorLayer {
        self.app.corridor().expect("it is there once the application is open")
    }

    /// The whole service for the connections of a crowd.
    pub(crate) fn service(&self, crowd: &Crowd) -> Service {
        Corridor::of(self.service.clone(), crowd.arrival)
    }
}

/// A request with this head.
pub(crate) fn request(head: &request::Parts) -> Request<Full<Bytes>> {
    Request::from_parts(head.clone(), Full::default())
}

/// Whether a request is answered with 200, at once.
pub(crate) fn is_answered(service: &mut Service, request: Request<Full<Bytes>>) -> bool {
    let answered = service.call(request).now_or_never();
    answered.is_some_and(|Ok(answer)| answer.status() == StatusCode::OK)
}

async fn application(folder: &TempDir) -> anyhow::Result<(Arc<App>, Service)> {
    let known = Sources::default().routes(aspis::surface::names());
    let loaded = Settings::load(&SETTINGS.into_iter().fold(known, Sources::set));
    let settings = loaded.map_err(|problems| anyhow::anyhow!("{problems}"))?.settings;
    let store = Durable::of(Arc::new(Sql::open(&folder.path().join("aspis.db")).await?));
    let history = shipped::history()?;
    store.prices.load_once(shipped::MARKER, &shipped::assets(), &history, &|_| ()).await?;
    let world = World {
        store,
        cluster: Cluster::default(),
        clock: Arc::new(SystemClock::start()) as Arc<dyn Clock>,
        chance: Arc::new(SystemChance),
        events: Arc::new(Nobody),
        courier: None,
        desk: Arc::new(Nobody),
        model: Arc::new(Fhs),
    };
    Ok(Box::pin(App::open(settings, world)).await?)
}

/// The head of a read by somebody who has just signed up and in.
async fn signed_in(
    service: &Service,
    arrival: Arrival,
    name: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<request::Parts> {
    let (email, password) = (format!("{name}@example.org"), "several unrelated words 42");
    let new = json!({ "email": email, "password": password, "full_name": "Bench" });
    post(service, arrival, "/api/v1/auth/register", fields, &new).await?;
    let known = json!({ "email": email, "password": password });
    let tokens = post(service, arrival, "/api/v1/auth/login", fields, &known).await?;
    let token = tokens["access_token"].as_str().context("a token")?;
    let builder = head("GET", "/api/v1/price/BTC", fields).header("authorization", format!("Bearer {token}"));
    Ok(builder.body(())?.into_parts().0)
}

async fn post(
    service: &Service,
    arrival: Arrival,
    path: &str,
    fields: &[(&str, &str)],
    body: &Value,
) -> anyhow::Result<Value> {
    let request = head("POST", path, fields).header("content-type", "application/json");
    let request = request.body(Full::new(Bytes::from(body.to_string())))?;
    let Ok(answer) = service.clone().of(arrival).oneshot(request).await;
    let status = answer.status();
    let said = answer.into_body().collect().await?.to_bytes();
    ensure!(status.is_success(), "{path} was answered {status}: {}", String::from_utf8_lossy(&said));
    Ok(serde_json::from_slice(&said)?)
}

/// What a client sends with every request.
fn head(method: &str, path: &str, fields: &[(&str, &str)]) -> request::Builder {
    let named = Request::builder().method(method).uri(path).header("host", "127.0.0.1:8001");
    let named = named.header("user-agent", "bench/1").header("accept", "*/*");
    fields.iter().fold(named, |request, (name, value)| request.header(*name, *value))
}
