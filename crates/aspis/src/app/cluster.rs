//! What several nodes share beside the durable store.

use std::sync::Arc;

use aspis_core::{
    chance::{self, Chance},
    clock::Clock,
    scenario::denial_of_service::windows::Windows,
};
use aspis_identity::people;
use aspis_store::{
    Durable, Nodes,
    fleeting::{Budgets, Bytes, Local, OrOwn, Passes, Room, SharedOrOwn, Sums, Votes, Watched},
};
use aspis_store_redis::{Config, Shared};
use aspis_store_sql::Sql;
use tokio::sync::watch;

use super::{OpenError, shared_key};
use crate::settings::Settings;

/// Empty for a node that is alone: then it counts and remembers for itself.
#[derive(Clone, Default)]
pub struct Cluster {
    /// What they tell each other.
    pub nodes: Option<Arc<dyn Nodes>>,
    /// The windows they count in together.
    pub budgets: Option<Arc<dyn Budgets>>,
    /// The classes that solved challenges have opened on all of them.
    pub passes: Option<Arc<dyn Passes>>,
    /// The counts that rules of alarm judge together.
    pub sums: Option<Arc<dyn Sums>>,
    /// The days of callers who are not signed in.
    pub bytes: Option<Arc<dyn Bytes>>,
    /// What they find broken, told to each other.
    pub votes: Option<Arc<dyn Votes>>,
    /// How the home of those fares.
    pub watched: Option<watch::Receiver<Watched>>,
    /// What else of people is counted and remembered together.
    pub people: Option<people::Shared>,
}

impl Cluster {
    /// As the settings say. A server for what is fleeting may be away now and come later.
    pub async fn join(
        settings: &Settings,
        sql: &Arc<Sql>,
        store: &Durable,
        clock: &Arc<dyn Clock>,
        chance: &dyn Chance,
    ) -> Result<Self, OpenError> {
        let nodes = settings.store.database.url().map(|_| Arc::clone(sql) as Arc<dyn Nodes>);
        let Some(url) = settings.store.state.url() else { return Ok(Self { nodes, ..Self::default() }) };
        let config = Config::new(url, shared_key(store, "state_names", chance).await?);
        let shared = Arc::new(Shared::connect(&config, Arc::clone(clock))?);
        let people = people::Shared {
            facts: shared.clone(),
            spent: shared.clone(),
            shelf: Arc::new(OrOwn::new(Arc::clone(&shared), local(Room::default(), clock, chance))),
        };
        // As many pages as a node that is alone has.
        let room = Room { clients: settings.scraping.table.get(), ..Room::default() };
        let bytes = OrOwn::new(Arc::clone(&shared), local(room, clock, chance));
        let own = Windows::new(settings.rate.table_slots.get(), chance::bytes(chance));
        let passes = Arc::clone(&shared) as Arc<dyn Passes>;
        let sums = Arc::clone(&shared) as Arc<dyn Sums>;
        let votes = Arc::clone(&shared) as Arc<dyn Votes>;
        let budgets = SharedOrOwn::new(shared, Arc::new(own), Arc::clone(clock), settings.store.share.get());
        let watched = Some(budgets.watch());
        Ok(Self {
            nodes,
            budgets: Some(Arc::new(budgets)),
            passes: Some(passes),
            sums: Some(sums),
            bytes: Some(Arc::new(bytes)),
            votes: Some(votes),
            watched,
            people: Some(people),
        })
    }

    /// Whether what nodes share answers, where they share something.
    pub(crate) fn state_answers(&self) -> Option<bool> {
        self.watched.as_ref().map(|watched| !watched.borrow().away)
    }
}

/// What this node remembers by itself while that is away. Its windows are elsewhere.
fn local(room: Room, clock: &Arc<dyn Clock>, chance: &dyn Chance) -> Arc<Local> {
    Arc::new(Local::new(Room { windows: 8, ..room }, Arc::clone(clock), chance))
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { nodes, budgets, .. } = self;
        f.debug_struct("Cluster").field("nodes", &nodes.is_some()).field("budgets", budgets).finish()
    }
}
