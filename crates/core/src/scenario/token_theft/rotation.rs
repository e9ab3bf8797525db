//! Rotation of refresh tokens with detection of reuse (RFC 9700, 4.14.2).
//!
//! A refresh token is spent when it is used. The same client that sends it again within the grace, while its
//! successor is unused, has lost the answer or has a second tab: it gets the same successor. Any other use of a
//! spent token means that two parties hold it, and ends the whole family.

use std::time::Duration;

use crate::clock::Timestamp;

/// What is known of the token that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its family was revoked.
    pub revoked: bool,
    /// When the family ends, whatever happens.
    pub expires: Timestamp,
    /// When it was spent and by whom, if it was.
    pub spent: Option<Spent>,
}

/// How a token was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// When.
    pub at: Timestamp,
    /// True when the one who sends it now is the client that spent it.
    pub same_client: bool,
    /// True when the successor has been spent in turn.
    pub successor_used: bool,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Spend it and give its successor.
    Rotate,
    /// Give the same successor again.
    Again,
    /// Revoke the family: somebody else has the token.
    Replayed,
    /// Refuse: expired or revoked.
    Refuse,
}

/// Judges a refresh token that is known.
pub fn judge(seen: Seen, now: Timestamp, grace: Duration) -> Verdict {
    if seen.revoked || now >= seen.expires {
        return Verdict::Refuse;
    }
    match seen.spent {
        None => Verdict::Rotate,
        Some(spent) if spent.same_client && !spent.successor_used && now.since(spent.at) <= grace => {
            Verdict::Again
        }
        Some(_) => Verdict::Replayed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(60);

    fn seen(spent: Option<Spent>) -> Seen {
        Seen { revoked: false, expires: Timestamp::from_seconds(1000), spent }
    }

    fn spent(same_client: bool, successor_used: bool) -> Spent {
        Spent { at: Timestamp::from_seconds(100), same_client, successor_used }
    }

    #[test]
    fn a_fresh_token_rotates_until_its_family_ends() {
        assert_eq!(judge(seen(None), Timestamp::from_seconds(999), GRACE), Verdict::Rotate);
        assert_eq!(judge(seen(None), Timestamp::from_seconds(1000), GRACE), Verdict::Refuse);
        assert_eq!(
            judge(Seen { revoked: true, ..seen(None) }, Timestamp::from_seconds(1), GRACE),
            Verdict::Refuse
        );
    }

    #[test]
    fn a_second_tab_gets_the_same_successor() {
        assert_eq!(
            judge(seen(Some(spent(true, false))), Timestamp::from_seconds(160), GRACE),
            Verdict::Again
        );
    }

    #[test]
    fn any_other_use_of_a_spent_token_is_theft() {
        assert_eq!(
            judge(seen(Some(spent(true, false))), Timestamp::from_seconds(161), GRACE),
            Verdict::Replayed
        );
        assert_eq!(
            judge(seen(Some(spent(false, false))), Timestamp::from_seconds(101), GRACE),
            Verdict::Replayed
        );
        assert_eq!(
            judge(seen(Some(spent(true, true))), Timestamp::from_seconds(101), GRACE),
            Verdict::Replayed
        );
    }
}
