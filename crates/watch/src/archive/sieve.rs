//! Which lines are meant. Most are told by their bytes, before anything is read out of them.

use aspis_core::{clock::Timestamp, ids::RequestId, scenario::Scenario};
use memchr::memmem::Finder;

use super::{Cursor, Query, Seen, days_of};
use crate::security_log::{days::Row, lines::at_of};

/// A query, made ready.
#[derive(Debug)]
pub(super) struct Sieve {
    query: Query,
    client: Option<String>,
    account: Option<String>,
    key: Option<String>,
    /// Texts that each line that is meant holds.
    texts: Vec<Finder<'static>>,
}

impl Sieve {
    pub(super) fn of(query: &Query) -> Self {
        let query = query.clone();
        let client = query.client.map(|client| client.to_string());
        let account = query.account.map(|account| account.to_string());
        let key = query.key.map(|key| key.to_string());
        let named = |name: &str, text: &String| format!("\"{name}\":\"{text}\"");
        let texts = [
            client.as_ref().map(|text| named("client", text)),
            account.as_ref().map(|text| named("account", text)),
            key.as_ref().map(|text| named("key", text)),
            query.kind.as_ref().map(|text| named("kind", text)),
            query.enforced.map(|enforced| format!("\"enforced\":{enforced}")),
        ];
        let texts =
            texts.into_iter().flatten().map(|text| Finder::new(text.as_bytes()).into_owned()).collect();
        Self { query, client, account, key, texts }
    }

    /// The event of a line, where it is meant.
    pub(super) fn takes(&self, line: &[u8]) -> Option<Seen> {
        if !self.texts.iter().all(|text| text.find(line).is_some()) {
            return None;
        }
        Seen::of(line).filter(|seen| self.means(seen))
    }

    fn means(&self, seen: &Seen) -> bool {
        let Query { since, until, scenario, cursor, kind, request, enforced, .. } = &self.query;
        let at = seen.moment();
        let is = |wanted: &Option<String>, own: &Option<String>| wanted.is_none() || wanted == own;
        cursor.is_none_or(|cursor| seen.seq < cursor.seq)
            && since.is_none_or(|since| at.is_some_and(|at| at >= since))
            && until.is_none_or(|until| at.is_some_and(|at| at <= until))
            && kind.as_ref().is_none_or(|kind| *kind == seen.kind)
            && (enforced.is_none() || *enforced == seen.enforced)
            && is(&self.client, &seen.client)
            && is(&self.account, &seen.account)
            && is(&self.key, &seen.key)
            && scenario.map(Scenario::word).is_none_or(|word| seen.scenario.as_deref() == Some(word))
            && request.is_none_or(|request| is_of(request, seen))
    }

    /// True when nothing before this line can be meant: events come a moment late, but not an hour.
    pub(super) fn is_over(&self, line: &[u8]) -> bool {
        const LATE: std::time::Duration = std::time::Duration::from_secs(3600);
        let Some(since) = self.query.since.map(|since| since.minus(LATE)) else { return false };
        at_of(line).is_some_and(|at| at < since)
    }

    /// Where the page before ended.
    pub(super) fn cursor(&self) -> Option<Cursor> {
        self.query.cursor
    }

    /// True when this day may hold what is meant.
    pub(super) fn may_hold(&self, row: &Row) -> bool {
        let from = self.query.since.map_or(i64::MIN, |since| days_of(since).0);
        let to = self.query.until.map_or(i64::MAX, |until: Timestamp| days_of(until).1);
        (from..=to).contains(&row.day) && self.query.cursor.is_none_or(|cursor| row.first < cursor.seq)
    }
}

/// True for the event of a request, and for a sum that it may be part of: identifiers sort by time.
fn is_of(request: RequestId, seen: &Seen) -> bool {
    let own = |text: &Option<String>| text.as_deref().and_then(RequestId::parse);
    if own(&seen.request_id) == Some(request) {
        return true;
    }
    let edge = |edge: &Option<super::Edge>| edge.as_ref().and_then(|edge| own(&edge.request_id));
    matches!((edge(&seen.first), edge(&seen.last)), (Some(first), Some(last)) if first <= request && request <= last)
}
