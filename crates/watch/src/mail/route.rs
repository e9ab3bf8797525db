//! The settings of a worker: whose letters go where, and how long that may take.

use std::time::Duration;

use lettre::message::Mailbox;

use super::{delivery::Limits, relay::Relay};

/// How long everything takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// The waits between tries, each a fifth shorter or longer by chance. After the last one a letter is given up.
    pub(super) backoff: [Duration; 5],
    /// The parts of one try.
    pub(super) limits: Limits,
    /// What is left of the time when the server ends.
    pub(super) grace: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let limits = Limits {
            connect: seconds(10),
            way: seconds(30),
            step: seconds(30),
            letter: seconds(120),
            farewell: seconds(2),
        };
        Self { backoff: [1, 5, 30, 120, 600].map(seconds), limits, grace: seconds(5) }
    }
}

/// From whom and to where, and how long it may take.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) relay: Relay,
    pub(super) from: Mailbox,
    pub(super) timing: Timing,
}
