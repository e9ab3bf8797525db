//! Guessing, sessions, other sites, mail.

use serde::{Deserialize, Serialize};

use crate::settings::value::{
    DAY, Fields, HOUR, MINUTE, MailUrl, Origins, SECOND, Sender, Span, Whole, choice,
};

/// `[lock]`: what failed sign-ins lead to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Failures of a client above which a challenge must come with the try.
    pub challenge_over: Whole<u32, 0, 1000>,
    /// Failures of a client above which it has to wait.
    pub wait_over: Whole<u32, 0, 1000>,
    /// The longest such wait.
    pub wait_most: Span<SECOND, HOUR>,
    /// Failures on a name that lock it.
    pub after: Whole<u32, 1, 1000>,
    /// For how long.
    pub time: Span<SECOND, DAY>,
    /// How long a failure counts.
    pub memory: Span<MINUTE, DAY>,
    /// Failures of the whole site that mean an attack.
    pub site_failures: Whole<u32, 1, 1_000_000>,
    /// From so many clients.
    pub site_clients: Whole<u32, 1, 64>,
    /// Within this time.
    pub site_window: Span<MINUTE, HOUR>,
    /// And so many times the successes.
    pub site_ratio: Whole<u32, 1, 1000>,
    /// Clients, and names, whose failures are counted apart.
    pub table: Whole<usize, 1024, 16_777_216>,
}

/// `[challenge]`: the puzzle that tells a browser's patience from a script's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// The work it takes, on a scale of its own.
    pub difficulty: Whole<u32, 1, 1000>,
    /// How long it can be solved.
    pub time: Span<SECOND, HOUR>,
    /// How long one that is sent as a header opens its class.
    pub opens: Span<SECOND, DAY>,
}

/// `[register]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Registrations of a client in a day above which a challenge must come with the next.
    pub challenge_after: Whole<u32, 0, 1000>,
}

choice! {
    /// What becomes of a browser session that comes from another browser or address.
    Binding {
        /// It is ended.
        Strict = "strict",
        /// A step-up is asked for where both changed, and it is recorded where one did.
        Graded = "graded",
        /// Nothing.
        Off = "off",
    }
}

/// `[session]`: browser sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// How long it lives without a request.
    pub idle: Span<MINUTE, DAY>,
    /// How long it lives at all.
    pub absolute: Span<MINUTE, { 30 * DAY }>,
    /// What becomes of one that comes from elsewhere.
    pub binding: Binding,
}

/// `[dpop]`: tokens that are bound to a key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dpop {
    /// True when a proof must hold a nonce of ours.
    pub nonce: bool,
    /// How old a proof may be.
    pub age: Span<SECOND, { 10 * MINUTE }>,
}

/// `[cors]`: which other sites' pages may call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cors {
    /// Their origins.
    pub origins: Origins,
    /// With which methods.
    pub methods: Fields,
    /// With which header fields.
    pub headers: Fields,
}

/// `[mail]`: how letters leave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The server, with its password.
    pub url: MailUrl,
    /// Whom letters come from.
    pub from: Sender,
}
