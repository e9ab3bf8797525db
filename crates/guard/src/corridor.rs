//! The walk itself: doors in their order, then the route, then what every answer carries.

use std::{
    convert::Infallible,
    future::Future,
    hash::RandomState,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use aspis_core::{
    chance::Chance,
    clock::Clock,
    event::{Event, Kind, Sink},
    forwarded::{Fields, Origin, Proxies},
    client::Client,
    ids::RequestId,
    principal::Principal,
    rate::Rate,
    refusal::{Code, Refusal},
    scenario::denial_of_service::windows::Windows,
    secret::SecretText,
};
use aspis_identity::people::People;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, Request, Response, request};
use http_body_util::Full;
use tokio::sync::Semaphore;
use tower::{Layer, Service};

use crate::{
    body::{self, BodyLimits},
    door::{Door, DoorName},
    doors::{self, rate},
    headers, json,
    modes::{Mode, Modes},
    passage::{Arrival, Credential, Passage},
    problem,
    surface::{Class, Surface},
};

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
    /// One request is done. `row` is `None` where there is no such route.
    fn done(&self, row: Option<usize>, status: u16, took: Duration);
}

/// Everything the corridor is built from.
pub struct Parts {
    /// The table.
    pub surface: Surface,
    /// Who is who.
    pub people: Arc<People>,
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
    /// Every window.
    pub windows: Windows<RandomState>,
    /// Their sizes.
    pub rates: Rates,
    /// How large and deep a body may be.
    pub body: BodyLimits,
    /// The longest path and query.
    pub url_bytes: usize,
    /// True in production.
    pub https_only: bool,
    /// Requests in progress at most, behind the doors.
    pub in_progress: usize,
    /// The modes of each row of the table.
    pub modes: Vec<Modes>,
    /// The modes where there is no row.
    pub default_modes: Modes,
}

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) parts: Parts,
    doors: Vec<Box<dyn Door>>,
    places: Semaphore,
}

/// Puts the corridor around a service.
#[derive(Clone)]
pub struct CorridorLayer(Arc<Shared>);

impl CorridorLayer {
    /// Sets the doors up.
    pub fn new(parts: Parts) -> Self {
        let places = Semaphore::new(parts.in_progress);
        Self(Arc::new(Shared { parts, doors: doors::in_order(), places }))
    }

    /// The table that it walks by.
    pub fn surface(&self) -> &Surface {
        &self.0.parts.surface
    }
}

impl<S> Layer<S> for CorridorLayer {
    type Service = Corridor<S>;

    fn layer(&self, inner: S) -> Corridor<S> {
        Corridor { shared: Arc::clone(&self.0), inner }
    }
}

/// A service behind the corridor. The inner service finds the [`Passage`] in the request's extensions, and refuses by
/// putting a [`Refusal`] into the answer's extensions.
#[derive(Clone)]
pub struct Corridor<S> {
    shared: Arc<Shared>,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Corridor<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes> + Send + 'static,
{
    type Response = Response<R>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (shared, inner) = (Arc::clone(&self.shared), self.inner.clone());
        Box::pin(async move { Ok(walk(&shared, inner, request).await) })
    }
}

async fn walk<S, B, R>(shared: &Shared, inner: S, request: Request<B>) -> Response<R>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible>,
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes>,
{
    let (head, body) = request.into_parts();
    let mut passage = shared.arrive(&head);
    let mut response = match shared.admit(&head, body, &mut passage).await {
        Ok(bytes) => shared.answer(inner, head, bytes, &passage).await,
        Err(refusal) => shared.refuse(&refusal, &passage),
    };
    shared.depart(&mut response, &passage);
    response
}

impl Shared {
    /// The facts that are known before the first door.
    fn arrive(&self, head: &request::Parts) -> Passage {
        let (now, uptime) = (self.parts.clock.now(), self.parts.clock.uptime());
        let (client, https) = self.caller(head);
        let (found, params) = self.parts.surface.find(&head.method, head.uri.path());
        Passage {
            request: RequestId::new(now, self.parts.chance.as_ref()),
            now,
            uptime,
            client,
            https,
            found,
            params,
            principal: Principal::Nobody,
            standing: None,
            credential: Credential::None,
        }
    }

    /// The address of the socket, or what a trusted proxy at that address says.
    fn caller(&self, head: &request::Parts) -> (Client, bool) {
        let Some(arrival) = head.extensions.get::<Arrival>() else {
            // A server that forgets to say who calls gets one window for all, never none.
            return (Client::from_ip(std::net::Ipv4Addr::UNSPECIFIED.into()), false);
        };
        let peer = arrival.peer.ip();
        if !self.parts.proxies.trusts(peer) {
            return (Client::from_ip(peer), arrival.https);
        }
        let Origin { address, https } = self.parts.proxies.origin(peer, &fields(&head.headers));
        (Client::from_ip(address), https || arrival.https)
    }

    /// All doors, then the body.
    async fn admit<B>(&self, head: &request::Parts, body: B, passage: &mut Passage) -> Result<Bytes, Refusal>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        for door in &self.doors {
            let mode = self.mode(passage, door.name());
            if mode == Mode::Off {
                continue;
            }
            if let Err(refusal) = door.pass(self, head, passage) {
                self.settle(mode, refusal, passage)?;
            }
        }
        let Some(row) = passage.row() else { return Err(Refusal::new(Code::NotFound)) };
        let row = &self.parts.surface.rows()[row];
        let bytes = body::receive(row.body, &head.headers, body, self.parts.body).await?;
        self.read(&bytes, passage)?;
        if row.class == Class::Refresh {
            self.family(&bytes, passage).await?;
        }
        Ok(bytes)
    }

    fn read(&self, bytes: &Bytes, passage: &Passage) -> Result<(), Refusal> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mode = self.mode(passage, DoorName::Inspect);
        match json::read(bytes, self.parts.body.max_depth, mode != Mode::Off)? {
            Some(finding) => self.settle(mode, finding, passage),
            None => Ok(()),
        }
    }

    /// The window that the renewals of one sign-in share, whoever sends them.
    async fn family(&self, bytes: &Bytes, passage: &mut Passage) -> Result<(), Refusal> {
        #[derive(serde::Deserialize)]
        struct Sent {
            refresh_token: SecretText,
        }
        let mode = self.mode(passage, DoorName::Rate);
        let known = match (passage.principal, serde_json::from_slice::<Sent>(bytes)) {
            _ if mode == Mode::Off => None,
            (Principal::Account(who), _) => Some(who.family),
            (Principal::Nobody, Ok(sent)) => self.parts.people.family_of(&sent.refresh_token).await?,
            (Principal::Nobody, Err(_)) => None,
        };
        match known.map(|family| rate::family(self, family.0, passage)) {
            Some(Err(refusal)) => self.settle(mode, refusal, passage),
            _ => Ok(()),
        }
    }

    /// The one place that decides between carrying a verdict out and recording it.
    fn settle(&self, mode: Mode, refusal: Refusal, passage: &Passage) -> Result<(), Refusal> {
        if mode == Mode::Enforce {
            return Err(refusal);
        }
        self.tell(&refusal, passage, false);
        Ok(())
    }

    pub(crate) fn mode(&self, passage: &Passage, door: DoorName) -> Mode {
        passage.policy_row().map_or(self.parts.default_modes, |row| self.parts.modes[row]).of(door)
    }

    /// The route's own answer; what it refuses is written here, and what it breaks is masked here.
    async fn answer<S, R>(&self, mut inner: S, head: request::Parts, bytes: Bytes, passage: &Passage) -> Response<R>
    where
        S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible>,
        R: From<Bytes>,
    {
        // After the limits have spoken: who is over a limit gets 429, and only who is within one meets a full house.
        let Ok(_place) = self.places.try_acquire() else {
            return self.refuse(&Refusal::new(Code::ServerBusy).retry_after(Duration::from_secs(1)), passage);
        };
        let mut request = Request::from_parts(head, Full::new(bytes));
        request.extensions_mut().insert(passage.clone());
        let Ok(outcome) = AssertUnwindSafe(inner.call(request)).catch_unwind().await else {
            return self.refuse(&Refusal::new(Code::Internal), passage);
        };
        let Ok(mut response) = outcome;
        match response.extensions_mut().remove::<Refusal>() {
            Some(refusal) => self.refuse(&refusal, passage),
            None if response.status().is_server_error() => self.refuse(&Refusal::new(Code::Internal), passage),
            None => response,
        }
    }

    fn refuse<R: From<Bytes>>(&self, refusal: &Refusal, passage: &Passage) -> Response<R> {
        self.tell(refusal, passage, true);
        problem::response(refusal, passage.request)
    }

    /// The one place where a refusal becomes an event.
    pub(crate) fn tell(&self, refusal: &Refusal, passage: &Passage, enforced: bool) {
        if !refusal.code().is_security() {
            return;
        }
        let route = passage.policy_row().map_or_else(|| "unknown".into(), |row| self.parts.surface.rows()[row].to_string().into());
        self.parts.events.record(Event {
            at: passage.now,
            kind: Kind::Refused(refusal.code()),
            client: Some(passage.client),
            account: passage.principal.account(),
            request: Some(passage.request),
            route,
            rule: refusal.facts().rule.clone(),
            enforced,
        });
    }

    /// What every answer carries, and the count of it.
    fn depart<R>(&self, response: &mut Response<R>, passage: &Passage) {
        let class = passage.policy_row().map_or(Class::Default, |row| self.parts.surface.rows()[row].class);
        let status = response.status().as_u16();
        let fields = response.headers_mut();
        headers::secure(fields, passage.https);
        headers::request_id(fields, passage.request);
        if let Some(standing) = passage.standing {
            headers::rate_limit(fields, class, standing);
        }
        let took = self.parts.clock.uptime().saturating_sub(passage.uptime);
        self.parts.meter.done(passage.row(), status, took);
    }
}

fn fields(headers: &HeaderMap) -> Fields<'_> {
    let all = |name: &str| headers.get_all(name).iter().map(|value| value.to_str().unwrap_or("")).collect();
    Fields {
        forwarded: all("forwarded"),
        x_forwarded_for: all("x-forwarded-for"),
        x_forwarded_proto: headers.get_all("x-forwarded-proto").iter().next_back().and_then(|value| value.to_str().ok()),
    }
}
