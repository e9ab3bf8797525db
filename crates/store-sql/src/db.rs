//! The pools: the one place that knows which database answers.

use std::{path::Path, time::Duration};

use aspis_core::{
    ids::AccountId,
    scenario::denial_of_service::{
        breaker::Stance,
        votes::{Change, Part},
    },
};

use crate::{
    fault::Fault,
    gate::Guard,
    sql::{Answer, Statement, query, query_scalar},
};

mod again;
mod bare;
pub(crate) mod lite;
mod pool;
pub(crate) mod post;
mod telling;
mod turn;
mod tx;
mod worn;

pub(crate) use again::again;
pub(crate) use bare::{BarePool, BareTx};
pub(crate) use lite::PATIENCE;
pub(crate) use pool::Pool;
pub use post::{Encoding, Server, Wire};
pub(crate) use telling::Telling;
pub(crate) use turn::Turn;
pub(crate) use tx::{Conn, Tx};
pub(crate) use worn::Worn;

const READING: &str = "reading";
const WRITING: &str = "writing";

const PROBE: &str = "SELECT version FROM schema_version LIMIT 1";
/// Changes nothing, and needs the disk all the same.
const TOUCH: &str = "UPDATE schema_version SET version = version WHERE version = 1";

/// The reading and the writing side.
#[derive(Debug)]
pub(crate) struct Db {
    reader: Pool,
    writer: Pool,
}

impl Db {
    /// Connects the reading side to a file that the writer has brought up to date.
    pub(crate) async fn with_readers(writer: Pool, path: &Path, patience: Duration) -> sqlx::Result<Self> {
        Ok(Self { reader: lite::reader(path, patience).await?, writer })
    }

    /// Connects both sides to a server.
    pub(crate) async fn on(server: &Server) -> sqlx::Result<Self> {
        Ok(Self { reader: post::reader(server).await?, writer: post::writer(server).await? })
    }

    /// Puts a breaker before each side. Each has its own: of a locked or full database the reading side goes on, and
    /// its good answers say nothing about writing.
    pub(crate) fn guarded(self, guard: &Guard) -> Self {
        Self { reader: self.reader.guarded(guard, READING), writer: self.writer.guarded(guard, WRITING) }
    }

    pub(crate) fn stances(&self) -> [(&'static str, Stance); 2] {
        [(READING, self.reader.stance()), (WRITING, self.writer.stance())]
    }

    pub(crate) fn broken(&self) -> Vec<Part> {
        let sides = [(Part::Reading, &self.reader), (Part::Writing, &self.writer)];
        sides.into_iter().filter(|(_, pool)| pool.finds_broken()).map(|(part, _)| part).collect()
    }

    pub(crate) fn follow(&self, part: Part, change: Change) {
        match part {
            Part::Reading => self.reader.follow(change),
            Part::Writing => self.writer.follow(change),
            Part::Predictions => {}
        }
    }

    /// Where to read outside a transaction.
    pub(crate) fn reader(&self) -> &Pool {
        &self.reader
    }

    /// Where to write a single statement that touches one row, or rows that nobody else does: see [`Db::in_turn`].
    pub(crate) fn writer(&self) -> &Pool {
        &self.writer
    }

    /// Begins a transaction in which what it reads stays true.
    pub(crate) async fn begin(&self) -> Result<Tx, Fault> {
        self.writer.begin(Turn::All).await
    }

    /// Begins a transaction in which what it reads of one account's books stays true. It reads and writes nothing else:
    /// the books of others go on meanwhile, where the database can do two things at once.
    pub(crate) async fn begin_books(&self, account: AccountId) -> Result<Tx, Fault> {
        self.writer.begin(Turn::books_of(account)).await
    }

    /// Writes a single statement in its turn: one that counts before it writes, or touches rows in no order of its own.
    /// Beside transactions it would count what changes, or the two would wait for each other.
    pub(crate) async fn in_turn(&self, statement: Statement<'_>) -> Result<Answer, Fault> {
        again(|| self.once(statement.clone())).await
    }

    async fn once(&self, statement: Statement<'_>) -> Result<Answer, Fault> {
        let mut tx = self.begin().await?;
        let answer = statement.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(answer)
    }

    pub(crate) async fn healthy(&self) -> Result<(), Fault> {
        for side in [&self.reader, &self.writer] {
            query_scalar::<i64>(PROBE).fetch_one(side.bare()).await?;
        }
        if !self.writer.bare().is_shared() {
            return Ok(());
        }
        let read_only: String = query_scalar(post::READ_ONLY).fetch_one(self.writer.bare()).await?;
        if read_only == "off" { Ok(()) } else { Err(Fault::ReadOnly) }
    }

    /// False while writing is left alone. Where it may be tried again and nobody else does, this tries: as few times as
    /// its breaker lets anybody.
    pub(crate) async fn writes(&self) -> bool {
        match self.writer.stance() {
            Stance::Closed => true,
            Stance::Open => false,
            Stance::HalfOpen => query(TOUCH).execute(&self.writer).await.is_ok(),
        }
    }

    pub(crate) async fn close(&self) -> Result<(), Fault> {
        self.reader.bare().close().await;
        let ended = match self.writer.bare() {
            BarePool::Lite(writer) => lite::checkpoint(writer).await,
            BarePool::Post(..) => Ok(()),
        };
        self.writer.bare().close().await;
        Ok(ended?)
    }
}
