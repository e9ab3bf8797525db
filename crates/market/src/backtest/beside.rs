//! Several models side by side, each against the naive forecast: one table of a few figures.

use std::fmt::Write as _;

use super::{report::Report, target::Measure};

/// What is compared: what a caller would notice.
const COMPARED: [Measure; 7] = [
    Measure::CrpsRatio,
    Measure::MaeRatio,
    Measure::Coverage80,
    Measure::Coverage95,
    Measure::CalibrationError,
    Measure::BrierUp,
    Measure::Milliseconds,
];

/// A line a horizon and figure, a column a model. A ratio of 1 is the naive forecast itself.
pub fn beside(reports: &[Report]) -> String {
    let mut table = format!("{:<36}", "side by side");
    for report in reports {
        let _ = write!(table, "{:>10}", report.model);
    }
    table.push('\n');
    let horizons = reports.first().map(|report| report.horizons.len()).unwrap_or_default();
    for place in 0..horizons {
        for measure in COMPARED {
            line(&mut table, reports, place, measure);
        }
    }
    table
}

fn line(table: &mut String, reports: &[Report], place: usize, measure: Measure) {
    let tested = |report: &Report| report.horizons.get(place).map(|horizon| horizon.horizon_days);
    let days = reports.first().and_then(tested).unwrap_or_default();
    let _ = write!(table, "{:<36}", format!("{days:>2} d  {}", measure.label()));
    for report in reports {
        let figure = report.horizons.get(place).and_then(|horizon| horizon.figure(measure));
        let shown = figure.map_or("-".to_owned(), |figure| format!("{figure:.3}"));
        let _ = write!(table, "{shown:>10}");
    }
    table.push('\n');
}
