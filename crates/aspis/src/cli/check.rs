//! `aspis check`

use std::{path::PathBuf, process::ExitCode};

use aspis_store_sql::backup::{Schema, schema};
use clap::Args;
use serde::Serialize;

use super::{Cli, place, said};
use crate::settings::{Report, Settings, Sources};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The file to judge; without one, what --config and the environment say
    file: Option<PathBuf>,
}

/// The verdict, and how the database stands where there is one.
#[derive(Debug, Serialize)]
struct Judged {
    #[serde(flatten)]
    settings: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<Standing>,
}

#[derive(Debug, Serialize)]
struct Standing {
    schema: i64,
    release: i64,
    /// The next start changes it.
    pending: bool,
}

impl Check {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let mut sources = cli.sources().map_err(|problems| said(&problems))?;
        if let Some(file) = &self.file {
            sources = sources.read(file).map_err(|problems| said(&problems))?;
        }
        let mut judged = Judged { settings: Report::of(&sources), database: None };
        let found = database(&sources)?;
        judged.settings.ok &= !found.is_some_and(Schema::is_newer);
        judged.database = found.map(standing);
        if cli.json {
            super::say_json(&judged)?;
        } else {
            super::say(&judged.settings)?;
            super::say(found.map(text).unwrap_or_default())?;
        }
        Ok(if judged.settings.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The schema of the database in the data folder, where there is one.
fn database(sources: &Sources) -> anyhow::Result<Option<Schema>> {
    let path = crate::serve::database(&Settings::folder(sources));
    if !path.metadata().is_ok_and(|data| data.len() > 0) {
        return Ok(None);
    }
    place::wait(async { Ok(Some(schema(&path).await?)) })
}

fn standing(found: Schema) -> Standing {
    Standing { schema: found.found, release: found.known, pending: found.is_pending() }
}

fn text(found: Schema) -> String {
    let Schema { found: schema, known } = found;
    if found.is_newer() {
        format!(
            "the database was written by a newer release: its schema is {schema}, this release knows up to {known}\n"
        )
    } else if found.is_pending() {
        format!(
            "the database has schema {schema}: the next start brings it to {known}, after a backup where \
             backup.before_upgrade says so\n"
        )
    } else {
        format!("the database is of this release (schema {schema})\n")
    }
}
