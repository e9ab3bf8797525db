//! Where everything durable is: a file in the data folder, or a server that several nodes share.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::Duration,
};

use aspis_core::secret::{Secret, SecretText};
use aspis_store_sql::{OpenError, Seal, Server, Sql, Trouble, backup, backup::Schema};

use crate::settings::{Settings, value::SecretsKey};

/// How long to wait for a connection, and for a turn to write.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where the database is, and what the keys in it are sealed with.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    at: At,
    key: Key,
}

/// Where the database is.
#[derive(Debug, Clone)]
pub(crate) enum At {
    /// A file.
    File(PathBuf),
    /// A server's.
    Server(Server),
}

/// What the keys that nodes share are sealed with.
#[derive(Debug, Clone)]
enum Key {
    /// By nothing.
    None,
    /// By this.
    Given(Secret),
    /// By what this file holds.
    In(PathBuf),
}

impl Home {
    /// As the settings say.
    pub(crate) fn of(settings: &Settings) -> Self {
        let at = match server(settings) {
            Some(server) => At::Server(server),
            None => At::File(crate::serve::database(settings.server.data.as_path())),
        };
        Self { at, key: Key::of(settings) }
    }

    /// Where it is.
    pub(crate) fn at(&self) -> &At {
        &self.at
    }

    /// The file, where it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.at {
            At::File(path) => Some(path),
            At::Server(_) => None,
        }
    }

    /// True where there is a file, or a server to ask.
    pub(crate) fn is_there(&self) -> bool {
        self.file().is_none_or(Path::exists)
    }

    /// Opens it, making it and bringing it up to date where needed; what is in it in clear and need not be is sealed.
    pub(crate) async fn open(&self) -> Result<Sql, OpenError> {
        let seal = self.seal()?;
        let sql = match &self.at {
            At::File(path) => Sql::open(path).await?,
            At::Server(server) => Sql::connect(server).await?,
        };
        let sql = sql.sealed_by(seal).await.map_err(|why| self.not(why))?;
        sql.seal().await.map_err(|why| self.not(why))?;
        Ok(sql)
    }

    /// Opens it for a command: one of another release is left as it is.
    pub(crate) async fn open_as_it_is(&self) -> Result<Sql, OpenError> {
        let seal = self.seal()?;
        let sql = match &self.at {
            At::File(path) => Sql::open_as_it_is(path).await?,
            At::Server(server) => Sql::connect_as_it_is(server).await?,
        };
        sql.sealed_by(seal).await.map_err(|why| self.not(why))
    }

    /// What seals the keys in it.
    fn seal(&self) -> Result<Option<Seal>, OpenError> {
        let key = self.key.read().map_err(|error| self.not(Trouble::Key(error.to_string())))?;
        Ok(key.as_ref().and_then(Seal::of))
    }

    fn not(&self, why: Trouble) -> OpenError {
        OpenError { path: self.to_string().into(), why }
    }

    /// Its schema; none where there is nothing yet.
    pub(crate) async fn schema(&self) -> Result<Option<Schema>, OpenError> {
        match &self.at {
            At::File(path) if !path.metadata().is_ok_and(|data| data.len() > 0) => Ok(None),
            At::File(path) => backup::schema(path).await.map(Some),
            At::Server(server) => {
                Ok(Some(backup::schema_on(server).await?).filter(|schema| schema.found > 0))
            }
        }
    }
}

impl Key {
    fn of(settings: &Settings) -> Self {
        let own = &settings.store;
        match (own.secrets_key.get(), own.secrets_key_file.get()) {
            (Some(key), _) => Self::Given(key.clone()),
            (None, Some(file)) => Self::In(file.to_owned()),
            (None, None) => Self::None,
        }
    }

    fn read(&self) -> io::Result<Option<Secret>> {
        let file = match self {
            Self::None => return Ok(None),
            Self::Given(key) => return Ok(Some(key.clone())),
            Self::In(file) => file,
        };
        let line = crate::backup::first_line(file)?;
        let says = "its first line is not 32 bytes as base64; make one by `openssl rand -base64 32`";
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, says);
        SecretsKey::read(&line).map(Some).ok_or_else(wrong)
    }
}

/// The server of the settings.
pub(crate) fn server(settings: &Settings) -> Option<Server> {
    settings.store.database.url().map(|url| at(settings, url))
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
        match &self.at {
            At::File(path) => path.display().fmt(f),
            At::Server(server) => server.place().fmt(f),
        }
    }
}
