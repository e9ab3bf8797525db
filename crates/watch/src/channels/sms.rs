//! SMS by a gateway that takes HTTP: for what is critical, and no more of them a day than the budget allows.
//!
//! How a gateway is spoken to is a template of the settings; what is filled in is encoded for its place.

use std::sync::Arc;

use aspis_core::{alert::Severity, clock::Clock};
use aspis_store::{Outbox, memory::Memory};
use async_trait::async_trait;

use super::{
    Channel, Client, Failure, Message, Reason,
    http::{Call, Target},
    recipients::Recipients,
};

mod gsm;
mod template;

pub use template::{Form, Gateway, Method, TemplateError};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Short messages to operators.
#[derive(Debug)]
pub struct Sms {
    client: Client,
    gateway: Gateway,
    to: Vec<String>,
    budget: Budget,
    had: Recipients,
    /// Whose message the budget has paid for.
    paid: Recipients,
}

/// What may be sent in a day, counted where it survives a restart; in memory while that cannot be asked.
struct Budget {
    a_day: u64,
    kept: Arc<dyn Outbox>,
    spare: Memory,
    clock: Arc<dyn Clock>,
}

impl Budget {
    async fn spend(&self) -> bool {
        let day = self.clock.now().seconds().div_euclid(DAY);
        let kept = self.kept.spend("sms", day, 1, self.a_day).await;
        match kept {
            Ok(spent) => spent,
            Err(_) => self.spare.spend("sms", day, 1, self.a_day).await.unwrap_or(false),
        }
    }
}

impl std::fmt::Debug for Budget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget").field("a_day", &self.a_day).finish_non_exhaustive()
    }
}

impl Sms {
    /// Short messages to these numbers, so many a day.
    pub fn new(
        client: Client,
        gateway: Gateway,
        to: Vec<String>,
        a_day: u64,
        kept: Arc<dyn Outbox>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let budget = Budget { a_day, kept, spare: Memory::default(), clock };
        Self { client, gateway, to, budget, had: Recipients::default(), paid: Recipients::default() }
    }

    async fn text(&self, number: usize, to: &str, message: &Message) -> Result<String, Failure> {
        // A gateway that is away for hours does not eat the day's budget: what is tried again was paid for.
        if self.paid.lacks(message.id, number) {
            if !self.budget.spend().await {
                return Err(Failure::Spent);
            }
            self.paid.has(message.id, number);
        }
        let id = format!("{}-{number}", message.id.simple());
        let (address, call): (Target, Call) =
            self.gateway.call(to, &text(message), &id).ok_or(Failure::Never(Reason::Form))?;
        let says = self.client.send(&address, call, |_| None).await?;
        self.had.has(message.id, number);
        Ok(says)
    }
}

#[async_trait]
impl Channel for Sms {
    fn name(&self) -> &'static str {
        "sms"
    }

    async fn send(&self, message: &Message) -> Result<String, Failure> {
        let mut says = "everybody has it already".to_owned();
        for (number, to) in self.to.iter().enumerate() {
            if self.had.lacks(message.id, number) {
                says = self.text(number, to, message).await?;
            }
        }
        self.had.forget(message.id);
        self.paid.forget(message.id);
        Ok(says)
    }
}

/// One short message: the sentence, after the headline where that says more than the rule.
fn text(message: &Message) -> String {
    let word = if message.severity == Severity::Critical { "CRITICAL" } else { message.severity.word() };
    let said = match message.rule.as_str() {
        "digest" | "test" => format!("Aspis: {}. {}", message.title, message.text),
        rule => format!("Aspis {word}: {} ({rule})", message.text),
    };
    gsm::short(&said)
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{EVIL, hostile},
        *,
    };

    #[test]
    fn a_short_message_is_short_and_plain() {
        for evil in EVIL {
            let text = text(&hostile(&evil.repeat(20)));
            assert!(text.starts_with("Aspis CRITICAL: ") && text.chars().count() <= 160, "{text}");
            assert!(!text.contains(char::is_control), "{text:?}");
        }
    }
}
