//! A letter as the bytes that go over the wire (RFC 5322), with who gets them.
//!
//! Everything that becomes a header is checked here, so that no name or subject can add one of its own.

use std::time::{Duration, SystemTime};

use aspis_core::{
    chance::{self, Chance},
    clock::Timestamp,
    courier::Letter,
    hex,
    secret::Secret,
};
use lettre::{
    Address, Message,
    message::{
        Mailbox, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

/// The longest subject in characters: what a mailbox shows of it, several times over.
const SUBJECT: usize = 200;

/// A letter that cannot be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum LetterError {
    /// The address is not one that mail goes to.
    #[error("its address is none")]
    To,
    /// The subject has a line break or another control character, or is too long.
    #[error("its subject is not one short line")]
    Subject,
    /// It cannot be put together.
    #[error("it cannot be put together")]
    Form,
}

/// A letter, ready to be sent any number of times: it is the same each time.
pub(super) struct Sealed {
    /// What tells it from all others, in its header and in the log.
    pub(super) id: String,
    pub(super) from: Address,
    pub(super) to: Address,
    /// Headers and text. The text may hold a secret.
    pub(super) bytes: Secret,
}

/// The sender as the settings name it.
pub(super) fn sender(text: &str) -> Option<Mailbox> {
    let mailbox: Mailbox = text.parse().ok()?;
    (is_line(text) && is_plain(&mailbox.email)).then_some(mailbox)
}

/// Writes a letter down.
pub(super) fn seal(
    letter: &Letter,
    from: &Mailbox,
    at: Timestamp,
    chance: &dyn Chance,
) -> Result<Sealed, LetterError> {
    let id = format!("{}@{}", hex::encode(&chance::bytes::<16>(chance)), from.email.domain());
    seal_as(letter, from, at, id)
}

/// Writes a letter down under an identifier of one's own.
pub(super) fn seal_as(
    letter: &Letter,
    from: &Mailbox,
    at: Timestamp,
    id: String,
) -> Result<Sealed, LetterError> {
    let to: Address = letter.to.parse().ok().filter(is_plain).ok_or(LetterError::To)?;
    if !is_line(&letter.subject) {
        return Err(LetterError::Subject);
    }
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(letter.subject.as_str())
        .date(moment(at))
        .message_id(Some(format!("<{id}>")))
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .singlepart(SinglePart::plain(letter.text.expose().to_owned()))
        .map_err(|_| LetterError::Form)?;
    Ok(Sealed { id, from: from.email.clone(), to, bytes: Secret::new(message.formatted()) })
}

/// True when every relay can take the address: ASCII, without a quoted part or an address in brackets.
fn is_plain(address: &Address) -> bool {
    let text: &str = address.as_ref();
    text.len() <= 254 && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>()[],;:\\".contains(&byte))
}

/// True when no reader takes any of it for the end of a line, and it is short enough for one.
fn is_line(text: &str) -> bool {
    let breaks = |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    text.chars().count() <= SUBJECT && !text.chars().any(breaks)
}

fn moment(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.seconds()).unwrap_or(0))
}

#[cfg(test)]
mod tests;
