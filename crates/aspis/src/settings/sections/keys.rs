//! API keys.

use serde::{Deserialize, Serialize};

use crate::settings::value::{DAY, HOUR, LeakKeys, LeakKeysUrl, LeakSecret, Span, Spans, Whole, choice};

choice! {
    /// What becomes of a key that is used as it never was.
    Suspend {
        /// Nothing; nobody looks.
        Off = "off",
        /// It is recorded.
        Signal = "signal",
        /// It is suspended until its owner says that it is right.
        Suspend = "suspend",
    }
}

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
    /// How long before its end the owner of a key is warned.
    pub warn: Spans<HOUR, { 29 * DAY }>,
    /// What becomes of a key that is used as it never was.
    pub suspend: Suspend,
    /// How long a key is watched before it is judged.
    pub settled: Span<0, { 30 * DAY }>,
    /// How many times its usual day's calls a key may make in a day.
    pub volume_times: Whole<u64, 2, 1000>,
    /// Calls of a day that are never odd.
    pub volume_least: Whole<u64, 1, 1_000_000_000>,
    /// Calls of a key in a day from which on that is told.
    pub busy: Whole<u64, 1, 1_000_000_000>,
    /// The public keys that reports of leaked keys are signed by.
    pub leak_keys_file: LeakKeys,
    /// Where such keys are fetched from.
    pub leak_keys_url: LeakKeysUrl,
    /// What own scanners sign such reports with.
    pub leak_secret: LeakSecret,
}
