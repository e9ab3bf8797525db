//! The rules of alarm from the settings, and how the server stands, for them to judge.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aspis_core::{
    alert::{Alert, Bars, Settings as Numbers, Totals, Vitals},
    event::{Event, Kind, Sink},
    scenario::{data_scraping::quota::Day, denial_of_service::breaker::Stance},
};
use aspis_guard::surface::Class;
use aspis_store::{Stored, alerts::AlertQuery};
use aspis_watch::{
    alerts::{self, Engine, Hears, Inbox, Line},
    metrics::{AlertCount, Parts},
};

use super::{App, OpenError, World};
use crate::{
    settings::{Settings, value::Bar},
    surface,
};

/// The route of predictions, as the surface table writes it.
const PREDICT: &str = "POST /api/v1/predict/{asset}";

/// What watches over the server.
pub(crate) struct Alarm {
    pub(crate) engine: Arc<Engine>,
    /// Where what is no event comes in.
    pub(crate) inbox: Arc<Inbox>,
    /// False while the database does not answer.
    database: AtomicBool,
    /// False while what nodes share does not.
    state: AtomicBool,
    /// Which row of the table predictions are.
    predict: Option<usize>,
}

/// Both ends of the line that events come in by.
pub(super) fn line(world: &World) -> (Arc<Inbox>, Line) {
    let rows = surface::rows();
    let sign_in = rows.iter().filter(|row| row.class == Class::Login && row.path.ends_with("/login"));
    alerts::line(Arc::clone(&world.clock), sign_in.map(ToString::to_string).collect())
}

impl Alarm {
    /// Opens the engine; what lasted before a restart lasts on.
    pub(super) async fn open(
        (inbox, line): (Arc<Inbox>, Line),
        world: &World,
        settings: &Settings,
        events: &Arc<dyn Sink>,
    ) -> Result<Self, OpenError> {
        let parts = alerts::Parts {
            store: Arc::clone(&world.store.alerts),
            sums: world.cluster.sums.clone(),
            clock: Arc::clone(&world.clock),
            chance: Arc::clone(&world.chance),
            events: Arc::clone(events),
            settings: numbers(settings),
            keep: settings.alerts.keep.get(),
        };
        let engine = Engine::open(line, parts).await?;
        let predict = surface::names().iter().position(|name| name == PREDICT);
        Ok(Self { engine, inbox, database: AtomicBool::new(true), state: AtomicBool::new(true), predict })
    }
}

/// The numbers of the rules.
fn numbers(settings: &Settings) -> Numbers {
    let own = &settings.alerts;
    let bar = |bar: Bar| Some(bar.get());
    let warning = |text: Bar| Bars { warning: bar(text), critical: None };
    Numbers {
        guesses: Bars { warning: bar(own.failed_logins_warning), critical: bar(own.failed_logins_critical) },
        guesses_account: warning(own.failed_logins_account),
        rate_limited: Bars { warning: None, critical: bar(own.rate_limited) },
        hostile: Bars { warning: bar(own.hostile_warning), critical: bar(own.hostile_critical) },
        account_bytes: warning(own.account_bytes),
        client_bytes: warning(own.client_bytes),
        server_errors: own.server_errors.get(),
        predictions_failing: own.predictions_failing.get(),
        ratio_from: own.ratio_from.get(),
        norm_times: own.norm_times.get(),
        breaker_open: own.breaker_open.get(),
        queue_full: own.queue_full.get(),
        unreachable: own.unreachable.get(),
        backup_age: own.backup_age.get(),
        remind: own.remind.get(),
        quiet: own.quiet.get(),
        table: own.table.get(),
        off: own.off.as_slice().iter().copied().collect(),
    }
}

/// Has alerts counted, and the numbers of other parts asked for here. The metrics do not keep the application alive.
pub(super) fn count(app: &Arc<App>) {
    app.alarm.engine.tell(Arc::new(AlertCount(Arc::clone(&app.metrics))));
    app.alarm.engine.tell(Arc::clone(&app.channels.outbox) as Arc<dyn alerts::Hears>);
    app.metrics.ask_channels(&app.channels.outbox);
    let asked = Arc::downgrade(app);
    app.metrics.ask_parts_at(move || {
        let app = asked.upgrade()?;
        let (hashes_waiting, hashers_idle) = app.people.hashing();
        Some(Parts {
            hashes_waiting,
            hashers_idle,
            alerts: app.alarm.engine.count(),
            alerts_lost: app.alarm.engine.lost(),
            backends: app.backends(),
        })
    });
}

impl App {
    /// Judges what commands did while no server ran. To be called once, when alerts can be told.
    pub async fn hear_unheard(&self) {
        if let Err(error) = self.alarm.engine.hear_unheard().await {
            tracing::error!(%error, "what commands did while no server ran was not judged; the next start tries again");
        }
    }

    /// Judges what came since the last time. To be called when something came.
    pub fn hear_alerts(&self) {
        self.alarm.engine.hear();
    }

    /// Judges how the server stands. To be called once a second.
    pub fn look_at_alerts(&self) {
        self.metrics.turn(Day::of(self.clock.now()));
        self.look_at_state();
        self.alarm.engine.look(&self.vitals());
    }

    /// Writes alerts down, and asks by that whether the database answers. To be called once a second.
    pub async fn keep_alerts(&self) {
        let answered = self.write_alerts().await;
        if let Err(error) = &answered {
            tracing::debug!(%error, "alerts were not written down");
        }
        let up = answered.is_ok();
        if self.alarm.database.swap(up, Ordering::Relaxed) != up {
            let kind = if up { Kind::DatabaseBack } else { Kind::DatabaseUnreachable };
            self.events.record(Event::of_server(kind, self.clock.now()));
        }
    }

    /// Says when what nodes share goes away, and when it is back.
    fn look_at_state(&self) {
        let Some(up) = self.cluster.state_answers() else { return };
        if self.alarm.state.swap(up, Ordering::Relaxed) != up {
            let kind = if up { Kind::StateBack } else { Kind::StateUnreachable };
            self.events.record(Event::of_server(kind, self.clock.now()));
        }
    }

    /// Adds what was counted here to the counts of all nodes, and judges those. To be called once a second.
    pub async fn add_up_alerts(&self) {
        if let Err(error) = self.alarm.engine.add_up().await {
            // What nodes share is what is wrong, and it is spoken of where it failed.
            tracing::debug!(%error, "counts were not added up with other nodes");
        }
    }

    async fn write_alerts(&self) -> Stored<()> {
        let any = AlertQuery { limit: 1, ..AlertQuery::default() };
        self.store.alerts.alerts(&any).await?;
        self.alarm.engine.keep().await
    }

    /// Looks who calls far more often than is usual. To be called once a minute.
    pub async fn look_at_accounts(&self) {
        if let Err(error) = self.alarm.engine.look_at_accounts().await {
            // The database is what is wrong, and it is spoken of where it failed.
            tracing::debug!(%error, "the uses of accounts were not looked at");
        }
    }

    /// Forgets alerts that are long over.
    pub(super) async fn sweep_alerts(&self) {
        if let Err(error) = self.alarm.engine.sweep().await {
            tracing::debug!(%error, "old alerts were not swept");
        }
    }

    /// From now on this hears of alerts, too.
    pub fn tell_alerts(&self, hearer: Arc<dyn Hears>) {
        self.alarm.engine.tell(hearer);
    }

    /// Every alert that lasts.
    pub fn lasting_alerts(&self) -> Vec<Alert> {
        self.alarm.engine.lasting()
    }

    /// Waits until there is something to judge.
    pub(crate) async fn alerts_came(&self) {
        self.alarm.engine.came().await;
    }

    fn backends(&self) -> Vec<(&'static str, bool)> {
        let database = ("database", self.alarm.database.load(Ordering::Relaxed));
        let state = self.cluster.state_answers().map(|up| ("state", up));
        [database].into_iter().chain(state).collect()
    }

    fn vitals(&self) -> Vitals {
        let predictions = self.predictions.counts();
        let breakers = self.metrics.database().into_iter().chain([("predictions", predictions.breaker)]);
        Vitals {
            requests: self.metrics.totals(),
            predictions: self.alarm.predict.map_or(Totals::default(), |row| self.metrics.given(row)),
            backends: self.backends(),
            breakers: breakers.map(|(name, stance)| (name, stance != Stance::Closed)).collect(),
            queue_full: self.predictions.queue_is_full(),
            log_unwritable: !self.metrics.log_is_writable(),
            backup: self.backups.newest(),
            without_backup: self.backups.without(),
        }
    }
}

#[cfg(test)]
mod tests;
