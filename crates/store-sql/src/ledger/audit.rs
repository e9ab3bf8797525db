//! Adding everything up, in one statement and so in one state of the books.
//!
//! A sum of amounts may outgrow 64 bits (the house owes what everybody has), so amounts are added up in two halves:
//! `amount = high * 2^32 + low`, both cut towards zero. The whole is zero exactly when the carry of the low halves
//! makes up for the high ones and nothing is left over.
//!
//! `NOT IN (SELECT ...)` stands nowhere here: a server reads the whole list anew for each row once it outgrows the memory
//! of a query, and books of a few ten thousand entries took minutes.

use aspis_store::ledger::Audit;

use crate::{
    db::Pool,
    fault::{Fault, readable},
    sql::query_as,
};

pub(crate) const AUDIT: &str = "SELECT \
    (SELECT COUNT(*) FROM entry), \
    (SELECT COUNT(*) FROM entry AS bare WHERE NOT EXISTS (SELECT 1 FROM posting WHERE posting.entry = bare.id)) \
        + (SELECT COUNT(DISTINCT odd.entry) FROM (\
            SELECT posting.entry FROM posting GROUP BY posting.entry, posting.asset \
            HAVING CAST(SUM(amount / 4294967296) AS BIGINT) \
                + CAST(SUM(amount % 4294967296) AS BIGINT) / 4294967296 <> 0 \
                OR CAST(SUM(amount % 4294967296) AS BIGINT) % 4294967296 <> 0) AS odd), \
    (SELECT COUNT(*) FROM (\
        SELECT owner, asset FROM (\
            SELECT owner, asset, amount / 4294967296 AS high, amount % 4294967296 AS low \
            FROM posting WHERE owner <> 'house' \
            UNION ALL \
            SELECT owner, asset, -(amount / 4294967296), -(amount % 4294967296) FROM balance) AS line \
        GROUP BY owner, asset \
        HAVING CAST(SUM(high) AS BIGINT) + CAST(SUM(low) AS BIGINT) / 4294967296 <> 0 \
            OR CAST(SUM(low) AS BIGINT) % 4294967296 <> 0) AS drift), \
    (SELECT COUNT(*) FROM balance WHERE amount < 0)";

/// Counts what is wrong with the books.
pub(super) async fn audit(reader: &Pool) -> Result<Audit, Fault> {
    let row: (i64, i64, i64, i64) = query_as(AUDIT).fetch_one(reader).await?;
    let count = |value: i64| readable("count", u64::try_from(value).ok());
    Ok(Audit {
        entries: count(row.0)?,
        unbalanced: count(row.1)?,
        drifted: count(row.2)?,
        negative: count(row.3)?,
    })
}
