//! Where everything durable is: a file in the data folder, or a server that several nodes share.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use aspis_core::secret::SecretText;
use aspis_store_sql::{OpenError, Server, Sql, backup, backup::Schema};

use crate::settings::Settings;

/// How long to wait for a connection, and for a turn to write.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the database is.
#[derive(Debug, Clone)]
pub(crate) enum Home {
    /// A file.
    File(PathBuf),
    /// A server's.
    Server(Server),
}

impl Home {
    /// As the settings say.
    pub(crate) fn of(settings: &Settings) -> Self {
        match server(settings) {
            Some(server) => Self::Server(server),
            None => Self::File(crate::serve::database(settings.server.data.as_path())),
        }
    }

    /// The file, where it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }

    /// True where there is a file, or a server to ask.
    pub(crate) fn is_there(&self) -> bool {
        self.file().is_none_or(Path::exists)
    }

    /// Opens it, making it and bringing it up to date where needed.
    pub(crate) async fn open(&self) -> Result<Sql, OpenError> {
        match self {
            Self::File(path) => Sql::open(path).await,
            Self::Server(server) => Sql::connect(server).await,
        }
    }

    /// Opens it for a command: one of another release is left as it is.
    pub(crate) async fn open_as_it_is(&self) -> Result<Sql, OpenError> {
        match self {
            Self::File(path) => Sql::open_as_it_is(path).await,
            Self::Server(server) => Sql::connect_as_it_is(server).await,
        }
    }

    /// Its schema; none where there is nothing yet.
    pub(crate) async fn schema(&self) -> Result<Option<Schema>, OpenError> {
        match self {
            Self::File(path) if !path.metadata().is_ok_and(|data| data.len() > 0) => Ok(None),
            Self::File(path) => backup::schema(path).await.map(Some),
            Self::Server(server) => {
                Ok(Some(backup::schema_on(server).await?).filter(|schema| schema.found > 0))
            }
        }
    }
}

/// The server of the settings.
pub(crate) fn server(settings: &Settings) -> Option<Server> {
    settings.store.database.get().map(|url| at(settings, url))
}

/// A server by its address, asked as the settings say.
pub(crate) fn at(settings: &Settings, url: SecretText) -> Server {
    let store = &settings.store;
    Server {
        url,
        connections: store.connections.get(),
        patience: PATIENCE,
        statement: store.statement_limit.get(),
    }
}

/// For people: without who asks, and by which word.
impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(server) => server.place().fmt(f),
        }
    }
}
