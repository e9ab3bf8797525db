//! The command line.

use std::{
    fmt::Display,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{
    Parser, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};
use serde::Serialize;

use crate::settings::{Loaded, Problems, Settings, Sources};
use layers::Layers;

mod alerts;
mod assets;
mod audit;
mod backtest;
mod backup;
mod blocks;
mod check;
mod completions;
mod events;
mod exempt;
mod explain;
mod fresh;
mod incident;
mod keys;
mod layers;
mod log;
mod migrate;
mod observe;
mod openapi;
mod place;
mod reload;
mod replay;
mod restore;
mod scan;
mod serve;
mod surface;
mod trace;
mod users;

/// Aspis, the round shield: a market API that is safe from the first start, and the safeguards around it.
#[derive(Debug, Parser)]
#[command(name = "aspis", version, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    /// Settings file, laid over the defaults
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data folder (server.data)
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print for machines
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the market API
    Serve(serve::Serve),
    /// Judge a settings file: every problem at once, each with its place
    Check(check::Check),
    /// Have the server that runs read its settings and certificate anew
    Reload,
    /// Print every route with its policy
    Surface,
    /// Test the forecaster on the stored history, against the naive forecast
    Backtest(backtest::Backtest),
    /// List what operators were told at once
    Alerts(alerts::Alerts),
    /// Bring prices in, and list what there is
    Assets(assets::Assets),
    /// API keys of all accounts: list, make, replace and end them, and lay out honey
    Keys(keys::Keys),
    /// Shut out, sign out, replace keys, tighten, and take it back
    Incident(incident::Incident),
    /// Who is shut out, also as a firewall takes it
    Blocks(blocks::Blocks),
    /// List accounts, and change, invite or import them
    Users(users::Users),
    /// Why a request was refused, and what would have let it pass
    Explain(explain::Explain),
    /// Excuse somebody from a rule, for a time
    Exempt(exempt::Exempt),
    /// Try other settings on the past: what would they have done
    Replay(replay::Replay),
    /// What safeguards that only observe would have refused
    Observe(observe::Observe),
    /// Show what happened, out of the security log
    Events(events::Events),
    /// Is this deployment safe? Each finding with what mends it
    Audit(audit::Audit),
    /// Copy everything that a server keeps into one file, while it runs
    Backup(backup::Backup),
    /// Put a backup in the place of the data folder; no server may run on it
    Restore(restore::Restore),
    /// Move everything from a file to a PostgreSQL server; no server may run on it
    Migrate(migrate::Migrate),
    /// Look after the security log
    Log(log::Log),
    /// Look for keys of this house in files, archives and git repositories
    Scan(scan::Scan),
    /// Say whose copy of the data a file is
    Trace(trace::Trace),
    /// Print the OpenAPI document
    Openapi,
    /// Print completions for a shell
    Completions(completions::Completions),
}

/// Runs the command of this process.
pub fn run() -> ExitCode {
    crate::panics::hold_their_tongue();
    let cli = parsed();
    let outcome = match &cli.command {
        Command::Serve(command) => command.run(&cli),
        Command::Check(command) => command.run(&cli),
        Command::Reload => reload::run(&cli),
        Command::Surface => surface::run(&cli),
        Command::Backtest(command) => command.run(&cli),
        Command::Alerts(command) => command.run(&cli),
        Command::Assets(command) => command.run(&cli),
        Command::Incident(command) => command.run(&cli),
        Command::Blocks(command) => command.run(&cli),
        Command::Users(command) => command.run(&cli),
        Command::Events(command) => command.run(&cli),
        Command::Explain(command) => command.run(&cli),
        Command::Exempt(command) => command.run(&cli),
        Command::Replay(command) => command.run(&cli),
        Command::Observe(command) => command.run(&cli),
        Command::Audit(command) => command.run(&cli),
        Command::Backup(command) => command.run(&cli),
        Command::Restore(command) => command.run(&cli),
        Command::Migrate(command) => command.run(&cli),
        Command::Log(command) => command.run(&cli),
        Command::Scan(command) => command.run(&cli),
        Command::Keys(command) => command.run(&cli),
        Command::Trace(command) => command.run(&cli),
        Command::Openapi => openapi::run(&cli),
        Command::Completions(command) => command.run(),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("aspis: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The arguments. Of a word that has no place nothing is shown: it may be the value of a setting, parted from its key;
/// nor of the address of a server, which holds a password.
fn parsed() -> Cli {
    Cli::try_parse().unwrap_or_else(|mut error| {
        let is_value =
            |word: &ContextValue| matches!(word, ContextValue::String(word) if !word.starts_with('-'));
        let stray = error.get(ContextKind::InvalidArg).is_some_and(is_value);
        if stray && error.kind() == ErrorKind::UnknownArgument {
            error.insert(ContextKind::InvalidArg, ContextValue::String("(not shown)".to_owned()));
        }
        let names_a_server = |word: &ContextValue| {
            matches!(word, ContextValue::String(word) if word.starts_with("--to ") || word.starts_with("--from "))
        };
        if error.get(ContextKind::InvalidArg).is_some_and(names_a_server) {
            error.insert(ContextKind::InvalidValue, ContextValue::String("(not shown)".to_owned()));
        }
        error.exit()
    })
}

impl Cli {
    /// Every layer of settings but the flags of the command itself.
    fn sources(&self) -> Result<Sources, Problems> {
        self.layers(Vec::new()).sources()
    }

    /// Where settings come from, with the flags of the command itself.
    fn layers(&self, flags: Vec<String>) -> Layers {
        Layers { config: self.config.clone(), data: self.data.clone(), flags }
    }

    /// The settings of a command that needs no flags of its own.
    fn settings(&self) -> anyhow::Result<Settings> {
        let loaded = self.sources().and_then(|sources| Settings::load(&sources));
        loaded.map(|Loaded { settings, .. }| settings).map_err(|problems| said(&problems))
    }
}

/// Prints to standard output. A reader that has gone away (`aspis openapi | head`) has read what it wanted.
fn say(text: impl Display) -> anyhow::Result<()> {
    match write!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Prints a value as JSON.
fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    say(format_args!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Problems as one error: a line each.
fn said(problems: &Problems) -> anyhow::Error {
    anyhow::anyhow!("the settings are not right\n{problems}")
}
