//! The schema's versions: each applied once, in order, in a transaction of its own, and remembered with its checksum.

use sha2::{Digest, Sha256};

use crate::{
    Server,
    db::{BarePool, BareTx, Turn, post},
    hex,
    open::{self, Trouble},
    sql::{query, query_as, query_scalar},
};

pub(crate) const VERSIONS: &[(i64, &str)] = &[
    (1, include_str!("../migrations/0001_first.sql")),
    (2, include_str!("../migrations/0002_people.sql")),
    (3, include_str!("../migrations/0003_quotas.sql")),
    (4, include_str!("../migrations/0004_prices.sql")),
    (5, include_str!("../migrations/0005_keys.sql")),
    (6, include_str!("../migrations/0006_reviews.sql")),
    (7, include_str!("../migrations/0007_imports.sql")),
    (8, include_str!("../migrations/0008_alerts.sql")),
    (9, include_str!("../migrations/0009_outbox.sql")),
    (10, include_str!("../migrations/0010_incidents.sql")),
    (11, include_str!("../migrations/0011_keys_watch.sql")),
    (12, include_str!("../migrations/0012_exemptions.sql")),
    (13, include_str!("../migrations/0013_incidents_again.sql")),
    (14, include_str!("../migrations/0014_resets_again.sql")),
];

/// A server's: the first is everything that a file had by then.
pub(crate) const OF_A_SERVER: &[(i64, &str)] = &[(14, include_str!("../migrations/postgres/0014_whole.sql"))];

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version \
    (version BIGINT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)";
const THERE: &str = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'";
const THERE_ON_A_SERVER: &str = "SELECT CAST(tablename AS TEXT) FROM pg_tables \
    WHERE schemaname = current_schema() AND tablename = 'schema_version'";
const APPLIED: &str = "SELECT version, checksum FROM schema_version ORDER BY version";
const REMEMBER: &str = "INSERT INTO schema_version (version, checksum) VALUES ($1, $2)";

/// A change of the schema takes as long as there are rows.
const UNHURRIED: &str = "SET LOCAL statement_timeout = 0";

/// Applies what is missing. A database with versions that are unknown or not as released is left as it is.
pub(crate) async fn bring_up_to_date(writer: &BarePool) -> Result<(), Trouble> {
    let versions = match writer {
        BarePool::Lite(_) => VERSIONS,
        BarePool::Post(..) => OF_A_SERVER,
    };
    for (version, text) in versions {
        apply(writer, *version, text).await?;
    }
    Ok(())
}

/// Sees that nothing is missing, and changes nothing: what a newer binary does to the file of a server that runs is the
/// server's to do, after its backup.
pub(crate) async fn is_up_to_date(writer: &BarePool) -> Result<(), Trouble> {
    let applied = applied(writer).await?;
    for (found, sum) in &applied {
        recognise(*found, sum)?;
    }
    let (found, known) = (newest(&applied), known());
    if found < known { Err(Trouble::Older { found, known }) } else { Ok(()) }
}

/// The latest version in a server's database, which stays as it is; 0 where there is none. Half a copy is refused.
pub(crate) async fn found_on(server: &Server) -> Result<i64, Trouble> {
    let side = post::reader(server).await?;
    let found = async {
        open::is_whole(side.bare()).await?;
        applied(side.bare()).await
    };
    let found = found.await;
    side.bare().close().await;
    Ok(newest(&found?))
}

async fn applied(pool: &BarePool) -> Result<Vec<(i64, String)>, Trouble> {
    let there = query_scalar(THERE).on_a_server(THERE_ON_A_SERVER);
    let there: Option<String> = there.fetch_optional(pool).await?;
    Ok(match there {
        Some(_) => query_as(APPLIED).fetch_all(pool).await?,
        None => Vec::new(),
    })
}

fn newest(applied: &[(i64, String)]) -> i64 {
    applied.last().map_or(0, |(found, _)| *found)
}

/// Applies a version, unless it was.
pub(crate) async fn apply(writer: &BarePool, version: i64, text: &'static str) -> Result<(), Trouble> {
    let mut tx = writer.begin(Turn::All).await?;
    query(TABLE).execute(&mut tx).await?;
    if is_missing(&mut tx, version).await? {
        if writer.is_shared() {
            query(UNHURRIED).execute(&mut tx).await?;
        }
        tx.run_text(text).await?;
        query(REMEMBER).bind(version).bind(checksum(text)).execute(&mut tx).await?;
    }
    Ok(tx.commit().await?)
}

/// Read inside the transaction that applies it, so that two nodes that start at once do not both.
async fn is_missing(tx: &mut BareTx, version: i64) -> Result<bool, Trouble> {
    let applied: Vec<(i64, String)> = query_as(APPLIED).fetch_all(tx).await?;
    for (found, sum) in &applied {
        recognise(*found, sum)?;
    }
    Ok(applied.iter().all(|(found, _)| *found != version))
}

/// The latest version of this release.
pub(crate) fn known() -> i64 {
    VERSIONS.iter().map(|(version, _)| *version).max().unwrap_or(0)
}

fn recognise(found: i64, sum: &str) -> Result<(), Trouble> {
    let known = known();
    if found > known {
        return Err(Trouble::Newer { found, known });
    }
    let released =
        VERSIONS.iter().chain(OF_A_SERVER).any(|(version, text)| *version == found && checksum(text) == sum);
    if released { Ok(()) } else { Err(Trouble::Foreign { version: found }) }
}

fn checksum(text: &str) -> String {
    hex::write(&Sha256::digest(text.as_bytes()))
}
