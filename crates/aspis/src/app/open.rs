//! The application, built part by part, each from those before it.

use std::sync::{Arc, Mutex, OnceLock};

use arc_swap::ArcSwap;
use aspis_core::{chance::Chance, clock::Clock, courier::Courier, event::Sink};
use aspis_guard::exemptions::Exemptions;
use aspis_identity::{
    keys::{self, ApiKeys},
    people::{self, People},
};
use aspis_store::Durable;
use aspis_watch::{
    alerts::{Inbox, Line},
    metrics::{Metrics, RefusalCount},
    recent::Recent,
};

use super::{
    App, CURRENCY, Cluster, OpenError, Service, World, alerts, backups, channels, corridor, decisions,
    excused, exports, identity, incidents, predictions, quota, readings, reporters, rules, scraping,
    telemetry, texts, turns, violations,
};
use crate::{incidents::Incidents, nodes::Node, routes::manual::Manual, settings::Settings, surface};

mod market;

use market::Market;

/// What everything else is made with.
struct Ground {
    cluster: Cluster,
    store: Durable,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    events: Arc<dyn Sink>,
}

/// Who hears of events before anything happens.
struct Heard {
    metrics: Arc<Metrics>,
    recent: Arc<Recent>,
    events: Arc<dyn Sink>,
    wire: (Arc<Inbox>, Line),
}

/// What is done about them.
struct Watched {
    alarm: alerts::Alarm,
    channels: channels::Channels,
    incidents: Arc<Incidents>,
    exemptions: Arc<Exemptions>,
    recording: Option<Arc<decisions::Recording>>,
    telemetry: telemetry::Telemetry,
}

/// Who is who.
struct Persons {
    people: Arc<People>,
    keys: Arc<ApiKeys>,
}

/// All of it.
struct Made {
    node: Node,
    metrics: Arc<Metrics>,
    recent: Arc<Recent>,
    watched: Watched,
    persons: Persons,
    market: Market,
}

impl App {
    /// Builds everything; prices have to be loaded into the store before.
    pub async fn open(settings: Settings, world: World) -> Result<(Arc<Self>, Service), OpenError> {
        // Before anything is read into memory: what is changed from now on is heard of.
        let nodes = world.cluster.nodes.clone();
        let node = Node::join(nodes, Arc::clone(&world.clock), world.chance.as_ref()).await?;
        let Heard { metrics, recent, events, wire } = Heard::open(&settings, &world);
        let alarm = alerts::Alarm::open(wire, &world, &settings, &events).await?;
        let watched = Watched::open(alarm, &settings, &world, &metrics, &events).await?;
        let World { store, cluster, clock, chance, courier, desk, model, .. } = world;
        let ground = Ground { cluster, store, clock, chance, events };
        let persons = Persons::open(&ground, &settings, courier, desk).await?;
        if let Some(recording) = &watched.recording {
            persons.people.witnessed_by(Arc::clone(recording) as Arc<dyn people::Witness>);
        }
        let market = Market::open(&ground, &settings, model).await?;
        let made = Made { node, metrics, recent, watched, persons, market };
        let app = Arc::new(Self::of(settings, ground, made));
        predictions::count(&app);
        alerts::count(&app);
        backups::count(&app);
        let service = corridor::service(&app, Arc::clone(&app.chance), scraping::watch(&app)?)?;
        incidents::begin(&app);
        Ok((app, service))
    }

    /// What was made, with what is made of the settings alone.
    fn of(settings: Settings, ground: Ground, made: Made) -> Self {
        let Ground { cluster, store, clock, chance, events } = ground;
        let Made { node, metrics, recent, watched, persons, market } = made;
        let (own, all) = (settings.admission.exports_per_account.get(), settings.admission.exports.get());
        let (quotas, limits) = (Arc::clone(&store.quotas), rules::quota_limits(&settings));
        Self {
            people: persons.people,
            keys: persons.keys,
            reporters: reporters::Reporters::of(settings.keys.leak_keys_url.get(), &clock),
            board: market.board,
            sources: market.sources,
            intake: market.intake,
            history: market.history,
            portfolio: market.portfolio,
            predictions: market.predictions,
            quality: market.quality,
            reviews: market.reviews,
            cursors: market.cursors,
            marks: market.marks,
            turns: turns::Turns::new(),
            exports: Arc::new(exports::Exports::new(all, own)),
            quota: quota::Quota::new(quotas, cluster.bytes.clone(), Arc::clone(&clock), limits),
            price_texts: texts::PriceTexts::default(),
            violations: violations::Book::default(),
            metrics,
            alarm: watched.alarm,
            channels: watched.channels,
            incidents: watched.incidents,
            exemptions: watched.exemptions,
            exempting: tokio::sync::Mutex::default(),
            recent,
            readings: readings::Readings::default(),
            recording: watched.recording,
            telemetry: watched.telemetry,
            backups: backups::Backups::default(),
            unnamed: Mutex::default(),
            corridor: OnceLock::new(),
            metering: OnceLock::new(),
            reloader: OnceLock::new(),
            live: ArcSwap::from_pointee(settings.clone()),
            manual: Manual::new(&settings),
            cluster,
            node,
            events,
            clock,
            chance,
            store,
            settings,
        }
    }
}

impl Heard {
    fn open(settings: &Settings, world: &World) -> Self {
        let metrics = Arc::new(Metrics::new(&surface::names()));
        let counted: Arc<dyn Sink> = Arc::new(RefusalCount(Arc::clone(&metrics)));
        let wire = alerts::line(world);
        let recent = Arc::new(Recent::new(settings.explain.keep.get(), world.clock.now()));
        let heard = [Arc::clone(&wire.0) as Arc<dyn Sink>, Arc::clone(&recent) as Arc<dyn Sink>];
        let sinks = [counted].into_iter().chain(heard).chain([Arc::clone(&world.events)]).collect();
        Self { metrics, recent, events: Arc::new(aspis_watch::Fan(sinks)), wire }
    }
}

impl Watched {
    async fn open(
        alarm: alerts::Alarm,
        settings: &Settings,
        world: &World,
        metrics: &Arc<Metrics>,
        events: &Arc<dyn Sink>,
    ) -> Result<Self, OpenError> {
        let channels = channels::Channels::open(settings, world, events)?;
        let desk = incidents::desk(settings, &world.store, &world.clock, &world.chance, events);
        Ok(Self {
            alarm,
            channels,
            incidents: incidents::open(settings, desk).await?,
            recording: decisions::open(settings, &world.clock)?,
            telemetry: telemetry::Telemetry::open(settings, world, metrics),
            exemptions: excused::open(&world.store, world.clock.now()).await?,
        })
    }
}

impl Persons {
    async fn open(
        ground: &Ground,
        settings: &Settings,
        courier: Option<Arc<dyn Courier>>,
        desk: Arc<dyn Courier>,
    ) -> Result<Self, OpenError> {
        let Ground { store, clock, chance, events, .. } = ground;
        let parts = people::Parts {
            store: store.clone(),
            clock: Arc::clone(clock),
            chance: Arc::clone(chance),
            events: Arc::clone(events),
            courier,
            desk,
            passkeys: identity::passkeys(settings)?,
            shared: ground.cluster.people.clone(),
        };
        let people = Arc::new(People::open(parts, identity::rules(settings, CURRENCY)?).await?);
        let keyed = keys::Parts {
            people: Arc::clone(&people),
            store: store.clone(),
            clock: Arc::clone(clock),
            chance: Arc::clone(chance),
            events: Arc::clone(events),
        };
        let keys = ApiKeys::open(keyed, identity::key_rules(settings)).await?;
        Ok(Self { people, keys })
    }
}
