//! What is wrong with a row.

use std::fmt;

use serde::Serialize;

/// A row that is not brought in: where it stands, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The line in the file, from 1.
    pub line: u64,
    /// The column, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<&'static str>,
    /// Why: a `snake_case` word.
    pub why: &'static str,
    /// What stands there, cut short and without anything that steers a terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
}

/// Letters of a cell that are shown.
const SHOWN: usize = 40;

impl Fault {
    /// A line that is wrong as a whole.
    pub(super) const fn line(line: u64, why: &'static str) -> Self {
        Self { line, column: None, why, cell: None }
    }

    /// A cell that is wrong.
    pub(super) fn cell(line: u64, column: &'static str, why: &'static str, cell: Option<&[u8]>) -> Self {
        Self { line, column: Some(column), why, cell: cell.map(shown) }
    }
}

fn shown(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(&cell[..cell.len().min(4 * SHOWN)]);
    text.chars().take(SHOWN).flat_map(char::escape_debug).collect()
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(f, ", {column}")?;
        }
        write!(f, ": {}", self.why)?;
        self.cell.as_ref().map_or(Ok(()), |cell| write!(f, " ({cell})"))
    }
}
