//! `aspis log verify`

use std::{fmt, io::ErrorKind, process::ExitCode};

use aspis_watch::security_log::verify::{Report, verify};
use clap::{Args, Subcommand};

use super::{Cli, say, say_json, trace::printable};
use crate::words::counted;

#[derive(Debug, Args)]
pub(super) struct Log {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look whether every line of the security log is there and as it was written; beside a server or without one
    Verify,
}

/// The log is broken.
const BROKEN: u8 = 1;
/// There is none, or it cannot be read.
const UNREADABLE: u8 = 2;

impl Log {
    /// Whole is 0, broken 1, and what cannot be looked at 2: a script must tell them apart.
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let Command::Verify = self.command;
        let settings = cli.settings()?;
        let data = settings.server.data.as_path();
        let report = match verify(data, &|| true) {
            Ok(report) => report,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!(
                    "aspis: there is no security log in {}: name the data folder with --data",
                    data.display()
                );
                return Ok(ExitCode::from(UNREADABLE));
            }
            Err(error) => {
                eprintln!("aspis: {error}");
                return Ok(ExitCode::from(UNREADABLE));
            }
        };
        if cli.json {
            say_json(&report)?;
        } else {
            say(Shown(&report))?;
        }
        Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
    }
}

/// A report for people.
struct Shown<'a>(&'a Report);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { ok, files, lines, last, unfinished, findings } = self.0;
        for finding in findings {
            let place = printable(&finding.file);
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            writeln!(f, "{place}{line}: {}: {}", finding.what.word(), printable(&finding.says))?;
        }
        if *unfinished {
            writeln!(f, "the last write was not finished: its process ended in the middle of it")?;
        }
        let verdict = if *ok { "whole" } else { "BROKEN" };
        let (lines, files) = (counted(lines, "line", "lines"), counted(files, "file", "files"));
        writeln!(f, "{lines} in {files}, up to line {last} of the chain: {verdict}")
    }
}
