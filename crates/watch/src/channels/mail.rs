//! Alerts as letters, over the relay that carries all other letters, too.
//!
//! Plain text: nothing in it is markup. Each recipient gets a letter of their own, with the same `Message-ID` at each
//! try.

use std::fmt::Write as _;

use aspis_core::{courier::Letter, secret::SecretText};
use async_trait::async_trait;

use super::{Channel, Failure, Message, Reason, plain, recipients::Recipients};
use crate::mail::{Direct, Undelivered};

/// Characters of a subject, and of a text.
const SUBJECT: usize = 150;
const TEXT: usize = 20_000;

/// Letters to operators.
#[derive(Debug)]
pub struct Letters {
    relay: Direct,
    to: Vec<String>,
    had: Recipients,
}

impl Letters {
    /// Letters to these addresses.
    pub fn new(relay: Direct, to: Vec<String>) -> Self {
        Self { relay, to, had: Recipients::default() }
    }

    async fn write(&self, number: usize, to: &str, message: &Message) -> Result<(), Undelivered> {
        let letter = letter(to, message);
        let id = format!("{}.{number}", message.id.simple());
        self.relay.hand_in(&letter, &id, message.at).await?;
        self.had.has(message.id, number);
        Ok(())
    }
}

#[async_trait]
impl Channel for Letters {
    fn name(&self) -> &'static str {
        "mail"
    }

    /// It has arrived when nobody is left who may still get it, and somebody has.
    async fn send(&self, message: &Message) -> Result<String, Failure> {
        let mut refused = None;
        let mut taken = 0;
        for (number, to) in self.to.iter().enumerate() {
            if self.had.lacks(message.id, number) {
                match self.write(number, to, message).await {
                    Ok(()) => {}
                    Err(Undelivered { for_good: true, says }) => {
                        tracing::warn!(
                            recipient = number + 1,
                            says,
                            "the mail relay refuses a recipient of alerts"
                        );
                        refused = Some(says);
                        continue;
                    }
                    Err(Undelivered { says, .. }) => return Err(Failure::later(Reason::Relay(says))),
                }
            }
            taken += 1;
        }
        self.had.forget(message.id);
        match refused {
            Some(says) if taken == 0 => Err(Failure::Never(Reason::Relay(says))),
            Some(says) => Ok(format!("the relay took it for {taken} of {}; {says}", self.to.len())),
            None => {
                Ok(format!("the relay took it for {taken} recipient{}", if taken == 1 { "" } else { "s" }))
            }
        }
    }
}

fn letter(to: &str, message: &Message) -> Letter {
    let subject = plain::line(&format!("[Aspis] {}", message.title), SUBJECT);
    // Indented: no line of it is taken for one of the facts.
    let said = plain::lines(&message.text, TEXT);
    let mut text = String::new();
    for line in said.lines() {
        writeln!(text, "  {line}").expect("writing to a text cannot fail");
    }
    text.push('\n');
    for (name, value) in &message.facts {
        let (name, value) = (plain::line(name, 100).replace(':', " "), plain::line(value, 500));
        writeln!(text, "{name}: {value}").expect("writing to a text cannot fail");
    }
    writeln!(text, "at: {}", message.at).expect("writing to a text cannot fail");
    Letter { to: to.to_owned(), subject, text: SecretText::new(text) }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{EVIL, hostile},
        *,
    };

    #[test]
    fn no_text_becomes_a_header_or_a_line_of_its_own() {
        for evil in EVIL {
            let mut message = hostile(evil);
            message.title = evil.to_owned();
            let letter = letter("ada@example.org", &message);
            assert!(!letter.subject.contains(char::is_control), "{:?}", letter.subject);
            let text = letter.text.expose();
            assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
            assert!(text.lines().filter(|line| line.starts_with("at: ")).count() == 1, "{text}");
        }
    }
}
