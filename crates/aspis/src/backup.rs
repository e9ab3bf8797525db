//! Backups of a data folder, and putting one back: what joins the database to the files.
//!
//! Deliberately not here: the form of the file and its encryption (`watch`), and what is whole in a database (`store-sql`).

mod due;
mod make;
mod owner;
mod restore;
mod swap;
mod told;

use std::{
    io::{self, BufRead, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_core::{
    chance::Chance,
    clock::Timestamp,
    event::{Event, Kind},
    refusal::Rule,
    secret::SecretText,
};
use aspis_store_sql::backup::Census;
use aspis_watch::backup::{Books, Cost, Database, Deployment, Keep, Seal};

pub(crate) use due::is_due;
pub(crate) use make::{Made, MakeError, Order, Target, Why, make};
pub(crate) use owner::step_down;
pub(crate) use restore::{Accepted, Restore, Restored, restore};
pub(crate) use told::Told;

use crate::settings::{Settings, value::SHORTEST};

/// Where backups are kept.
pub(crate) fn folder(settings: &Settings) -> PathBuf {
    settings.server.data.as_path().join(settings.backup.folder.as_path())
}

/// When the newest one of this deployment was made, where there is one.
pub(crate) fn newest(settings: &Settings, now: Timestamp) -> io::Result<Option<Timestamp>> {
    let Some(of) = Deployment::of(settings.server.data.as_path())? else { return Ok(None) };
    let newest = aspis_watch::backup::newest(&folder(settings), of, now)?;
    // One of a clock that was a little ahead is of now.
    Ok(newest.map(|stamp| stamp.at.min(now)))
}

/// Since when there is a data folder, as far as can be told: its log has a key from the first start on.
pub(crate) fn born(data: &Path) -> Option<Timestamp> {
    let key = std::fs::metadata(data.join("security-log.key")).ok()?;
    Some(Timestamp::from_seconds(std::os::unix::fs::MetadataExt::mtime(&key)))
}

/// Which are kept.
pub(crate) fn keep(settings: &Settings) -> Keep {
    let own = &settings.backup;
    Keep { newest: own.keep.get(), weeks: own.weekly.get(), months: own.monthly.get() }
}

/// The longest file of a passphrase.
const LONGEST: u64 = 4096;

/// The passphrase that the settings name, where they do.
pub(crate) fn passphrase(settings: &Settings) -> io::Result<Option<SecretText>> {
    let own = &settings.backup;
    match (own.passphrase.get(), own.passphrase_file.get()) {
        (Some(passphrase), _) => Ok(Some(passphrase.clone())),
        (None, Some(file)) => phrase(file).map(Some),
        (None, None) => Ok(None),
    }
}

/// What encrypts and opens, where the settings name a passphrase.
pub(crate) fn seal(settings: &Settings, chance: &Arc<dyn Chance>) -> io::Result<Option<Seal>> {
    Ok(passphrase(settings)?.map(|passphrase| Seal {
        passphrase,
        cost: Cost::default(),
        chance: Arc::clone(chance),
    }))
}

fn phrase(file: &Path) -> io::Result<SecretText> {
    let line = first_line(file)?;
    if line.expose().chars().count() < SHORTEST {
        let says = format!("backup.passphrase_file: its first line has fewer than {SHORTEST} characters");
        return Err(io::Error::new(io::ErrorKind::InvalidData, says));
    }
    Ok(line)
}

/// The first line of a file that holds a secret.
pub(crate) fn first_line(file: &Path) -> io::Result<SecretText> {
    let mut line = String::new();
    io::BufReader::new(aspis_watch::file::open(file)?.take(LONGEST)).read_line(&mut line)?;
    Ok(SecretText::new(line.trim_end_matches(['\r', '\n'])))
}

/// What is in a database, as a manifest says it.
fn described(census: &Census) -> Database {
    let balances = census.balances.iter().map(|(asset, units)| (asset.clone(), units.to_string())).collect();
    let ledger = Books { entries: census.ledger.entries, balanced: census.ledger.is_clean(), balances };
    Database { schema: census.schema, rows: census.rows.clone(), ledger }
}

/// What is recorded of a backup that was made, or not.
pub(crate) fn events(outcome: Result<&Made, &MakeError>, who: &str, now: Timestamp) -> Vec<Event> {
    let (kind, place, count) = match outcome {
        Ok(made) => (Kind::BackupMade, format!("{who}: {}", made.name()), Some(made.bytes)),
        Err(error) => (Kind::BackupFailed, format!("{who}: {}", error.word()), None),
    };
    let rule = Some(Rule { place: Some(place), count, ..Rule::named(kind.word()) });
    let mut events = vec![Event { rule, ..Event::of_server(kind, now) }];
    if let Ok(made) = outcome.as_ref()
        && !made.manifest.database.ledger.balanced
    {
        let place = Some(format!("in the backup {}", made.name()));
        let rule = Some(Rule { place, ..Rule::named("ledger.audit") });
        events.push(Event { rule, ..Event::of_server(Kind::LedgerBroken, now) });
    }
    events
}
