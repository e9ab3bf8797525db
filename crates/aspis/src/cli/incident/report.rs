//! `aspis incident report`: what happened, from the security log and the records of what was done, as Markdown.
//!
//! Only words that the server chose, addresses and identifiers are written, each as code, so that nothing an attacker
//! sent can become markup.

use std::{collections::BTreeMap, fmt::Write, path::Path};

use aspis_core::{clock::Timestamp, event::Kind, refusal::Code};
use aspis_store::{Actions, actions::Action};
use aspis_watch::archive::{self, Query, Seen};
use serde_json::{Value, json};

use super::super::{
    fresh::Fresh,
    place::{self, Place},
};
use crate::{settings::Settings, words::counted};

/// Events that are read in one step, and at most.
const PART: usize = 10_000;
const MOST: u64 = 1_000_000;
/// Lines of each table.
const LINES: usize = 20;
/// Actions that are read in one step.
const ACTIONS: u64 = 200;

/// What the events say.
#[derive(Default)]
struct Tally {
    events: u64,
    first: Option<String>,
    last: Option<String>,
    scenarios: BTreeMap<String, u64>,
    kinds: BTreeMap<String, u64>,
    clients: BTreeMap<String, u64>,
    accounts: BTreeMap<String, u64>,
    /// Older ones were not read.
    cut: bool,
}

impl Tally {
    fn add(&mut self, seen: &Seen) {
        // A line is one event, or the sum of those that have none of their own.
        let times = seen.repeated.unwrap_or(1);
        self.events += times;
        self.first = Some(seen.at.clone());
        self.last.get_or_insert_with(|| seen.at.clone());
        *self.kinds.entry(seen.kind.clone()).or_default() += times;
        // Only signs of an attack say who attacks, and whom.
        let Some(scenario) = &seen.scenario else { return };
        *self.scenarios.entry(scenario.clone()).or_default() += times;
        for (table, word) in [(&mut self.clients, &seen.client), (&mut self.accounts, &seen.account)] {
            if let Some(word) = word {
                *table.entry(word.clone()).or_default() += times;
            }
        }
    }
}

/// Writes the report to a file of the operator's own, or gives it back.
pub(super) fn run(settings: &Settings, since: Option<&str>, out: Option<&Path>) -> anyhow::Result<Value> {
    let since = since.map(moment).transpose()?;
    let tally = read(settings, since)?;
    let actions = place::wait(async {
        let place = Place::open(settings).await?;
        let actions = done(place.store.actions.as_ref(), since).await?;
        let now = place.clock.now();
        place.close().await?;
        Ok((actions, now))
    })?;
    let (actions, now) = actions;
    let text = written(&tally, &actions, since, now);
    let Some(path) = out else { return Ok(json!({ "report": text })) };
    Fresh::make(path, text.len())?.fill(text.as_bytes())?;
    Ok(json!({ "written": path.display().to_string(), "events": tally.events, "actions": actions.len() }))
}

/// All that was done since then, oldest first.
async fn done(store: &dyn Actions, since: Option<Timestamp>) -> anyhow::Result<Vec<Action>> {
    let (mut all, mut after) = (Vec::new(), None);
    let within = |action: &Action| since.is_none_or(|since| action.at >= since);
    loop {
        let page = store.actions(after, ACTIONS).await?;
        after = page.last().filter(|last| within(last)).map(|last| last.id);
        all.extend(page.into_iter().filter(within));
        if after.is_none() {
            all.reverse();
            return Ok(all);
        }
    }
}

fn moment(text: &str) -> anyhow::Result<Timestamp> {
    let ago = super::deed::seconds(text).ok().map(std::time::Duration::from_secs);
    let clock = aspis_core::clock::SystemClock::start();
    let ago = ago.map(|ago| aspis_core::clock::Clock::now(&clock).minus(ago));
    ago.or_else(|| Timestamp::parse(text))
        .ok_or_else(|| anyhow::anyhow!("{text} is neither a span (24h) nor a moment (2026-01-17T00:00:00Z)"))
}

fn read(settings: &Settings, since: Option<Timestamp>) -> anyhow::Result<Tally> {
    let (mut tally, mut cursor) = (Tally::default(), None);
    loop {
        let query = Query { since, limit: PART, cursor, ..Query::default() };
        let page = archive::read(settings.server.data.as_path(), &query)?;
        page.events.iter().for_each(|seen| tally.add(seen));
        cursor = page.next;
        tally.cut = cursor.is_some() && tally.events >= MOST;
        if cursor.is_none() || tally.cut {
            return Ok(tally);
        }
    }
}

fn written(tally: &Tally, actions: &[Action], since: Option<Timestamp>, now: Timestamp) -> String {
    let mut text = format!("# Incident report\n\nWritten {now}.");
    let from = since.map_or_else(|| "the beginning of the log".to_owned(), |since| since.to_string());
    // Writing into a text cannot fail.
    let _ = writeln!(text, " From {from}: {}.\n", counted(tally.events, "event", "events"));
    if let (Some(first), Some(last)) = (&tally.first, &tally.last) {
        let _ = writeln!(text, "The first is of {first}, the last of {last}.\n");
    }
    if tally.cut {
        text.push_str("There are more: only the newest were read. Ask for a shorter time.\n\n");
    }
    let says = |word: &str| {
        let kind = Kind::ALL.iter().find(|kind| kind.word() == word).map(|kind| kind.says());
        let refusal = || Code::ALL.iter().find(|code| code.word() == word).map(|code| code.title());
        kind.or_else(refusal).unwrap_or_default().to_owned()
    };
    table(&mut text, "Scenarios", &tally.scenarios, |_| String::new());
    table(&mut text, "Addresses behind them", &tally.clients, |_| String::new());
    table(&mut text, "Accounts they were about", &tally.accounts, |_| String::new());
    table(&mut text, "Everything that happened", &tally.kinds, says);
    text.push_str("## What was done\n\n");
    if actions.is_empty() {
        text.push_str("Nothing by an operator.\n");
    }
    for action in actions {
        let undone = action.undone.as_ref().map_or_else(String::new, |(at, _)| format!(", taken back {at}"));
        let (word, scope, who) = (action.kind.word(), code(&action.scope), code(&action.who));
        let why = if action.why.is_empty() { String::new() } else { format!(": {}", code(&action.why)) };
        let _ = writeln!(
            text,
            "- {}: `{word}` {scope} by {who}, touched {}{undone}{why}",
            action.at, action.touched
        );
    }
    text
}

/// The most frequent first.
fn table(text: &mut String, head: &str, counts: &BTreeMap<String, u64>, says: impl Fn(&str) -> String) {
    let _ = writeln!(text, "## {head}\n");
    if counts.is_empty() {
        text.push_str("None.\n\n");
        return;
    }
    let mut rows: Vec<_> = counts.iter().collect();
    rows.sort_by_key(|(word, count)| (std::cmp::Reverse(**count), word.as_str()));
    text.push_str("| what | times | |\n| --- | ---: | --- |\n");
    for (word, count) in rows.iter().take(LINES) {
        let _ = writeln!(text, "| {} | {count} | {} |", code(word), says(word));
    }
    if rows.len() > LINES {
        let _ = writeln!(text, "| and {} more | | |", rows.len() - LINES);
    }
    text.push('\n');
}

/// As code, whatever stands in it.
fn code(text: &str) -> String {
    let plain = |c: char| if c.is_control() || matches!(c, '`' | '|') { '\'' } else { c };
    format!("`{}`", text.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use aspis_core::{chance::SeededChance, ids::ActionId};
    use aspis_store::actions::{ActionKind, Change, Order};

    use super::*;

    #[tokio::test]
    async fn all_that_was_done_within_the_time_is_told() {
        let (store, chance) = (aspis_store::memory::Memory::default(), SeededChance::new(1));
        let count = i64::try_from(2 * ACTIONS + 7).expect("a few");
        for second in 0..count {
            let at = Timestamp::from_seconds(second);
            let action = Action {
                id: ActionId::new(at, &chance),
                kind: ActionKind::Tighten,
                scope: "login".into(),
                who: "ada".into(),
                at,
                until: None,
                why: String::new(),
                touched: 0,
                easing: None,
                undone: None,
                part_of: None,
                before: None,
            };
            let order = Order { action, change: Change::Stands, notice: None, text: None };
            store.carry_out(&[order], false).await.expect("stored").expect("done");
        }
        for from in [0, 3, count - 5, count] {
            let since = Some(Timestamp::from_seconds(from));
            let told = done(&store, since).await.expect("read");
            let told: Vec<i64> = told.iter().map(|action| action.at.seconds()).collect();
            assert_eq!(told, (from..count).collect::<Vec<_>>());
        }
        assert_eq!(i64::try_from(done(&store, None).await.expect("read").len()), Ok(count));
    }

    #[test]
    fn a_sum_counts_as_often_as_it_says() {
        let seen = |repeated: Value| {
            let line = json!({
                "seq": 1, "at": "2026-01-17T00:00:00Z", "kind": "rate_limited", "client": "203.0.113.7",
                "scenario": "denial_of_service", "repeated": repeated,
            });
            serde_json::from_value::<Seen>(line).expect("a line of the log")
        };
        let mut tally = Tally::default();
        for repeated in [Value::Null, json!(70)] {
            tally.add(&seen(repeated));
        }
        assert_eq!((tally.events, tally.clients["203.0.113.7"]), (71, 71));
    }
}
