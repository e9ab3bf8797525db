//! What new settings mean for a server that runs: what takes effect at once, and what waits for a restart.
//!
//! The list of what takes effect at once is the whole rule: a key that is not on it waits, so that nobody is told of a
//! change that did not happen. Names of keys only: what stands at them may be a secret.

use std::fmt;

use toml::{Table, Value};

use super::{
    Loaded, across,
    problem::{Kind, Problem, Problems},
    sections::Settings,
};

/// Keys that take effect at once; a name with a star stands for all keys of its section. All others wait.
const LIVE: [&str; 54] = [
    "server.trusted_proxies",
    "server.proxy_header",
    "server.security_contact",
    "log.level",
    "rate.login",
    "rate.register",
    "rate.refresh",
    "rate.refresh_family",
    "rate.predict",
    "rate.portfolio",
    "rate.prices",
    "rate.static",
    "rate.default",
    "rate.legacy_fields",
    "body.*",
    "safeguards.https",
    "safeguards.inspect",
    "safeguards.rate",
    "safeguards.forgery",
    "safeguards.scraping",
    "safeguards.quota",
    "safeguards.attack",
    "safeguards.routes",
    "admission.in_progress",
    "admission.refusal_delay",
    "attack.auto",
    "attack.slots",
    "attack.after",
    "attack.quiet",
    "attack.tighten",
    "lock.challenge_over",
    "lock.wait_over",
    "lock.wait_most",
    "lock.after",
    "challenge.opens",
    "block.allow",
    "incident.playbooks",
    "cors.*",
    "ingest.rows",
    "portfolio.step_up_over",
    "scraping.assets",
    "scraping.pages",
    "scraping.clockwork",
    "scraping.unknown",
    "scraping.score",
    "scraping.honey_assets",
    "backup.schedule",
    "backup.folder",
    "backup.keep",
    "backup.weekly",
    "backup.monthly",
    "backup.encrypt",
    "backup.passphrase",
    "backup.passphrase_file",
];

/// When the value of a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// At the next reload.
    Live,
    /// At the next start.
    Restart,
}

impl Effect {
    /// When the value of this key counts.
    pub fn of(key: &str) -> Self {
        let section = key.split_once('.').map_or(key, |(section, _)| section);
        let is_named = |live: &&str| live.strip_suffix(".*").map_or(**live == *key, |all| all == section);
        if LIVE.iter().any(is_named) { Self::Live } else { Self::Restart }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Live => "reload",
            Self::Restart => "restart",
        })
    }
}

/// Every value with all layers applied, as it was written. Some of them are secrets, so it says nothing of itself.
#[derive(Clone, Default)]
pub(super) struct Written(pub(super) Table);

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Written")
    }
}

/// What becomes of new settings while the server runs.
#[derive(Debug)]
pub struct Change {
    /// What is in force from now on: the new values where they take effect at once, the old ones elsewhere.
    pub in_force: Loaded,
    /// Keys whose new values take effect at once.
    pub changed: Vec<String>,
    /// Keys whose new values wait for a restart.
    pub waiting: Vec<String>,
}

impl Loaded {
    /// What `new` changes of these settings, which are in force.
    pub fn change_to(&self, new: Self) -> Result<Change, Problems> {
        let mut table = self.written.0.clone();
        let (mut changed, mut waiting) = (Vec::new(), Vec::new());
        for (key, value) in leaves(&new.written.0, "") {
            if look(&table, &key) == Some(value) {
                continue;
            }
            match Effect::of(&key) {
                Effect::Live => {
                    put(&mut table, &key, value.clone());
                    changed.push(key);
                }
                Effect::Restart => waiting.push(key),
            }
        }
        let settings = judged(&table, &waiting)?;
        let in_force = Self { settings, origins: new.origins, written: Written(table) };
        Ok(Change { in_force, changed, waiting })
    }
}

/// The settings of a mixture of old and new values, if these go together.
fn judged(table: &Table, waiting: &[String]) -> Result<Settings, Problems> {
    let problem = |kind, key: Option<&str>, message| Problem {
        kind,
        origin: None,
        key: key.map(str::to_owned),
        message,
    };
    let settings: Settings = Value::Table(table.clone())
        .try_into()
        .map_err(|error: toml::de::Error| problem(Kind::WrongValue, None, error.message().to_owned()))?;
    let clashes = across::check(&settings).into_iter().map(|clash| {
        let message =
            format!("{} (until a restart, as these wait for one: {})", clash.message, waiting.join(", "));
        problem(Kind::Conflict, clash.keys.first().copied(), message)
    });
    Problems::check(clashes.collect())?;
    Ok(settings)
}

/// Tables that are one value: what single routes have of their own, because their names hold dots, and playbooks, which
/// are judged whole.
const WHOLE: [&str; 2] = ["safeguards.routes", "incident.playbooks"];

/// Every value with its dotted key.
pub(super) fn leaves<'a>(table: &'a Table, before: &str) -> Vec<(String, &'a Value)> {
    let of = |(name, value): (&String, &'a Value)| {
        let key = format!("{before}{name}");
        match value {
            Value::Table(inner) if !WHOLE.contains(&key.as_str()) => leaves(inner, &format!("{key}.")),
            value => vec![(key, value)],
        }
    };
    table.iter().flat_map(of).collect()
}

fn look<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        Some((section, rest)) => look(table.get(section)?.as_table()?, rest),
        None => table.get(key),
    }
}

fn put(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        Some((section, rest)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                put(inner, rest, value);
            }
        }
        None => {
            table.insert(key.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests;
