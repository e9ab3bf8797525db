//! The shipped history as ticks.

use aspis_core::{clock::Timestamp, scenario::price_manipulation::watch::Tick};
use aspis_store::prices::{Interval, SeriesRole};

use crate::{rows::RowError, shipped};

/// One series.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) asset: String,
    pub(super) daily: bool,
    /// A second source, not the history.
    pub(super) second: bool,
    pub(super) ticks: Vec<Tick>,
}

impl Line {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.asset, if self.daily { "1d" } else { "1h" })
    }

    /// The place of the newest tick up to `at`.
    pub(super) fn until(&self, at: Timestamp) -> Option<usize> {
        self.ticks.partition_point(|tick| tick.at <= at).checked_sub(1)
    }
}

/// All of them.
pub(super) fn lines() -> Result<Vec<Line>, RowError> {
    let history = shipped::history()?;
    let line = |(series, bars): (aspis_store::prices::Series, Vec<aspis_store::prices::Bar>)| {
        let length = series.interval.length();
        let tick =
            |bar: &aspis_store::prices::Bar| Tick { at: bar.start.plus(length), price: bar.close.to_f64() };
        Line {
            asset: series.asset,
            daily: series.interval == Interval::Day,
            second: series.role == SeriesRole::Check,
            ticks: bars.iter().map(tick).collect(),
        }
    };
    Ok(history.into_iter().map(line).collect())
}

/// The history of one asset at one interval, or its second source.
pub(super) fn find<'a>(lines: &'a [Line], asset: &str, daily: bool, second: bool) -> &'a Line {
    let wanted = |line: &&Line| line.asset == asset && line.daily == daily && line.second == second;
    lines.iter().find(wanted).expect("the series is shipped")
}
