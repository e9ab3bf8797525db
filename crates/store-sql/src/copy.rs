//! From a file to a server, and back: everything, table by table, until the server holds what the file holds.
//!
//! Rows go in by the batch, each batch with a note of how far it has come, in one transaction: a copy that is cut off
//! goes on where it was. The file is nobody else's meanwhile, and is the same when the copy goes on; the server's
//! database is empty at first, and no node starts on half a copy. In the end both are counted and added up.
//! Deliberately not here: anything about single tables. Rows are taken as they are, so that a new column comes along.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::{
    Server, Trouble,
    backup::{self, Census},
    db::post,
};

mod back;
mod source;
mod tables;
mod target;

pub use back::fetch;
use tables::TABLES;

/// How many rows go in at once.
const BATCH: i64 = 2_000;

/// Why there is no copy, or no whole one yet.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file cannot be read.
    #[error("{}: it {why}", path.display())]
    Source {
        /// Which.
        path: PathBuf,
        /// What stands in the way.
        why: Trouble,
    },
    /// Somebody works on the file.
    #[error("{}: somebody works on it; stop the server first", .0.display())]
    Live(PathBuf),
    /// The server cannot be asked.
    #[error("{place}: it {why}")]
    Target {
        /// Which, without who asks.
        place: String,
        /// What stands in the way.
        why: Trouble,
    },
    /// The server's database is somebody's.
    #[error("{0}: the database is not empty, and what is in it is no copy that was begun; name an empty one")]
    Taken(String),
    /// Another copy is on its way to the same database.
    #[error("{0}: another copy to it is under way")]
    Busy(String),
    /// The file has changed since the copy was begun.
    #[error(
        "{0}: half a copy is in it, of a file that has changed since; make the database anew, and begin again"
    )]
    Changed(String),
    /// The books do not balance, and a copy would not make them.
    #[error("{}: its books do not balance; `aspis audit` says more", .0.display())]
    Books(PathBuf),
    /// All is copied, and it is not the same.
    #[error("{place}: {what} is not what the file has; nothing may run on it")]
    Differs {
        /// Which server.
        place: String,
        /// What differs.
        what: String,
    },
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The table that is being copied.
    pub table: &'static str,
    /// Rows that are in, of all tables.
    pub done: u64,
    /// Rows that there are.
    pub all: u64,
}

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What is in the file, and was found on the server.
    pub census: Census,
    /// How many rows were there already, from a copy that was cut off.
    pub resumed: u64,
}

/// Puts the database of a backup into a server, which is empty.
pub async fn put_back(from: &Path, to: &Server) -> Result<Copied, CopyError> {
    carry(from, to, post::RESTORED, &|_| ()).await
}

/// Copies a file to a server, and tells how far it has come.
pub async fn copy(
    from: &Path,
    to: &Server,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Copied, CopyError> {
    carry(from, to, "", progress).await
}

async fn carry(
    from: &Path,
    to: &Server,
    purpose: &str,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Copied, CopyError> {
    let census =
        backup::census(from).await.map_err(|error| CopyError::Source { path: error.path, why: error.why })?;
    if !census.ledger.is_clean() {
        return Err(CopyError::Books(from.to_owned()));
    }
    source::is_of_this_release(census.schema).map_err(|why| failed_to_read(from, why))?;
    let (mut file, print) = source::open(from).await?;
    let mut ends = Ends { file: &mut file, from, to, place: post::place(to) };
    let copied = ends.copy(&format!("{purpose}{print}"), census, progress).await;
    let closed = file.close().await.map_err(|error| failed_to_read(from, error.into()));
    let copied = copied?;
    closed?;
    Ok(copied)
}

/// Both ends of a copy.
struct Ends<'a> {
    file: &'a mut SqliteConnection,
    from: &'a Path,
    to: &'a Server,
    place: String,
}

impl Ends<'_> {
    async fn copy(
        &mut self,
        print: &str,
        census: Census,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Copied, CopyError> {
        let target = match target::open(self.to, print).await {
            Err(target::Refusal::Taken)
                if !print.starts_with(post::RESTORED) && self.is_done(&census).await =>
            {
                let resumed = copied_rows(&census);
                return Ok(Copied { census, resumed });
            }
            target => target,
        };
        let mut server = target.map_err(|refusal| refusal.at(&self.place))?;
        let mut done = target::rows_in(&mut server).await.map_err(|why| self.failed_to_write(why))?;
        let (resumed, all) = (done, copied_rows(&census));
        for table in TABLES {
            progress(Progress { table: table.name, done, all });
            while let Some(rows) = self.batch(&mut server, table).await? {
                done += rows;
                progress(Progress { table: table.name, done, all });
            }
        }
        self.prove(&mut server, &census).await?;
        target::finish(&mut server).await.map_err(|why| self.failed_to_write(why))?;
        let _ = server.close().await;
        Ok(Copied { census, resumed })
    }

    /// True where the server holds all of it already, with the same keys: a copy that came to its end.
    async fn is_done(&mut self, census: &Census) -> bool {
        let Ok(mut server) = post::alone(self.to).await else { return false };
        let keys = source::keys(self.file).await.ok().filter(|keys| !keys.is_empty());
        let same = keys.is_some() && keys == target::keys(&mut server).await.ok();
        let done = same && self.prove(&mut server, census).await.is_ok();
        let _ = server.close().await;
        done
    }

    /// The next rows of a table; none where all are in.
    async fn batch(
        &mut self,
        server: &mut PgConnection,
        table: &tables::Table,
    ) -> Result<Option<u64>, CopyError> {
        let last = target::last(server, table).await.map_err(|why| self.failed_to_write(why))?;
        let rows = source::rows(self.file, table, last, BATCH).await;
        let Some(rows) = rows.map_err(|why| failed_to_read(self.from, why))? else { return Ok(None) };
        target::put(server, table, &rows).await.map_err(|why| self.failed_to_write(why))?;
        Ok(Some(rows.count))
    }

    /// Counts and adds up what is on the server.
    async fn prove(&self, server: &mut PgConnection, census: &Census) -> Result<(), CopyError> {
        let differs = |what: String| CopyError::Differs { place: self.place.clone(), what };
        let failed = |why| self.failed_to_write(why);
        let counted: BTreeMap<String, u64> = target::counts(server).await.map_err(failed)?;
        let wrong = counted.iter().find(|(table, rows)| census.rows.get(*table) != Some(*rows));
        if let Some((table, rows)) = wrong {
            let had = census.rows.get(table).copied().unwrap_or(0);
            return Err(differs(format!("the table {table} ({rows} rows of {had})")));
        }
        if target::books(server).await.map_err(failed)? != census.ledger {
            return Err(differs("the sum of the books".to_owned()));
        }
        if target::balances(server).await.map_err(failed)? != census.balances {
            return Err(differs("what all owners have together".to_owned()));
        }
        Ok(())
    }

    fn failed_to_write(&self, why: Trouble) -> CopyError {
        CopyError::Target { place: self.place.clone(), why }
    }
}

/// How many rows of a file go along.
fn copied_rows(census: &Census) -> u64 {
    census.rows.iter().filter(|row| tables::is_copied(row.0)).map(|row| row.1).sum()
}

fn failed_to_read(path: &Path, why: Trouble) -> CopyError {
    CopyError::Source { path: path.to_owned(), why }
}

#[cfg(test)]
mod tests;
