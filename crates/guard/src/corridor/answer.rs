//! The answer as it leaves: what every answer carries, and the one place where a refusal is written and becomes an event.

use std::time::Duration;

use aspis_core::{
    event::{Event, Kind},
    refusal::{Code, Refusal},
};
use bytes::Bytes;
use http::{Response, header};

use super::Shared;
use crate::{
    allowance::Allowance, decision::Decision, headers, passage::Trail, problem, surface::Class, trace::Told,
};

impl Shared {
    /// The answer as it leaves: what the route refuses is written here, and what it breaks is masked here.
    pub(super) fn finish<R: From<Bytes>>(
        &self,
        outcome: Result<Response<R>, Refusal>,
        trail: &Trail,
    ) -> Response<R> {
        let (mut response, refused) = match outcome {
            Ok(response) => self.masked(response, trail),
            Err(refusal) => (self.refuse(&refusal, trail), Some(refusal)),
        };
        let took = self.depart(&mut response, refused.as_ref(), trail);
        if let Some(recorder) = &self.parts.recorder {
            recorder.decided(&self.decision(&response, refused.as_ref(), trail));
        }
        if let (Some(tracer), Some(traced)) = (&self.parts.tracer, &trail.traced) {
            let (status, refused) = (response.status().as_u16(), refused.as_ref().map(Refusal::code));
            let Trail { request, now: at, https, .. } = *trail;
            let row = trail.policy_row();
            traced.end(tracer.as_ref(), Told { request, at, took, https, row, status, refused });
        }
        response
    }

    fn masked<R: From<Bytes>>(
        &self,
        mut response: Response<R>,
        trail: &Trail,
    ) -> (Response<R>, Option<Refusal>) {
        match response.extensions_mut().remove::<Refusal>() {
            Some(refusal) => {
                let mut written = self.refuse(&refusal, trail);
                // What the route says beside its refusal (that it is a stored answer, what is left of a day) is kept.
                written.headers_mut().extend(response.headers_mut().drain());
                if let Some(allowance) = response.extensions_mut().remove::<Allowance>() {
                    written.extensions_mut().insert(allowance);
                }
                (written, Some(refusal))
            }
            None if response.status().is_server_error() => {
                let refusal = Refusal::new(Code::Internal);
                (self.refuse(&refusal, trail), Some(refusal))
            }
            None => (response, None),
        }
    }

    fn decision<'a, R>(
        &self,
        response: &Response<R>,
        refused: Option<&'a Refusal>,
        trail: &Trail,
    ) -> Decision<'a> {
        let length = response.headers().get(header::CONTENT_LENGTH);
        let class = trail.policy_row().map(|row| self.parts.surface.rows()[row].class);
        Decision {
            request: trail.request,
            at: trail.now,
            uptime: trail.uptime,
            client: trail.client,
            principal: trail.principal,
            row: trail.policy_row(),
            attacked: trail.attacked,
            step: class.and_then(|class| self.parts.posture.steps[class as usize]),
            noted: trail.noted.as_deref().copied().unwrap_or_default(),
            status: response.status().as_u16(),
            refused: refused.map(|refusal| (refusal.code(), refusal.facts().rule.as_ref())),
            bytes: length.and_then(|length| length.to_str().ok()?.parse().ok()),
        }
    }

    fn refuse<R: From<Bytes>>(&self, refusal: &Refusal, trail: &Trail) -> Response<R> {
        self.tell(refusal, trail, true);
        let nonce = problem::wants_nonce(refusal.code()).then(|| self.parts.people.dpop_nonce());
        let mut response = problem::response(refusal, trail.request, nonce.as_deref());
        if matches!(refusal.code(), Code::InvalidSession | Code::SessionMismatch) {
            // Or the browser would send it again, also where nobody has to be signed in.
            headers::forget_session(response.headers_mut(), trail.https);
        }
        response
    }

    /// The one place where a refusal becomes an event.
    pub(crate) fn tell(&self, refusal: &Refusal, trail: &Trail, enforced: bool) {
        let is_event = refusal.code().is_security();
        let Some(sink) = Some(&self.parts.events).filter(|_| is_event).or(self.parts.mistakes.as_ref())
        else {
            return;
        };
        let route = trail
            .policy_row()
            .map_or_else(|| "unknown".into(), |row| self.parts.surface.rows()[row].to_string().into());
        sink.record(Event {
            at: trail.now,
            kind: Kind::Refused(refusal.code()),
            client: Some(trail.client),
            account: trail.principal.account(),
            key: trail.key,
            request: Some(trail.request),
            route,
            rule: refusal.told_rule(),
            enforced,
            why: None,
            factor: None,
            lured: trail.page.lured,
        });
    }

    /// What every answer carries, and the count of it; how long it took.
    fn depart<R>(&self, response: &mut Response<R>, refused: Option<&Refusal>, trail: &Trail) -> Duration {
        let class = trail.policy_row().map_or(Class::Default, |row| self.parts.surface.rows()[row].class);
        let status = response.status().as_u16();
        let allowance = response.extensions_mut().remove::<Allowance>();
        let fields = response.headers_mut();
        let request = headers::request_id(trail.request);
        match trail.standing {
            None => self.templates[usize::from(trail.https)].dress(fields, request, None),
            Some(standing) => {
                let policy = self.policy(class, standing.rate);
                policy.template(trail.https).dress(fields, request, Some(policy.now(standing)));
                if self.parts.legacy_fields {
                    headers::legacy(fields, standing, trail.now);
                }
            }
        }
        if let Some(allowance) = allowance {
            headers::allowance(fields, allowance);
        }
        if trail.dpop && !headers::has_dpop_nonce(fields) {
            headers::dpop_nonce(fields, &self.parts.people.dpop_nonce());
        }
        if let Some(cors) = &self.cors {
            cors.mark(fields, trail.page.guest);
        }
        let took = self.parts.clock.uptime().saturating_sub(trail.uptime);
        self.parts.meter.done(trail.row(), status, took, refused.and_then(Refusal::shed));
        took
    }
}
