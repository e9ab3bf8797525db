//! The watch: every rule, over what is seen and how the server stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    Alert, Bar, Bars, Rule, Seen, Settings, Severity, Subject, Totals, What,
    board::{Board, Found, Kept},
    levels::{Level, Levels},
    norm::norm,
    ratio::Ratio,
    table::Table,
    tally::{Bytes, Counter, Moments},
    together::{Together, noticed_from},
};
use crate::{
    chance::Chance,
    client::Client,
    clock::Timestamp,
    ids::{AccountId, RequestId},
    refusal::Bound,
};

mod judge;
mod together;

/// A moment on both clocks: what is shown goes by the first, every window by the second, which never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The wall clock.
    pub now: Timestamp,
    /// The time since the process began.
    pub uptime: Duration,
}

/// How the server stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vitals {
    /// Requests so far, and errors of the server among them.
    pub requests: Totals,
    /// The same of predictions.
    pub predictions: Totals,
    /// What the server cannot do without, and whether it answers.
    pub backends: Vec<(&'static str, bool)>,
    /// Breakers, and whether they are open.
    pub breakers: Vec<(&'static str, bool)>,
    /// Nobody more can wait for a prediction.
    pub queue_full: bool,
    /// The security log cannot be written at this moment.
    pub log_unwritable: bool,
    /// When the newest backup was made, where that is known.
    pub backup: Option<Timestamp>,
    /// Since when there could be one and is none: how old the data is.
    pub without_backup: Option<Timestamp>,
}

/// How often an account has called today, and on the days before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busy {
    /// Which.
    pub account: AccountId,
    /// Calls today.
    pub today: u64,
    /// Calls of the days before that had any.
    pub days: Vec<u64>,
}

/// Every rule, with what it has counted so far.
#[derive(Debug)]
pub struct Watch {
    settings: Settings,
    board: Board,
    guesses: Table<Moments>,
    aimed: Table<Moments>,
    limited: Table<Moments>,
    hostile: Table<Moments>,
    lured: Table<Moments>,
    accounts: Table<Bytes>,
    clients: Table<Bytes>,
    requests: Ratio,
    predictions: Ratio,
    levels: Levels,
    /// States that last, as events said.
    states: BTreeSet<(Rule, Subject)>,
    /// What other nodes are told, where there are any.
    together: Option<Together>,
    /// The totals that they were told of.
    told: Option<[Totals; 2]>,
    /// When the newest backup was made, or since when there is none.
    backup: Timestamp,
    started: Timestamp,
    latest: Duration,
}

/// Where a count stands that is judged.
#[derive(Debug, Clone, Copy)]
struct Told {
    rule: Rule,
    more: u64,
    client: Option<Client>,
    request: Option<RequestId>,
    enforced: bool,
}

impl Watch {
    /// Nothing was seen yet.
    pub fn new(settings: Settings, now: Timestamp) -> Self {
        let room = settings.table;
        Self {
            settings,
            board: Board::default(),
            guesses: Table::new(room),
            aimed: Table::new(room),
            limited: Table::new(room),
            hostile: Table::new(room),
            lured: Table::new(room),
            accounts: Table::new(room),
            clients: Table::new(room),
            requests: Ratio::default(),
            predictions: Ratio::default(),
            levels: Levels::default(),
            states: BTreeSet::new(),
            together: None,
            told: None,
            backup: now,
            started: now,
            latest: Duration::ZERO,
        }
    }

    /// Takes an alert over that lasted when the process before this one ended. False where there is no room for it.
    pub fn restore(&mut self, rule: Rule, alert: Alert, uptime: Duration) -> bool {
        self.board.restore(rule, alert, uptime)
    }

    /// Those that had to make room for others since that was last asked: they are over, as far as anybody can tell.
    pub fn made_room(&mut self) -> Vec<Alert> {
        self.board.left()
    }

    /// Counts something; what is to be told because of it.
    pub fn see(&mut self, seen: &Seen, at: Moment, chance: &dyn Chance) -> Vec<Alert> {
        let at = self.advance(at);
        let Seen { client: from, request, enforced, .. } = *seen;
        let told = |rule, more| Told { rule, more, client: from, request, enforced };
        let client = seen.client.map(Subject::Client);
        let mut alerts = Vec::new();
        let mut count = |whom: Option<&Subject>, told: Told| {
            alerts.extend(whom.and_then(|whom| self.count(whom, told, at, chance)));
        };
        match &seen.what {
            What::Guess { aimed, limited } => {
                count(client.as_ref(), told(Rule::GuessesByClient, 1));
                count(aimed.as_ref(), told(Rule::GuessesByAccount, 1));
                count(client.as_ref().filter(|_| *limited), told(Rule::RefusedByClient, 1));
            }
            What::Limited => count(client.as_ref(), told(Rule::RefusedByClient, 1)),
            What::Hostile => count(client.as_ref(), told(Rule::HostileByClient, 1)),
            What::Lured => count(client.as_ref(), told(Rule::HostileLured, 1)),
            What::Bytes { account, bytes } => {
                count(account.map(Subject::Account).as_ref(), told(Rule::BytesByAccount, *bytes));
                count(client.as_ref(), told(Rule::BytesByClient, *bytes));
            }
            What::Fact(rule, subject) => {
                alerts.extend(self.raise(&fact(*rule, subject.clone(), told(*rule, 1)), at, chance));
            }
            What::State(rule, subject, bad) => {
                let key = (*rule, subject.clone());
                alerts.extend(self.turn(key, *bad, told(*rule, 0), at, chance));
            }
            What::BackupMade => self.backup = self.backup.max(at.now),
        }
        alerts
    }

    /// What has changed among the alerts that last since that was last asked.
    pub fn changed(&mut self) -> Vec<Alert> {
        self.board.changed()
    }

    /// How many last, by how much they matter.
    pub fn lasting(&self, severity: Severity) -> usize {
        self.board.count(severity)
    }

    /// Every alert that lasts.
    pub fn all(&self) -> Vec<Alert> {
        self.board.each().map(|(_, kept)| kept.alert.clone()).collect()
    }

    /// How many subjects each table tells apart.
    #[cfg(test)]
    pub(super) fn tables(&self) -> [usize; 7] {
        [
            self.guesses.len(),
            self.aimed.len(),
            self.limited.len(),
            self.hostile.len(),
            self.lured.len(),
            self.accounts.len(),
            self.clients.len(),
        ]
    }

    /// Events come from many threads, hardly out of order: no window goes back for one.
    fn advance(&mut self, at: Moment) -> Moment {
        self.latest = self.latest.max(at.uptime);
        Moment { uptime: self.latest, ..at }
    }

    /// A state begins or ends. There are as many as the server has parts: nobody outside can make one up.
    fn turn(
        &mut self,
        key: (Rule, Subject),
        bad: bool,
        told: Told,
        at: Moment,
        chance: &dyn Chance,
    ) -> Option<Alert> {
        if !bad {
            self.states.remove(&key);
            return self.board.end(&key, at);
        }
        self.states.insert(key.clone());
        self.raise(&fact(key.0, key.1, told), at, chance)
    }

    fn count(&mut self, whom: &Subject, told: Told, at: Moment, chance: &dyn Chance) -> Option<Alert> {
        let (own, shared) = (&self.settings, self.together.is_some());
        let counted = match told.rule {
            Rule::GuessesByAccount => counted(&mut self.aimed, whom, told, own.guesses_account, (at, shared)),
            Rule::RefusedByClient => counted(&mut self.limited, whom, told, own.rate_limited, (at, shared)),
            Rule::HostileByClient => counted(&mut self.hostile, whom, told, own.hostile, (at, shared)),
            Rule::HostileLured => counted(&mut self.lured, whom, told, own.hostile, (at, shared)),
            Rule::BytesByAccount => counted(&mut self.accounts, whom, told, own.account_bytes, (at, shared)),
            Rule::BytesByClient => counted(&mut self.clients, whom, told, own.client_bytes, (at, shared)),
            _ => counted(&mut self.guesses, whom, told, own.guesses, (at, shared)),
        };
        self.tell_others(&counted.subject, &counted.noticed, told, at);
        self.judged(counted, told, at, chance)
    }

    /// Raises what has reached a bar, and adds to what is raised while it has not.
    fn judged(&mut self, counted: Counted, told: Told, at: Moment, chance: &dyn Chance) -> Option<Alert> {
        if let Some(found) = counted.found {
            return self.raise(&found, at, chance);
        }
        self.board.touch(&(told.rule, counted.subject), told.more, at);
        None
    }

    fn raise(&mut self, found: &Found, at: Moment, chance: &dyn Chance) -> Option<Alert> {
        if self.settings.off.contains(&found.rule) {
            return None;
        }
        self.board.raise(found, at, chance)
    }
}

/// What a count came to.
struct Counted {
    /// Under whose name.
    subject: Subject,
    /// Which bar is reached, if any.
    found: Option<Found>,
    /// What others are to hear of it.
    noticed: Vec<Noticed>,
}

/// What others are to hear of a count: for which bar, and how much.
type Noticed = (Severity, Bar, u64);

fn news(counter: &mut impl Counter, bars: Bars, now: Duration) -> Vec<Noticed> {
    let each = bars.each().enumerate();
    let news = each.filter_map(|(at, (severity, bar))| {
        Some((severity, bar, counter.news(now, (at, bar), noticed_from(bar))?))
    });
    news.collect()
}

fn counted<C: Counter>(
    table: &mut Table<C>,
    who: &Subject,
    told: Told,
    bars: Bars,
    (at, is_shared): (Moment, bool),
) -> Counted {
    let (name, counter) = table.add(who, told.more, at.uptime, bars);
    let noticed = if is_shared { news(counter, bars, at.uptime) } else { Vec::new() };
    let reached = counter.reached(at.uptime, bars);
    let found = reached.map(|(severity, bar, count)| Found {
        rule: told.rule,
        severity,
        subject: name.clone(),
        count,
        more: told.more,
        bound: Some(bar.bound()),
        client: told.client,
        request: told.request,
        enforced: told.enforced,
    });
    Counted { subject: name, found, noticed }
}

fn fact(rule: Rule, subject: Subject, told: Told) -> Found {
    Found {
        rule,
        severity: rule.worst(),
        subject,
        count: 1,
        more: told.more,
        bound: None,
        client: told.client,
        request: told.request,
        enforced: told.enforced,
    }
}
