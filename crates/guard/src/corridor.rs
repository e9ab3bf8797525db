//! The corridor as a Tower layer: what it is built from, and how a service is put behind it.

use std::{
    convert::Infallible,
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use arc_swap::{ArcSwap, Cache};
use aspis_core::{
    chance::Chance,
    clock::Clock,
    event::Sink,
    forwarded::Proxies,
    rate::Rate,
    refusal::Shed,
    scenario::{denial_of_service::windows::Windows, request_forgery::cors::Cors},
};
use aspis_identity::{keys::ApiKeys, people::People};
use aspis_store::fleeting::{Budgets, Passes};
use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service};

use crate::{
    blocks::Blocks,
    body::BodyLimits,
    decision::Recorder,
    door::{Door, DoorName},
    doors,
    exemptions::Exemptions,
    headers::{Policy, Template},
    modes::Modes,
    passage::{Arrival, Entrant},
    surface::{Class, Surface},
    trace::Tracer,
};

mod answer;
mod arrive;
mod attack;
mod cors;
pub(crate) mod device;
mod journey;
mod measure;
mod pause;
mod posture;
mod state;
mod told;
mod unnamed;
mod wait;
mod walk;

pub use crate::doors::scraping::Watch;
pub use attack::Defence;
pub(crate) use cors::{Guest, Page};
pub use journey::Journey;
pub use posture::Posture;
pub(crate) use state::State;

/// The size of every window.
#[derive(Debug, Clone)]
pub struct Rates {
    /// By class, in the order of [`Class::ALL`].
    pub classes: [Rate; Class::ALL.len()],
    /// Renewals of one sign-in.
    pub family: Rate,
}

impl Rates {
    pub(crate) fn of(&self, class: Class) -> Rate {
        self.classes[class as usize]
    }
}

/// Counts what was answered.
pub trait Meter: Send + Sync {
    /// One request is done. `row` is `None` where there is no such route; `shed` says why it was not even begun.
    fn done(&self, row: Option<usize>, status: u16, took: Duration, shed: Option<Shed>);
}

/// Other nodes that people may have signed in at a moment ago.
pub trait Peers: Send + Sync {
    /// True where they have not been heard for so long that what they ended may count here.
    fn are_unheard(&self) -> bool;

    /// Hears everything that they did before now, as far as that can be heard in a moment.
    fn catch_up(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Everything the corridor is built from. A copy of it shares what counts and remembers.
#[derive(Clone)]
pub struct Parts {
    /// The table.
    pub surface: Arc<Surface>,
    /// Who is who.
    pub people: Arc<People>,
    /// Which keys there are.
    pub keys: Arc<ApiKeys>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
    /// Where counts go.
    pub meter: Arc<dyn Meter>,
    /// Whose word about a caller's address is taken.
    pub proxies: Proxies,
    /// Every window of this node.
    pub windows: Arc<Windows>,
    /// The windows that all nodes share, where there are several. What is refused before any window is asked stays
    /// counted by each node for itself.
    pub budgets: Option<Arc<dyn Budgets>>,
    /// The classes that solved challenges have opened on all nodes, where there are several.
    pub passes: Option<Arc<dyn Passes>>,
    /// What tells what other nodes did, where there are several.
    pub peers: Option<Arc<dyn Peers>>,
    /// Their sizes.
    pub rates: Rates,
    /// Who is shut out.
    pub blocks: Arc<Blocks>,
    /// Who is excused from a rule.
    pub exemptions: Arc<Exemptions>,
    /// Where refusals go that are no events: a typing error, a path that is not there.
    pub mistakes: Option<Arc<dyn Sink>>,
    /// Who hears what was decided about each request, where anybody wants to.
    pub recorder: Option<Arc<dyn Recorder>>,
    /// Who traces requests, where anybody does.
    pub tracer: Option<Arc<dyn Tracer>>,
    /// What an operator has made harder for everybody.
    pub posture: Posture,
    /// True where answers say in the older fields, too, where the caller stands.
    pub legacy_fields: bool,
    /// How large and deep a body may be.
    pub body: BodyLimits,
    /// The longest path and query.
    pub url_bytes: usize,
    /// True in production.
    pub https_only: bool,
    /// True where an operator's sign-in has to be proved by a second factor too.
    pub operators_strong: bool,
    /// Where browsers and clients find this server (`https://api.example.com`), if it is not what their requests say.
    pub public_origin: Option<String>,
    /// Which other sites' pages may call.
    pub cors: Cors,
    /// Requests in progress at most, behind the doors.
    pub in_progress: usize,
    /// What is done about an attack.
    pub defence: Defence,
    /// What is watched of strangers who read prices.
    pub scraping: Watch,
    /// How long the refusal of a caller who is over a limit is held back.
    pub refusal_delay: Duration,
    /// The modes of each row of the table.
    pub modes: Vec<Modes>,
    /// The modes where there is no row.
    pub default_modes: Modes,
}

impl Parts {
    /// True where some request may have to wait for what other nodes know.
    fn is_one_of_many(&self) -> bool {
        self.budgets.is_some() || self.passes.is_some() || self.peers.is_some()
    }
}

/// What all requests of one generation of settings share.
pub(crate) struct Shared {
    pub(crate) parts: Parts,
    /// With their names, which are asked for at every step.
    doors: Vec<(DoorName, Box<dyn Door>)>,
    /// `None` while no other site's page may call.
    cors: Option<cors::Cors>,
    /// What requests of all generations share.
    pub(crate) state: Arc<State>,
    /// What an operator makes of the rates.
    pub(crate) held: posture::Held,
    /// What an attack makes of the rates.
    pub(crate) tight: attack::Tight,
    /// How each class's policy is announced: made once.
    policies: [Policy; Class::ALL.len()],
    /// Of the window that the renewals of one sign-in share.
    family: Policy,
    /// Answers to callers whose window was not asked, over plain http and over https.
    templates: [Template; 2],
}

impl Shared {
    fn new(parts: Parts, state: Arc<State>) -> Self {
        let held = posture::Held::new(&parts.posture, &parts.rates);
        let tight = attack::Tight::new(&parts.defence, &held.rates);
        let policies = Class::ALL.map(|class| Policy::new(class, parts.rates.of(class)));
        let cors = cors::Cors::new(parts.cors.clone());
        let templates = [false, true].map(|https| Template::new(https, None));
        let doors = doors::in_order().into_iter().map(|door| (door.name(), door)).collect();
        let family = Policy::new(Class::Refresh, parts.rates.family);
        Self { parts, doors, cors, state, held, tight, policies, family, templates }
    }
}

/// Puts the corridor around a service.
#[derive(Clone)]
pub struct CorridorLayer(Arc<ArcSwap<Shared>>);

impl CorridorLayer {
    /// Sets the doors up.
    pub fn new(parts: Parts) -> Self {
        let state = Arc::new(State::new(&parts));
        Self(Arc::new(ArcSwap::from_pointee(Shared::new(parts, state))))
    }

    /// Changes numbers, modes and lists for every request that begins from now on, all of them in one step. What was
    /// counted, who waits and who is inside stays as it is.
    pub fn change(&self, change: impl FnOnce(&mut Parts)) {
        let state = Arc::clone(&self.0.load().state);
        let _turn = state.turn();
        let before = self.0.load_full();
        let mut parts = before.parts.clone();
        change(&mut parts);
        before.state.follow(&parts);
        self.0.store(Arc::new(Shared::new(parts, Arc::clone(&before.state))));
    }

    /// Makes limits and challenges harder or easier, for every request that begins from now on.
    pub fn hold(&self, posture: &Posture) {
        if self.0.load().parts.posture != *posture {
            self.change(|parts| parts.posture.clone_from(posture));
        }
    }

    /// The table that it walks by.
    pub fn surface(&self) -> Arc<Surface> {
        Arc::clone(&self.0.load().parts.surface)
    }

    /// Looks whether the server is under attack. To be called once a second; `queue_full` says that nobody more may
    /// wait for a prediction.
    pub fn beat(&self, queue_full: bool) {
        self.0.load().beat(queue_full);
    }

    /// Says by hand that the server is under attack, until the same hand says that it is not.
    pub fn set_attack(&self, on: bool) {
        self.0.load().set_attack(on);
    }

    /// The address nearby that says for whom it speaks, and is not among the proxies: all its callers share one window.
    pub fn unnamed_proxy(&self) -> Option<IpAddr> {
        let shared = self.0.load();
        let parts = &shared.parts;
        shared.state.unnamed.peer(|peer| parts.proxies.trusts(peer), parts.clock.uptime())
    }

    /// True while the server is under attack.
    pub fn is_under_attack(&self) -> bool {
        self.0.load().state.watchman.is_on()
    }
}

impl<S> Layer<S> for CorridorLayer {
    type Service = Corridor<S>;

    fn layer(&self, inner: S) -> Corridor<S> {
        Corridor { shared: Cache::new(Arc::clone(&self.0)), arrival: None, inner }
    }
}

/// A service behind the corridor. The inner service takes each [`Entrant`] and is ready at any time; it refuses by putting
/// a [`Refusal`](aspis_core::refusal::Refusal) into the answer's extensions.
#[derive(Clone)]
pub struct Corridor<S> {
    /// With the generation that the last request went by, as most do that come next.
    shared: Cache<Arc<ArcSwap<Shared>>, Arc<Shared>>,
    /// Where all requests come from, where that is known; else the extensions of each have an [`Arrival`].
    arrival: Option<Arrival>,
    inner: S,
}

impl<S> Corridor<S> {
    /// The same for the requests of one connection.
    pub fn of(self, arrival: Arrival) -> Self {
        Self { arrival: Some(arrival), ..self }
    }
}

impl<S, B, R> Service<Request<B>> for Corridor<S>
where
    S: Service<Entrant, Response = Response<R>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes> + Send + 'static,
{
    type Response = Response<R>;
    type Error = Infallible;
    type Future = Journey<S::Future, R>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        walk::begin(self.shared.load(), &mut self.inner, request, self.arrival)
    }
}
