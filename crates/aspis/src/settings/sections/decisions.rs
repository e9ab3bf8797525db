//! What is known of decisions afterwards.

use serde::{Deserialize, Serialize};

use crate::settings::value::{DAY, HOUR, Span, Whole, choice};

choice! {
    /// Whether a log is kept.
    Kept {
        /// It is not.
        Off = "off",
        /// It is.
        On = "on",
    }
}

/// `[explain]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// Refusals that are kept in memory.
    pub keep: Whole<usize, 1024, 4_194_304>,
}

/// `[decisions]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decisions {
    /// Whether a log of them is kept.
    pub keep: Kept,
    /// How long.
    pub time: Span<HOUR, { 365 * DAY }>,
    /// Bytes on the disk at most.
    pub most: Whole<u64, 1_000_000, 1_099_511_627_776>,
}
