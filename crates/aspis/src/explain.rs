//! Why a request was refused: the rule, its numbers, what would have let it pass, the setting behind it, and the command that
//! excuses its caller for a time.
//!
//! Known from the last refusals in memory, and beyond them from the security log. For operators alone. Deliberately not
//! here: what is said for each code and rule (`core::refusal`).

use std::{io, path::Path};

use aspis_core::{
    clock::Timestamp,
    event::{Event, Kind},
    exemption::Guard,
    ids::RequestId,
    refusal::{self, Bound, Case, Code},
};
use aspis_watch::archive::{self, Query, Seen};

use crate::settings::{Effect, Settings};

mod view;

pub(crate) use view::{ExplainedOutput, RefusedOutput, SettingOutput};

/// One refusal, wherever it is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    at: Timestamp,
    code: Code,
    rule: Option<String>,
    place: Option<String>,
    count: Option<u64>,
    seen: Option<String>,
    bound: Option<Bound>,
    wait_s: Option<u64>,
    exempt: Option<String>,
    client: Option<String>,
    account: Option<String>,
    key: Option<String>,
    route: String,
    enforced: bool,
    /// How many of its like have no line of their own: it may be one of them.
    among: Option<u64>,
}

/// Refusals of one request out of memory.
pub(crate) fn remembered(events: Vec<Event>, settings: &Settings) -> Vec<RefusedOutput> {
    events.into_iter().filter_map(of_event).map(|known| view::refused(&known, settings)).collect()
}

/// The same out of the security log of a data folder.
pub(crate) fn logged(data: &Path, request: RequestId, settings: &Settings) -> io::Result<Vec<RefusedOutput>> {
    let made = request.made();
    let hour = std::time::Duration::from_secs(3600);
    // An identifier says when it was made, so that no more than its day is read.
    let (since, until) = (Some(made.minus(hour)), Some(made.plus(hour)));
    let query = Query { request: Some(request), since, until, limit: 20, ..Query::default() };
    let page = archive::read(data, &query)?;
    let mut known: Vec<Known> = page.events.into_iter().rev().filter_map(of_seen).collect();
    if known.iter().any(|known| known.among.is_none()) {
        known.retain(|known| known.among.is_none());
    }
    Ok(known.iter().map(|known| view::refused(known, settings)).collect())
}

fn of_event(event: Event) -> Option<Known> {
    let Kind::Refused(code) = event.kind else { return None };
    let rule = event.rule;
    Some(Known {
        at: event.at,
        code,
        rule: rule.as_ref().map(|rule| rule.name.to_string()),
        place: rule.as_ref().and_then(|rule| rule.place.clone()),
        count: rule.as_ref().and_then(|rule| rule.count),
        seen: rule.as_ref().and_then(|rule| Some(rule.seen.as_ref()?.as_str().to_owned())),
        bound: rule.as_ref().and_then(|rule| rule.bound),
        wait_s: rule.as_ref().and_then(|rule| rule.wait_s),
        exempt: rule.as_ref().and_then(|rule| rule.exempt).map(|id| id.to_string()),
        client: event.client.map(|client| client.to_string()),
        account: event.account.map(|account| account.to_string()),
        key: event.key.map(|key| key.to_string()),
        route: event.route.into_owned(),
        enforced: event.enforced,
        among: None,
    })
}

fn of_seen(seen: Seen) -> Option<Known> {
    let code = Code::parse(&seen.kind)?;
    let rule = seen.rule.clone();
    let limit = rule.as_ref().and_then(|rule| rule.limit);
    let window_s = rule.as_ref().and_then(|rule| rule.window_s);
    Some(Known {
        at: seen.moment()?,
        code,
        rule: rule.as_ref().map(|rule| rule.name.clone()),
        place: rule.as_ref().and_then(|rule| rule.place.clone()),
        count: rule.as_ref().and_then(|rule| rule.count),
        seen: rule.as_ref().and_then(|rule| rule.seen.clone()),
        bound: limit.map(|limit| Bound { limit, window_s }),
        wait_s: rule.as_ref().and_then(|rule| rule.wait_s),
        exempt: rule.and_then(|rule| rule.exempt),
        client: seen.client,
        account: seen.account,
        key: seen.key,
        route: seen.route.unwrap_or_default(),
        enforced: seen.enforced.unwrap_or(true),
        among: seen.repeated,
    })
}

impl Known {
    fn case(&self) -> Case<'_> {
        Case {
            code: self.code,
            rule: self.rule.as_deref(),
            place: self.place.as_deref(),
            count: self.count,
            bound: self.bound,
            wait_s: self.wait_s,
            at: self.at,
        }
    }

    /// The setting that governs it, with its value now.
    fn setting(&self, settings: &Settings) -> Option<SettingOutput> {
        let key = refusal::governs(self.code, self.rule.as_deref())?;
        let all = serde_json::to_value(settings).ok()?;
        // What the route has of its own stands above what all routes have.
        let door = key.strip_prefix("safeguards.");
        let own =
            door.and_then(|door| all["safeguards"]["routes"][&self.route].get(door).map(|own| (door, own)));
        let (key, value) = if let Some((door, value)) = own {
            (format!("safeguards.routes.{:?}.{door}", self.route), value)
        } else {
            let value = key.split('.').try_fold(&all, |value, part| value.get(part))?;
            (key, value)
        };
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let effect = Effect::of(key.split_once(".\"").map_or(&*key, |(all, _)| all)).to_string();
        Some(SettingOutput { key, value, effect })
    }

    /// The command that excuses its caller for a time, where the rule may be excused at all.
    fn command(&self) -> Option<String> {
        let rule = self.rule.as_deref().filter(|rule| Guard::of_rule(rule).is_some())?;
        let client = self.client.as_ref().map(|client| format!("--client {client}"));
        let whom = match (&self.key, &self.account) {
            (Some(key), _) => Some(format!("--key {key}")),
            (None, Some(account)) => Some(format!("--account {account}")),
            (None, None) => client,
        }?;
        Some(format!("aspis exempt {whom} --rule {rule} --for 2h --why \"...\""))
    }

    fn mode(&self) -> &'static str {
        match (self.enforced, &self.exempt) {
            (true, _) => "enforced",
            (false, None) => "observed",
            (false, Some(_)) => "exempt",
        }
    }
}

/// That nothing is known of a request, and how far back anything is.
pub(crate) fn unknown(memory: Option<Timestamp>, log: Option<&str>) -> String {
    let memory = memory.map(|since| format!(" Memory goes back to {since}."));
    let log = log.map_or_else(
        || " There is no security log.".to_owned(),
        |since| {
            format!(
                " The security log goes back to {since}; what a flood repeats has no line of its own there."
            )
        },
    );
    format!(
        "No refusal of this request is known: it was not refused, or not here.{}{log}",
        memory.unwrap_or_default()
    )
}

/// The oldest moment that the security log of a data folder knows of.
pub(crate) fn log_since(data: &Path) -> io::Result<Option<String>> {
    archive::oldest(data)
}

#[cfg(test)]
mod tests;
