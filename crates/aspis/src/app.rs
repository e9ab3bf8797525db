//! The application: everything a request needs, built once from the settings, the store, a clock and chance.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
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
use aspis_identity::{keys::ApiKeys, people::People, token::SigningKey};
use aspis_market::{
    cursor::Cursors, forecast::Model, history::History, ingest::Intake, portfolio::Portfolio,
    prediction::Predictions, prices::Board, quality::Quality, review::Desk, sources::Sources,
};
use aspis_store::Durable;
use aspis_watch::{metrics::Metrics, recent::Recent};

use crate::{incidents::Incidents, nodes::Node, routes::manual::Manual, settings::Settings};

pub(crate) mod alerts;
pub(crate) mod backups;
mod books;
pub(crate) mod channels;
mod cluster;
mod corridor;
pub mod database;
pub(crate) mod decisions;
pub(crate) mod excused;
mod explain;
pub(crate) mod exports;
mod fault;
mod hear;
mod identity;
pub(crate) mod incidents;
pub(crate) mod intake;
pub(crate) mod keys_alone;
pub(crate) mod marks;
pub(crate) mod metering;
mod open;
pub(crate) mod predictions;
pub(crate) mod quota;
mod readings;
pub(crate) mod reload;
mod reporters;
mod rules;
mod scraping;
mod sources;
pub(crate) mod telemetry;
mod texts;
pub(crate) mod turns;
mod violations;

pub use cluster::Cluster;
pub use corridor::Service;
pub(crate) use corridor::{proxies, rate};
pub use fault::OpenError;
pub(crate) use identity::{cors, tries as tries_rules};

/// What differs between a real run and a test.
#[derive(Clone)]
pub struct World {
    /// Everything durable.
    pub store: Durable,
    /// What it shares with other nodes beside that.
    pub cluster: Cluster,
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
    /// What it shares with other nodes beside that.
    pub cluster: Cluster,
    /// This node among them.
    pub(crate) node: Node,
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
    /// Who may write a long answer by turns.
    pub(crate) turns: turns::Turns,
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
    /// Who reads the security log now.
    pub(crate) readings: readings::Readings,
    /// What was decided about each request, where that is kept.
    pub(crate) recording: Option<Arc<decisions::Recording>>,
    /// What goes to a collector.
    pub(crate) telemetry: telemetry::Telemetry,
    /// How the backups fare.
    pub(crate) backups: backups::Backups,
    /// The proxy that was warned of.
    unnamed: Mutex<Option<IpAddr>>,
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
    pub fn corridor(&self) -> Option<&CorridorLayer> {
        self.corridor.get()
    }

    /// Looks whether the server is under attack. To be called once a second.
    pub fn beat(&self) {
        self.take_posture();
        if let Some(corridor) = self.corridor.get() {
            corridor.beat(self.predictions.queue_is_full());
            self.look_for_proxy(corridor.unnamed_proxy());
        }
        self.tell_violations();
    }

    /// Behind a proxy whose word is not taken all callers share one limit, and one of them shuts out all others.
    fn look_for_proxy(&self, unnamed: Option<IpAddr>) {
        self.metrics.unnamed_proxy(unnamed.is_some());
        let before =
            std::mem::replace(&mut *self.unnamed.lock().unwrap_or_else(PoisonError::into_inner), unnamed);
        if let Some(peer) = unnamed.filter(|_| before != unnamed) {
            tracing::warn!(
                "{peer} says whom it speaks for, and is not in server.trusted_proxies: all its callers share one limit"
            );
        }
    }

    /// Does what waits to be done for people, and tells the store what was used. To be called every few seconds.
    pub async fn keep(&self) {
        self.run_errands().await;
        if let Err(error) = self.marks.keep(&self.store, &self.board).await {
            // The database is what is wrong, and it is spoken of where it failed.
            tracing::debug!(%error, "places of marks were not looked for");
        }
        self.quota.keep().await;
    }

    /// Does what waits to be done for people. To be called when an errand came: how many accounts are about makes no
    /// difference to what that costs.
    pub async fn run_errands(&self) {
        self.people.keep().await;
        self.keys.keep().await;
        if let Err(error) = self.intake.refresh().await {
            // The database is what is wrong, and it is spoken of where it failed.
            tracing::debug!(%error, "prices were not looked at again");
        }
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

/// A key that is made once, and is the same for all nodes.
async fn shared_key(store: &Durable, name: &str, chance: &dyn Chance) -> Result<Secret, OpenError> {
    let fresh = SigningKey::fresh_seed(chance);
    Ok(Secret::new(store.vault.get_or_put(name, fresh.expose()).await?))
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}
