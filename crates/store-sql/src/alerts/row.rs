//! An alert as a row.

use aspis_core::{
    alert::{Severity, Subject},
    clock::Timestamp,
    ids::{AlertId, RequestId},
    refusal::Bound,
};
use aspis_store::alerts::AlertRow;

use crate::{
    fault::{Fault, readable},
    sql::{self, FromRow, Statement},
};

pub(super) struct Row {
    id: String,
    rule: String,
    severity: String,
    subject_kind: String,
    subject: String,
    began: i64,
    at: i64,
    ended: Option<i64>,
    counted: i64,
    most: Option<i64>,
    window: Option<i64>,
    request: Option<String>,
    enforced: bool,
}

impl FromRow for Row {
    fn from_row(row: &sql::Row) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            rule: row.try_get("rule")?,
            severity: row.try_get("severity")?,
            subject_kind: row.try_get("subject_kind")?,
            subject: row.try_get("subject")?,
            began: row.try_get("began")?,
            at: row.try_get("at")?,
            ended: row.try_get("ended")?,
            counted: row.try_get("counted")?,
            most: row.try_get("most")?,
            window: row.try_get("window_s")?,
            request: row.try_get("request")?,
            enforced: row.try_get("enforced")?,
        })
    }
}

impl Row {
    pub(super) fn read(self) -> Result<AlertRow, Fault> {
        let window_s = self.window.map(count);
        let request = self.request.as_deref();
        Ok(AlertRow {
            id: readable("alert", AlertId::parse(&self.id))?,
            rule: self.rule,
            severity: readable("severity", Severity::parse(&self.severity))?,
            subject: readable("subject", Subject::read(&self.subject_kind, &self.subject))?,
            began: Timestamp(self.began),
            at: Timestamp(self.at),
            ended: self.ended.map(Timestamp),
            count: count(self.counted),
            bound: self.most.map(|most| Bound { limit: count(most), window_s }),
            request: request.map(|id| readable("request", RequestId::parse(id))).transpose()?,
            enforced: self.enforced,
        })
    }
}

/// The columns of a new or changed row, in the order they are written.
pub(super) fn bound<'q>(put: Statement<'q>, alert: &AlertRow) -> Statement<'q> {
    let window = alert.bound.and_then(|bound| bound.window_s);
    put.bind(alert.id.to_string())
        .bind(alert.rule.clone())
        .bind(alert.severity.word())
        .bind(alert.subject.kind())
        .bind(alert.subject.name())
        .bind(alert.began.0)
        .bind(alert.at.0)
        .bind(alert.ended.map(|at| at.0))
        .bind(whole(alert.count))
        .bind(alert.bound.map(|bound| whole(bound.limit)))
        .bind(window.map(whole))
        .bind(alert.request.map(|id| id.to_string()))
        .bind(alert.enforced)
}

pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn count(whole: i64) -> u64 {
    u64::try_from(whole).unwrap_or(0)
}
