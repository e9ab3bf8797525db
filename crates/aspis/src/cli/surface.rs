//! `aspis surface`

use std::process::ExitCode;

use aspis_guard::surface::Row;
use serde::Serialize;

use super::Cli;

pub(super) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let rows = crate::surface::rows();
    if cli.json {
        super::say_json(&rows)?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = cli.settings()?;
    let rate = serde_json::to_value(&settings.rate)?;
    let header = ["METHOD", "PATH", "BUDGET", "LIMIT", "CALLER", "KEY SCOPE", "BODY", "BOUND BY", "QUERY"]
        .map(str::to_owned);
    let lines: Vec<_> = std::iter::once(header).chain(rows.iter().map(|row| columns(row, &rate))).collect();
    let width = |at: usize| lines.iter().map(|line| line[at].len()).max().unwrap_or(0);
    let widths: Vec<_> = (0..9).map(width).collect();
    for line in &lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        super::say(format_args!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn columns(row: &Row, rate: &serde_json::Value) -> [String; 9] {
    let limit = rate.get(row.class.word()).and_then(serde_json::Value::as_str).unwrap_or("");
    [
        row.method.to_string(),
        row.path.to_owned(),
        row.class.word().to_owned(),
        limit.to_owned(),
        word(row.access),
        row.scope.map(|scope| scope.word().to_owned()).unwrap_or_default(),
        word(row.body),
        bound(row).to_owned(),
        row.query.join(","),
    ]
}

/// What bounds a route beside its budget: places for all, a queue of its own, or bytes of the day as well.
fn bound(row: &Row) -> &'static str {
    match (row.queued, row.metered) {
        (true, true) => "queue, bytes",
        (true, false) => "queue",
        (false, true) => "places, bytes",
        (false, false) => "places",
    }
}

/// The word that a value is serialised as.
fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
