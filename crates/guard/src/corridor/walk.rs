//! The walk itself: doors in their order, then the body where there is one, then the route.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use aspis_core::{
    principal::Principal,
    refusal::{Bound, Code, Refusal, Rule},
    scenario::denial_of_service::shedding::Rank,
    secret::SecretText,
};
use bytes::Bytes;
use http::{Request, Response, request};
use tower::Service;

use super::{
    Shared, device,
    journey::{Journey, Place, Room},
    wait::Step,
};
use crate::{
    body,
    decision::Passed,
    door::DoorName,
    doors::{blocked::all_that_is_said, rate},
    lured::is_lured,
    modes::Mode,
    origin::Here,
    passage::{Arrival, Entrant, Passage},
    surface::{BodyKind, Class, Row},
};

/// Sends a request on its way.
pub(super) fn begin<S, B, R>(
    shared: &Arc<Shared>,
    inner: &mut S,
    request: Request<B>,
    arrival: Option<Arrival>,
) -> Journey<S::Future, R>
where
    S: Service<Entrant, Response = Response<R>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes> + Send + 'static,
{
    let (head, body) = request.into_parts();
    let mut passage = shared.arrive(&head, arrival);
    let step = match shared.pass_doors(&head, &mut passage, 0) {
        Ok(step) => step,
        Err(refusal) => {
            let refusal = all_that_is_said(shared, refusal, &head, &mut passage);
            return shared.turned_away(refusal, &passage.leave());
        }
    };
    if let Step::Through(at) = step {
        if let Some(answer) = shared.preflight(&mut passage) {
            return Journey::answered(answer);
        }
        if comes_alone(&shared.parts.surface.rows()[at]) {
            return shared.enter(inner, head, Bytes::new(), passage);
        }
    }
    Journey::waiting(go_on(Arc::clone(shared), inner.clone(), head, body, passage, step))
}

/// The rest of the way, where something has to be waited for: the windows of all nodes, or the body.
async fn go_on<S, B, R>(
    shared: Arc<Shared>,
    mut inner: S,
    head: request::Parts,
    body: B,
    mut passage: Passage,
    step: Step,
) -> Response<R>
where
    S: Service<Entrant, Response = Response<R>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<Bytes> + Send + 'static,
{
    let at = match shared.pass_on(&head, &mut passage, step).await {
        Ok(at) => at,
        Err(refusal) => {
            let refusal = all_that_is_said(&shared, refusal, &head, &mut passage);
            let Ok(answer) = shared.turned_away::<S::Future, R>(refusal, &passage.leave()).await;
            return answer;
        }
    };
    if let Some(answer) = shared.preflight(&mut passage) {
        return answer;
    }
    let row = &shared.parts.surface.rows()[at];
    let taken = if comes_alone(row) {
        Ok(Bytes::new())
    } else {
        shared.take_in(row, &head, body, &mut passage).await
    };
    match taken.map_err(|refusal| all_that_is_said(&shared, refusal, &head, &mut passage)) {
        Ok(bytes) => {
            let Ok(response) = shared.enter(&mut inner, head, bytes, passage).await;
            response
        }
        Err(refusal) => {
            let pause = shared.pause(&refusal);
            let answer = shared.finish(Err(refusal), &passage.leave());
            if let Some(pause) = pause {
                pause.over().await;
            }
            answer
        }
    }
}

/// True for a row that nothing has to be waited for once the doors are open.
fn comes_alone(row: &Row) -> bool {
    row.body == BodyKind::None && row.class != Class::Refresh
}

impl Shared {
    /// The doors that need only the head, from the one that is next.
    pub(super) fn pass_doors(
        &self,
        head: &request::Parts,
        passage: &mut Passage,
        next: usize,
    ) -> Result<Step, Refusal> {
        // No door changes which route it is.
        let modes = passage.policy_row().map_or(self.parts.default_modes, |row| self.parts.modes[row]);
        let many = self.parts.is_one_of_many();
        for (at, (name, door)) in self.doors.iter().enumerate().skip(next) {
            if passage.page.preflight && *name == DoorName::Authenticate {
                // It asks about the route and for nobody.
                break;
            }
            let mode = modes.of(*name);
            if mode == Mode::Off {
                continue;
            }
            if let Err(refusal) = door.pass(self, head, passage) {
                passage.page.lured = is_lured(head, passage);
                if let Err(refusal) = self.settle(mode, *name, refusal, passage) {
                    return Err(self.said_first(refusal, passage));
                }
            }
            if (many || passage.unspent.is_some())
                && let Some(step) = self.pause_at(at, *name, head, passage)
            {
                return Ok(step);
            }
        }
        passage.row().map(Step::Through).ok_or_else(|| Refusal::new(Code::NotFound))
    }

    /// What a door before this one said and held back for the sake of a body that now is not read: who is over a limit
    /// hears that, whatever else is wrong.
    fn said_first(&self, refusal: Refusal, passage: &mut Passage) -> Refusal {
        let Some(held) = passage.held.take() else { return refusal };
        let mode = self.mode(passage, DoorName::Rate);
        self.settle(mode, DoorName::Rate, held, passage).err().unwrap_or(refusal)
    }

    /// The answer to a page that only asks whether it may.
    fn preflight<R: From<Bytes>>(&self, passage: &mut Passage) -> Option<Response<R>> {
        let cors = self.cors.as_ref().filter(|_| passage.page.preflight)?;
        Some(self.finish(Ok(cors.answer()), &passage.leave()))
    }

    /// The body, and what can be judged only by it.
    async fn take_in<B>(
        &self,
        row: &Row,
        head: &request::Parts,
        body: B,
        passage: &mut Passage,
    ) -> Result<Bytes, Refusal>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let limits = device::limits(self.parts.body, passage.held.is_some());
        let mut received = body::receive(row.body, &head.headers, body, limits, &self.state.store).await;
        if device::signs_in(row) {
            received = self.of_device(received, &head.headers, passage).await;
        }
        let bytes = received?;
        self.read(row.body, head, &bytes, passage)?;
        if row.class == Class::Refresh {
            self.family(&bytes, passage).await?;
        }
        Ok(bytes)
    }

    fn read(
        &self,
        kind: BodyKind,
        head: &request::Parts,
        bytes: &Bytes,
        passage: &mut Passage,
    ) -> Result<(), Refusal> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mode = self.mode(passage, DoorName::Inspect);
        match body::read(kind, &head.headers, bytes, self.parts.body.max_depth, mode != Mode::Off)? {
            Some(finding) => {
                passage.page.lured = is_lured(head, passage);
                self.settle(mode, DoorName::Inspect, finding, passage)
            }
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
            (Principal::Nobody, Err(_)) | (Principal::Key(_), _) => None,
        };
        let Some(family) = known else { return Ok(()) };
        match rate::family(self, family.0, passage).await {
            Err(refusal) => self.settle(mode, DoorName::Rate, refusal, passage),
            Ok(()) => Ok(()),
        }
    }

    /// The one place that decides between carrying a verdict out and recording it.
    pub(crate) fn settle(
        &self,
        mode: Mode,
        door: DoorName,
        refusal: Refusal,
        passage: &mut Passage,
    ) -> Result<(), Refusal> {
        let (refusal, exempt) = if mode == Mode::Enforce {
            let Some(exemption) = self.parts.exemptions.of(door, &refusal, passage) else {
                passage.note(|noted| noted.stopped = Some(door));
                return Err(refusal);
            };
            (refusal.exempt_by(exemption), true)
        } else {
            (refusal, false)
        };
        let passed = Passed { door, code: refusal.code(), exempt };
        passage.note(|noted| noted.passed = Some(passed));
        self.tell(&refusal, &passage.trail(), false);
        Ok(())
    }

    pub(crate) fn mode(&self, passage: &Passage, door: DoorName) -> Mode {
        passage.policy_row().map_or(self.parts.default_modes, |row| self.parts.modes[row]).of(door)
    }

    /// Where this server stands for a request.
    pub(crate) fn here(&self, https: bool) -> Here<'_> {
        Here { public: self.parts.public_origin.as_deref(), https }
    }

    /// Hands the request to its route, if the house is not full.
    fn enter<S, R>(
        self: &Arc<Self>,
        inner: &mut S,
        head: request::Parts,
        body: Bytes,
        mut passage: Passage,
    ) -> Journey<S::Future, R>
    where
        S: Service<Entrant, Response = Response<R>, Error = Infallible>,
        R: From<Bytes>,
    {
        // After the limits have spoken: who is over a limit gets 429, and only who is within one meets a full house.
        let place = match self.place(&mut passage) {
            Ok(place) => place,
            Err(busy) => return Journey::answered(self.finish(Err(busy), &passage.leave())),
        };
        match catch_unwind(AssertUnwindSafe(|| inner.call(Entrant { head, body, passage }))) {
            Ok(answering) => Journey::at_route(answering, place),
            Err(_) => Journey::answered(self.finish(Err(Refusal::new(Code::Internal)), &place.trail)),
        }
    }

    /// A place for the request, unless those that its rank may fill are taken. A route with a queue bounds itself.
    fn place(self: &Arc<Self>, passage: &mut Passage) -> Result<Place, Refusal> {
        let row = passage.row().map(|row| &self.parts.surface.rows()[row]);
        let (room, rank) = (Room::of(row), rank(passage, row.map_or(Class::Default, |row| row.class)));
        let uptime = || self.parts.clock.uptime();
        let Some(places) = self.places(room).filter(|places| !places.enter(rank, uptime)) else {
            return Ok(Place { shared: Arc::clone(self), trail: passage.leave(), room });
        };
        let limit = u64::try_from(self.parts.in_progress).unwrap_or(u64::MAX);
        let bound = Some(Bound { limit, window_s: None });
        let rule = Rule { count: Some(limit), bound, ..Rule::named("admission.in_progress") };
        Err(Refusal::new(Code::ServerBusy).retry_after(places.wait(rank, uptime())).by(rule))
    }
}

/// Who signs in or renews is a member at the door: shed with the strangers, members could not come in when it matters.
fn rank(passage: &Passage, class: Class) -> Rank {
    let rank = Rank::of(passage.principal, class == Class::Predict);
    if matches!(class, Class::Login | Class::Refresh) { rank.max(Rank::Member) } else { rank }
}

impl Room {
    fn of(row: Option<&Row>) -> Self {
        match row {
            Some(row) if row.queued => Self::None,
            Some(row) if matches!(row.class, Class::Login | Class::Register) => Self::Entrance,
            _ => Self::Hall,
        }
    }
}
