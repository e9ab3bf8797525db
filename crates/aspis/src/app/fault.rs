//! What can keep the application from being built.

use aspis_identity::people;

/// Why the application cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] aspis_store::StoreError),
    /// Accounts cannot be served.
    #[error(transparent)]
    People(#[from] people::OpenError),
    /// The operator's list of passwords cannot be read.
    #[error("password.list: {0}")]
    PasswordList(#[from] aspis_identity::password::ListError),
    /// Alerts cannot go by mail.
    #[error("mail.url or mail.from: {0}")]
    Alerts(#[from] aspis_watch::mail::MailError),
    /// Passkeys cannot be bound to the address of the server.
    #[error("server.public_url: {0}")]
    Passkeys(#[from] aspis_identity::second::passkey::PasskeyError),
    /// A honey asset is none.
    #[error("scraping.honey_assets: {0}")]
    Honey(String),
    /// The threads that compute predictions cannot be started.
    #[error("the threads of predictions cannot be started")]
    Threads(#[source] std::io::Error),
    /// The log of decisions cannot be kept.
    #[error("decisions.keep: the log of decisions cannot be opened")]
    Decisions(#[source] std::io::Error),
    /// What nodes share cannot be reached by this address.
    #[error("store.state: {0}")]
    State(#[from] aspis_store_redis::ConnectError),
    /// The surface table is wrong.
    #[error("the surface table: {0}")]
    Surface(#[from] aspis_guard::surface::SurfaceError),
}
