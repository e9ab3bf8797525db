//! What waits for an operator's word.

use std::collections::BTreeSet;

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, ReviewId},
};
use aspis_store::{
    Reviews, Stored,
    reviews::{Decided, Review, ReviewSubject},
};
use async_trait::async_trait;

use crate::{
    Sql,
    fault::{Fault, readable},
    prices,
    sql::{self, Executor, FromRow, query, query_as},
};

const OPEN: &str = "INSERT INTO review \
    (id, subject, asset, why, account, source, facts, opened, due, reminded, decided, decided_by, approved, reason) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
const ONE: &str = "SELECT id, subject, asset, why, account, source, facts, opened, due, reminded, \
    decided, decided_by, approved, reason FROM review WHERE id = $1";
const LIST: &str = "SELECT id, subject, asset, why, account, source, facts, opened, due, reminded, \
    decided, decided_by, approved, reason FROM review WHERE (opened, id) < ($1, $2) \
    AND ($3 = 'all' OR (decided IS NULL) = ($3 = 'open')) ORDER BY opened DESC, id DESC LIMIT $4";
const OVERDUE: &str = "SELECT id, subject, asset, why, account, source, facts, opened, due, reminded, \
    decided, decided_by, approved, reason FROM review WHERE decided IS NULL AND due < $1 \
    ORDER BY due, id LIMIT $2";
const DECIDE: &str = "UPDATE review SET decided = $2, decided_by = $3, approved = $4, reason = $5 \
    WHERE id = $1 AND decided IS NULL";
const REMINDED: &str = "UPDATE review SET reminded = $2 WHERE id = $1";

/// Sorts after every identifier.
const BEYOND: &str = "~";

struct Row {
    id: String,
    subject: String,
    asset: String,
    why: String,
    account: Option<String>,
    source: Option<String>,
    facts: String,
    opened: i64,
    due: i64,
    reminded: Option<i64>,
    decided: Option<i64>,
    decided_by: Option<String>,
    approved: Option<bool>,
    reason: Option<String>,
}

impl FromRow for Row {
    fn from_row(row: &sql::Row) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            subject: row.try_get("subject")?,
            asset: row.try_get("asset")?,
            why: row.try_get("why")?,
            account: row.try_get("account")?,
            source: row.try_get("source")?,
            facts: row.try_get("facts")?,
            opened: row.try_get("opened")?,
            due: row.try_get("due")?,
            reminded: row.try_get("reminded")?,
            decided: row.try_get("decided")?,
            decided_by: row.try_get("decided_by")?,
            approved: row.try_get("approved")?,
            reason: row.try_get("reason")?,
        })
    }
}

fn account(word: Option<&str>) -> Result<Option<AccountId>, Fault> {
    word.map(|word| readable("account", AccountId::parse(word))).transpose()
}

impl Row {
    fn decided(&self) -> Result<Option<Decided>, Fault> {
        let Some(at) = self.decided else { return Ok(None) };
        Ok(Some(Decided {
            at: Timestamp(at),
            by: account(self.decided_by.as_deref())?,
            approved: readable("decision", self.approved)?,
            reason: readable("reason", self.reason.clone())?,
        }))
    }

    fn read(self) -> Result<Review, Fault> {
        Ok(Review {
            decided: self.decided()?,
            id: readable("review", ReviewId::parse(&self.id))?,
            subject: readable("subject", ReviewSubject::parse(&self.subject))?,
            by: account(self.account.as_deref())?,
            asset: self.asset,
            why: self.why,
            source: self.source,
            facts: self.facts,
            opened: Timestamp(self.opened),
            due: Timestamp(self.due),
            reminded: self.reminded.map(Timestamp),
        })
    }
}

fn most(limit: u64) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Writes a new review.
pub(crate) async fn open<'c, E>(to: E, review: &Review) -> Result<(), Fault>
where
    E: Executor<'c>,
{
    let decided = review.decided.as_ref();
    let open = query(OPEN)
        .bind(review.id.to_string())
        .bind(review.subject.word())
        .bind(&review.asset)
        .bind(&review.why)
        .bind(review.by.map(|by| by.to_string()))
        .bind(&review.source)
        .bind(&review.facts)
        .bind(review.opened.0)
        .bind(review.due.0)
        .bind(review.reminded.map(|at| at.0))
        .bind(decided.map(|decided| decided.at.0))
        .bind(decided.and_then(|decided| decided.by).map(|by| by.to_string()))
        .bind(decided.map(|decided| decided.approved))
        .bind(decided.map(|decided| &decided.reason));
    open.execute(to).await?;
    Ok(())
}

/// Writes a decision, unless there is one.
pub(crate) async fn decide<'c, E>(to: E, id: ReviewId, decided: &Decided) -> Result<bool, Fault>
where
    E: Executor<'c>,
{
    let decide = query(DECIDE)
        .bind(id.to_string())
        .bind(decided.at.0)
        .bind(decided.by.map(|by| by.to_string()))
        .bind(decided.approved)
        .bind(&decided.reason);
    Ok(decide.execute(to).await?.rows_affected() == 1)
}

fn all(rows: Vec<Row>) -> Stored<Vec<Review>> {
    Ok(rows.into_iter().map(Row::read).collect::<Result<_, Fault>>()?)
}

#[async_trait]
impl Reviews for Sql {
    async fn open(&self, review: &Review) -> Stored<()> {
        let mut tx = self.db.begin().await?;
        open(&mut *tx, review).await?;
        if review.subject == ReviewSubject::Price {
            prices::touch(&mut tx, &BTreeSet::from([review.asset.as_str()])).await?;
        }
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn get(&self, id: ReviewId) -> Stored<Option<Review>> {
        let one = query_as::<Row>(ONE).bind(id.to_string());
        let row = one.fetch_optional(self.db.reader()).await.map_err(Fault::from)?;
        Ok(row.map(Row::read).transpose()?)
    }

    async fn list(
        &self,
        open: Option<bool>,
        after: Option<(Timestamp, ReviewId)>,
        limit: u64,
    ) -> Stored<Vec<Review>> {
        let (at, id) = after.map_or((i64::MAX, BEYOND.to_owned()), |(at, id)| (at.0, id.to_string()));
        let which = open.map_or("all", |open| if open { "open" } else { "decided" });
        let list = query_as(LIST).bind(at).bind(id).bind(which).bind(most(limit));
        all(list.fetch_all(self.db.reader()).await.map_err(Fault::from)?)
    }

    async fn decide(&self, id: ReviewId, decided: &Decided) -> Stored<bool> {
        Ok(decide(self.db.writer(), id, decided).await?)
    }

    async fn overdue(&self, now: Timestamp, limit: u64) -> Stored<Vec<Review>> {
        let overdue = query_as(OVERDUE).bind(now.0).bind(most(limit));
        all(overdue.fetch_all(self.db.reader()).await.map_err(Fault::from)?)
    }

    async fn reminded(&self, id: ReviewId, at: Timestamp) -> Stored<()> {
        let reminded = query(REMINDED).bind(id.to_string()).bind(at.0);
        reminded.execute(self.db.writer()).await.map_err(Fault::from)?;
        Ok(())
    }
}
