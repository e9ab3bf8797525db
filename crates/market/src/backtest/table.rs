//! A report as a table for a terminal of eighty columns. Not here: the plots.

use std::fmt;

use super::report::{HorizonReport, Report};
use super::target::{Check, Measure};

const LABEL: usize = 32;
const COLUMN: usize = 12;

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let assets = self.horizons.first().map_or(0, |horizon| horizon.assets.len());
        writeln!(out, "{} against the naive forecast, {assets} series", self.model)?;
        if !self.left_out.is_empty() {
            writeln!(out, "too short to test: {}", self.left_out.join(", "))?;
        }
        figures(self, out)?;
        assets_of(self, out)?;
        verdict(self, out)
    }
}

fn figures(report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    heading(report, out)?;
    row(report, out, "forecasts", |horizon| format!("{}  ", horizon.forecasts))?;
    for measure in Measure::ALL {
        row(report, out, measure.label(), |horizon| cell(horizon, measure))?;
    }
    row(report, out, "mean confidence", |horizon| format!("{:.3}  ", horizon.confidence.said))?;
    row(report, out, "  came true", |horizon| format!("{:.3}  ", horizon.confidence.happened))
}

fn cell(horizon: &HorizonReport, measure: Measure) -> String {
    let Some(value) = horizon.figure(measure) else { return "-  ".to_owned() };
    match measure.target(horizon.horizon_days) {
        Some(target) if target.met_by(value) => format!("{value:.3} ✓"),
        Some(_) => format!("{value:.3} ✗"),
        None => format!("{value:.3}  "),
    }
}

fn assets_of(report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(out, "\ninside the 80 % / 95 % interval, by asset")?;
    heading(report, out)?;
    let names = report.horizons.first().into_iter().flat_map(|horizon| &horizon.assets);
    for (place, asset) in names.enumerate() {
        row(report, out, &asset.asset, |horizon| {
            let asset = &horizon.assets[place];
            format!("{:.1}/{:.1}  ", 100.0 * asset.coverage_80, 100.0 * asset.coverage_95)
        })?;
    }
    Ok(())
}

fn verdict(report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let met = report.checks.iter().filter(|check| check.met).count();
    writeln!(out, "\n{met} of {} targets met", report.checks.len())?;
    report.checks.iter().filter(|check| !check.met).try_for_each(|check| missed(check, out))
}

fn missed(check: &Check, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    let days = check.horizon_days.map_or("1, 7 and 30 days together".to_owned(), |days| format!("{days} d"));
    writeln!(out, "✗ {days}, {}: {:.4}, wanted {}", check.measure.label().trim(), check.value, check.target)
}

fn heading(report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    row(report, out, "", |horizon| format!("{} d  ", horizon.horizon_days))
}

fn row(
    report: &Report,
    out: &mut fmt::Formatter<'_>,
    label: &str,
    cell: impl Fn(&HorizonReport) -> String,
) -> fmt::Result {
    write!(out, "{label:<LABEL$}")?;
    for horizon in &report.horizons {
        write!(out, "{:>COLUMN$}", cell(horizon))?;
    }
    writeln!(out)
}
