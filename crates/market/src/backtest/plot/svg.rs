//! Fans, reliability and coverage as one SVG, for a page or a file. It carries its own title and description, no
//! script, no style sheet and no address, so that any content policy lets it through.

use std::fmt::Write as _;

use super::{
    super::report::{HorizonReport, Report},
    fan::{self, Fan},
};
use crate::forecast::count;

const SIDE: f64 = 220.0;
const PANEL: f64 = 290.0;
const LEFT: f64 = 48.0;
const TOP: f64 = 56.0;
/// The coverage panels: the height of an asset's line, and the share at their left end.
const LINE: f64 = 18.0;
const COVERED_FROM: f64 = 0.6;
/// The room for the names beside it.
const NAMES: f64 = 72.0;
const GAP: f64 = 76.0;
const SAID: &str = "#1f6feb";
const INNER: &str = "#b35900";

/// Above, what each series may do within a month. Below, a panel a horizon: the confidence said against the share come
/// true (the area of a dot is its number of forecasts), and the share inside both intervals, an asset a line.
pub fn svg(report: &Report, fans: &[Fan]) -> String {
    let lines = report.horizons.iter().map(|horizon| horizon.assets.len()).max().unwrap_or_default();
    let (across, down) = fan::room(fans.len());
    let width = (PANEL * count(report.horizons.len()).max(1.0) + LEFT).max(across);
    let height = down + TOP + SIDE + GAP + LINE * count(lines) + 34.0;
    let mut drawn = String::new();
    open(&mut drawn, report, width, height);
    fan::draw(&mut drawn, fans);
    let _ = writeln!(drawn, r#"<g transform="translate(0 {down:.0})">"#);
    for (place, horizon) in report.horizons.iter().enumerate() {
        let left = LEFT + 12.0 + PANEL * count(place);
        reliability(&mut drawn, horizon, left);
        coverage(&mut drawn, horizon, left);
    }
    drawn.push_str("</g>\n</svg>\n");
    drawn
}

fn open(drawn: &mut String, report: &Report, width: f64, height: f64) {
    let model = escaped(&report.model);
    let _ = write!(
        drawn,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" role="img" aria-labelledby="backtest-title backtest-about" font-family="system-ui, sans-serif" font-size="12" fill="#24292f">
<title id="backtest-title">Backtest of {model}</title>
<desc id="backtest-about">The newest closes of each series with the 80 and 95 per cent bands of the month ahead; for each horizon the confidence said against the share come true, and the share of prices inside the 80 and 95 per cent intervals by asset.</desc>
<rect width="{width:.0}" height="{height:.0}" fill="#ffffff"/>
<text x="{LEFT}" y="20" font-size="15">{model}: the newest closes and the month ahead; below, what was said before and what came</text>
"##
    );
}

fn reliability(drawn: &mut String, horizon: &HorizonReport, left: f64) {
    let (right, bottom) = (left + SIDE, TOP + SIDE);
    let _ = write!(
        drawn,
        r##"<text x="{left}" y="{title}">{} d, {} forecasts</text>
<rect x="{left}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#8c959f"/>
<line x1="{left}" y1="{bottom}" x2="{right}" y2="{TOP}" stroke="#8c959f" stroke-dasharray="4 4"/>
<text x="{left}" y="{below}" text-anchor="middle">0</text><text x="{right}" y="{below}" text-anchor="middle">1</text>
<text x="{middle}" y="{below}" text-anchor="middle">confidence said → come true ↑</text>
"##,
        horizon.horizon_days,
        horizon.forecasts,
        title = TOP - 10.0,
        below = bottom + 16.0,
        middle = left + SIDE / 2.0,
    );
    for bin in &horizon.confidence.bins {
        let radius = 2.0 + 12.0 * (count(bin.forecasts) / count(horizon.forecasts)).sqrt();
        let (x, y) = (left + SIDE * bin.said, bottom - SIDE * bin.happened);
        let _ = writeln!(
            drawn,
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" fill="{SAID}" fill-opacity="0.7"><title>{:.2} said, {:.2} come true, {} forecasts</title></circle>"#,
            bin.said, bin.happened, bin.forecasts
        );
    }
}

fn coverage(drawn: &mut String, horizon: &HorizonReport, left: f64) {
    let top = TOP + SIDE + GAP;
    let bottom = top + LINE * count(horizon.assets.len());
    let _ = writeln!(
        drawn,
        r#"<text x="{left}" y="{:.1}">inside the 80 % and 95 % intervals</text>"#,
        top - 24.0
    );
    for (nominal, colour) in [(0.8, INNER), (0.95, SAID)] {
        let x = covered(left, nominal);
        let _ = writeln!(
            drawn,
            r#"<line x1="{x:.1}" y1="{:.1}" x2="{x:.1}" y2="{bottom:.1}" stroke="{colour}" stroke-dasharray="4 4"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{nominal}</text>"#,
            top - 6.0,
            bottom + 14.0
        );
    }
    for (place, asset) in horizon.assets.iter().enumerate() {
        let y = top + LINE * (count(place) + 0.5);
        let name = escaped(&asset.asset);
        let _ = writeln!(drawn, r#"<text x="{left:.1}" y="{:.1}" font-size="10">{name}</text>"#, y + 3.0);
        for (share, colour) in [(asset.coverage_80, INNER), (asset.coverage_95, SAID)] {
            let x = covered(left, share);
            let _ = writeln!(
                drawn,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="4" fill="{colour}"><title>{name}: {share:.3}</title></circle>"#
            );
        }
    }
}

/// Where a share stands on the axis; what lies below its left end stands at it.
fn covered(left: f64, share: f64) -> f64 {
    left + NAMES + (SIDE - NAMES) * ((share - COVERED_FROM) / (1.0 - COVERED_FROM)).max(0.0)
}

/// Names of series are the operator's words and may hold anything.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
