//! The fans: the newest closes of each series, and how far the model says that each may go within a month.

use std::fmt::Write as _;

use super::svg::escaped;
use crate::forecast::{Forecast, ForecastError, HORIZONS, Model, count};

const WIDE: f64 = 200.0;
const HIGH: f64 = 110.0;
/// From the left of one fan to that of the next, and likewise down.
const ACROSS: f64 = 232.0;
const DOWN: f64 = 152.0;
const LEFT: f64 = 48.0;
const TOP: f64 = 62.0;
const ROW: usize = 4;
const RECENT: usize = 60;
const OUTER: &str = "#1f6feb";
const LINE: &str = "#24292f";

/// One series with what may become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fan {
    asset: String,
    /// The newest closes, oldest first.
    recent: Vec<f64>,
    /// A forecast for each day of the month after them.
    ahead: Vec<Forecast>,
}

impl Fan {
    /// The fan of a series, whose closes are oldest first.
    pub fn of(model: &dyn Model, asset: &str, closes: &[f64]) -> Result<Self, ForecastError> {
        let ahead = HORIZONS.map(|days| model.forecast(closes, days)).collect::<Result<_, _>>()?;
        let recent = closes[closes.len().saturating_sub(RECENT)..].to_vec();
        Ok(Self { asset: asset.to_owned(), recent, ahead })
    }

    /// The lowest and the highest price that is drawn.
    fn bounds(&self) -> (f64, f64) {
        let bands = self.ahead.iter().flat_map(|forecast| forecast.interval_95);
        let prices = self.recent.iter().copied().chain(bands);
        prices
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), price| (low.min(price), high.max(price)))
    }

    /// The corners of a band, there along its upper end and back along the lower.
    fn band(&self, at: &dyn Fn(usize, f64) -> String, of: impl Fn(&Forecast) -> [f64; 2]) -> String {
        let now = self.recent.len() - 1;
        let last = self.recent[now];
        let ends = |end: usize| self.ahead.iter().map(of_end(&of, end)).collect::<Vec<f64>>();
        let there = std::iter::once(last).chain(ends(1)).enumerate();
        let back = std::iter::once(last).chain(ends(0)).enumerate().collect::<Vec<_>>();
        let points = there.chain(back.into_iter().rev()).map(|(day, price)| at(now + day, price));
        points.collect::<Vec<_>>().join(" ")
    }

    fn draw(&self, drawn: &mut String, left: f64, top: f64) {
        let (low, high) = self.bounds();
        let room = (high - low).max(f64::MIN_POSITIVE);
        let days = count(self.recent.len() + self.ahead.len() - 1);
        let at = |day: usize, price: f64| {
            let (x, y) = (left + WIDE * count(day) / days, top + HIGH * (high - price) / room);
            format!("{x:.1},{y:.1}")
        };
        let name = escaped(&self.asset);
        let _ = writeln!(
            drawn,
            r##"<rect x="{left}" y="{top}" width="{WIDE}" height="{HIGH}" fill="none" stroke="#8c959f"/><text x="{left}" y="{:.1}">{name}</text><text x="{:.1}" y="{:.1}" text-anchor="end" font-size="10">{low:.4} to {high:.4}</text>"##,
            top - 6.0,
            left + WIDE,
            top - 6.0
        );
        for (opacity, of) in [(0.2, interval_95 as fn(&Forecast) -> [f64; 2]), (0.35, interval_80)] {
            let points = self.band(&at, of);
            let _ =
                writeln!(drawn, r#"<polygon points="{points}" fill="{OUTER}" fill-opacity="{opacity}"/>"#);
        }
        let known = self.recent.iter().enumerate().map(|(day, price)| at(day, *price));
        let ahead = self.ahead.iter().enumerate().map(|(day, said)| at(self.recent.len() + day, said.point));
        let (known, ahead): (Vec<_>, Vec<_>) = (known.collect(), ahead.collect());
        let from = known.last().cloned().unwrap_or_default();
        let _ = writeln!(
            drawn,
            r#"<polyline points="{}" fill="none" stroke="{LINE}"/><polyline points="{from} {}" fill="none" stroke="{LINE}" stroke-dasharray="3 3"/>"#,
            known.join(" "),
            ahead.join(" ")
        );
    }
}

fn interval_80(forecast: &Forecast) -> [f64; 2] {
    forecast.interval_80
}

fn interval_95(forecast: &Forecast) -> [f64; 2] {
    forecast.interval_95
}

fn of_end(of: &impl Fn(&Forecast) -> [f64; 2], end: usize) -> impl Fn(&Forecast) -> f64 {
    move |forecast| of(forecast)[end]
}

/// How much room so many fans take: across, and down.
pub(super) fn room(fans: usize) -> (f64, f64) {
    if fans == 0 {
        return (0.0, 0.0);
    }
    (LEFT + ACROSS * count(fans.min(ROW)), 26.0 + DOWN * count(fans.div_ceil(ROW)))
}

/// Draws them in rows.
pub(super) fn draw(drawn: &mut String, fans: &[Fan]) {
    for (place, fan) in fans.iter().enumerate() {
        fan.draw(drawn, LEFT + ACROSS * count(place % ROW), TOP + DOWN * count(place / ROW));
    }
}
