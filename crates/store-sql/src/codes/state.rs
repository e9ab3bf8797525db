//! A server's words: SQLSTATE, five signs of which the first two are the class.
//!
//! <https://www.postgresql.org/docs/current/errcodes-appendix.html>

use sqlx::postgres::PgDatabaseError;

/// No connection, nobody may in, no such database, nothing left (disk, memory, connections), stopped by an operator or
/// by its own limits, trouble of the machine, trouble of its own.
const FAULTY: [&str; 7] = ["08", "28", "3D", "53", "57", "58", "XX"];
/// A standby, or a server that is kept from writing.
const READ_ONLY: &str = "25006";
/// A transaction that did nothing for too long; the server has closed its connection.
const IDLE: &str = "25P03";
/// A lock that was not free within the time that is waited for one.
pub(super) const LOCKED: &str = "55P03";
/// A statement that took longer than it may. The connection goes on.
const CANCELLED: &str = "57014";
/// Two transactions stood in each other's way, and this one was taken back.
const UNDONE: [&str; 2] = ["40001", "40P01"];

/// The state that a server's error carries.
pub(super) fn of(error: &sqlx::Error) -> Option<&str> {
    Some(error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?.code())
}

/// Of the database, whatever it was asked.
pub(super) fn is_fault(state: &str) -> bool {
    FAULTY.iter().any(|class| state.starts_with(class)) || [READ_ONLY, IDLE, LOCKED].contains(&state)
}

/// The connection may go on saying so when the database is well: it leads to a server that is going, that is no longer
/// the one that writes, or that has closed it.
pub(super) fn is_lasting(state: &str) -> bool {
    is_fault(state) && !state.starts_with("53") && ![LOCKED, CANCELLED].contains(&state)
}

pub(super) fn is_undone(state: &str) -> bool {
    UNDONE.contains(&state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_statement_is_not_wrong_with_the_server() {
        for fault in [
            "08006", "53100", "53300", "57P01", "57P03", "57014", "58030", "XX001", "25006", "25P03", "55P03",
        ] {
            assert!(is_fault(fault), "{fault}");
        }
        for judged in ["23505", "23503", "23514", "40001", "40P01", "25P02", "42601", "22003"] {
            assert!(!is_fault(judged), "{judged}");
        }
    }

    #[test]
    fn a_connection_outlives_a_limit_and_not_a_server() {
        for state in ["57014", "55P03", "53300", "23505", "40P01"] {
            assert!(!is_lasting(state), "{state}");
        }
        for state in ["57P01", "25006", "XX000", "08006", "25P03"] {
            assert!(is_lasting(state), "{state}");
        }
        assert!(is_undone("40P01") && is_undone("40001") && !is_undone("40002"));
    }
}
