//! Locks, waits and challenges in front of secrets, asked again. Of a try that did not get as far as its secret nobody knows
//! whether it was right: it is taken for wrong, as that of a guesser.

use std::{collections::HashMap, time::Duration};

use aspis_core::{
    ids::{DeviceId, RequestId},
    scenario::brute_force::tries::{self, Attempt, Lane, NameKey, Need, Ticket, Tries},
};
use aspis_watch::decisions::{Ended, Outcome, Tried};

use super::{report::Tally, stopped::Stopped, windows::client};
use crate::{
    app::{decisions::rule_of, tries_rules},
    settings::Settings,
};

/// Tries under way, at most.
const OPEN: usize = 100_000;

pub(super) struct Attempts {
    tries: Tries,
    open: HashMap<RequestId, Ticket>,
}

impl Attempts {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { tries: Tries::new(tries_rules(&settings.lock)), open: HashMap::new() }
    }

    pub(super) fn begin(&mut self, tried: &Tried, stopped: &mut Stopped, tally: &mut Tally) {
        let Some(client) = client(&tried.client) else { return };
        let lane = tried.device.map_or(Lane::Everyone, |device| Lane::Known(DeviceId(device)));
        let name = NameKey(*tried.name.as_bytes());
        let mut attempt = Attempt { name, client, lane, challenged: false };
        let is = match self.admit(&mut attempt, tried) {
            Ok(ticket) => {
                self.keep(tried, ticket);
                None
            }
            Err(need) => rule_of(need),
        };
        if let (Some(_), Some(request)) = (is, tried.request) {
            stopped.put(request);
        }
        tally.attempt(tried, is);
    }

    /// As the sign-in does it.
    fn admit(&self, attempt: &mut Attempt, tried: &Tried) -> Result<Ticket, Need> {
        let now = Duration::from_nanos(tried.up);
        // A solution that was refused then was bad.
        let solved = tried.solution && tried.rule.as_deref() != rule_of(Need::Challenge);
        let challenge = match self.tries.look(attempt, now) {
            Need::Challenge => true,
            Need::Nothing => tried.attacked && attempt.lane == Lane::Everyone,
            other => return Err(other),
        };
        if challenge && !solved {
            return Err(Need::Challenge);
        }
        attempt.challenged = challenge;
        self.tries.begin(*attempt, now)
    }

    /// One that was turned away then has no end in the log: it stays a failure.
    fn keep(&mut self, tried: &Tried, ticket: Ticket) {
        if let (Some(request), None) = (tried.request, &tried.rule)
            && self.open.len() < OPEN
        {
            self.open.insert(request, ticket);
        }
    }

    pub(super) fn end(&mut self, ended: &Ended) {
        let Some(ticket) = ended.request.and_then(|request| self.open.remove(&request)) else { return };
        let outcome = match ended.outcome {
            Outcome::Right => tries::Outcome::Right,
            Outcome::Wrong => tries::Outcome::Wrong,
            Outcome::Void => tries::Outcome::Void,
        };
        // What it is a sign of is told by the replay of what follows.
        let _ = self.tries.settle(ticket, outcome, Duration::from_nanos(ended.up));
    }
}
