//! `aspis assets list`

use std::process::ExitCode;

use aspis_store::{
    Durable,
    imports::Summary,
    prices::{Asset, SeriesRole},
};
use serde::Serialize;

use super::super::{Cli, place, say, say_json, trace::printable};
use crate::home::Home;

/// One asset with what there is of it.
#[derive(Debug, Serialize)]
struct Listed {
    asset: String,
    currency: String,
    name: String,
    series: Vec<Series>,
}

#[derive(Debug, Serialize)]
struct Series {
    interval: &'static str,
    /// `check`: a second source, for checks alone.
    role: &'static str,
    rows: u64,
    first: Option<String>,
    last: Option<String>,
    sources: Vec<String>,
}

pub(super) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let database = Home::of(&cli.settings()?);
    anyhow::ensure!(database.is_there(), "there is no database at {database}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listed = runtime.block_on(async {
        let store = Durable::of(place::database(&database).await?);
        let summaries = store.imports.summaries().await?;
        let assets = store.prices.assets().await?;
        anyhow::Ok(assets.into_iter().map(|asset| Listed::of(asset, &summaries)).collect::<Vec<_>>())
    })?;
    if cli.json {
        say_json(&listed)?;
    } else {
        say(table(&listed))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Listed {
    fn of(asset: Asset, summaries: &[Summary]) -> Self {
        let own = summaries.iter().filter(|one| one.series.asset == asset.id);
        Self {
            series: own.map(Series::of).collect(),
            asset: asset.id,
            currency: asset.currency,
            name: asset.name,
        }
    }
}

impl Series {
    fn of(summary: &Summary) -> Self {
        Self {
            interval: summary.series.interval.word(),
            role: match summary.series.role {
                SeriesRole::History => "history",
                SeriesRole::Check => "check",
            },
            rows: summary.rows,
            first: summary.span.map(|(first, _)| first.to_string()),
            last: summary.span.map(|(_, last)| last.to_string()),
            sources: summary.sources.clone(),
        }
    }
}

fn table(listed: &[Listed]) -> String {
    let header = ["ASSET", "CURRENCY", "INTERVAL", "ROLE", "ROWS", "FIRST", "LAST", "SOURCES"];
    let mut lines = vec![header.map(str::to_owned)];
    lines.extend(listed.iter().flat_map(rows));
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &[String; 8]| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    lines.iter().map(line).collect()
}

/// A line a series; an asset of which there is nothing yet has a line, too.
fn rows(listed: &Listed) -> Vec<[String; 8]> {
    let empty = || "-".to_owned();
    let name = || [printable(&listed.asset), printable(&listed.currency)];
    if listed.series.is_empty() {
        let [asset, currency] = name();
        return vec![[asset, currency, empty(), empty(), "0".to_owned(), empty(), empty(), empty()]];
    }
    let row = |series: &Series| {
        let [asset, currency] = name();
        [
            asset,
            currency,
            series.interval.to_owned(),
            series.role.to_owned(),
            series.rows.to_string(),
            series.first.clone().unwrap_or_else(empty),
            series.last.clone().unwrap_or_else(empty),
            printable(&series.sources.join(" ")),
        ]
    };
    listed.series.iter().map(row).collect()
}
