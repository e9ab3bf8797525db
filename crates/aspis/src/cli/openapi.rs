//! `aspis openapi`

use std::process::ExitCode;

use super::Cli;

pub(super) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let document = crate::openapi::document(&cli.settings()?);
    super::say_json(&document)?;
    Ok(ExitCode::SUCCESS)
}
