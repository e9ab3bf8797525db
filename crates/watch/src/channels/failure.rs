//! Why a message did not arrive. No reason repeats an address or anything that was received: both may hold secrets.

use std::{fmt, time::Duration};

/// What to do about a try that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Try again; where the receiver said so, leave it alone until then.
    #[error("{reason}")]
    Later {
        /// Why.
        reason: Reason,
        /// For how long the receiver wants nothing at all.
        after: Option<Duration>,
    },
    /// This message never; others may.
    #[error("{0}")]
    Never(Reason),
    /// Nothing any more: the receiver is gone for good.
    #[error("{0}")]
    Gone(Reason),
    /// The channel may not send any more today.
    #[error("the budget of the day is spent")]
    Spent,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No such name, no way there, nobody listening.
    Unreachable,
    /// It took too long.
    TimedOut,
    /// It cannot show that it is who it should be.
    Untrusted,
    /// The connection ended in the middle, or what came was no answer.
    Broken,
    /// An answer of HTTP that is none of success.
    Status(u16),
    /// What the mail relay means; never in its own words.
    Relay(String),
    /// The message cannot be put into the form that this channel needs.
    Form,
}

impl Failure {
    /// A failure that may pass.
    pub(super) const fn later(reason: Reason) -> Self {
        Self::Later { reason, after: None }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("no connection: nobody listens there, or there is no such name"),
            Self::TimedOut => f.write_str("no answer in time"),
            Self::Untrusted => f.write_str("no trusted certificate, or no TLS at all"),
            Self::Broken => f.write_str("the connection broke, or what came was no answer"),
            Self::Status(status) => write!(f, "the answer was {status}{}", hint(*status)),
            Self::Relay(says) => f.write_str(says),
            Self::Form => f.write_str("the message does not fit this channel"),
        }
    }
}

/// What an operator may look at.
const fn hint(status: u16) -> &'static str {
    match status {
        300..=399 => ": it points elsewhere, which is not followed",
        400 | 413 | 422 => ": it cannot do anything with the message",
        401 | 403 => ": it refuses us; is the address or the secret right?",
        404 => ": nothing is there; is the address right?",
        410 => ": it is gone for good",
        429 => ": it wants fewer messages",
        500..=599 => ": it is in trouble itself",
        _ => "",
    }
}
