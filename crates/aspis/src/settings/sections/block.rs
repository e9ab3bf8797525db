//! Who is shut out.

use serde::{Deserialize, Serialize};

use crate::settings::value::{DAY, MINUTE, Networks, Span, Whole};

/// `[block]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Who never is.
    pub allow: Networks,
    /// Whether the server shuts clients out by itself.
    pub auto: bool,
    /// For how long the first time.
    #[serde(rename = "for")]
    pub time: Span<MINUTE, { 365 * DAY }>,
    /// For how long at most.
    pub longest: Span<MINUTE, { 365 * DAY }>,
    /// How many blocks there may be.
    pub most: Whole<usize, 1, 1_000_000>,
}
