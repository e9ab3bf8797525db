//! The database's own words for what went wrong, and whose fault that is.

use aspis_core::scenario::denial_of_service::breaker::Outcome;
use sqlx::{error::DatabaseError, sqlite::SqliteError};

mod state;

// https://www.sqlite.org/rescode.html
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const NO_MEMORY: i32 = 7;
const READ_ONLY: i32 = 8;
const IO: i32 = 10;
pub(crate) const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANNOT_OPEN: i32 = 14;
const LOCKING_PROTOCOL: i32 = 15;
pub(crate) const NOT_A_DATABASE: i32 = 26;

/// What says that the database itself is in trouble, whatever it was asked.
const FAULTS: [i32; 10] =
    [BUSY, LOCKED, NO_MEMORY, READ_ONLY, IO, CORRUPT, FULL, CANNOT_OPEN, LOCKING_PROTOCOL, NOT_A_DATABASE];

/// Those that a connection may go on saying when the file is well again.
const LASTING: [i32; 5] = [READ_ONLY, IO, CORRUPT, CANNOT_OPEN, NOT_A_DATABASE];

/// A file's result code without its extension. A server has none: its codes look like numbers too, and mean others.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.try_downcast_ref::<SqliteError>()?.code()?;
    code.parse::<i32>().ok().map(|extended| extended & 0xff)
}

/// What an error says about the database. One that judged the statement (a row that refers to nobody, a row that is
/// not there) was at work; of one that is being closed nothing is learned.
pub(crate) fn outcome(error: &sqlx::Error) -> Outcome {
    use sqlx::Error;
    match error {
        Error::Io(_)
        | Error::Tls(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::WorkerCrashed
        | Error::BeginFailed => Outcome::Fault,
        Error::Database(_) if is_fault(error) => Outcome::Fault,
        Error::PoolClosed => Outcome::Void,
        _ => Outcome::Good,
    }
}

fn is_fault(error: &sqlx::Error) -> bool {
    primary_code(error).is_some_and(|code| FAULTS.contains(&code))
        || state::of(error).is_some_and(state::is_fault)
}

/// True where the connection that said so may be of no use any more, however well the database is.
pub(crate) fn outlasts(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(_) => {
            primary_code(error).is_some_and(|code| LASTING.contains(&code))
                || state::of(error).is_some_and(state::is_lasting)
        }
        error => outcome(error) == Outcome::Fault && !matches!(error, sqlx::Error::PoolTimedOut),
    }
}

/// True where the database took back what it was asked because two stood in each other's way: nothing is done, and the
/// same may go well a moment later.
pub(crate) fn is_undone(error: &sqlx::Error) -> bool {
    state::of(error).is_some_and(state::is_undone)
}

/// True where another holds what was wanted for longer than anybody waits.
pub(crate) fn is_locked(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(BUSY | LOCKED)) || state::of(error) == Some(state::LOCKED)
}
