//! `aspis audit`: is this deployment safe?

use std::{path::Path, process::ExitCode};

use aspis_core::clock::{Clock, SystemClock, Timestamp};
use clap::{Args, ValueEnum};

use super::{
    Cli,
    place::{self, Place},
    say, say_json,
};
use crate::{
    audit::{Facts, Report, Severity, gather, judge},
    home::Home,
    serve::begin,
    settings::Settings,
};

#[derive(Debug, Args)]
pub(super) struct Audit {
    /// From which severity on the exit code is 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = Bar::High)]
    fail_on: Bar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Bar {
    Low,
    Medium,
    High,
    Never,
}

/// It could not be done.
const FAILED: u8 = 2;

impl Audit {
    /// Nothing grave is 0, something 1, and what could not be done 2, also where only the database or the log could not be
    /// read: a script must tell them apart.
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let config = cli.config.as_deref();
        let report = match cli.settings().and_then(|settings| place::wait(look(settings, config))) {
            Ok(report) => report,
            Err(error) => {
                eprintln!("aspis: {error:#}");
                return Ok(ExitCode::from(FAILED));
            }
        };
        if cli.json {
            say_json(&report)?;
        } else {
            say(&report)?;
        }
        if let Some(why) = &report.unread {
            eprintln!("aspis: this is no whole audit: {why}");
            return Ok(ExitCode::from(FAILED));
        }
        Ok(if self.fail_on.passes(&report) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Bar {
    fn passes(self, report: &Report) -> bool {
        match self {
            Self::Low => report.passes(Severity::Low),
            Self::Medium => report.passes(Severity::Medium),
            Self::High => report.passes(Severity::High),
            Self::Never => true,
        }
    }
}

async fn look(settings: Settings, config: Option<&Path>) -> anyhow::Result<Report> {
    let now = SystemClock::start().now();
    let data = settings.server.data.as_path();
    anyhow::ensure!(data.is_dir(), "there is no data folder at {}", data.display());
    Ok(judge(&Box::pin(facts(&settings, config, now)).await?))
}

/// What a database that cannot be opened would say is left out, and why is told.
async fn facts(settings: &Settings, config: Option<&Path>, now: Timestamp) -> anyhow::Result<Facts> {
    let data = settings.server.data.as_path();
    let lost = begin::judge_at(&Home::of(settings), data, false).await.err();
    let opened = match lost {
        None => Place::open(settings).await,
        Some(lost) => Err(lost.into()),
    };
    let place = match opened {
        Ok(place) => place,
        Err(why) => return Ok(gather(settings, config, Err(why.to_string()), now).await),
    };
    let facts = gather(settings, config, Ok(&place.store), now).await;
    place.close().await?;
    Ok(facts)
}
