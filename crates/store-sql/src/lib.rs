//! The durable home of the store traits: one `SQLite` file.
//!
//! Every statement is a constant in the part of SQL that PostgreSQL speaks too, and only `db` knows which database
//! answers. Deliberately not here: rules (they are in `core`), caching, and anything about what the rows mean to HTTP.

use std::{path::Path, time::Duration};

use aspis_core::scenario::denial_of_service::{
    breaker::Stance,
    votes::{Change, Part},
};
use aspis_store::Stored;

mod accounts;
mod actions;
mod alerts;
pub mod backup;
mod blocks;
mod codes;
pub mod copy;
mod db;
mod exemptions;
mod factors;
mod fault;
mod gate;
mod hex;
mod honey;
mod imports;
mod invitations;
mod key_watch;
mod keys;
mod ledger;
mod links;
mod nodes;
mod notices;
mod open;
mod outbox;
mod prices;
mod quarantine;
mod quotas;
mod reports;
mod reviews;
mod schema;
mod seal;
mod sessions;
mod splits;
mod sql;
mod vault;

pub use db::{Encoding, Server, Wire};
pub use gate::Guard;
pub use open::{OpenError, Trouble};
pub use seal::{Closed, Seal};

/// Everything durable, in one `SQLite` file. Implements every trait of `aspis_store`.
#[derive(Debug)]
pub struct Sql {
    db: db::Db,
    envelope: seal::Envelope,
}

impl Sql {
    /// Opens the database at `path`, making it (readable by its owner alone) and bringing its schema up to date where
    /// needed. A damaged, locked or newer database is refused.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_within(path, db::PATIENCE).await
    }

    /// As [`Sql::open`], with a patience of one's own for another process that holds the lock, now and later.
    pub async fn open_within(path: &Path, patience: Duration) -> Result<Self, OpenError> {
        Ok(Self::on(open::open(path, patience).await?))
    }

    /// Opens a database that is there and whose schema is this release's, for a command beside a server: one of another
    /// release is refused and left as it is.
    pub async fn open_as_it_is(path: &Path) -> Result<Self, OpenError> {
        Ok(Self::on(open::open_as_it_is(path, db::PATIENCE).await?))
    }

    /// Connects to a PostgreSQL server, bringing its schema up to date where needed.
    pub async fn connect(server: &Server) -> Result<Self, OpenError> {
        Ok(Self::on(open::connect(server).await?))
    }

    /// Connects to a server whose schema is this release's, for a command beside a node: one of another release is
    /// refused and left as it is.
    pub async fn connect_as_it_is(server: &Server) -> Result<Self, OpenError> {
        Ok(Self::on(open::connect_as_it_is(server).await?))
    }

    fn on(db: db::Db) -> Self {
        Self { db, envelope: seal::Envelope::default() }
    }

    /// From now on a side that fails is left alone for a while: whoever asks meanwhile is refused at once, with
    /// [`aspis_store::LeftAlone`] as the cause.
    #[must_use]
    pub fn guarded(self, guard: &Guard) -> Self {
        Self { db: self.db.guarded(guard), ..self }
    }

    /// Which way the breakers of the sides stand, each with its side's name.
    pub fn stances(&self) -> [(&'static str, Stance); 2] {
        self.db.stances()
    }

    /// Which sides this node's own results say are broken.
    pub fn broken(&self) -> Vec<Part> {
        self.db.broken()
    }

    /// Does as most nodes find of a part, where it is a side of the database.
    pub fn follow(&self, part: Part, change: Change) {
        self.db.follow(part, change);
    }

    /// Asks both the reading and the writing side a question whose answer is in the file. It goes past the breakers:
    /// the truth is wanted, and nobody is kept waiting by it but who asks for it.
    pub async fn healthy(&self) -> Stored<()> {
        Ok(self.db.healthy().await?)
    }

    /// False while the writing side fails and is left alone. Usually nobody is asked: its breaker knows. When that wants
    /// to know whether it works again, and nobody else writes, one write is tried that changes nothing.
    pub async fn writes(&self) -> bool {
        self.db.writes().await
    }

    /// Writes everything back into the one file and closes it. Calls that come later fail.
    pub async fn close(&self) -> Stored<()> {
        Ok(self.db.close().await?)
    }
}

#[cfg(test)]
mod tests;
