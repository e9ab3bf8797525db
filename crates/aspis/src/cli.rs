//! The command line.

use std::{
    fmt::Display,
    io::{ErrorKind, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use serde::Serialize;

use crate::settings::{Loaded, Problems, Settings, Sources};

mod assets;
mod backtest;
mod check;
mod completions;
mod openapi;
mod serve;
mod surface;
mod trace;

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
    /// Print every route with its policy
    Surface,
    /// Test the forecaster on the stored history, against the naive forecast
    Backtest(backtest::Backtest),
    /// Bring prices in, and list what there is
    Assets(assets::Assets),
    /// Say whose copy of the data a file is
    Trace(trace::Trace),
    /// Print the OpenAPI document
    Openapi,
    /// Print completions for a shell
    Completions(completions::Completions),
}

/// Runs the command of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match &cli.command {
        Command::Serve(command) => command.run(&cli),
        Command::Check(command) => command.run(&cli),
        Command::Surface => surface::run(&cli),
        Command::Backtest(command) => command.run(&cli),
        Command::Assets(command) => command.run(&cli),
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

impl Cli {
    /// Every layer of settings but the flags of the command itself.
    fn sources(&self) -> Result<Sources, Problems> {
        let mut sources = Sources::default().routes(crate::surface::names());
        if let Some(file) = &self.config {
            sources = sources.read(file)?;
        }
        let readable = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        sources = sources.environment(readable);
        if let Some(data) = &self.data {
            sources = sources.set(format!("server.data={}", data.display()));
        }
        Ok(sources)
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
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
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
