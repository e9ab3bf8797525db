//! A shop of one's own: the application on a fresh database, with a clock that stands still.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use aspis::app::App;
use aspis_core::{
    clock::Clock,
    courier::{Courier, Letter},
    event::{Event, Sink},
};
use aspis_guard::Arrival;
use aspis_market::forecast::{Fhs, Model};
use aspis_store::Durable;
use aspis_store_sql::Sql;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use tower::ServiceExt;

mod alarm;
mod authenticator;
mod beside;
mod browser;
mod caller;
mod clock;
mod desk;
pub(crate) mod feed;
mod holder;
mod node;
pub(crate) mod oracle;
pub(crate) mod place;
mod receiver;
mod reply;
pub(crate) mod solver;
mod template;
mod told;
mod traced;

pub(crate) use authenticator::Authenticator;
pub(crate) use beside::Beside;
pub(crate) use browser::Browser;
pub(crate) use caller::Caller;
use clock::ShopClock;
pub(crate) use holder::{Holder, Proof};
use node::{Ground, Node};
use place::Place;
pub(crate) use receiver::{Act, Post, Receiver};
pub(crate) use reply::Reply;
pub(crate) use template::copy_to as copy_template_to;
pub(crate) use told::Telling;
pub(crate) use traced::{Traced, attribute, points, spans};

/// When every test begins.
pub(crate) const NOW: &str = "2026-11-21T12:00:00Z";
/// A password that is good enough.
pub(crate) const PASSWORD: &str = "several unrelated words 42";

/// The events that were recorded.
#[derive(Debug, Default)]
pub(crate) struct Events(Mutex<Vec<Event>>);

impl Sink for Events {
    fn record(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }
}

/// The letters that were sent, and whether there is no room for many more.
#[derive(Debug, Default)]
pub(crate) struct Letters(Mutex<Vec<Letter>>, AtomicBool);

impl Courier for Letters {
    fn send(&self, letter: Letter) {
        self.0.lock().unwrap().push(letter);
    }

    fn has_room_for_many(&self) -> bool {
        !self.1.load(Ordering::SeqCst)
    }
}

/// The running application.
pub(crate) struct Shop {
    /// Its first node, for who looks inside.
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<ShopClock>,
    nodes: Vec<Node>,
    /// How many requests came: nodes take turns.
    turn: AtomicUsize,
    events: Arc<Events>,
    letters: Arc<Letters>,
    sql: Arc<Sql>,
    settings: Vec<String>,
    folder: tempfile::TempDir,
    place: Place,
}

/// How long a write waits for another process that holds the database's lock, where no test says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

/// Hashing that costs next to nothing, tokens that are good from everywhere, and nobody who is called: most tests are
/// about something else.
const CHEAP: [&str; 5] = [
    "password.argon2_memory_kib=64",
    "password.argon2_passes=1",
    "auth.fingerprint=off",
    "admission.refusal_delay=0s",
    "sources.enabled=false",
];

/// Budgets that no test spends.
const ENDLESS: [&str; 9] = [
    "rate.login=60000/minute",
    "rate.register=60000/minute",
    "rate.refresh=60000/minute",
    "rate.refresh_family=60000/minute",
    "rate.predict=60000/minute",
    "rate.portfolio=60000/minute",
    "rate.prices=60000/minute",
    "rate.static=60000/minute",
    "rate.default=60000/minute",
];

/// Failures and registrations that lead to nothing.
const FORGIVING: [&str; 4] =
    ["lock.challenge_over=1000", "lock.wait_over=1000", "lock.after=1000", "register.challenge_after=1000"];

impl Shop {
    /// With the settings as shipped.
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With some settings of one's own, as `section.key=value`.
    pub(crate) async fn with(settings: &[&str]) -> Self {
        Self::with_store(settings, |store| store).await
    }

    /// With budgets that no test spends, and some settings of one's own.
    pub(crate) async fn endless(settings: &[&str]) -> Self {
        Self::with(&[&ENDLESS[..], settings].concat()).await
    }

    /// With budgets that no test spends and failures that lead to nothing, and some settings of one's own.
    pub(crate) async fn lenient(settings: &[&str]) -> Self {
        Self::endless(&[&FORGIVING[..], settings].concat()).await
    }

    /// With a store that a test has laid its hand on.
    pub(crate) async fn with_store(settings: &[&str], hand: impl Fn(Durable) -> Durable) -> Self {
        Self::made(settings, hand, Arc::new(Fhs), PATIENCE).await
    }

    /// With a model of one's own.
    pub(crate) async fn with_model(settings: &[&str], model: Arc<dyn Model>) -> Self {
        Self::made(settings, |store| store, model, PATIENCE).await
    }

    /// With budgets that no test spends, and hardly any patience for another process that holds the database's lock.
    pub(crate) async fn impatient(settings: &[&str]) -> Self {
        let settings = [&ENDLESS[..], settings].concat();
        Self::made(&settings, |store| store, Arc::new(Fhs), Duration::from_millis(20)).await
    }

    async fn made(
        settings: &[&str],
        hand: impl Fn(Durable) -> Durable,
        model: Arc<dyn Model>,
        patience: Duration,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::furnished(folder.path()).await;
        let settings = CHEAP.iter().chain(settings).map(ToString::to_string).collect();
        let clock = Arc::new(place.clock());
        Self::start((folder, place), settings, clock, Arc::new(Events::default()), hand, model, patience)
            .await
    }

    async fn start(
        (folder, place): (tempfile::TempDir, Place),
        settings: Vec<String>,
        clock: Arc<ShopClock>,
        events: Arc<Events>,
        hand: impl Fn(Durable) -> Durable,
        model: Arc<dyn Model>,
        patience: Duration,
    ) -> Self {
        let letters = Arc::new(Letters::default());
        let ground = Ground {
            settings: node::settings(settings.iter().cloned().chain(place.settings())),
            clock: clock.clone(),
            events: events.clone(),
            letters: letters.clone(),
            model,
        };
        let mut nodes = Vec::new();
        for _ in 0..place.nodes() {
            let sql = ground.guarded(place.open(patience).await);
            let store = hand(Durable::of(Arc::clone(&sql)));
            nodes.push(Node::open(&ground, sql, store, place.seed()).await);
        }
        let (app, sql, turn) = (Arc::clone(&nodes[0].app), Arc::clone(&nodes[0].sql), AtomicUsize::default());
        Self { app, clock, nodes, turn, events, letters, sql, settings, folder, place }
    }

    /// Stops and starts again on the same database; windows and everything else in memory are gone.
    pub(crate) async fn restart(self) -> Self {
        let Self { app, clock, nodes, events, sql, settings, folder, place, .. } = self;
        drop((app, sql));
        for node in nodes {
            node.close().await;
        }
        Self::start((folder, place), settings, clock, events, |store| store, Arc::new(Fhs), PATIENCE).await
    }

    /// Stops; the folder with everything that was kept.
    pub(crate) async fn stop(self) -> tempfile::TempDir {
        let Self { app, nodes, sql, folder, .. } = self;
        drop((app, sql));
        for node in nodes {
            node.close().await;
        }
        folder
    }

    /// The data folder, for a command beside the server.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Stops and starts again with some settings changed.
    pub(crate) async fn restart_with(mut self, settings: &[&str]) -> Self {
        self.settings.extend(settings.iter().map(ToString::to_string));
        self.restart().await
    }

    /// The database, past the application: for rows that no request makes.
    pub(crate) fn store(&self) -> Durable {
        Durable::of(self.sql.clone())
    }

    /// A caller at an address.
    pub(crate) fn at(&self, address: &str) -> Caller<'_> {
        Caller::new(self, address)
    }

    /// A caller at an everyday address.
    pub(crate) fn caller(&self) -> Caller<'_> {
        self.at("203.0.113.7")
    }

    /// Moves the clock.
    pub(crate) fn wait(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// The time, in whole seconds.
    pub(crate) fn seconds(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// The nonce that proofs of a key must hold now.
    pub(crate) fn nonce(&self) -> String {
        self.app.people.dpop_nonce()
    }

    /// The words of the events so far.
    pub(crate) fn events(&self) -> Vec<&'static str> {
        self.events.0.lock().unwrap().iter().map(|event| event.kind.word()).collect()
    }

    /// Every event so far, whole.
    pub(crate) fn event_log(&self) -> Vec<Event> {
        self.events.0.lock().unwrap().clone()
    }

    /// Leaves no room for letters to many, or room again.
    pub(crate) fn mail_is_full(&self, full: bool) {
        self.letters.1.store(full, Ordering::SeqCst);
    }

    /// Sends a request as it is, from an address.
    pub(crate) async fn send(&self, from: SocketAddr, mut request: Request<Full<Bytes>>) -> Reply {
        request.extensions_mut().insert(Arrival { peer: from, https: false });
        let response = self.next_node().await.service.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes);
        Reply { head, body }
    }

    /// Begins a download and reads none of it: its status, and the body that holds its place.
    pub(crate) async fn unread(&self, from: SocketAddr, token: &str, path: &str) -> (u16, axum::body::Body) {
        let request = Request::get(path)
            .header("host", "127.0.0.1:8001")
            .header("authorization", format!("Bearer {token}"));
        let mut request = request.body(Full::<Bytes>::default()).unwrap();
        request.extensions_mut().insert(Arrival { peer: from, https: false });
        let response = self.next_node().await.service.clone().oneshot(request).await.unwrap();
        (response.status().as_u16(), response.into_body())
    }

    /// Registers and signs in; the access token.
    pub(crate) async fn member(&self, email: &str) -> String {
        self.tokens(email).await["access_token"].as_str().unwrap().to_owned()
    }

    /// Registers and signs in; both tokens. From addresses of their own, so that no test's windows are spent.
    pub(crate) async fn tokens(&self, email: &str) -> Value {
        let address = format!("198.51.{}.{}", email.len() % 250, email.bytes().fold(0_u8, u8::wrapping_add));
        let there = self.at(&address);
        let made = there
            .post(
                "/api/v1/auth/register",
                &json!({"email": email, "password": PASSWORD, "full_name": "Ada O'Brien"}),
            )
            .await;
        assert_eq!(made.status(), 201, "{}", made.text());
        let login = there.post("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD})).await;
        assert_eq!(login.status(), 200, "{}", login.text());
        login.json()
    }
}
