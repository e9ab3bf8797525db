//! Alerts, and who calls unusually often.

use aspis_core::{
    alert::{Busy, NORM_DAYS},
    clock::Timestamp,
    ids::AccountId,
    scenario::data_scraping::quota::Day,
};
use aspis_store::{
    Alerts, Stored,
    alerts::{AlertQuery, AlertRow, Unheard},
};
use async_trait::async_trait;
use uuid::Uuid;

use crate::{
    Sql,
    fault::{Fault, readable},
    sql::{query, query_as, query_scalar},
};

mod row;
mod unheard;

use row::{Row, whole};

const PUT: &str = "INSERT INTO alert \
    (id, rule, severity, subject_kind, subject, began, at, ended, counted, most, window_s, request, enforced) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
    ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, at = excluded.at, ended = excluded.ended, \
    counted = excluded.counted, most = excluded.most, window_s = excluded.window_s, \
    request = excluded.request, enforced = excluded.enforced";
const LIST: &str = "SELECT id, rule, severity, subject_kind, subject, began, at, ended, counted, most, window_s, \
    request, enforced FROM alert WHERE (began, id) < ($1, $2) \
    AND ($3 = 'all' OR (ended IS NULL) = ($3 = 'open')) AND ($4 = '' OR severity = $4) \
    AND ($5 = '' OR rule = $5) ORDER BY began DESC, id DESC LIMIT $6";
const SWEEP: &str = "DELETE FROM alert WHERE ended < $1 OR id IN \
    (SELECT id FROM alert WHERE ended IS NOT NULL ORDER BY ended DESC, id DESC LIMIT $3 OFFSET $2)";
const BUSY: &str =
    "SELECT account, calls FROM day_use WHERE day = $1 AND calls > $2 ORDER BY calls DESC, account LIMIT $3";
const DAYS: &str = "SELECT calls FROM day_use WHERE account = $1 AND day >= $2 AND day < $3";

/// Sorts after every identifier.
const BEYOND: &str = "~";

#[async_trait]
impl Alerts for Sql {
    async fn put_alerts(&self, alerts: &[AlertRow]) -> Stored<()> {
        if alerts.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for alert in alerts {
            row::bound(query(PUT), alert).execute(&mut *tx).await.map_err(Fault::from)?;
        }
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn alerts(&self, query: &AlertQuery) -> Stored<Vec<AlertRow>> {
        let (at, id) = query.after.map_or((i64::MAX, BEYOND.to_owned()), |(at, id)| (at.0, id.to_string()));
        let which = query.open.map_or("all", |open| if open { "open" } else { "over" });
        let list = query_as(LIST)
            .bind(at)
            .bind(id)
            .bind(which)
            .bind(query.severity.map_or("", aspis_core::alert::Severity::word))
            .bind(query.rule.clone().unwrap_or_default())
            .bind(whole(query.limit));
        let rows: Vec<Row> = list.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        Ok(rows.into_iter().map(Row::read).collect::<Result<_, Fault>>()?)
    }

    async fn leave_unheard(&self, events: &[Unheard]) -> Stored<()> {
        if events.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        for event in events {
            unheard::leave(&mut tx, event).await?;
        }
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn unheard(&self, limit: u64) -> Stored<Vec<Unheard>> {
        Ok(unheard::all(self.db.reader(), whole(limit)).await?)
    }

    async fn forget_unheard(&self, heard: &[Uuid]) -> Stored<()> {
        let mut tx = self.db.begin().await?;
        for id in heard {
            unheard::forget(&mut tx, *id).await?;
        }
        Ok(tx.commit().await.map_err(Fault::from)?)
    }

    async fn sweep_alerts(&self, before: Timestamp, most: u64) -> Stored<u64> {
        let sweep = query(SWEEP).bind(before.0).bind(whole(most)).bind(i64::MAX);
        let swept = self.db.in_turn(sweep).await?;
        Ok(swept.rows_affected())
    }

    async fn busy_accounts(&self, day: Day, over: u64, limit: u64) -> Stored<Vec<Busy>> {
        let busy = query_as(BUSY).bind(day.0).bind(whole(over)).bind(whole(limit));
        let rows: Vec<(String, i64)> = busy.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
        let mut busy = Vec::with_capacity(rows.len());
        for (account, today) in rows {
            let days = query_scalar(DAYS)
                .bind(&account)
                .bind(day.0 - i64::try_from(NORM_DAYS).unwrap_or(0))
                .bind(day.0);
            let days: Vec<i64> = days.fetch_all(self.db.reader()).await.map_err(Fault::from)?;
            busy.push(Busy {
                account: readable("account", AccountId::parse(&account))?,
                today: row::count(today),
                days: days.into_iter().map(row::count).collect(),
            });
        }
        Ok(busy)
    }
}
