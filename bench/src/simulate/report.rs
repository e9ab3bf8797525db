//! The table.

use std::fmt;

use serde::Serialize;

use super::{row::Row, shape::Shape};

/// All lines.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) rate: String,
    pub(super) clients: u32,
    pub(super) seed: u64,
    pub(super) rows: Vec<Row>,
}

impl Report {
    pub(super) fn holds(&self) -> bool {
        self.rows.iter().all(Row::holds)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, clients, seed, rows } = self;
        writeln!(f, "{clients} clients at {rate}, seed {seed}\n")?;
        writeln!(
            f,
            "| {:<15} | nodes |  cut |  share | floods |  decisions | most | limit |   bound | trips | of floods | \
             refused within | M/s | windows |",
            "what happens"
        )?;
        writeln!(
            f,
            "| {:-<15} | ----: | ---: | -----: | -----: | ---------: | ---: | ----: | ------: | ----: | --------: | \
             -------------: | --: | ------: |",
            ""
        )?;
        rows.iter().try_for_each(|row| line(f, row))?;
        if self.holds() { write!(f, "\nEvery bound holds.") } else { write!(f, "\nA bound is BROKEN.") }
    }
}

#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn line(f: &mut fmt::Formatter<'_>, row: &Row) -> fmt::Result {
    let Row { shape, nodes, cut, floods, decisions, most, limit, .. } = row;
    write!(
        f,
        "| {:<15} | {nodes:>5} | {cut:>4} | {} | {floods:>6} | ",
        shape.name(),
        shown(*shape, row.share)
    )?;
    write!(f, "{decisions:>10} | {most:>4} | {limit:>5} | {:>7.1} | {:>5.3} | ", row.bound, row.trips)?;
    write!(f, "{:>9.4} | {:>13.2}% | ", row.flood_trips, row.refused * 100.0)?;
    write!(f, "{:>3.1} | {:>4.0} MB |", row.rate / 1e6, row.windows as f64 / 1e6)?;
    writeln!(f, "{}", if row.holds() { "" } else { " BROKEN" })
}

/// A share that is never asked for is not shown.
fn shown(shape: Shape, part: f64) -> String {
    if shape.is_calm() { "     -".to_owned() } else { format!("{part:>6.3}") }
}
