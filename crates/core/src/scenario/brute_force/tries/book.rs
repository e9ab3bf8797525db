//! The counts of one lane: who fails, and on what.

use std::time::Duration;

use super::{
    Attempt, Lane, NameKey, Need, Outcome, Rules, Signs, Stuffing, Ticket, name::Name, source::Source,
};
use crate::{
    client::Client,
    scenario::brute_force::{
        failures::Failure,
        table::{Key, Place, Table},
    },
};

/// Sources and names, each bounded.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) sources: Table<Source>,
    pub(super) names: Table<Name>,
}

impl Book {
    pub(super) fn new(rules: &Rules) -> Self {
        Self {
            sources: Table::new(rules.clients, rules.memory),
            names: Table::new(rules.names, rules.memory.max(rules.lock)),
        }
    }

    pub(super) fn need(&self, attempt: &Attempt, attacked: bool, now: Duration, rules: &Rules) -> Need {
        let (name, source) =
            (self.names.look(attempt.target(), now), self.sources.look(attempt.source(), now));
        need(name, source, attempt.challenged, attacked, now, rules)
    }

    pub(super) fn reserve(&mut self, id: u64, attempt: Attempt, now: Duration, rules: &Rules) -> Ticket {
        let (source, target) = (attempt.source(), attempt.target());
        let failure = |other| failure(id, now, other);
        let by_source =
            self.sources.count(source, now, rules, |counter| counter.begin(failure(target), rules));
        let by_name =
            self.names.count(target, now, rules, |counter| counter.begin(failure(source), now, rules));
        Ticket { id, attempt, source: by_source, target: by_name }
    }

    pub(super) fn settle(
        &mut self,
        ticket: &Ticket,
        outcome: Outcome,
        now: Duration,
        rules: &Rules,
    ) -> Signs {
        match outcome {
            Outcome::Right => self.right(ticket, now, rules),
            Outcome::Void => self.void(ticket, now, rules),
            Outcome::Wrong => return self.wrong(ticket, now, rules),
        }
        Signs::default()
    }

    /// How many failures of a client count now.
    pub(super) fn failures(&self, client: Client, now: Duration, rules: &Rules) -> u32 {
        let source = self.sources.look(u128::from_be_bytes(client.key()), now);
        source.map_or(0, |source| source.count(now, rules))
    }

    /// Every name that is locked, and for how long.
    pub(super) fn locked(&self, now: Duration, rules: &Rules) -> Vec<(NameKey, Duration)> {
        let locked = |(key, name): (Key, &Name)| Some((NameKey(key.to_be_bytes()), name.locked(now, rules)?));
        self.names.iter().filter_map(locked).collect()
    }

    /// Forgets the failures on a name; true when it was locked.
    pub(super) fn lift(&mut self, name: NameKey, now: Duration, rules: &Rules) -> bool {
        let key = u128::from_be_bytes(name.0);
        let lift = |name: &mut Name| {
            let locked = name.locked(now, rules).is_some();
            name.clear();
            locked
        };
        self.names.change(key, Place::Own, rules, lift).unwrap_or(false)
    }

    fn right(&mut self, ticket: &Ticket, now: Duration, rules: &Rules) {
        let target = ticket.attempt.target();
        self.sources
            .change(ticket.attempt.source(), ticket.source, rules, |source| source.right(fold(target)));
        self.names.change(target, ticket.target, rules, |name| match ticket.attempt.lane {
            Lane::Known(_) => name.clear(),
            Lane::Everyone => name.void(ticket.id, now, rules),
        });
    }

    fn void(&mut self, ticket: &Ticket, now: Duration, rules: &Rules) {
        let Ticket { id, attempt, .. } = *ticket;
        self.sources.change(attempt.source(), ticket.source, rules, |source| source.void(id));
        self.names.change(attempt.target(), ticket.target, rules, |name| name.void(id, now, rules));
    }

    fn wrong(&mut self, ticket: &Ticket, now: Duration, rules: &Rules) -> Signs {
        let Ticket { id, attempt, .. } = *ticket;
        let own = |place| place == Place::Own;
        let one_source = self
            .sources
            .change(attempt.source(), ticket.source, rules, |source| source.wrong(id, now, rules));
        let one_name =
            self.names.change(attempt.target(), ticket.target, rules, |name| name.wrong(id, now, rules));
        let (locked, one_name) = one_name.unwrap_or_default();
        // A counter that strangers share is a sign of none of them.
        let stuffing = if one_source == Some(true) && own(ticket.source) {
            Some(Stuffing::OneSource)
        } else {
            (one_name && own(ticket.target)).then_some(Stuffing::OneName)
        };
        Signs { locked, stuffing, site: None }
    }
}

/// What stands in the way of a try on a name by a source, as far as there is anything known of them.
pub(super) fn need(
    name: Option<&Name>,
    source: Option<&Source>,
    challenged: bool,
    attacked: bool,
    now: Duration,
    rules: &Rules,
) -> Need {
    if let Some(left) = name.and_then(|name| name.locked(now, rules)) {
        return Need::Locked(left);
    }
    if let Some(left) = source.and_then(|source| source.waits(now, rules)) {
        return Need::Wait(left);
    }
    let failures = source.map_or(0, |source| source.count(now, rules));
    if !challenged && (attacked || failures > rules.challenge_over) {
        return Need::Challenge;
    }
    Need::Nothing
}

/// A try that begins now, with the other side of it.
pub(super) fn failure(id: u64, now: Duration, other: Key) -> Failure {
    Failure { id, at: now, other: fold(other), wrong: false }
}

/// The other side of a failure: 64 bits are enough to tell a few apart.
#[expect(clippy::cast_possible_truncation, reason = "both halves are folded into one")]
pub(super) fn fold(key: Key) -> u64 {
    (key ^ key >> 64) as u64
}
