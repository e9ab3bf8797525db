//! Where a shop keeps what is durable: a file in its folder, or, where `ASPIS_TEST_STORE=postgres` says so, a database of
//! its own on a real PostgreSQL server that the tests of one process share. With `ASPIS_TEST_STORE=nodes` it is such a
//! database, and a real Redis of the shop's own, for two nodes.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use aspis_core::{
    clock::{ManualClock, Timestamp},
    secret::SecretText,
};
use aspis_market::shipped;
use aspis_store_sql::{Server, Sql};

use super::{NOW, clock::ShopClock, template};
use crate::{postgres::Postgres, still::Still};

/// The database in every copy of the server's template, with the shipped history in it.
const FURNISHED: &str = "furnished";

/// The server of this process, for as long as a shop needs it.
static SERVER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());

/// Where it is.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// In this file.
    File(PathBuf),
    /// At this address, of a server that runs as long as somebody has it.
    Server { url: String, _runs: Arc<Postgres> },
    /// The same for two nodes, which share what is fleeting in a Redis; and how many nodes it has seen so far.
    Nodes { url: String, redis: Arc<Still>, lives: Arc<AtomicU64>, _runs: Arc<Postgres> },
}

impl Place {
    /// With the shipped history loaded.
    pub(crate) async fn furnished(folder: &Path) -> Self {
        let wish = std::env::var("ASPIS_TEST_STORE").unwrap_or_default();
        if wish.is_empty() {
            let file = folder.join("aspis.db");
            template::copy_to(&file).await;
            return Self::File(file);
        }
        let server = server().await;
        let url = server.database_like(FURNISHED);
        match wish.as_str() {
            "postgres" => Self::Server { url, _runs: server },
            "nodes" => {
                let (redis, lives) = (Arc::new(Still::at(beginning())), Arc::default());
                Self::Nodes { url, redis, lives, _runs: server }
            }
            _ => panic!("ASPIS_TEST_STORE is postgres or nodes"),
        }
    }

    /// Opens it.
    pub(crate) async fn open(&self, patience: Duration) -> Sql {
        match self {
            Self::File(file) => Sql::open_within(file, patience).await.unwrap(),
            Self::Server { url, .. } | Self::Nodes { url, .. } => {
                Sql::connect(&asked(url, patience)).await.unwrap()
            }
        }
    }

    /// How many nodes stand on it.
    pub(crate) const fn nodes(&self) -> u64 {
        if matches!(self, Self::Nodes { .. }) { 2 } else { 1 }
    }

    /// Where the next node's chance begins. Where there are several, each has a chance of its own in each of its lives, so
    /// that names made at one moment differ; and the same one on every place like this, so that answers can be compared.
    pub(crate) fn seed(&self) -> u64 {
        match self {
            Self::Nodes { lives, .. } => 7 + 100 * lives.fetch_add(1, Ordering::Relaxed),
            Self::File(_) | Self::Server { .. } => 7,
        }
    }

    /// What nodes have to be told of it.
    pub(crate) fn settings(&self) -> Vec<String> {
        match self {
            Self::Nodes { url, redis, .. } => {
                vec![format!("store.database={url:?}"), format!("store.state={:?}", redis.url())]
            }
            Self::File(_) | Self::Server { .. } => Vec::new(),
        }
    }

    /// A clock for it that stands where every test begins.
    pub(crate) fn clock(&self) -> ShopClock {
        let redis = match self {
            Self::Nodes { redis, .. } => Some(Arc::clone(redis)),
            Self::File(_) | Self::Server { .. } => None,
        };
        ShopClock::at(beginning(), ManualClock::at(beginning()), redis)
    }
}

fn beginning() -> Timestamp {
    Timestamp::parse(NOW).unwrap()
}

/// A server as the tests ask it.
pub(crate) fn asked(url: &str, patience: Duration) -> Server {
    let (url, statement) = (SecretText::new(url.to_owned()), Duration::from_secs(5));
    Server { url, connections: 8, patience: patience.max(Duration::from_millis(100)), statement }
}

async fn server() -> Arc<Postgres> {
    if let Some(server) = SERVER.lock().unwrap().upgrade() {
        return server;
    }
    let server = Arc::new(Postgres::like(&furnished().await));
    let mut known = SERVER.lock().unwrap();
    // Another test of this process may have been faster.
    known.upgrade().unwrap_or_else(|| {
        *known = Arc::downgrade(&server);
        server
    })
}

/// The folder of a server that has the template in it, made once.
async fn furnished() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).unwrap();
    let (made, stamp) = (folder.join("template-postgres"), folder.join("template-postgres.stamp"));
    let lock = File::create(folder.join("template-postgres.lock")).unwrap();
    lock.lock().unwrap();
    if !fs::read_to_string(&stamp).is_ok_and(|of| of == template::stamp_of_now()) {
        let _ = fs::remove_dir_all(&made);
        let mut server = Postgres::start();
        server.ask("postgres", &format!("CREATE DATABASE {FURNISHED}"));
        furnish(&server.url(FURNISHED)).await;
        server.settle();
        server.keep_at(&made);
        fs::write(&stamp, template::stamp_of_now()).unwrap();
    }
    made
}

async fn furnish(url: &str) {
    let sql = Sql::connect(&asked(url, Duration::from_secs(30))).await.unwrap();
    let (assets, history) = (shipped::assets(), shipped::history().unwrap());
    let loaded = aspis_store::Prices::load_once(&sql, shipped::MARKER, &assets, &history, &|_| ()).await;
    assert!(loaded.unwrap());
    sql.close().await.unwrap();
}
