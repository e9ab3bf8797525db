//! Which passwords are too easy to guess: by form, by lists of common and breached ones, by the operator's own list, and
//! by zxcvbn's estimate (Wheeler, USENIX Security 2016), which also knows the words about a person.

use std::sync::Arc;

use aspis_core::scenario::brute_force::password::{FormError, Length};
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use super::{
    common::{self, Known},
    list::List,
};

/// What a new password must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How long.
    pub length: Length,
    /// How hard to guess: zxcvbn's 0 (at once) to 4 (more than 10¹⁰ guesses). At 0 the shipped lists are not asked
    /// either.
    pub min_score: u8,
    /// The operator's own list, asked at every score.
    pub list: Option<Arc<List>>,
}

/// Why a password is refused, in words for the one who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Its form is wrong.
    #[error("{0}")]
    Form(#[from] FormError),
    /// Everybody uses it.
    #[error("is one of the most common passwords")]
    Common,
    /// Attackers have it on their lists.
    #[error("has been seen in a data breach")]
    Breached,
    /// The operator does not want it.
    #[error("is on the list of passwords refused here")]
    Listed,
    /// It is easy to guess.
    #[error("is too easy to guess: {0}")]
    Guessable(String),
}

/// How hard a secret is to guess, from 0 (at once) to 4 (more than 10¹⁰ guesses).
pub fn score(secret: &str) -> u8 {
    zxcvbn(secret, &[]).score().into()
}

impl Policy {
    /// Judges a new password; `personal` are words an attacker would try first.
    pub fn judge(&self, password: &str, personal: &[&str]) -> Result<(), Weak> {
        self.length.judge(password)?;
        self.look_up(password)?;
        let estimate = zxcvbn(password, personal);
        if estimate.score() >= Score::try_from(self.min_score).unwrap_or(Score::Four) {
            return Ok(());
        }
        let reason = estimate.feedback().and_then(|feedback| {
            let warning = feedback.warning().map(|w| w.to_string());
            warning.or_else(|| feedback.suggestions().first().map(ToString::to_string))
        });
        Err(Weak::Guessable(reason.unwrap_or_else(|| "use several unrelated words".to_owned())))
    }

    fn look_up(&self, password: &str) -> Result<(), Weak> {
        let lower = Zeroizing::new(password.to_lowercase());
        match common::look_up(&lower).filter(|_| self.min_score > 0) {
            Some(Known::Common) => return Err(Weak::Common),
            Some(Known::Breached) => return Err(Weak::Breached),
            None => {}
        }
        let listed = self.list.as_ref().is_some_and(|list| list.contains(password, &lower));
        if listed { Err(Weak::Listed) } else { Ok(()) }
    }
}
