//! The application: everything a request needs, built once from the settings, the store, a clock and chance.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use arc_swap::{ArcSwap, Guard};
use aspis_core::{
    chance::Chance,
    clock::Clock,
    courier::Courier,
    event::{Kind, Sink},
    secret::{Secret, SecretText},
};
use aspis_guard::{CorridorLayer, exemptions::Exemptions};
use aspis_identity::{
    keys::{self, ApiKeys},
    people::{self, People},
    token::SigningKey,
};
use aspis_market::{
    cursor::Cursors,
    forecast::Model,
    history::History,
    ingest::{self, Intake},
    portfolio::Portfolio,
    prediction::{self, Predictions},
    prices::Board,
    quality::{self, Quality},
    review::{self, Desk},
    sources::Sources,
};
use aspis_store::Durable;
use aspis_watch::{
    metrics::{Metrics, RefusalCount},
    recent::Recent,
};

use crate::{incidents::Incidents, routes::manual::Manual, settings::Settings, surface};

pub(crate) mod alerts;
pub(crate) mod backups;
mod books;
pub(crate) mod channels;
mod corridor;
pub mod database;
pub(crate) mod decisions;
pub(crate) mod excused;
mod explain;
pub(crate) mod exports;
mod fault;
mod identity;
pub(crate) mod incidents;
pub(crate) mod intake;
pub(crate) mod keys_alone;
pub(crate) mod marks;
pub(crate) mod metering;
pub(crate) mod predictions;
pub(crate) mod quota;
pub(crate) mod reload;
mod reporters;
mod rules;
mod scraping;
mod sources;
pub(crate) mod telemetry;
mod texts;
mod violations;

pub use corridor::Service;
pub(crate) use corridor::{proxies, rate};
pub use fault::OpenError;
pub(crate) use identity::{cors, tries as tries_rules};

/// What differs between a real run and a test.
#[derive(Clone)]
pub struct World {
    /// Everything durable.
    pub store: Durable,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
    /// Who carries letters to people, where there is mail.
    pub courier: Option<Arc<dyn Courier>>,
    /// Who takes letters for the operator to hand over, where there is none.
    pub desk: Arc<dyn Courier>,
    /// Who looks into the future.
    pub model: Arc<dyn Model>,
}

/// Everything that requests share.
pub struct App {
    /// The settings it was built from.
    pub settings: Settings,
    /// The same with what has changed since: for what takes effect at once.
    live: ArcSwap<Settings>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// Where events go.
    pub events: Arc<dyn Sink>,
    /// Everything durable.
    pub store: Durable,
    /// Who is who.
    pub people: Arc<People>,
    /// Their keys.
    pub keys: Arc<ApiKeys>,
    /// Who may report leaked ones.
    pub(crate) reporters: reporters::Reporters,
    /// The current prices.
    pub board: Arc<Board>,
    /// Where prices come from.
    pub sources: Sources,
    /// The way in for them.
    pub intake: Arc<Intake>,
    /// Pages of history.
    pub history: History,
    /// Orders and holdings.
    pub portfolio: Portfolio,
    /// The future.
    pub predictions: Predictions,
    /// How far to trust it.
    pub quality: Quality,
    /// What waits for an operator's word.
    pub reviews: Desk,
    /// Cursors over what belongs to one account.
    pub cursors: Cursors,
    /// What tells who took the data.
    pub(crate) marks: marks::Marks,
    /// The exports that run now.
    pub exports: Arc<exports::Exports>,
    /// Who has taken how many bytes today.
    pub quota: Arc<quota::Quota>,
    /// The answers to the most frequent question.
    pub price_texts: texts::PriceTexts,
    /// What browsers report of our pages.
    pub(crate) violations: violations::Book,
    /// Counts.
    pub metrics: Arc<Metrics>,
    /// The rules of alarm.
    pub(crate) alarm: alerts::Alarm,
    /// What tells operators of them.
    pub(crate) channels: channels::Channels,
    /// What is done in incidents.
    pub(crate) incidents: Arc<Incidents>,
    /// Who is excused from a rule.
    pub(crate) exemptions: Arc<Exemptions>,
    /// Whose turn it is to read them.
    exempting: tokio::sync::Mutex<()>,
    /// The last refusals.
    pub(crate) recent: Arc<Recent>,
    /// What was decided about each request, where that is kept.
    pub(crate) recording: Option<Arc<decisions::Recording>>,
    /// What goes to a collector.
    pub(crate) telemetry: telemetry::Telemetry,
    /// How the backups fare.
    pub(crate) backups: backups::Backups,
    /// What stands in front of the routes, once it is built.
    corridor: OnceLock<CorridorLayer>,
    /// What counts bytes behind it.
    metering: OnceLock<Arc<metering::Metering>>,
    /// How settings are read anew.
    reloader: OnceLock<reload::Reloader>,
    /// What the server says of itself.
    pub(crate) manual: Manual,
}

impl App {
    /// Builds everything; prices have to be loaded into the store before.
    #[expect(clippy::too_many_lines, reason = "one part after the other, each made from those before it")]
    pub async fn open(settings: Settings, world: World) -> Result<(Arc<Self>, Service), OpenError> {
        let metrics = Arc::new(Metrics::new(&surface::names()));
        let counted: Arc<dyn Sink> = Arc::new(RefusalCount(Arc::clone(&metrics)));
        let wire = alerts::line(&world);
        let recent = Arc::new(Recent::new(settings.explain.keep.get(), world.clock.now()));
        let heard = [Arc::clone(&wire.0) as Arc<dyn Sink>, Arc::clone(&recent) as Arc<dyn Sink>];
        let sinks = [counted].into_iter().chain(heard).chain([Arc::clone(&world.events)]).collect();
        let events: Arc<dyn Sink> = Arc::new(aspis_watch::Fan(sinks));
        let alarm = alerts::Alarm::open(wire, &world, &settings, &events).await?;
        let channels = channels::Channels::open(&settings, &world, &events)?;
        let desk = incidents::desk(&settings, &world.store, &world.clock, &world.chance, &events);
        let incident_work = incidents::open(&settings, desk).await?;
        let recording = decisions::open(&settings, &world.clock)?;
        let telemetry = telemetry::Telemetry::open(&settings, &world, &metrics);
        let exemptions = excused::open(&world.store, world.clock.now()).await?;
        let World { store, clock, chance, courier, desk, model, .. } = world;
        let parts = people::Parts {
            store: store.clone(),
            clock: Arc::clone(&clock),
            chance: Arc::clone(&chance),
            events: Arc::clone(&events),
            courier,
            desk,
            passkeys: identity::passkeys(&settings)?,
        };
        let people = People::open(parts, identity::rules(&settings, CURRENCY)?);
        let people = Arc::new(people.await?);
        if let Some(recording) = &recording {
            people.witnessed_by(Arc::clone(recording) as Arc<dyn people::Witness>);
        }
        let keyed = keys::Parts {
            people: Arc::clone(&people),
            store: store.clone(),
            clock: Arc::clone(&clock),
            chance: Arc::clone(&chance),
            events: Arc::clone(&events),
        };
        let board = Arc::new(Board::open(&store, settings.market.memory_rows.get(), clock.now()).await?);
        let taking = ingest::Parts {
            store: store.clone(),
            board: Arc::clone(&board),
            clock: Arc::clone(&clock),
            chance: Arc::clone(&chance),
            events: Arc::clone(&events),
        };
        let intake = Arc::new(Intake::open(taking, intake::rules(&settings)).await?);
        let cursor_key = shared_key(&store, "cursor_seal", chance.as_ref()).await?;
        let marks = marks::Marks::open(&store, chance.as_ref(), &board, settings.marks.volumes).await?;
        let predicted = prediction::Parts {
            board: Arc::clone(&board),
            model,
            clock: Arc::clone(&clock),
            events: Arc::clone(&events),
            reviews: Arc::clone(&store.reviews),
            review_key: shared_key(&store, "review_names", chance.as_ref()).await?,
        };
        let tested = quality::Parts {
            reports: Arc::clone(&store.reports),
            board: Arc::clone(&board),
            model: Arc::clone(&predicted.model),
            clock: Arc::clone(&clock),
        };
        let reviewed = review::Parts {
            store: store.clone(),
            intake: Arc::clone(&intake),
            board: Arc::clone(&board),
            clock: Arc::clone(&clock),
            events: Arc::clone(&events),
        };
        let app = Arc::new(Self {
            keys: ApiKeys::open(keyed, identity::key_rules(&settings)).await?,
            reporters: reporters::Reporters::of(settings.keys.leak_keys_url.get(), &clock),
            people,
            sources: sources::sources(&settings, &clock, &chance, &events),
            intake,
            history: History::new(store.clone(), Cursors::new(cursor_key.clone()), rules::paging(&settings)),
            portfolio: Portfolio::new(
                store.clone(),
                Arc::clone(&board),
                Arc::clone(&clock),
                Arc::clone(&chance),
                rules::order_rules(&settings),
            ),
            predictions: Predictions::new(predicted, predictions::rules(&settings))
                .map_err(OpenError::Threads)?,
            quality: Quality::open(tested, predictions::testing(&settings)).await?,
            reviews: Desk::new(reviewed, settings.review.remind.get()),
            cursors: Cursors::new(cursor_key),
            marks,
            board,
            exports: Arc::new(exports::Exports::new(
                settings.admission.exports.get(),
                settings.admission.exports_per_account.get(),
            )),
            quota: quota::Quota::new(
                Arc::clone(&store.quotas),
                Arc::clone(&clock),
                rules::quota_limits(&settings),
            ),
            price_texts: texts::PriceTexts::default(),
            violations: violations::Book::default(),
            metrics,
            alarm,
            channels,
            incidents: incident_work,
            exemptions,
            exempting: tokio::sync::Mutex::default(),
            recent,
            recording,
            telemetry,
            backups: backups::Backups::default(),
            corridor: OnceLock::new(),
            metering: OnceLock::new(),
            reloader: OnceLock::new(),
            live: ArcSwap::from_pointee(settings.clone()),
            manual: Manual::new(&settings),
            events,
            clock,
            chance: Arc::clone(&chance),
            store,
            settings,
        });
        predictions::count(&app);
        alerts::count(&app);
        backups::count(&app);
        let service = corridor::service(&app, chance, scraping::watch(&app)?)?;
        incidents::begin(&app);
        Ok((app, service))
    }

    /// Forgets what is no longer needed: old sign-ins and links, old answers to keys.
    pub async fn sweep(&self) {
        self.people.sweep().await;
        self.keys.sweep().await;
        // The refusal has been logged where the store failed.
        let _ = self.portfolio.sweep(self.clock.now()).await;
        self.quota.sweep().await;
        self.sweep_alerts().await;
    }

    /// The settings that are in force now.
    pub(crate) fn live(&self) -> Guard<Arc<Settings>> {
        self.live.load()
    }

    /// What stands in front of the routes.
    pub(crate) fn corridor(&self) -> Option<&CorridorLayer> {
        self.corridor.get()
    }

    /// Looks whether the server is under attack. To be called once a second.
    pub fn beat(&self) {
        self.take_posture();
        if let Some(corridor) = self.corridor.get() {
            corridor.beat(self.predictions.queue_is_full());
        }
        self.tell_violations();
    }

    /// Does what waits to be done for people. To be called when an errand came, and every few seconds.
    pub async fn keep(&self) {
        self.people.keep().await;
        self.keys.keep().await;
        if let Err(error) = self.intake.refresh().await {
            // The database is what is wrong, and it is spoken of where it failed.
            tracing::debug!(%error, "prices were not looked at again");
        }
        self.quota.keep().await;
        self.keep_incidents().await;
        self.keep_exemptions().await;
        self.remind().await;
    }

    /// Looks after what waits for operators, and reminds them of what is overdue.
    async fn remind(&self) {
        match self.reviews.keep().await {
            Ok(0) => {}
            Ok(_) => self.people.tell_operators(Kind::ReviewOverdue).await,
            // The database is what is wrong, and it is spoken of where it failed.
            Err(error) => tracing::debug!(%error, "the review desk was not looked at"),
        }
    }

    /// Writes down what is only in memory. To be called when no request is at work any more.
    pub async fn close(&self) {
        self.incidents.close().await;
        self.quota.close().await;
        self.keys.close().await;
        self.hear_alerts();
        self.keep_alerts().await;
        if let Some(recording) = &self.recording {
            recording.close();
        }
    }

    /// Makes the first operator's invitation, if one is needed.
    pub async fn invitation(&self) -> Option<SecretText> {
        self.people.invite_first_operator(INVITATION).await.ok().flatten()
    }
}

/// The currency of cash: that of every shipped price.
pub(crate) const CURRENCY: &str = "USD";
/// How long an operator's invitation is good.
pub(crate) const INVITATION: Duration = Duration::from_secs(7 * 86_400);

async fn shared_key(store: &Durable, name: &str, chance: &dyn Chance) -> Result<Secret, OpenError> {
    let fresh = SigningKey::fresh_seed(chance);
    Ok(Secret::new(store.vault.get_or_put(name, fresh.expose()).await?))
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
