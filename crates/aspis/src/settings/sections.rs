//! The sections of `aspis.toml` as types: one field a key, its kind and bounds in the field's type.
//!
//! What the keys mean is said in `aspis.toml` itself, which is also the manual; defaults stand only there.

mod alerts;
mod block;
mod channels;
mod decisions;
mod identity;
mod incident;
mod ingest;
mod keys;
mod limits;
mod market;
mod otel;
mod people;
mod safeguards;
mod scraping;
mod server;
mod sources;
mod store;
mod tls;
mod upkeep;

pub use alerts::Alerts;
pub use block::Block;
pub use channels::{AlertHook, AlertMail, AlertOutbox, AlertSms, AlertWebhook};
pub use decisions::{Decisions, Explain, Kept};
pub use identity::{Auth, Fingerprint, Password};
pub use incident::Incident;
pub use ingest::Ingest;
pub use keys::{Keys, Suspend};
pub use limits::{Admission, Attack, Body, Breaker, Edge, Rates};
pub use market::{Market, Model, Portfolio, Predict, Review};
pub use otel::Otel;
pub use people::{Binding, Challenge, Cors, Dpop, Lock, Mail, Register, Session};
pub use safeguards::{DOORS, Doors, Route, RouteDoors, Safeguards, Stance};
pub use scraping::{Marks, Scraping};
pub use server::{Level, Log, LogFormat, Mode, ProxyHeader, Server};
pub use sources::Sources as PriceSources;
pub use store::Store;
pub use tls::{Acme, Tls};
pub use upkeep::{Audit, Backup, Often};

use serde::{Deserialize, Serialize};

/// Every setting, with every layer applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What kind of place this is.
    pub mode: Mode,
    /// Where the server listens and what it keeps.
    pub server: Server,
    /// TLS of its own.
    pub tls: Tls,
    /// A certificate that is fetched.
    pub acme: Acme,
    /// Where everything durable is.
    pub store: Store,
    /// The server log.
    pub log: Log,
    /// How often a client may call, by class of route.
    pub rate: Rates,
    /// What a connection may do.
    pub edge: Edge,
    /// What a request body may be.
    pub body: Body,
    /// The modes of the safeguards.
    pub safeguards: Safeguards,
    /// How much is worked on at once.
    pub admission: Admission,
    /// What a failing part leads to.
    pub breaker: Breaker,
    /// When the server is under attack.
    pub attack: Attack,
    /// Tokens.
    pub auth: Auth,
    /// Passwords and their hashing.
    pub password: Password,
    /// What failed sign-ins lead to.
    pub lock: Lock,
    /// The puzzle that may have to come with a try.
    pub challenge: Challenge,
    /// New accounts.
    pub register: Register,
    /// Browser sessions.
    pub session: Session,
    /// Tokens that are bound to a key.
    pub dpop: Dpop,
    /// Who is shut out.
    pub block: Block,
    /// What operators do in incidents.
    pub incident: Incident,
    /// What refusals are explained by.
    pub explain: Explain,
    /// What was decided about each request.
    pub decisions: Decisions,
    /// API keys.
    pub keys: Keys,
    /// Which other sites' pages may call.
    pub cors: Cors,
    /// How letters leave.
    pub mail: Mail,
    /// Prices and their history.
    pub market: Market,
    /// Where prices come from.
    pub sources: PriceSources,
    /// How they are judged.
    pub ingest: Ingest,
    /// Who takes everything there is.
    pub scraping: Scraping,
    /// What tells who took it.
    pub marks: Marks,
    /// Predictions.
    pub predict: Predict,
    /// What waits for an operator's word.
    pub review: Review,
    /// Paper money.
    pub portfolio: Portfolio,
    /// What operators are told at once.
    pub alerts: Alerts,
    /// Where telemetry goes.
    pub otel: Otel,
    /// Copies of all that is kept.
    pub backup: Backup,
    /// Whether the deployment is safe.
    pub audit: Audit,
}
