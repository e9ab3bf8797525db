//! The durable home of the store traits: one `SQLite` file.
//!
//! Every statement is a constant in the part of SQL that PostgreSQL speaks too, and only `db` knows which database
//! answers. Deliberately not here: rules (they are in `core`), caching, and anything about what the rows mean to HTTP.

use std::path::Path;

use aspis_store::Stored;

mod accounts;
mod db;
mod factors;
mod fault;
mod hex;
mod invitations;
mod ledger;
mod links;
mod notices;
mod open;
mod prices;
mod quotas;
mod schema;
mod sessions;
mod vault;

pub use open::{OpenError, Trouble};

/// Everything durable, in one `SQLite` file. Implements every trait of `aspis_store`.
#[derive(Debug)]
pub struct Sql {
    db: db::Db,
}

impl Sql {
    /// Opens the database at `path`, making it (readable by its owner alone) and bringing its schema up to date where
    /// needed. A damaged, locked or newer database is refused.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let db = open::open(path, db::PATIENCE).await?;
        Ok(Self { db })
    }

    /// Asks both the reading and the writing side a question whose answer is in the file.
    pub async fn healthy(&self) -> Stored<()> {
        Ok(self.db.healthy().await?)
    }

    /// Writes everything back into the one file and closes it. Calls that come later fail.
    pub async fn close(&self) -> Stored<()> {
        Ok(self.db.close().await?)
    }
}

#[cfg(test)]
mod tests;
