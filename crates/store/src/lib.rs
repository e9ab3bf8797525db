//! What must be remembered: one trait a noun.
//!
//! Beside the traits stand the in-memory reference ([`memory`]) and the contract suite ([`contract`]) that every
//! home of these traits passes. Deliberately not here: rules (they are in `core`), SQL, and cookies.

pub mod accounts;
pub mod actions;
pub mod alerts;
pub mod blocks;
pub mod contract;
pub mod exemptions;
pub mod factors;
pub mod feeds;
pub mod fleeting;
pub mod honey;
pub mod imports;
pub mod invitations;
pub mod key_watch;
pub mod keys;
pub mod ledger;
pub mod links;
pub mod memory;
pub mod nodes;
pub mod notices;
pub mod outbox;
pub mod prices;
pub mod quarantine;
pub mod quotas;
pub mod reports;
pub mod reviews;
pub mod sessions;
pub mod splits;
pub mod vault;

use std::{sync::Arc, time::Duration};

pub use accounts::Accounts;
pub use actions::Actions;
pub use alerts::Alerts;
pub use blocks::Blocks;
pub use exemptions::Exemptions;
pub use factors::Factors;
pub use feeds::Feeds;
pub use honey::HoneyKeys;
pub use imports::Imports;
pub use invitations::Invitations;
pub use key_watch::KeyWatch;
pub use keys::Keys;
pub use ledger::Ledger;
pub use links::Links;
pub use nodes::Nodes;
pub use notices::Notices;
pub use outbox::Outbox;
pub use prices::Prices;
pub use quarantine::Quarantine;
pub use quotas::Quotas;
pub use reports::Reports;
pub use reviews::Reviews;
pub use sessions::Sessions;
pub use splits::Splits;
pub use vault::Vault;

/// A backend failed. The cause is for the log; callers learn only that nothing was done.
#[derive(Debug, thiserror::Error)]
#[error("the store failed")]
pub struct StoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

impl StoreError {
    /// Wraps the cause.
    pub fn because(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// The cause where a failing backend was not even asked: it is left alone for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: left alone for {left:?}")]
pub struct LeftAlone {
    /// For how long yet.
    pub left: Duration,
    /// By which rule.
    pub rule: &'static str,
}

/// The answer of a store.
pub type Stored<T> = Result<T, StoreError>;

/// Everything durable, as one value that is chosen once, at the start.
#[derive(Clone)]
pub struct Durable {
    /// People.
    pub accounts: Arc<dyn Accounts>,
    /// Their sign-ins.
    pub sessions: Arc<dyn Sessions>,
    /// Their second factors.
    pub factors: Arc<dyn Factors>,
    /// Their one-use links.
    pub links: Arc<dyn Links>,
    /// What they should know.
    pub notices: Arc<dyn Notices>,
    /// Ways in for operators.
    pub invitations: Arc<dyn Invitations>,
    /// Their money.
    pub ledger: Arc<dyn Ledger>,
    /// Price history.
    pub prices: Arc<dyn Prices>,
    /// Held rows of prices.
    pub quarantine: Arc<dyn Quarantine>,
    /// How far the sources of prices have come.
    pub feeds: Arc<dyn Feeds>,
    /// Files of prices that operators bring.
    pub imports: Arc<dyn Imports>,
    /// Splits of shares.
    pub splits: Arc<dyn Splits>,
    /// What waits for an operator's word.
    pub reviews: Arc<dyn Reviews>,
    /// What was worked out over a long time.
    pub reports: Arc<dyn Reports>,
    /// Bytes of their days.
    pub quotas: Arc<dyn Quotas>,
    /// Their API keys.
    pub keys: Arc<dyn Keys>,
    /// What is odd about them.
    pub key_watch: Arc<dyn KeyWatch>,
    /// Keys that are laid out to be stolen.
    pub honey: Arc<dyn HoneyKeys>,
    /// Messages of alarm on their way.
    pub outbox: Arc<dyn Outbox>,
    /// Networks that are shut out.
    pub blocks: Arc<dyn Blocks>,
    /// What operators did in incidents.
    pub actions: Arc<dyn Actions>,
    /// Who is excused from a rule, for a time.
    pub exemptions: Arc<dyn Exemptions>,
    /// What operators were told at once.
    pub alerts: Arc<dyn Alerts>,
    /// Keys that all nodes share.
    pub vault: Arc<dyn Vault>,
}

impl Durable {
    /// All nouns in one home.
    pub fn of<T>(home: Arc<T>) -> Self
    where
        T: Accounts
            + Sessions
            + Factors
            + Links
            + Notices
            + Invitations
            + Ledger
            + Prices
            + Quarantine
            + Feeds
            + Imports
            + Splits
            + Reviews
            + Reports
            + Quotas
            + Keys
            + KeyWatch
            + HoneyKeys
            + Outbox
            + Blocks
            + Actions
            + Exemptions
            + Alerts
            + Vault
            + 'static,
    {
        Self {
            accounts: home.clone(),
            sessions: home.clone(),
            factors: home.clone(),
            links: home.clone(),
            notices: home.clone(),
            invitations: home.clone(),
            ledger: home.clone(),
            prices: home.clone(),
            quarantine: home.clone(),
            feeds: home.clone(),
            imports: home.clone(),
            splits: home.clone(),
            reviews: home.clone(),
            reports: home.clone(),
            quotas: home.clone(),
            keys: home.clone(),
            key_watch: home.clone(),
            honey: home.clone(),
            outbox: home.clone(),
            blocks: home.clone(),
            actions: home.clone(),
            exemptions: home.clone(),
            alerts: home.clone(),
            vault: home,
        }
    }
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Durable")
    }
}

/// A caller learns only that nothing was done; the cause is logged here, once. That a backend is left alone is no
/// news: why it is was logged with the faults that led there.
impl From<StoreError> for aspis_core::refusal::Refusal {
    fn from(error: StoreError) -> Self {
        if let Some(LeftAlone { left, rule }) = error.0.downcast_ref() {
            let refusal = Self::new(aspis_core::refusal::Code::Unavailable).retry_after(*left);
            return refusal.by(aspis_core::refusal::Rule::named(*rule));
        }
        let causes = std::iter::successors(std::error::Error::source(&error), |cause| cause.source());
        let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        tracing::error!(cause, "the store failed");
        Self::new(aspis_core::refusal::Code::Unavailable).retry_after(Duration::from_secs(5))
    }
}
