//! Requests that the server turned away by design, to go on at all: they are no errors of its own.
//!
//! Deliberately not here: when it does so (`scenario::denial_of_service`), and whom it spares.

use super::{Code, Refusal};

/// Rules of breakers begin so.
const BREAKER: &str = "breaker.";

/// Why a request was not even begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shed {
    /// There was no room for it: places, queues, bytes that are held.
    Busy,
    /// It needs what has failed, and is left alone for a while.
    LeftAlone,
}

impl Shed {
    /// Its word in metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::LeftAlone => "left_alone",
        }
    }
}

impl Refusal {
    /// Why the server did not begin with it, where that is so. A try that failed is none.
    pub fn shed(&self) -> Option<Shed> {
        let by_breaker = || self.facts().rule.as_ref().is_some_and(|rule| rule.name.starts_with(BREAKER));
        match self.code() {
            Code::ServerBusy => Some(Shed::Busy),
            Code::Unavailable if by_breaker() => Some(Shed::LeftAlone),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Rule;

    #[test]
    fn what_was_not_begun_is_no_try_that_failed() {
        let by = |code, rule: &'static str| Refusal::new(code).by(Rule::named(rule)).shed();
        assert_eq!(Refusal::new(Code::ServerBusy).shed(), Some(Shed::Busy));
        assert_eq!(by(Code::ServerBusy, "admission.in_progress"), Some(Shed::Busy));
        assert_eq!(by(Code::Unavailable, "breaker.database"), Some(Shed::LeftAlone));
        assert_eq!(by(Code::Unavailable, "predict.model"), None);
        assert_eq!(Refusal::new(Code::Unavailable).shed(), None);
        assert_eq!(Refusal::new(Code::Internal).shed(), None);
        assert_eq!(by(Code::RateLimited, "breaker.database"), None);
    }
}
