//! What two nodes stand on: the product's binary, a PostgreSQL, a Redis, and folders of their own.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use aspis_core::secret::SecretText;
use aspis_store::{Ledger, ledger::Audit};
use aspis_store_sql::{Server as Database, Sql};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::{
    postgres::{self, Postgres},
    redis::{self, Redis},
};
use crate::server::Server;

/// Fails where one of the programs that are measured with is not there.
pub(super) fn programs() -> anyhow::Result<()> {
    postgres::program("initdb")?;
    postgres::program("postgres")?;
    redis::program().map(drop)
}

/// Limits that only those reach who are meant to; cheap hashes, as sign-ins are not what is measured; and callers whose
/// addresses a proxy tells.
const SETTINGS: [&str; 16] = [
    "server.trusted_proxies=[\"127.0.0.0/8\"]",
    "password.argon2_memory_kib=64",
    "password.argon2_passes=1",
    "password.queue=10000",
    "rate.default=1000000/second",
    "rate.register=1000000/second",
    "rate.refresh=1000000/second",
    "rate.portfolio=1000000/second",
    "edge.connections_per_client=5000",
    "admission.in_progress=5000",
    "auth.access_token=24h",
    "lock.challenge_over=1000",
    "lock.wait_over=1000",
    "register.challenge_after=1000",
    "keys.suspend=off",
    "safeguards.scraping=off",
];

/// Where nodes are started from.
#[derive(Debug)]
pub(super) struct Place {
    binary: PathBuf,
}

impl Place {
    pub(super) const fn new(binary: PathBuf) -> Self {
        Self { binary }
    }

    /// The binary.
    pub(super) fn binary(&self) -> &Path {
        &self.binary
    }
}

/// What nodes share.
#[derive(Debug)]
pub(super) struct Ground {
    /// What is durable.
    pub(super) database: Postgres,
    /// What is fleeting.
    pub(super) state: Redis,
    folders: TempDir,
    settings: Vec<String>,
}

impl Ground {
    /// Fresh and empty, for nodes with some settings more.
    pub(super) async fn new(more: &[&str]) -> anyhow::Result<Self> {
        let (database, state) = (Postgres::start().await?, Redis::start().await?);
        let mut settings: Vec<_> = SETTINGS.iter().chain(more).map(ToString::to_string).collect();
        settings.push(format!("store.database={:?}", database.url()));
        settings.push(format!("store.state={:?}", state.url()));
        let folders = TempDir::new().context("making a folder for the nodes")?;
        Ok(Self { database, state, folders, settings })
    }

    /// What every node is started with.
    pub(super) fn settings(&self) -> &[String] {
        &self.settings
    }

    /// The data folder of a node.
    pub(super) fn data(&self, number: usize) -> PathBuf {
        self.folders.path().join(format!("node-{number}"))
    }

    /// Starts a node, whose log goes on in its file.
    pub(super) async fn node(&self, place: &Place, number: usize) -> anyhow::Result<Server> {
        let log = self.folders.path().join(format!("node-{number}.log"));
        let log_file = File::options().create(true).append(true).open(&log)?;
        let (binary, data, settings) = (place.binary.clone(), self.data(number), self.settings.clone());
        let start = move || Server::aspis_logged(&binary, &data, &settings, log_file);
        let started = spawn_blocking(start).await?;
        started.with_context(|| fs::read_to_string(log).unwrap_or_default())
    }

    /// Adds up the books. The nodes may go on meanwhile.
    pub(super) async fn audit(&self) -> anyhow::Result<Audit> {
        let wait = Duration::from_secs(30);
        let url = SecretText::new(self.database.url());
        let server = Database { url, connections: 2, patience: wait, statement: wait };
        let sql = Sql::connect_as_it_is(&server).await?;
        let audit = sql.audit().await?;
        sql.close().await?;
        Ok(audit)
    }

    /// Leaves the folders of the nodes for a look; where they are.
    pub(super) fn keep(&mut self) -> &Path {
        self.folders.disable_cleanup(true);
        self.folders.path()
    }
}
