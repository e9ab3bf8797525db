//! Is the server ready for requests? By what its parts know of themselves already: nothing is written to find out, but for
//! the few tries that the breaker of the writing side wants before it trusts the database again.
//!
//! Deliberately not here: predictions, which are refused by themselves, and whether it is busy.

use std::sync::Arc;

use aspis_store_sql::Sql;
use aspis_watch::security_log::SecurityLog;

use crate::ops::Health;

/// The database is asked, its breaker and the security log are looked at.
pub(super) fn health(sql: &Arc<Sql>, log: &Arc<SecurityLog>) -> Health {
    let (sql, log) = (Arc::clone(sql), Arc::clone(log));
    Arc::new(move || {
        let (sql, log) = (Arc::clone(&sql), Arc::clone(&log));
        Box::pin(async move {
            // What does not even answer has not to be asked for more.
            let answers = sql.healthy().await.is_ok();
            let writes = !answers || sql.writes().await;
            wrong([answers, writes, log.standing().writable])
        })
    })
}

const PARTS: [&str; 3] =
    ["the database does not answer", "the database cannot be written", "the security log cannot be written"];

fn wrong(good: [bool; 3]) -> Vec<&'static str> {
    let bad = PARTS.into_iter().zip(good).filter(|(_, good)| !good);
    bad.map(|(part, _)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_named() {
        assert_eq!(wrong([true; 3]), [""; 0]);
        assert_eq!(wrong([true, false, true]), [PARTS[1]]);
        assert_eq!(wrong([false, true, false]), [PARTS[0], PARTS[2]]);
    }
}
