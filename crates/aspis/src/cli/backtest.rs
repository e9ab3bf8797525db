//! `aspis backtest`

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use aspis_core::clock::{Clock, SystemClock};
use aspis_market::{
    backtest::{self, Fan, ORIGINS, Plan, Report, TESTED},
    forecast::{Ets, Fhs, Model},
    shipped,
};
use aspis_store::{
    Durable,
    prices::{Bar, Interval, Series, SeriesRole, Span},
};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::Cli;
use crate::home::Home;

#[derive(Debug, Args)]
pub(super) struct Backtest {
    /// Test the history inside the binary, even where a data folder has one
    #[arg(long)]
    shipped: bool,
    /// Which model; without, that of the settings
    #[arg(long, value_enum)]
    model: Option<Which>,
    /// Forecasts of each asset at each horizon; the targets speak of 300
    #[arg(long, value_name = "COUNT", default_value_t = ORIGINS)]
    origins: usize,
    /// Write the plot (SVG) of the last model that is tested to this file
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
}

/// What is tested against the naive forecast.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// Filtered historical simulation
    Fhs,
    /// Exponential smoothing
    Ets,
    /// Each of them, side by side
    Both,
}

/// Names with daily closes, oldest first.
type Closes = [(String, Vec<f64>)];

impl Backtest {
    pub(super) fn run(&self, cli: &Cli) -> anyhow::Result<ExitCode> {
        let settings = cli.settings()?;
        let database = Home::of(&settings);
        let series = if self.shipped || !database.is_there() {
            closes(shipped::history()?)
        } else {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            closes(runtime.block_on(stored(&database))?)
        };
        let models: Vec<Arc<dyn Model>> = match self.model {
            None => vec![crate::app::predictions::model(&settings)],
            Some(Which::Fhs) => vec![Arc::new(Fhs)],
            Some(Which::Ets) => vec![Arc::new(Ets)],
            Some(Which::Both) => vec![Arc::new(Ets), Arc::new(Fhs)],
        };
        let tested = models.iter().map(|model| self.test(model.as_ref(), &series));
        let reports = tested.collect::<anyhow::Result<Vec<Report>>>()?;
        let (Some(model), Some(report)) = (models.last(), reports.last()) else {
            return Ok(ExitCode::FAILURE);
        };
        if let Some(file) = &self.plot {
            std::fs::write(file, backtest::svg(report, &fans(model.as_ref(), &series)))?;
        }
        say(cli.json, &reports)?;
        Ok(if report.met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn test(&self, model: &dyn Model, series: &Closes) -> anyhow::Result<Report> {
        let clock = SystemClock::start();
        let bar = ProgressBar::new(0).with_message(format!("testing {}", model.name()));
        bar.set_style(ProgressStyle::with_template("{msg} {wide_bar} {percent} %")?);
        let plan = Plan { model, horizons: &TESTED, origins: self.origins, timer: &|| clock.uptime() };
        let report = backtest::run(&plan, series, &mut |done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        })?;
        bar.finish_and_clear();
        Ok(report)
    }
}

/// One report as it is; several one after the other, and then side by side.
fn say(json: bool, reports: &[Report]) -> anyhow::Result<()> {
    match (json, reports) {
        (true, [report]) => super::say_json(report)?,
        (true, _) => super::say_json(&reports)?,
        (false, _) => {
            for report in reports {
                super::say(format_args!("{report}\n{}\n", backtest::text(report)))?;
            }
            if reports.len() > 1 {
                super::say(format_args!("{}\n", backtest::beside(reports)))?;
            }
        }
    }
    Ok(())
}

/// The fans of the series that are long enough for one.
fn fans(model: &dyn Model, series: &Closes) -> Vec<Fan> {
    series.iter().filter_map(|(asset, closes)| Fan::of(model, asset, closes).ok()).collect()
}

/// The daily closes of every history series, oldest first.
fn closes(history: Vec<(Series, Vec<Bar>)>) -> Vec<(String, Vec<f64>)> {
    let daily = history
        .into_iter()
        .filter(|(series, _)| series.role == SeriesRole::History && series.interval == Interval::Day);
    daily.map(|(series, bars)| (series.asset, bars.iter().map(|bar| bar.close.to_f64()).collect())).collect()
}

async fn stored(database: &Home) -> anyhow::Result<Vec<(Series, Vec<Bar>)>> {
    let store = Durable::of(super::place::database(database).await?);
    let all = Span { from: None, before: None, offset: 0, limit: i64::MAX as u64 };
    let mut history = Vec::new();
    for series in store.prices.series().await? {
        let mut bars = store.prices.bars(&series, all).await?;
        bars.reverse();
        history.push((series, bars));
    }
    Ok(history)
}
