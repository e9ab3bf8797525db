//! `aspis serve`

use std::{io::IsTerminal, process::ExitCode};

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::{Cli, said};
use crate::settings::Settings;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address to listen on (server.listen); port 0 lets the kernel choose
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[arg(
        long,
        value_name = "ADDR",
        help = "Address of the second listener for metrics and health (server.ops_listen)"
    )]
    ops_listen: Option<String>,
    /// Any setting, as section.key=value; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Serve {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = self.settings(cli)?;
        let filter = EnvFilter::new(format!("{0},hyper=warn,sqlx=warn", settings.log.level));
        // A log in a file or a pipe is read by machines: colours are for a terminal.
        let colours =
            std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .with_ansi(colours)
            .with_target(false)
            .init();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(crate::serve::run(settings, cli.json))?;
        Ok(ExitCode::SUCCESS)
    }

    fn settings(&self, cli: &Cli) -> anyhow::Result<Settings> {
        let flag = |key: &str, value: &Option<String>| value.as_ref().map(|value| format!("{key}={value}"));
        let own = [flag("server.listen", &self.listen), flag("server.ops_listen", &self.ops_listen)];
        let sources = cli.sources().map_err(|problems| said(&problems))?;
        let sources = self
            .set
            .iter()
            .cloned()
            .chain(own.into_iter().flatten())
            .fold(sources, crate::settings::Sources::set);
        Settings::load(&sources).map(|loaded| loaded.settings).map_err(|problems| said(&problems))
    }
}
