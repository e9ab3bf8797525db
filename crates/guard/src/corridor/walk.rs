//! The walk itself: doors in their order, then the route, then what every answer carries.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use aspis_core::{
    event::{Event, Kind},
    principal::Principal,
    refusal::{Code, Refusal},
    secret::SecretText,
};
use bytes::Bytes;
use http::{Request, Response, request};
use http_body_util::Full;
use tower::Service;

use super::{
    Shared,
    journey::{Journey, Place},
};
use crate::{
    body,
    door::DoorName,
    doors::rate,
    headers, json,
    modes::Mode,
    passage::{Passage, Trail},
    problem,
    surface::{BodyKind, Class},
};

/// Sends a request on its way.
pub(super) fn begin<S, B, R>(shared: &Arc<Shared>, inner: S, request: Request<B>) -> Journey<S::Future, R>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible> + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes> + Send + 'static,
{
    let (head, body) = request.into_parts();
    let mut passage = shared.arrive(&head);
    let row = match shared.pass_doors(&head, &mut passage) {
        Ok(row) => &shared.parts.surface.rows()[row],
        Err(refusal) => return Journey::answered(shared.finish(Err(refusal), passage.trail())),
    };
    if row.body == BodyKind::None && row.class != Class::Refresh {
        return shared.enter(inner, head, Bytes::new(), passage);
    }
    let (shared, kind, class) = (Arc::clone(shared), row.body, row.class);
    let whole = async move {
        match shared.take_in(kind, class, &head, body, &mut passage).await {
            Ok(bytes) => {
                let Ok(response) = shared.enter(inner, head, bytes, passage).await;
                response
            }
            Err(refusal) => shared.finish(Err(refusal), passage.trail()),
        }
    };
    Journey::waiting(whole)
}

impl Shared {
    /// All doors that need only the head; the row they lead to.
    fn pass_doors(&self, head: &request::Parts, passage: &mut Passage) -> Result<usize, Refusal> {
        for door in &self.doors {
            let mode = self.mode(passage, door.name());
            if mode == Mode::Off {
                continue;
            }
            if let Err(refusal) = door.pass(self, head, passage) {
                self.settle(mode, refusal, passage)?;
            }
        }
        passage.row().ok_or_else(|| Refusal::new(Code::NotFound))
    }

    /// The body, and what can be judged only by it.
    async fn take_in<B>(
        &self,
        kind: BodyKind,
        class: Class,
        head: &request::Parts,
        body: B,
        passage: &mut Passage,
    ) -> Result<Bytes, Refusal>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let bytes = body::receive(kind, &head.headers, body, self.parts.body).await?;
        self.read(&bytes, passage)?;
        if class == Class::Refresh {
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
        self.tell(&refusal, passage.trail(), false);
        Ok(())
    }

    pub(crate) fn mode(&self, passage: &Passage, door: DoorName) -> Mode {
        passage.policy_row().map_or(self.parts.default_modes, |row| self.parts.modes[row]).of(door)
    }

    /// Hands the request to its route, if the house is not full.
    fn enter<S, R>(
        self: &Arc<Self>,
        mut inner: S,
        head: request::Parts,
        bytes: Bytes,
        passage: Passage,
    ) -> Journey<S::Future, R>
    where
        S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible>,
        R: From<Bytes>,
    {
        let trail = passage.trail();
        // After the limits have spoken: who is over a limit gets 429, and only who is within one meets a full house.
        let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() else {
            let busy = Refusal::new(Code::ServerBusy).retry_after(Duration::from_secs(1));
            return Journey::answered(self.finish(Err(busy), trail));
        };
        let mut request = Request::from_parts(head, Full::new(bytes));
        request.extensions_mut().insert(passage);
        match catch_unwind(AssertUnwindSafe(|| inner.call(request))) {
            Ok(answering) => {
                let place = Place { shared: Arc::clone(self), trail, _permit: permit };
                Journey::at_route(answering, place)
            }
            Err(_) => Journey::answered(self.finish(Err(Refusal::new(Code::Internal)), trail)),
        }
    }

    /// The answer as it leaves: what the route refuses is written here, and what it breaks is masked here.
    pub(super) fn finish<R: From<Bytes>>(
        &self,
        outcome: Result<Response<R>, Refusal>,
        trail: Trail,
    ) -> Response<R> {
        let mut response = match outcome {
            Ok(response) => self.masked(response, trail),
            Err(refusal) => self.refuse(&refusal, trail),
        };
        self.depart(&mut response, trail);
        response
    }

    fn masked<R: From<Bytes>>(&self, mut response: Response<R>, trail: Trail) -> Response<R> {
        match response.extensions_mut().remove::<Refusal>() {
            Some(refusal) => {
                let mut written = self.refuse(&refusal, trail);
                // What the route says beside its refusal (that it is a stored answer) is kept.
                written.headers_mut().extend(response.headers_mut().drain());
                written
            }
            None if response.status().is_server_error() => self.refuse(&Refusal::new(Code::Internal), trail),
            None => response,
        }
    }

    fn refuse<R: From<Bytes>>(&self, refusal: &Refusal, trail: Trail) -> Response<R> {
        self.tell(refusal, trail, true);
        problem::response(refusal, trail.request)
    }

    /// The one place where a refusal becomes an event.
    pub(crate) fn tell(&self, refusal: &Refusal, trail: Trail, enforced: bool) {
        if !refusal.code().is_security() {
            return;
        }
        let route = trail
            .policy_row()
            .map_or_else(|| "unknown".into(), |row| self.parts.surface.rows()[row].to_string().into());
        self.parts.events.record(Event {
            at: trail.now,
            kind: Kind::Refused(refusal.code()),
            client: Some(trail.client),
            account: trail.account,
            request: Some(trail.request),
            route,
            rule: refusal.facts().rule.clone(),
            enforced,
        });
    }

    /// What every answer carries, and the count of it.
    fn depart<R>(&self, response: &mut Response<R>, trail: Trail) {
        let class = trail.policy_row().map_or(Class::Default, |row| self.parts.surface.rows()[row].class);
        let status = response.status().as_u16();
        let fields = response.headers_mut();
        headers::secure(fields, trail.https);
        headers::request_id(fields, trail.request);
        if let Some(standing) = trail.standing {
            headers::rate_limit(fields, &self.policies[class as usize], standing);
        }
        let took = self.parts.clock.uptime().saturating_sub(trail.uptime);
        self.parts.meter.done(trail.row(), status, took);
    }
}
