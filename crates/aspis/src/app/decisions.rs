//! The log of decisions, where one is kept: what the corridor, the sign-in and the quotas tell it.

use std::{borrow::Cow, path::Path, sync::Arc, time::Duration};

use aspis_core::{
    clock::{Clock, Timestamp},
    ids::{AccountId, RequestId},
    principal::Principal,
    scenario::brute_force::tries::{self, Lane, Need},
};
use aspis_guard::decision::{Decision, Recorder};
use aspis_identity::people::{Tried, Witness};
use aspis_watch::decisions::{self, Answered, DecisionLog, Ended, Keep, Line, Outcome, Sent, Start, Who};
use uuid::Uuid;

use super::OpenError;
use crate::{
    settings::{Kept, Settings},
    surface,
};

/// The log, and what its lines are made of.
pub(crate) struct Recording {
    log: DecisionLog,
    clock: Arc<dyn Clock>,
    /// Name and class of each row of the table.
    rows: Vec<(String, &'static str)>,
}

/// The log, where the settings want one.
pub(super) fn open(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Option<Arc<Recording>>, OpenError> {
    let own = &settings.decisions;
    if own.keep == Kept::Off {
        return Ok(None);
    }
    let data: &Path = settings.server.data.as_path();
    let start = Start { at: clock.now(), up: nanos(clock.uptime()) };
    let keep = Keep { time: own.time.get(), bytes: own.most.get() };
    let log = DecisionLog::open(data, keep, start).map_err(OpenError::Decisions)?;
    let rows = surface::rows().iter().map(|row| (row.to_string(), row.class.word())).collect();
    Ok(Some(Arc::new(Recording { log, clock: Arc::clone(clock), rows })))
}

fn nanos(uptime: Duration) -> u64 {
    u64::try_from(uptime.as_nanos()).unwrap_or(u64::MAX)
}

impl Recording {
    /// Bytes were asked for.
    pub(super) fn asked(&self, asked: Asked<'_>) {
        let Asked { request, route, client, account, bytes, outcome } = asked;
        let (at, uptime) = self.clock.both();
        self.log.record(Line::Bytes(decisions::Bytes {
            at,
            up: nanos(uptime),
            request,
            route: route.to_owned().into(),
            client: client.to_string(),
            account,
            bytes,
            denied: outcome == Granting::Denied,
            enforced: !matches!(outcome, Granting::Observed | Granting::Exempt),
            exempt: outcome == Granting::Exempt,
        }));
    }

    /// An answer is over.
    pub(super) fn sent(&self, request: RequestId, bytes: u64) {
        self.log.record(Line::Sent(Sent { up: nanos(self.clock.uptime()), request, bytes }));
    }

    /// Writes what is waiting and ends.
    pub(super) fn close(&self) {
        self.log.close();
    }
}

/// Bytes of a day that are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: RequestId,
    pub(super) route: &'a str,
    pub(super) client: aspis_core::client::Client,
    pub(super) account: Option<AccountId>,
    pub(super) bytes: u64,
    pub(super) outcome: Granting,
}

/// What becomes of bytes that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Granting {
    /// There was room for them.
    Promised,
    /// There was none.
    Denied,
    /// There was none, and the quota only observes.
    Observed,
    /// There was none, and somebody is excused from that.
    Exempt,
}

fn who(principal: Principal) -> Who {
    match principal {
        Principal::Nobody => Who::Nobody,
        Principal::Account(signed) if principal.is_operator() => Who::Operator(signed.account),
        Principal::Account(signed) => Who::Account(signed.account),
        Principal::Key(keyed) => Who::Key(keyed.key),
    }
}

impl Recorder for Recording {
    fn decided(&self, decision: &Decision<'_>) {
        let Decision { noted, refused, .. } = *decision;
        let named = decision.row.and_then(|row| self.rows.get(row));
        let (route, class) =
            named.map_or((String::new(), "default"), |(route, class)| (route.clone(), class));
        let at: Timestamp = decision.at;
        self.log.record(Line::Request(Box::new(Answered {
            at,
            up: nanos(decision.uptime),
            request: decision.request,
            client: decision.client.to_string(),
            who: who(decision.principal),
            route: Cow::Owned(route),
            class: class.into(),
            status: decision.status,
            refused: refused.map(|(code, _)| code.word().into()),
            rule: refused.and_then(|(_, rule)| rule).map(|rule| rule.name.clone()),
            door: noted.stopped.map(|door| door.word().into()),
            passed: noted.passed.map(|passed| (passed.door.word().into(), passed.code.word().into())),
            exempt: noted.passed.is_some_and(|passed| passed.exempt),
            lured: noted.lured,
            judged: noted.judged,
            own: noted.own,
            late: noted.late,
            device: noted.device,
            family: noted.family,
            attacked: decision.attacked,
            step: decision.step,
            score: noted.score.filter(|score| *score > 0),
            suspected: noted.suspected,
            bytes: decision.bytes,
        })));
    }
}

/// The rule that turned a try away.
pub(crate) fn rule_of(need: Need) -> Option<&'static str> {
    match need {
        Need::Nothing => None,
        Need::Challenge => Some("lock.challenge_over"),
        Need::Wait(_) => Some("lock.wait_over"),
        Need::Locked(_) => Some("lock.after"),
    }
}

impl Witness for Recording {
    fn tried(&self, tried: &Tried) {
        let device = match tried.attempt.lane {
            Lane::Known(device) => Some(device.0),
            Lane::Everyone => None,
        };
        self.log.record(Line::Try(decisions::Tried {
            up: nanos(tried.uptime),
            request: tried.request,
            client: tried.attempt.client.to_string(),
            name: Uuid::from_bytes(tried.attempt.name.0),
            device,
            solution: tried.solution,
            attacked: tried.attacked,
            rule: rule_of(tried.need).map(Cow::Borrowed),
        }));
    }

    fn ended(&self, request: Option<RequestId>, uptime: Duration, outcome: tries::Outcome) {
        let outcome = match outcome {
            tries::Outcome::Right => Outcome::Right,
            tries::Outcome::Wrong => Outcome::Wrong,
            tries::Outcome::Void => Outcome::Void,
        };
        self.log.record(Line::Tried(Ended { up: nanos(uptime), request, outcome }));
    }
}
