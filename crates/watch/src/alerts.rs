//! The engine of alarm: it hears every event, looks once a second how the server stands, and tells what the rules find.
//!
//! Recording puts a few words into a bounded line and never waits; what does not fit is counted. The rules themselves
//! are `core`'s. What lasts is written down, so that a restart forgets no alert. Deliberately not here: how people are
//! reached, and what is done about an alert: that is for who hears it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aspis_core::{
    alert::{Alert, Moment, Settings, Severity, Turn, Vitals, Watch},
    chance::{self, Chance},
    clock::Clock,
    event::{Event, Kind, Sink},
    refusal,
    scenario::data_scraping::quota::Day,
};
use aspis_store::{Alerts, Stored, alerts::AlertQuery, fleeting::Sums};

mod inbox;
mod together;
mod unheard;
mod unsaved;

pub use inbox::{Inbox, Line, line};
pub use unheard::Overhearing;

use together::Others;
use unsaved::Unsaved;

/// Who is told of alerts. Must neither wait nor fail.
pub trait Hears: Send + Sync {
    /// Takes one alert.
    fn alert(&self, alert: &Alert);
}

/// What the engine works with.
pub struct Parts {
    /// Where alerts are kept.
    pub store: Arc<dyn Alerts>,
    /// Where counts of all nodes are added up, if there are others.
    pub sums: Option<Arc<dyn Sums>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where it is recorded that an alert began or ended.
    pub events: Arc<dyn Sink>,
    /// The numbers of the rules.
    pub settings: Settings,
    /// How long an alert is kept that is over.
    pub keep: std::time::Duration,
}

/// The engine. It does nothing by itself: its owner calls [`Engine::hear`] when something came, and
/// [`Engine::look`] once a second.
pub struct Engine {
    parts: Parts,
    line: Line,
    others: Option<Others>,
    state: Mutex<State>,
    hearers: Mutex<Vec<Arc<dyn Hears>>>,
}

struct State {
    watch: Watch,
    unsaved: Unsaved,
}

/// Alerts that are taken over at the start, at most.
const RESTORED: u64 = 20_000;
/// Alerts that are kept when they are over, at most.
const KEPT: u64 = 100_000;
/// Accounts that are looked at because they call often, at most.
const BUSY: u64 = 1000;
/// No norm is lower: who calls less than this, times the setting, is not looked at.
const LEAST: u64 = 100;

impl Engine {
    /// Takes over what lasted when the process before this one ended.
    pub async fn open(line: Line, parts: Parts) -> Stored<Arc<Self>> {
        let (now, uptime) = parts.clock.both();
        let mut watch = Watch::new(parts.settings.clone(), now);
        let others =
            parts.sums.clone().map(|sums| Others { sums, teller: chance::bytes(parts.chance.as_ref()) });
        if others.is_some() {
            watch.join();
        }
        let mut unsaved = Unsaved::default();
        let open = AlertQuery { open: Some(true), limit: RESTORED, ..AlertQuery::default() };
        for mut row in parts.store.alerts(&open).await? {
            if row.alert().is_some_and(|(rule, alert)| watch.restore(rule, alert, uptime)) {
                continue;
            }
            // Of a rule that this version does not have, or more than there is room for: nobody would ever end it.
            row.ended = Some(now);
            unsaved.add(row);
        }
        let state = Mutex::new(State { watch, unsaved });
        Ok(Arc::new(Self { parts, line, others, state, hearers: Mutex::default() }))
    }

    /// From now on it is told of alerts, too.
    pub fn tell(&self, hearer: Arc<dyn Hears>) {
        self.hearers.lock().unwrap_or_else(PoisonError::into_inner).push(hearer);
    }

    /// Waits until something came.
    pub async fn came(&self) {
        self.line.came().await;
    }

    /// Judges everything that came.
    pub fn hear(&self) {
        let mut state = self.state();
        let alerts = self.drain(&mut state);
        state.unsaved.note(&alerts);
        drop(state);
        self.say(&alerts);
    }

    /// Judges everything that came, and how the server stands. To be called once a second.
    pub fn look(&self, vitals: &Vitals) {
        let mut state = self.state();
        let mut alerts = self.drain(&mut state);
        alerts.extend(state.watch.look(vitals, self.now(), self.parts.chance.as_ref()));
        let left = state.watch.made_room();
        alerts.extend_from_slice(&left);
        state.unsaved.note(&alerts);
        drop(state);
        if !left.is_empty() {
            let alerts = left.len();
            tracing::warn!(
                alerts,
                "more alerts last than are told apart: the oldest quiet ones made room, and are ended"
            );
        }
        self.say(&alerts);
    }

    fn drain(&self, state: &mut State) -> Vec<Alert> {
        let mut alerts = Vec::new();
        for (seen, at) in self.line.all() {
            alerts.extend(state.watch.see(&seen, at, self.parts.chance.as_ref()));
        }
        alerts
    }

    /// Looks who calls far more often than is usual. To be called once a minute.
    pub async fn look_at_accounts(&self) -> Stored<()> {
        let over = LEAST.saturating_mul(self.parts.settings.norm_times);
        let today = Day::of(self.parts.clock.now());
        let busy = self.parts.store.busy_accounts(today, over, BUSY).await?;
        let mut state = self.state();
        let alerts = state.watch.busy(&busy, self.now(), self.parts.chance.as_ref());
        state.unsaved.note(&alerts);
        drop(state);
        self.say(&alerts);
        Ok(())
    }

    /// Writes down what is only in memory. To be called every second, and at the end. What the store refuses is tried
    /// again with the next.
    pub async fn keep(&self) -> Stored<()> {
        let rows = {
            let mut state = self.state();
            let changed = state.watch.changed();
            state.unsaved.note(&changed);
            state.unsaved.all()
        };
        if rows.is_empty() {
            return Ok(());
        }
        self.parts.store.put_alerts(&rows).await?;
        self.state().unsaved.saved(&rows);
        Ok(())
    }

    /// Forgets alerts that are long over.
    pub async fn sweep(&self) -> Stored<u64> {
        self.parts.store.sweep_alerts(self.parts.clock.now().minus(self.parts.keep), KEPT).await
    }

    /// Every alert that lasts.
    pub fn lasting(&self) -> Vec<Alert> {
        self.state().watch.all()
    }

    /// How many last, by how much they matter.
    pub fn count(&self) -> [(Severity, usize); 3] {
        let state = self.state();
        Severity::ALL.map(|severity| (severity, state.watch.lasting(severity)))
    }

    /// What came and was not judged, because the line was full.
    pub fn lost(&self) -> u64 {
        self.line.lost()
    }

    fn now(&self) -> Moment {
        let (now, uptime) = self.parts.clock.both();
        Moment { now, uptime }
    }

    fn say(&self, alerts: &[Alert]) {
        if alerts.is_empty() {
            return;
        }
        let hearers = self.hearers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for alert in alerts {
            if let Some(event) = event(alert) {
                self.parts.events.record(event);
            }
            for hearer in &hearers {
                hearer.alert(alert);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the log is told of an alert; that it lasts is no news there.
fn event(alert: &Alert) -> Option<Event> {
    let kind = match alert.turn {
        Turn::Began | Turn::Worse => Kind::AlertRaised,
        Turn::Ended => Kind::AlertEnded,
        Turn::Reminder | Turn::Again => return None,
    };
    let place = format!("{} {}", alert.severity.word(), alert.subject);
    let rule = refusal::Rule {
        place: Some(place),
        count: Some(alert.count),
        bound: alert.bound,
        ..refusal::Rule::named(alert.rule)
    };
    Some(Event {
        client: alert.subject.client(),
        account: alert.subject.account(),
        key: alert.subject.key(),
        request: alert.request,
        rule: Some(rule),
        enforced: alert.enforced,
        ..Event::of_server(kind, alert.at)
    })
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

#[cfg(test)]
mod tests;
