//! Any receiver, by Standard Webhooks 1.0.0: signed, with an identifier that stays over every try.
//!
//! Success is 2xx alone; nothing is followed elsewhere, and 410 ends the channel.

use std::sync::Arc;

use aspis_core::clock::Clock;
use async_trait::async_trait;
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::{Map, Value, json};

use super::{Channel, Client, Failure, Message, Reason, Target, http::Call, plain};

mod signing;

pub use signing::{SecretError, Signing};

/// Characters of a text, so that a body stays well below 20,000 bytes.
const TEXT: usize = 2000;
const VALUE: usize = 100;
const FACTS: usize = 12;

/// A receiver of signed messages.
#[derive(Debug)]
pub struct Webhook {
    client: Client,
    target: Target,
    signing: Signing,
    clock: Arc<dyn Clock>,
}

impl Webhook {
    /// Posts there, signed so.
    pub fn new(client: Client, target: Target, signing: Signing, clock: Arc<dyn Clock>) -> Self {
        Self { client, target, signing, clock }
    }

    fn call(&self, message: &Message) -> Option<Call> {
        let id = format!("msg_{}", message.id.simple());
        let seconds = self.clock.now().seconds();
        let body = body(message).to_string().into_bytes();
        let signature = self.signing.sign(&id, seconds, &body);
        let field =
            |name, value: &str| Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?));
        let fields = vec![
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            field("webhook-id", &id)?,
            field("webhook-timestamp", &seconds.to_string())?,
            field("webhook-signature", &signature)?,
        ];
        Some(Call { method: Method::POST, fields, body })
    }
}

#[async_trait]
impl Channel for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, message: &Message) -> Result<String, Failure> {
        let call = self.call(message).ok_or(Failure::Never(Reason::Form))?;
        self.client.send(&self.target, call, verdict).await
    }
}

fn verdict(status: u16) -> Option<fn(Reason) -> Failure> {
    (status == 410).then_some(Failure::Gone)
}

fn body(message: &Message) -> Value {
    let facts: Map<String, Value> = message
        .facts
        .iter()
        .take(FACTS)
        .map(|(name, value)| (plain::line(name, VALUE), plain::line(value, VALUE).into()))
        .collect();
    let kind = match message.turn.as_str() {
        "test" => "alert.test",
        "ended" => "alert.ended",
        _ => "alert.raised",
    };
    json!({
        "type": kind,
        "timestamp": message.at.to_string(),
        "data": {
            "rule": plain::line(&message.rule, VALUE),
            "severity": message.severity.word(),
            "turn": plain::line(&message.turn, VALUE),
            "about": plain::line(&message.subject, VALUE),
            "title": plain::line(&message.title, VALUE),
            "text": plain::lines(&message.text, TEXT),
            "facts": facts,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{EVIL, hostile},
        *,
    };

    #[test]
    fn a_body_has_its_three_parts_and_is_small() {
        let mut long = hostile(&"\u{1F600}\"\\".repeat(9000));
        long.facts = (0..90).map(|n| (format!("fact {n}"), "\"".repeat(9000))).collect();
        let text = body(&long).to_string();
        assert!(text.len() < 20_000, "{}", text.len());
        for evil in EVIL {
            let body = body(&hostile(evil));
            assert_eq!(body["type"], "alert.raised");
            assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
            assert!(!body["data"]["text"].as_str().unwrap().contains(['\r', '\u{0}', '\u{202e}']));
        }
    }
}
