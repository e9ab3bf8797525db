//! The nodes of a shop: one, or two on the same database and Redis that are asked in turn.

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering},
};

use aspis::{
    app::{App, Cluster, Service, World, database},
    settings::{Settings, Sources},
};
use aspis_core::{
    chance::SeededChance,
    clock::Clock,
    courier::{Courier, Letter},
    event::Sink,
};
use aspis_market::forecast::Model;
use aspis_store::Durable;
use aspis_store_sql::Sql;
use tokio::{sync::watch, task::JoinSet};

use super::Shop;

/// What every node of a shop is made with.
pub(super) struct Ground {
    pub(super) settings: Settings,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) events: Arc<dyn Sink>,
    pub(super) letters: Arc<dyn Courier>,
    pub(super) model: Arc<dyn Model>,
}

impl Ground {
    /// The database with what a server puts before it.
    pub(super) fn guarded(&self, sql: Sql) -> Arc<Sql> {
        Arc::new(sql.guarded(&database::guard(&self.settings, &self.clock, &self.events)))
    }
}

/// What is waited for.
type Waited<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One of them.
pub(crate) struct Node {
    pub(super) app: Arc<App>,
    pub(super) service: Service,
    pub(super) sql: Arc<Sql>,
    /// It hears the others for as long as it is there.
    hears: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Node {
    /// Opens it on a database, with its own view of what is in it and chance of its own.
    ///
    /// Boxed, here and below: these are large, and would make every test's own future large.
    pub(super) fn open(ground: &Ground, sql: Arc<Sql>, store: Durable, chance: u64) -> Waited<'_, Self> {
        Box::pin(Self::opened(ground, sql, store, chance))
    }

    async fn opened(ground: &Ground, sql: Arc<Sql>, store: Durable, chance: u64) -> Self {
        let Ground { settings, clock, events, letters, model } = ground;
        let (common, chance) = (Durable::of(Arc::clone(&sql)), Arc::new(SeededChance::new(chance)));
        let cluster = Cluster::join(settings, &sql, &common, clock, chance.as_ref()).await.unwrap();
        let world = World {
            store,
            cluster,
            clock: Arc::clone(clock),
            chance,
            events: Arc::clone(events),
            courier: settings.mail.url.get().map(|_| Arc::clone(letters)),
            desk: Arc::clone(letters),
            model: Arc::clone(model),
        };
        let (app, service) = Box::pin(App::open(settings.clone(), world)).await.unwrap();
        database::count(&app, &sql);
        let (stop, mut hears) = (watch::Sender::new(false), JoinSet::new());
        hears.spawn(Arc::clone(&app).hear_nodes(stop.subscribe()));
        Self { app, service, sql, hears, stop }
    }

    /// Ends it in good order.
    pub(super) async fn close(self) {
        self.app.close().await;
        self.stop.send_replace(true);
        self.hears.join_all().await;
        drop((self.app, self.service));
        self.sql.close().await.unwrap();
    }
}

/// The settings of a shop.
pub(super) fn settings(all: impl IntoIterator<Item = String>) -> Settings {
    let known = Sources::default().routes(aspis::surface::names());
    let loaded = Settings::load(&all.into_iter().fold(known, Sources::set));
    loaded.unwrap_or_else(|problems| panic!("{problems}")).settings
}

/// Waits until a node knows what the others have done.
fn hears(app: Arc<App>) -> Waited<'static, ()> {
    Box::pin(async move {
        app.has_heard().await;
        app.follow_prices().await;
    })
}

impl Shop {
    /// Whoever answers next, once it knows what the others have done: how soon it knows is no matter of these stories.
    pub(super) async fn next_node(&self) -> &Node {
        let node = &self.nodes[self.turn.fetch_add(1, Ordering::SeqCst) % self.nodes.len()];
        if self.nodes.len() > 1 {
            hears(Arc::clone(&node.app)).await;
        }
        node
    }

    /// Does what waits to be done for people, at every node.
    pub(crate) async fn keep(&self) {
        for node in &self.nodes {
            node.app.keep().await;
        }
    }

    /// Judges what came, at every node.
    pub(crate) fn hear_alerts(&self) {
        self.nodes.iter().for_each(|node| node.app.hear_alerts());
    }

    /// Looks how every node stands.
    pub(crate) fn look_at_alerts(&self) {
        self.nodes.iter().for_each(|node| node.app.look_at_alerts());
    }

    /// The letters so far, once everything that was waiting to be done is done.
    pub(crate) async fn letters(&self) -> Vec<Letter> {
        self.keep().await;
        for node in &self.nodes {
            node.app.write_letters().await;
        }
        self.letters.0.lock().unwrap().clone()
    }

    /// Takes the database away for good.
    pub(crate) async fn close_database(&self) {
        for node in &self.nodes {
            node.sql.close().await.unwrap();
        }
    }
}
