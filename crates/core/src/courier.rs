//! The port for letters to people: a reset link, a notice, an invitation.
//!
//! Deliberately not here: how mail is carried, and when. Whoever posts a letter never waits for it and never hears of
//! its fate, so that no answer can be slower because somebody was written to.

use crate::secret::SecretText;

/// One plain-text letter to one person.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The address, without a name: `ada@example.org`.
    pub to: String,
    /// The subject: one line.
    pub subject: String,
    /// The text in lines of `\n`. It may hold a link that is worth an account, so it is a secret.
    pub text: SecretText,
}

/// Whoever carries letters.
pub trait Courier: Send + Sync {
    /// Takes a letter at once. What cannot be carried is counted and logged by the courier, never told to the caller.
    fn send(&self, letter: Letter);

    /// True while letters to many may be sent, and there is still room for those that somebody waits for.
    fn has_room_for_many(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_shows_everything_but_its_text() {
        let letter = Letter {
            to: "ada@example.org".to_owned(),
            subject: "Your link".to_owned(),
            text: SecretText::new("https://shop.example/reset/hunter2"),
        };
        let shown = format!("{letter:?}");
        assert!(shown.contains("Your link") && !shown.contains("hunter2"), "{shown}");
    }
}
