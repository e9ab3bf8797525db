//! The database's own words for what went wrong, and whose fault that is.

use aspis_core::scenario::denial_of_service::breaker::Outcome;

// https://www.sqlite.org/rescode.html
pub(crate) const BUSY: i32 = 5;
pub(crate) const LOCKED: i32 = 6;
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

/// The result code without its extension.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i32>().ok().map(|extended| extended & 0xff)
}

/// What an error says about the database. One that judged the statement (a row that refers to nobody, a row that is
/// not there) was at work; of one that is being closed nothing is learned.
pub(crate) fn outcome(error: &sqlx::Error) -> Outcome {
    use sqlx::Error;
    match error {
        Error::Io(_)
        | Error::Protocol(_)
        | Error::PoolTimedOut
        | Error::WorkerCrashed
        | Error::BeginFailed => Outcome::Fault,
        Error::Database(_) if primary_code(error).is_some_and(|code| FAULTS.contains(&code)) => {
            Outcome::Fault
        }
        Error::PoolClosed => Outcome::Void,
        _ => Outcome::Good,
    }
}

/// True where the connection that said so may be of no use any more, however well the file is.
pub(crate) fn outlasts(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(_) => primary_code(error).is_some_and(|code| LASTING.contains(&code)),
        error => outcome(error) == Outcome::Fault && !matches!(error, sqlx::Error::PoolTimedOut),
    }
}
