//! What the database says of keys that were found, and how those that are alive are ended.

use std::{collections::HashMap, sync::Arc};

use aspis_core::{
    chance::{Chance, SystemChance},
    clock::{Clock, SystemClock, Timestamp},
    event::{Event, Kind, Sink},
    refusal::Rule,
    secret::SecretText,
};
use aspis_identity::keys::StoredKeys;
use aspis_store::{Durable, keys::ApiKey};
use aspis_watch::security_log::SecurityLog;
use serde::Serialize;

use super::super::{place, trace::printable};
use crate::{
    control::{self, Leaked, Request},
    home::Home,
    settings::Settings,
};

/// How a key that was found stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// Whoever has it gets in, or would have before it was ended just now.
    Alive,
    /// There is no database to ask.
    NotLookedUp,
    /// It was one of ours, and is over.
    Ended,
    /// It has the form of a key, and never was one here, or ended long ago.
    Unknown,
}

impl Status {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::NotLookedUp => "not looked up",
            Self::Ended => "ended",
            Self::Unknown => "unknown",
        }
    }
}

/// What is known of a key.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) status: Status,
    pub(super) key: Option<ApiKey>,
    /// It was ended just now.
    pub(super) revoked: bool,
}

/// What is known of all that were found, by the keys themselves.
pub(super) type Facts = HashMap<String, Fact>;

/// Keys that are ended by one word to a server: no more than it does while it is waited for.
const PART: usize = 100;

/// Looks keys up, and ends those that are alive if that is wanted.
pub(super) fn look_up(
    settings: &Settings,
    keys: impl Iterator<Item = SecretText>,
    revoke: bool,
) -> anyhow::Result<Facts> {
    let unasked = Fact { status: Status::NotLookedUp, key: None, revoked: false };
    let mut facts: Facts = keys.map(|key| (key.expose().to_owned(), unasked.clone())).collect();
    let database = Home::of(settings);
    let is_there = database.is_there();
    let shown = printable(&database.to_string());
    anyhow::ensure!(is_there || !revoke, "there is no database at {shown}");
    if facts.is_empty() || !is_there {
        return Ok(facts);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let home = Durable::of(place::database(&database).await?);
        let clock = Arc::new(SystemClock::start());
        let stored = StoredKeys::open(&home).await?;
        ask(stored.as_ref(), &mut facts, clock.now()).await?;
        if let Some(stored) = stored.filter(|_| revoke) {
            end(settings, &stored, &mut facts, &clock).await?;
        }
        Ok(facts)
    })
}

async fn ask(stored: Option<&StoredKeys>, facts: &mut Facts, now: Timestamp) -> anyhow::Result<()> {
    for (text, fact) in facts {
        let key = match stored {
            Some(stored) => stored.find(text).await?,
            None => None,
        };
        *fact = Fact { status: status(key.as_ref(), now), key, revoked: false };
    }
    Ok(())
}

fn status(key: Option<&ApiKey>, now: Timestamp) -> Status {
    match key {
        Some(key) if key.is_alive(now) => Status::Alive,
        Some(_) => Status::Ended,
        None => Status::Unknown,
    }
}

/// Ends the keys that are alive: by the server that runs, or on the database.
async fn end(
    settings: &Settings,
    stored: &StoredKeys,
    facts: &mut Facts,
    clock: &Arc<SystemClock>,
) -> anyhow::Result<()> {
    let mut alive: Vec<_> = facts.iter_mut().filter(|(_, fact)| fact.status == Status::Alive).collect();
    for part in alive.chunks_mut(PART) {
        let keys: Vec<String> = part.iter().map(|(key, _)| (*key).clone()).collect();
        let request = Request::KeysLeaked(Leaked { keys: keys.clone() });
        if let Some(answer) = control::ask(settings.server.data.as_path(), &request)? {
            let why = answer.error.unwrap_or_default();
            anyhow::ensure!(answer.ok, "the server did not end the keys: {why}");
        } else {
            place::alone(settings)?;
            alone(settings, stored, &keys, clock).await?;
        }
        for (_, fact) in part {
            fact.revoked = true;
        }
    }
    Ok(())
}

/// Without a server: each on the database, with a notice to its owner and a line in the security log.
async fn alone(
    settings: &Settings,
    stored: &StoredKeys,
    keys: &[String],
    clock: &Arc<SystemClock>,
) -> anyhow::Result<()> {
    let data = settings.server.data.as_path();
    let chance: Arc<dyn Chance> = Arc::new(SystemChance);
    let log = SecurityLog::open(data, crate::serve::log::options(settings, &chance, clock.now()))?;
    let place = Some(format!("{}: scan", control::user(nix::unistd::geteuid().as_raw())));
    for key in keys {
        let ended = stored.end_leaked(key, clock.now(), chance.as_ref()).await?;
        if let Some(ended) = ended.filter(|ended| ended.was_alive) {
            let rule = Some(Rule { place: place.clone(), ..Rule::named("key.leaked") });
            let event = Event::of_server(Kind::KeyLeaked, clock.now());
            log.record(Event { account: Some(ended.account), key: Some(ended.key), rule, ..event });
        }
    }
    log.close();
    Ok(())
}
