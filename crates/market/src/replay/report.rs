//! The table: what was measured, what it should be.

use std::fmt;

use serde::Serialize;

/// What a figure must reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// At most.
    AtMost(f64),
    /// At least.
    AtLeast(f64),
    /// Anything: the figure is told, not judged.
    Any,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its name for programs.
    pub id: String,
    /// What was measured.
    pub measure: String,
    /// What it should be.
    pub bound: Bound,
    /// What it is, unrounded.
    pub value: f64,
    /// True where it is a share, printed in per cent.
    pub share: bool,
}

impl Row {
    pub(super) fn new(id: impl Into<String>, measure: impl Into<String>, bound: Bound, value: f64) -> Self {
        Self { id: id.into(), measure: measure.into(), bound, value, share: false }
    }

    pub(super) fn share(id: impl Into<String>, measure: impl Into<String>, bound: Bound, value: f64) -> Self {
        Self { share: true, ..Self::new(id, measure, bound, value) }
    }

    pub(super) fn note(id: impl Into<String>, measure: impl Into<String>, value: f64) -> Self {
        Self::new(id, measure, Bound::Any, value)
    }

    /// Whether the figure, unrounded, is what it should be.
    pub fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtMost(limit) => self.value <= limit,
            Bound::AtLeast(limit) => self.value >= limit,
            Bound::Any => true,
        }
    }

    fn shown(&self, value: f64) -> String {
        if self.share { format!("{:.2} %", value * 100.0) } else { format!("{value:.2}") }
    }
}

/// All figures of a replay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// In the order of the table.
    pub rows: Vec<Row>,
}

impl Report {
    /// One of them.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }
}

/// A table of the manual.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| measure | target | reached |\n| --- | --- | --- |")?;
        for row in &self.rows {
            let target = match row.bound {
                Bound::AtMost(limit) => format!("at most {}", row.shown(limit)),
                Bound::AtLeast(limit) => format!("at least {}", row.shown(limit)),
                Bound::Any => String::new(),
            };
            let mark = if row.is_met() { "" } else { " ✗" };
            writeln!(f, "| {} | {target} | {}{mark} |", row.measure, row.shown(row.value))?;
        }
        Ok(())
    }
}
