//! `aspis openapi`

use std::process::ExitCode;

use super::Cli;

pub(super) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let document = crate::openapi::document(&cli.settings()?);
    println!("{}", serde_json::to_string_pretty(&document)?);
    Ok(ExitCode::SUCCESS)
}
