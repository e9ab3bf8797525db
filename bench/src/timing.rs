//! Whether the time of a refused login tells if there is such an account: wrong passwords for names that exist and
//! names that do not (401 for both), and tries of names that are locked (423 for both).
//!
//! Each pair is sent by one client in an order that chance decides, so that no drift of the machine falls on one side.
//! A difference counts when it is significant in three runs and large enough for anybody to measure from elsewhere.

use std::path::PathBuf;

use anyhow::Context;
use tempfile::TempDir;
use tokio::{runtime, task::LocalSet};

use crate::{
    cores::{self, Cores},
    server::{self, Server},
};

mod mann_whitney;
mod report;
mod sample;

use report::Report;
use sample::Asker;

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Tries of each kind in each run, at most 1000: the server counts them.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(10..=1000))]
    samples: u16,
    /// The product's binary; the one beside this if left out.
    #[arg(long)]
    aspis: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Runs of each comparison. One that shows a difference may be chance; all of them are not.
pub(crate) const RUNS: usize = 3;

/// What is compared: a known name with an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// Their passwords are wrong.
    Refused,
    /// They are locked.
    Locked,
}

impl Case {
    const ALL: [Self; 2] = [Self::Refused, Self::Locked];

    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "wrong password (401)",
            Self::Locked => "locked name (423)",
        }
    }

    const fn status(self) -> u16 {
        match self {
            Self::Refused => 401,
            Self::Locked => 423,
        }
    }

    /// Limits that nobody reaches here; only the lock of the second case is the shipped one.
    fn settings(self) -> Vec<&'static str> {
        let lock = match self {
            Self::Refused => "lock.after=1000",
            Self::Locked => "lock.after=5",
        };
        vec![
            lock,
            "lock.challenge_over=1000",
            "lock.wait_over=1000",
            "lock.site_failures=1000000",
            "register.challenge_after=1000",
            "rate.login=60000/second",
            "rate.register=60000/second",
            "log.level=error",
        ]
    }
}

/// Measures and prints; true when neither case tells.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let binary = server::binary(options.aspis.as_deref())?;
    let cores = Cores::find()?;
    cores::stay_on(cores.load)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let report = LocalSet::new().block_on(&runtime, async {
        let mut runs = Vec::new();
        for case in Case::ALL {
            let data = TempDir::new().context("making a data folder")?;
            let settings = case.settings();
            let server = cores::on(cores.server, || Server::aspis(&binary, data.path(), &settings))??;
            let mut asker = Asker::open(server.address, case).await?;
            for number in 1..=RUNS {
                eprintln!("{}: run {number} of {RUNS}", case.name());
                runs.push((case, asker.run(options.samples).await?));
            }
        }
        anyhow::Ok(Report::of(&runs))
    })?;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.holds())
}
