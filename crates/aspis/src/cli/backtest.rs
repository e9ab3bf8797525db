//! `aspis backtest`

use std::{path::PathBuf, process::ExitCode};

use aspis_core::clock::{Clock, SystemClock};
use aspis_market::{
    backtest::{self, ORIGINS, Plan, Report, TESTED},
    forecast::Fhs,
    shipped,
};
use aspis_store::{
    Durable,
    prices::{Bar, Interval, Series, SeriesRole, Span},
};
use aspis_store_sql::Sql;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::Cli;

#[derive(Debug, Args)]
pub(super) struct Backtest {
    /// Test the history inside the binary, even where a data folder has one
    #[arg(long)]
    shipped: bool,
    /// Write the plot (SVG) to this file
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

impl Backtest {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let database = crate::serve::database(cli.settings()?.server.data.as_path());
        let series = if self.shipped || !database.exists() {
            closes(shipped::history()?)
        } else {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            closes(runtime.block_on(stored(&database))?)
        };
        let report = test(&series)?;
        if let Some(file) = &self.plot {
            std::fs::write(file, backtest::svg(&report))?;
        }
        if cli.json {
            super::say_json(&report)?;
        } else {
            super::say(format_args!("{report}\n{}\n", backtest::text(&report)))?;
        }
        Ok(if report.met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn test(series: &[(String, Vec<f64>)]) -> anyhow::Result<Report> {
    let clock = SystemClock::start();
    let bar = ProgressBar::new(0).with_message("testing");
    bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {percent} %")?);
    let plan = Plan { model: &Fhs, horizons: &TESTED, origins: ORIGINS, timer: &|| clock.uptime() };
    let report = backtest::run(&plan, series, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    Ok(report)
}

/// The daily closes of every history series, oldest first.
fn closes(history: Vec<(Series, Vec<Bar>)>) -> Vec<(String, Vec<f64>)> {
    let daily = history
        .into_iter()
        .filter(|(series, _)| series.role == SeriesRole::History && series.interval == Interval::Day);
    daily.map(|(series, bars)| (series.asset, bars.iter().map(|bar| bar.close.to_f64()).collect())).collect()
}

async fn stored(database: &std::path::Path) -> anyhow::Result<Vec<(Series, Vec<Bar>)>> {
    let store = Durable::of(std::sync::Arc::new(Sql::open(database).await?));
    let all = Span { from: None, before: None, offset: 0, limit: i64::MAX as u64 };
    let mut history = Vec::new();
    for series in store.prices.series().await? {
        let mut bars = store.prices.bars(&series, all).await?;
        bars.reverse();
        history.push((series, bars));
    }
    Ok(history)
}
