//! Tokens and passwords.

use serde::{Deserialize, Serialize};

use crate::settings::value::{DAY, File, HOUR, Label, MINUTE, SECOND, Span, Whole, choice};

choice! {
    /// What becomes of a token that comes from another client or user agent than it was issued to.
    Fingerprint {
        /// Nothing.
        Off = "off",
        /// It is recorded.
        Signal = "signal",
        /// It is refused.
        Strict = "strict",
    }
}

/// `[auth]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// How long an access token lives.
    pub access_token: Span<SECOND, DAY>,
    /// How long a sign-in lasts.
    pub refresh_token: Span<SECOND, { 90 * DAY }>,
    /// How long a spent refresh token still gets the same successor.
    pub refresh_grace: Span<0, { 5 * MINUTE }>,
    /// Who signs the tokens.
    pub issuer: Label,
    /// Whom they are for.
    pub audience: Label,
    /// What becomes of a token that comes from elsewhere.
    pub fingerprint: Fingerprint,
    /// How long one key signs.
    pub key_rotation: Span<HOUR, { 400 * DAY }>,
    /// How long the next key is published before it signs.
    pub key_overlap: Span<MINUTE, { 30 * DAY }>,
    /// How old a sign-in or step-up may be for what is not to be done by whoever finds an open screen.
    pub step_up: Span<SECOND, DAY>,
    /// How long a link to set a new password is good.
    pub reset_link: Span<MINUTE, DAY>,
}

/// `[password]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// The fewest characters.
    pub min_length: Whole<usize, 8, 64>,
    /// The most characters.
    pub max_length: Whole<usize, 64, 1024>,
    /// The least strength by zxcvbn.
    pub min_score: Whole<u8, 0, 4>,
    /// Memory of one hash in KiB.
    pub argon2_memory_kib: Whole<u32, 8, 4_194_304>,
    /// Passes over that memory.
    pub argon2_passes: Whole<u32, 1, 100>,
    /// Lanes.
    pub argon2_lanes: Whole<u32, 1, 64>,
    /// Threads that hash; 0 is one a core.
    pub workers: Whole<usize, 0, 256>,
    /// Hashes that may wait for a thread.
    pub queue: Whole<usize, 1, 10_000>,
    /// A file of passwords that nobody may choose, beside those that are shipped.
    pub list: File,
}
