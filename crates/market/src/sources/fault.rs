//! What can go wrong between us and a source. No fault repeats what the source sent: it is foreign.

use std::time::Duration;

/// Why a request to a source brought nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No connection: no such name, no way there, nobody listening.
    #[error("no connection")]
    Unreachable,
    /// It took too long.
    #[error("no {0} in time")]
    TimedOut(&'static str),
    /// It cannot show that it is who it should be.
    #[error("no trusted certificate, or no TLS at all")]
    Untrusted,
    /// The connection ended in the middle, or was no HTTP.
    #[error("the connection broke")]
    Broken,
    /// More was sent than is ever read.
    #[error("the answer is too large")]
    TooLarge,
    /// A status that is no answer.
    #[error("status {0}")]
    Status(u16),
    /// We ask too often.
    #[error("it wants fewer requests")]
    Limited {
        /// For how long it wants none.
        after: Option<Duration>,
    },
    /// It does not want us at all.
    #[error("it refuses us (status {status})")]
    Banned {
        /// Which status said so.
        status: u16,
        /// For how long.
        after: Option<Duration>,
    },
    /// Not what was asked for.
    #[error("the answer cannot be read: {0}")]
    Unreadable(&'static str),
    /// It sends far more than a source ever does.
    #[error("it floods us")]
    Flooded,
    /// It answers, and nothing of what should be there is.
    #[error("it brings nothing")]
    Empty,
    /// It has no such symbol.
    #[error("it does not know the symbol")]
    UnknownSymbol,
    /// What it brought could not be kept.
    #[error("the store failed")]
    Store,
}

/// The longest ban that is known to be given. Whoever asks for more is asked again then.
const LONGEST: Duration = Duration::from_secs(3 * 86_400);

impl Fault {
    /// The `snake_case` word that operators see.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut(_) => "timed_out",
            Self::Untrusted => "untrusted",
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::Status(_) => "unexpected_status",
            Self::Limited { .. } => "rate_limited",
            Self::Banned { .. } => "banned",
            Self::Unreadable(_) => "unreadable",
            Self::Flooded => "flooded",
            Self::Empty => "empty",
            Self::UnknownSymbol => "unknown_symbol",
            Self::Store => "store_failed",
        }
    }

    /// True where the source is there, and what it says is of no use.
    pub(super) const fn is_of_answer(self) -> bool {
        matches!(
            self,
            Self::TooLarge | Self::Unreadable(_) | Self::Flooded | Self::Empty | Self::UnknownSymbol
        )
    }

    /// How long the source wants to be left alone.
    pub fn after(self) -> Duration {
        match self {
            Self::Limited { after } => after.unwrap_or(Duration::from_secs(60)).min(LONGEST),
            Self::Banned { after, .. } => after.unwrap_or(Duration::from_secs(600)).min(LONGEST),
            _ => Duration::ZERO,
        }
    }

    /// What a status says that is not 200.
    pub(super) const fn of_status(status: u16, after: Option<Duration>) -> Self {
        match status {
            429 => Self::Limited { after },
            // 418 is Binance's word for a ban by address, 403 its firewall's, 451 a country that is not served.
            401 | 403 | 418 | 451 => Self::Banned { status, after },
            _ => Self::Status(status),
        }
    }
}
