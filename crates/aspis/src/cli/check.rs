//! `aspis check`

use std::{path::PathBuf, process::ExitCode};

use aspis_store_sql::backup::{Schema, whole};
use clap::Args;
use serde::Serialize;

use super::{Cli, place, said};
use crate::{
    home::Home,
    serve::begin,
    settings::{Report, Settings, Sources},
};

mod certificate;

use certificate::Certificate;

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
    /// Why there is none, and a start would make none.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Certificate>,
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
        let found = database(&sources)?;
        let lost = match server(&sources) {
            Some(_) => None,
            None => begin::judge(&Settings::folder(&sources), false).err().map(|lost| lost.to_string()),
        };
        let certificate = Certificate::look(&sources);
        let starts = certificate.as_ref().is_none_or(|found| found.starts) && lost.is_none();
        let settings = Report::of(&sources);
        let mut judged = Judged { settings, database: found.map(standing), lost, certificate };
        judged.settings.ok &= starts && !found.is_some_and(Schema::is_newer);
        if cli.json {
            super::say_json(&judged)?;
        } else {
            super::say(&judged.settings)?;
            super::say(found.map(text).unwrap_or_default())?;
            super::say(judged.certificate.as_ref().map(ToString::to_string).unwrap_or_default())?;
            super::say(judged.lost.as_ref().map(|lost| format!("{lost}\n")).unwrap_or_default())?;
        }
        Ok(if judged.settings.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The server that holds the database, where the settings can be read and name one.
fn server(sources: &Sources) -> Option<Home> {
    let loaded = Settings::load(sources).ok()?;
    Some(Home::of(&loaded.settings)).filter(|home| home.file().is_none())
}

/// The schema of the database, where there is one.
fn database(sources: &Sources) -> anyhow::Result<Option<Schema>> {
    if let Some(home) = server(sources) {
        return place::wait(async { Ok(home.schema().await?) });
    }
    let path = crate::serve::database(&Settings::folder(sources));
    if !path.metadata().is_ok_and(|data| data.len() > 0) {
        return Ok(None);
    }
    place::wait(async { Ok(Some(whole(&path).await?)) })
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
