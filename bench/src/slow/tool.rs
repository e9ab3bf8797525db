//! `slowhttptest`, which others test their servers with: its modes that hold connections. The fourth, many ranges of
//! one file, asks for something that no route of an API gives.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;

use crate::tools::{self, Running, Skipped};

/// The program, where it is installed.
pub(super) fn find() -> Result<PathBuf, Skipped> {
    tools::find("slowhttptest", "slowhttptest")
}

/// What it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Slow heads.
    Heads,
    /// Slow bodies.
    Bodies,
    /// Slow reading.
    Reading,
}

impl Mode {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Heads, Self::Bodies, Self::Reading];

    /// Its name in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Heads => "slowhttptest, heads (-H)",
            Self::Bodies => "slowhttptest, bodies (-B)",
            Self::Reading => "slowhttptest, reading (-X)",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Heads => &["-H", "-i", "3"],
            Self::Bodies => &["-B", "-i", "3", "-t", "POST", "-f", "application/json", "-s", "60000"],
            Self::Reading => &["-X", "-k", "16", "-n", "1", "-z", "5", "-w", "10", "-y", "20"],
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Heads => "/api/v1/price/BTC",
            Self::Bodies => "/api/v1/predict/BTC",
            Self::Reading => "/api/v1/history/BTC?limit=1000",
        }
    }

    /// Lets it loose; it ends after `span`, or with what is returned.
    pub(super) fn start(self, program: &Path, to: SocketAddr, span: Duration) -> anyhow::Result<Running> {
        let mut command = tools::command(program);
        command.args(["-c", "1000", "-r", "500", "-p", "3", "-v", "0", "-l"]);
        command.arg(span.as_secs().to_string());
        command.args(self.options()).arg("-u").arg(format!("http://{to}{}", self.path()));
        Running::start(command).context("starting slowhttptest")
    }
}
