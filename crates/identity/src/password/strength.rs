//! Which passwords are too easy to guess: by form, by zxcvbn's estimate (Wheeler, USENIX Security 2016), and by its
//! lists of common and breached passwords.

use aspis_core::scenario::brute_force::password::{FormError, Length};
use zxcvbn::{Score, zxcvbn};

/// What a new password must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long.
    pub length: Length,
    /// How hard to guess: zxcvbn's 0 (at once) to 4 (more than 10¹⁰ guesses).
    pub min_score: u8,
}

/// Why a password is refused, in words for the one who chose it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Its form is wrong.
    #[error("{0}")]
    Form(#[from] FormError),
    /// It is easy to guess.
    #[error("is too easy to guess: {0}")]
    Guessable(String),
}

impl Policy {
    /// Judges a new password; `personal` are words an attacker would try first.
    pub fn judge(self, password: &str, personal: &[&str]) -> Result<(), Weak> {
        self.length.judge(password)?;
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
}
