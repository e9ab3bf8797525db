//! API keys.

use serde::{Deserialize, Serialize};

use crate::settings::value::{DAY, Span, Whole};

/// `[keys]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Keys of one account.
    pub per_account: Whole<usize, 1, 1000>,
    /// How long one lives where nothing is said, and at most.
    pub lifetime: Span<DAY, { 30 * DAY }>,
    /// How long one lives on beside its successor where nothing is said, and at most.
    pub grace: Span<0, DAY>,
    /// Keys of all accounts.
    pub most: Whole<usize, 1, 10_000_000>,
}
