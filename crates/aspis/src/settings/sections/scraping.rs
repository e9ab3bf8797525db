//! Who takes everything there is, and what tells who took it.

use serde::{Deserialize, Serialize};

use crate::settings::value::{Assets, DAY, MINUTE, Span, Whole};

/// `[scraping]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scraping {
    /// Bytes of history and exports in a day for an account.
    pub quota: Whole<u64, 0, 1_099_511_627_776>,
    /// The same for a client that is not signed in.
    pub anonymous_quota: Whole<u64, 0, 1_099_511_627_776>,
    /// How long a sign counts.
    pub window: Span<MINUTE, DAY>,
    /// Different assets asked for that are a sign.
    pub assets: Whole<u32, 1, 1000>,
    /// Pages behind the first that are a sign.
    pub pages: Whole<u32, 1, 10_000>,
    /// Requests at regular intervals that are a sign.
    pub clockwork: Whole<u32, 4, 1000>,
    /// Names that are no asset that are a sign.
    pub unknown: Whole<u32, 1, 1000>,
    /// Signs that have to come together.
    pub score: Whole<u32, 1, 5>,
    /// Names that no page lists.
    pub honey_assets: Assets,
    /// Clients that are counted apart.
    pub table: Whole<usize, 1024, 16_777_216>,
}

/// `[marks]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// The last digit of volumes says who took them.
    pub volumes: bool,
}
