//! One letter handed in at once, for whoever wants to know what became of it and tries again by themselves.

use aspis_core::{clock::Timestamp, courier::Letter};
use lettre::message::Mailbox;

use super::{
    MailError,
    delivery::{Failure, Limits, Reason, deliver},
    message::{self, seal_as},
    relay::Relay,
    route::Timing,
};

/// The way to a relay.
#[derive(Debug)]
pub struct Direct {
    relay: Relay,
    from: Mailbox,
    limits: Limits,
}

/// A letter that was not taken, and why; never in the relay's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{says}")]
pub struct Undelivered {
    /// True where another try would end alike.
    pub for_good: bool,
    /// Why, in plain words.
    pub says: String,
}

impl Direct {
    /// To the relay at `url`, writing as `from`: see [`super::Mailer::open`].
    pub fn open(url: &str, from: &str) -> Result<Self, MailError> {
        let relay = Relay::parse(url)?;
        let from = message::sender(from).ok_or(MailError::From)?;
        Ok(Self { relay, from, limits: Timing::default().limits })
    }

    /// Hands a letter in, under an identifier that is the same at each try.
    pub async fn hand_in(&self, letter: &Letter, id: &str, at: Timestamp) -> Result<(), Undelivered> {
        let id = format!("{id}@{}", self.from.email.domain());
        let sealed = seal_as(letter, &self.from, at, id).map_err(|error| Undelivered {
            for_good: true,
            says: format!("the letter cannot be written: {error}"),
        })?;
        deliver(&self.relay, &sealed, self.limits).await.map_err(|failure| match failure {
            Failure::Refused(reason) => Undelivered { for_good: true, says: says(&reason) },
            Failure::Away(reason) | Failure::Later(reason) => {
                Undelivered { for_good: false, says: says(&reason) }
            }
        })
    }
}

fn says(reason: &Reason) -> String {
    match reason {
        Reason::Broken(why) => format!("the mail relay cannot be reached: {why}"),
        other => other.to_string(),
    }
}
