//! `aspis serve`

use std::{io::IsTerminal, process::ExitCode, sync::Arc, time::Duration};

use clap::Args;
use tracing_subscriber::EnvFilter;

use super::{Cli, said};
use crate::{serve::Start, settings::Level};

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
    /// Make a new database where the old one is gone: everything that was in it is given up
    #[arg(long)]
    begin_anew: bool,
}

/// Turns of tasks between two looks at what came (61 if it is not said): who comes while a flood is served stands in line
/// behind those who were there before, and not behind what they send next.
const TURNS: u32 = 24;

/// How long work is waited for that nobody wants any more: it may hang at a file.
const END: Duration = Duration::from_secs(1);

impl Serve {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let layers = cli.layers(self.flags());
        let loaded = layers.load().map_err(|problems| said(&problems))?;
        // A log in a file or a pipe is read by machines: colours are for a terminal.
        let colours =
            std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter(loaded.settings.log.level))
            .with_writer(std::io::stderr)
            .with_ansi(colours)
            .with_target(false)
            .with_filter_reloading();
        let handle = log.reload_handle();
        log.init();
        // It fails only where the log is gone.
        let verbosity = Box::new(move |level| drop(handle.reload(filter(level))));
        let again = Arc::new(move || layers.load());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().event_interval(TURNS).enable_all().build()?;
        let (config, begin_anew) = (cli.config.clone(), self.begin_anew);
        let start = Start { loaded, again, verbosity, json: cli.json, config, begin_anew };
        let outcome = runtime.block_on(crate::serve::run(start));
        runtime.shutdown_timeout(END);
        outcome?;
        Ok(ExitCode::SUCCESS)
    }

    /// What the flags set, in the order in which later ones win.
    fn flags(&self) -> Vec<String> {
        let flag = |key: &str, value: &Option<String>| value.as_ref().map(|value| format!("{key}={value}"));
        let own = [flag("server.listen", &self.listen), flag("server.ops_listen", &self.ops_listen)];
        self.set.iter().cloned().chain(own.into_iter().flatten()).collect()
    }
}

fn filter(level: Level) -> EnvFilter {
    EnvFilter::new(format!("{level},hyper=warn,sqlx=warn"))
}
