//! `aspis scan`

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::Cli;

mod git;
mod hunt;
mod keys;
mod progress;
mod report;
mod tee;
mod unpack;
mod walk;

use hunt::Hunt;
use keys::Status;
use report::Report;

/// Looks for keys of this house in files, archives and repositories
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(super) struct Scan {
    /// Files, folders and git repositories; - reads standard input
    #[arg(required = true, value_name = "PATH|REPO")]
    paths: Vec<PathBuf>,
    /// Look through everything that the git repositories there have ever held, too
    #[arg(long)]
    history: bool,
    /// End the keys that are alive, and tell their owners
    #[arg(long)]
    revoke: bool,
    /// Do not end with 2 for what is encrypted, or packed in a way that is not looked into; it is told all the same
    #[arg(long)]
    skip_unsupported: bool,
}

const AFTER: &str = "\
Keys are found plain, in UTF-16, in base64, with the escapes of URLs and of JSON, and within zip, also behind a program that
unpacks itself, tar, ar, gzip, bzip2, xz, zstd and lz4. 7z, rar and some others are known and not looked into. Each key is
looked up in the database of the data folder, where there is one. Links are not followed; pipes and devices are not opened.

Ends with 1 when keys were found that are alive, or that could not be looked up; with 0 when there were none; and with 2
when there were none, but not everything was looked at: a file that cannot be read, an archive that is damaged, cut short,
encrypted, too deep, too large or of a kind that is not looked into, an object that a repository lacks.";

/// Keys that are alive were found.
const ALIVE: u8 = 1;
/// Not everything was looked at.
const UNREADABLE: u8 = 2;

impl Scan {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let report = match self.report(cli) {
            Ok(report) => report,
            Err(error) => {
                let said = format!("{error:#}");
                eprintln!(
                    "aspis: {}",
                    said.lines().map(super::trace::printable).collect::<Vec<_>>().join("\n")
                );
                return Ok(ExitCode::from(UNREADABLE));
            }
        };
        if cli.json {
            super::say_json(&report)?;
        } else {
            super::say(&report)?;
        }
        Ok(report.code(self.skip_unsupported))
    }

    fn report(&self, cli: &Cli) -> anyhow::Result<Report> {
        let settings = cli.settings()?;
        let mut hunt = Hunt::new();
        for path in &self.paths {
            walk::walk(&mut hunt, path);
        }
        if self.history {
            for repository in hunt.repositories.clone() {
                git::history(&mut hunt, &repository);
            }
        }
        hunt.progress.end();
        let keys = hunt.finds.iter().map(|find| find.finding.key.clone());
        let known = keys::look_up(&settings, keys, self.revoke)?;
        Ok(Report::of(&hunt, &known, self.history))
    }
}

impl Report {
    fn code(&self, skip_unsupported: bool) -> ExitCode {
        if self.any(Status::Alive) || self.any(Status::NotLookedUp) {
            return ExitCode::from(ALIVE);
        }
        if self.is_whole(skip_unsupported) { ExitCode::SUCCESS } else { ExitCode::from(UNREADABLE) }
    }
}
