//! Reliability as bars of unicode blocks, for a terminal.

use std::fmt::Write as _;

use super::super::reliability::Bin;
use super::super::report::Report;

/// The cells of a bar from 0 to 1.
const WIDTH: u8 = 40;
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A reliability diagram a horizon: the bar is what happened, the mark `│` what was said.
pub fn text(report: &Report) -> String {
    let mut drawn = String::new();
    for horizon in &report.horizons {
        let _ = writeln!(drawn, "{} d: confidence said │ and come true █", horizon.horizon_days);
        for bin in &horizon.confidence.bins {
            let bar = bar(bin);
            let _ = writeln!(
                drawn,
                "{:.1}-{:.1} {bar} {:.2} → {:.2} ({})",
                bin.from, bin.to, bin.said, bin.happened, bin.forecasts
            );
        }
        drawn.push('\n');
    }
    drawn
}

fn bar(bin: &Bin) -> String {
    let eighths = cells(bin.happened * 8.0);
    let mark = cells(bin.said).min(usize::from(WIDTH) - 1);
    let mut bar = String::new();
    for cell in 0..usize::from(WIDTH) {
        let filled = eighths.saturating_sub(cell * 8);
        bar.push_str(match filled {
            _ if cell == mark => "│",
            0 => "·",
            1..8 => EIGHTHS[filled],
            _ => "█",
        });
    }
    bar
}

/// A length between 0 and 8 bars as whole cells.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the width of a bar")]
fn cells(length: f64) -> usize {
    (length.clamp(0.0, 8.0) * f64::from(WIDTH)).round() as usize
}
