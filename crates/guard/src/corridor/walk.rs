//! The walk itself: doors in their order, then the route, then what every answer carries.

use std::{convert::Infallible, panic::AssertUnwindSafe, time::Duration};

use aspis_core::{
    event::{Event, Kind},
    principal::Principal,
    refusal::{Code, Refusal},
    secret::SecretText,
};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response, request};
use http_body_util::Full;
use tower::Service;

use super::Shared;
use crate::{
    body,
    door::DoorName,
    doors::rate,
    headers, json,
    modes::Mode,
    passage::{Passage, Trail},
    problem,
    surface::Class,
};

pub(super) async fn walk<S, B, R>(shared: &Shared, inner: S, request: Request<B>) -> Response<R>
where
    S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible>,
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes>,
{
    let (head, body) = request.into_parts();
    let mut passage = shared.arrive(&head);
    let admitted = shared.admit(&head, body, &mut passage).await;
    let trail = passage.trail();
    let mut response = match admitted {
        Ok(bytes) => shared.answer(inner, head, bytes, passage, trail).await,
        Err(refusal) => shared.refuse(&refusal, trail),
    };
    shared.depart(&mut response, trail);
    response
}

impl Shared {
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
        self.tell(&refusal, passage.trail(), false);
        Ok(())
    }

    pub(crate) fn mode(&self, passage: &Passage, door: DoorName) -> Mode {
        passage.policy_row().map_or(self.parts.default_modes, |row| self.parts.modes[row]).of(door)
    }

    /// The route's own answer; what it refuses is written here, and what it breaks is masked here.
    async fn answer<S, R>(
        &self,
        mut inner: S,
        head: request::Parts,
        bytes: Bytes,
        passage: Passage,
        trail: Trail,
    ) -> Response<R>
    where
        S: Service<Request<Full<Bytes>>, Response = Response<R>, Error = Infallible>,
        R: From<Bytes>,
    {
        // After the limits have spoken: who is over a limit gets 429, and only who is within one meets a full house.
        let Ok(_place) = self.places.try_acquire() else {
            return self.refuse(&Refusal::new(Code::ServerBusy).retry_after(Duration::from_secs(1)), trail);
        };
        let mut request = Request::from_parts(head, Full::new(bytes));
        request.extensions_mut().insert(passage);
        let Ok(outcome) = AssertUnwindSafe(inner.call(request)).catch_unwind().await else {
            return self.refuse(&Refusal::new(Code::Internal), trail);
        };
        let Ok(mut response) = outcome;
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
