//! Alerts.

use std::cmp::Reverse;

use aspis_core::{
    alert::{Busy, NORM_DAYS},
    clock::Timestamp,
    scenario::data_scraping::quota::Day,
};
use async_trait::async_trait;
use uuid::Uuid;

use super::Memory;
use crate::{
    Alerts, Stored,
    alerts::{AlertQuery, AlertRow, Unheard},
};

fn most(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl AlertQuery {
    fn wants(&self, row: &AlertRow) -> bool {
        self.open.is_none_or(|open| row.ended.is_none() == open)
            && self.severity.is_none_or(|severity| row.severity == severity)
            && self.rule.as_ref().is_none_or(|rule| row.rule == *rule)
            && self.after.is_none_or(|after| (row.began, row.id) < after)
    }
}

#[async_trait]
impl Alerts for Memory {
    async fn put_alerts(&self, alerts: &[AlertRow]) -> Stored<()> {
        let mut state = self.state();
        for alert in alerts {
            state.alerts.insert(alert.id, alert.clone());
        }
        Ok(())
    }

    async fn alerts(&self, query: &AlertQuery) -> Stored<Vec<AlertRow>> {
        let state = self.state();
        let mut rows: Vec<_> = state.alerts.values().filter(|row| query.wants(row)).cloned().collect();
        rows.sort_by_key(|row| Reverse((row.began, row.id)));
        rows.truncate(most(query.limit));
        Ok(rows)
    }

    async fn leave_unheard(&self, events: &[Unheard]) -> Stored<()> {
        self.state().unheard.extend(events.iter().cloned());
        Ok(())
    }

    async fn unheard(&self, limit: u64) -> Stored<Vec<Unheard>> {
        let mut all = self.state().unheard.clone();
        all.sort_by_key(|one| (one.at, one.id));
        all.truncate(most(limit));
        Ok(all)
    }

    async fn forget_unheard(&self, heard: &[Uuid]) -> Stored<()> {
        self.state().unheard.retain(|one| !heard.contains(&one.id));
        Ok(())
    }

    async fn sweep_alerts(&self, before: Timestamp, keep: u64) -> Stored<u64> {
        let mut state = self.state();
        let mut over: Vec<_> = state.alerts.values().filter_map(|row| Some((row.ended?, row.id))).collect();
        over.sort_by_key(|ended| Reverse(*ended));
        let old = over.iter().enumerate().filter(|(at, (ended, _))| *at >= most(keep) || *ended < before);
        let old: Vec<_> = old.map(|(_, (_, id))| *id).collect();
        for id in &old {
            state.alerts.remove(id);
        }
        Ok(old.len() as u64)
    }

    async fn busy_accounts(&self, day: Day, over: u64, limit: u64) -> Stored<Vec<Busy>> {
        let state = self.state();
        let first = day.0 - i64::try_from(NORM_DAYS).unwrap_or(0);
        let busy = state.quotas.iter().filter(|((_, own), used)| *own == day && used.calls > over);
        let mut busy: Vec<_> = busy
            .map(|((account, _), used)| Busy {
                account: *account,
                today: used.calls,
                days: state
                    .quotas
                    .iter()
                    .filter(|((of, own), _)| of == account && (first..day.0).contains(&own.0))
                    .map(|(_, used)| used.calls)
                    .collect(),
            })
            .collect();
        busy.sort_by_key(|busy| (Reverse(busy.today), busy.account));
        busy.truncate(most(limit));
        Ok(busy)
    }
}
