//! Alerts to people and machines: mail, Slack, Discord, signed webhooks, and SMS where it is critical.
//!
//! Telling never waits and never fails: a message stands in a bounded line, is written into the durable outbox, and a
//! carrier brings it by each channel, each at its own pace, until it has arrived or is given up. What is sent twice has
//! the same identifier both times. Deliberately not here: which alerts there are (`core::alert`).

mod carrier;
mod discord;
mod failure;
mod front;
mod http;
mod mail;
mod message;
mod outbox;
mod plain;
mod recipients;
mod slack;
mod sms;
mod tally;
mod webhook;

pub use carrier::Carrier;
pub use discord::Discord;
pub use failure::{Failure, Reason};
pub(crate) use http::{Call, field};
pub use http::{Client, Target, TargetError};
pub use mail::Letters;
pub use message::Message;
pub use outbox::{Outbox, Parts, Route, Rules};
pub use slack::Slack;
pub use sms::{Form, Gateway, Method, Sms, TemplateError};
pub use tally::Tally;
pub use webhook::{SecretError, Signing, Webhook};

use async_trait::async_trait;

/// One way to tell people.
#[async_trait]
pub trait Channel: Send + Sync {
    /// What settings, commands and metrics call it.
    fn name(&self) -> &'static str;

    /// Sends a message; what came back, in plain words. Nothing in them is the receiver's own text.
    async fn send(&self, message: &Message) -> Result<String, Failure>;
}

#[cfg(test)]
pub(crate) mod tests;
