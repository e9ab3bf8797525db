//! Opening a database file, or saying clearly why not.

use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    codes::{self, CORRUPT, NOT_A_DATABASE, primary_code},
    db::{
        BarePool, Db, Encoding, Server, lite,
        post::{self, place},
    },
    fault::Fault,
    schema,
    seal::Closed,
    sql::query_scalar,
};

/// A database that was not opened.
#[derive(Debug, thiserror::Error)]
#[error("the database {} {why}", path.display())]
pub struct OpenError {
    /// Its file.
    pub path: PathBuf,
    /// What stands in the way.
    pub why: Trouble,
}

/// What stands in the way of opening a database.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The file cannot be made, or not be written.
    #[error("cannot be opened for writing: {0}")]
    File(#[from] io::Error),
    /// It is no database, or a damaged one.
    #[error("is damaged or is no database at all; restore a backup: {0}")]
    Damaged(String),
    /// It has its name, and nothing in it.
    #[error("is empty; restore a backup")]
    Empty,
    /// Another process holds it.
    #[error("is locked by another process")]
    Locked,
    /// A later release has changed it.
    #[error("was written by a newer release: its schema is {found}, this release knows up to {known}")]
    Newer {
        /// The latest schema version in the file.
        found: i64,
        /// The latest that this release has.
        known: i64,
    },
    /// An older release has left it so, and it was to be opened as it is.
    #[error(
        "was left by an older release: its schema is {found}, this release works on {known}; start the server of this \
        release first, which brings it up to date after a backup (`aspis check` says what it would do)"
    )]
    Older {
        /// The latest schema version in the file; 0 where there is none.
        found: i64,
        /// The one that this release works on.
        known: i64,
    },
    /// A copy of a file into it was cut off, and is to go on.
    #[error("holds half a copy of a file: let `aspis migrate` go on to its end")]
    HalfCopied,
    /// A restore into it was cut off.
    #[error("holds half of a backup: make the database anew, and let `aspis restore` put all of it back")]
    HalfRestored,
    /// It holds not every script.
    #[error(transparent)]
    Encoding(Encoding),
    /// One of its schema versions is not the one that was released.
    #[error("has a schema {version} that no release made")]
    Foreign {
        /// Which.
        version: i64,
    },
    /// What nodes share in it is sealed, and is not opened.
    #[error(transparent)]
    Sealed(#[from] Closed),
    /// The key that seals it cannot be had.
    #[error("is not opened: store.secrets_key_file {0}")]
    Key(String),
    /// Anything else that the database says.
    #[error("failed: {0}")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(CORRUPT | NOT_A_DATABASE) => Self::Damaged(error.to_string()),
            _ if codes::is_locked(&error) => Self::Locked,
            _ => match error {
                sqlx::Error::Configuration(cause) => match cause.downcast() {
                    Ok(encoding) => Self::Encoding(*encoding),
                    Err(cause) => Self::Database(sqlx::Error::Configuration(cause)),
                },
                error => Self::Database(error),
            },
        }
    }
}

impl Trouble {
    /// True where the database is there and no start is to come: it says so itself.
    pub fn is_of_what_is_there(&self) -> bool {
        matches!(self, Self::HalfCopied | Self::HalfRestored | Self::Encoding(_))
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Database(error) => error.into(),
            Fault::Sealed(closed) => Self::Sealed(closed),
            other => Self::Database(sqlx::Error::Io(io::Error::other(other))),
        }
    }
}

/// Opens a database, waiting at most `patience` for another process that holds its lock.
pub(crate) async fn open(path: &Path, patience: Duration) -> Result<Db, OpenError> {
    let opened = async {
        make_private(path)?;
        let writer = lite::writer(path, patience).await?;
        check(writer.bare()).await?;
        schema::bring_up_to_date(writer.bare()).await?;
        Ok(Db::with_readers(writer, path, patience).await?)
    };
    opened.await.map_err(|why| OpenError { path: path.to_owned(), why })
}

/// Opens a database that is there and of this release.
pub(crate) async fn open_as_it_is(path: &Path, patience: Duration) -> Result<Db, OpenError> {
    let opened = async {
        if path.metadata()?.len() == 0 {
            return Err(Trouble::Empty);
        }
        let writer = lite::writer(path, patience).await?;
        check(writer.bare()).await?;
        schema::is_up_to_date(writer.bare()).await?;
        Ok(Db::with_readers(writer, path, patience).await?)
    };
    opened.await.map_err(|why| OpenError { path: path.to_owned(), why })
}

/// Connects to a server.
pub(crate) async fn connect(server: &Server) -> Result<Db, OpenError> {
    let connected = async {
        let db = Db::on(server).await?;
        is_whole(db.reader().bare()).await?;
        schema::bring_up_to_date(db.writer().bare()).await?;
        Ok(db)
    };
    connected.await.map_err(|why| OpenError { path: place(server).into(), why })
}

/// Connects to a server whose schema is of this release.
pub(crate) async fn connect_as_it_is(server: &Server) -> Result<Db, OpenError> {
    let connected = async {
        let db = Db::on(server).await?;
        is_whole(db.reader().bare()).await?;
        schema::is_up_to_date(db.writer().bare()).await?;
        Ok(db)
    };
    connected.await.map_err(|why| OpenError { path: place(server).into(), why })
}

/// No node starts on half a copy.
pub(crate) async fn is_whole(reader: &BarePool) -> Result<(), Trouble> {
    let copying: Option<String> = query_scalar(post::COPYING).fetch_optional(reader).await?;
    if copying.is_none() {
        return Ok(());
    }
    let of: Option<String> = query_scalar(post::COPIED).fetch_optional(reader).await?;
    let is_restored = of.is_some_and(|of| of.starts_with(post::RESTORED));
    Err(if is_restored { Trouble::HalfRestored } else { Trouble::HalfCopied })
}

/// Makes the file if there is none, for its owner alone; the database gives its side files the same permissions.
fn make_private(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map(drop)
}

/// Reads every page once, so that damage shows now and not in the middle of a trade.
async fn check(writer: &BarePool) -> Result<(), Trouble> {
    let verdict: String = query_scalar("PRAGMA quick_check(1)").fetch_one(writer).await?;
    if verdict == "ok" { Ok(()) } else { Err(Trouble::Damaged(verdict)) }
}
