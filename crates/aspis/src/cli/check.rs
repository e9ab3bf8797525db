//! `aspis check`

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::{Cli, said};
use crate::settings::Report;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The file to judge; without one, what --config and the environment say
    file: Option<PathBuf>,
}

impl Check {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let mut sources = cli.sources().map_err(|problems| said(&problems))?;
        if let Some(file) = &self.file {
            sources = sources.read(file).map_err(|problems| said(&problems))?;
        }
        let report = Report::of(&sources);
        if cli.json {
            super::say_json(&report)?;
        } else {
            super::say(&report)?;
        }
        Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
