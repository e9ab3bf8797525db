//! Slack, by an incoming webhook. Its address is the secret.
//!
//! `&`, `<` and `>` are all that begins a mention, a link or a date there; written as entities they are only
//! characters. Texts are of the kind that knows no other markup.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Channel, Client, Failure, Message, Target, http::Call, plain};

/// What Slack shows of a header, a text, a field, and how many fields a block may have.
const HEADER: usize = 150;
const TEXT: usize = 3000;
const FIELD: usize = 2000;
const FIELDS: usize = 10;

/// An incoming webhook.
#[derive(Debug)]
pub struct Slack {
    client: Client,
    target: Target,
}

impl Slack {
    /// Posts there.
    pub fn new(client: Client, target: Target) -> Self {
        Self { client, target }
    }
}

#[async_trait]
impl Channel for Slack {
    fn name(&self) -> &'static str {
        "slack"
    }

    async fn send(&self, message: &Message) -> Result<String, Failure> {
        self.client.send(&self.target, Call::json(&body(message)), verdict).await
    }
}

/// 400: Slack cannot do anything with this message. 404 and 410: the hook or its place is gone.
fn verdict(status: u16) -> Option<fn(super::Reason) -> Failure> {
    match status {
        400 | 413 => Some(Failure::Never),
        404 | 410 => Some(Failure::Gone),
        _ => None,
    }
}

fn body(message: &Message) -> Value {
    let mut blocks = vec![
        json!({"type": "header", "text": text(&plain::line(&message.title, HEADER), HEADER)}),
        json!({"type": "section", "text": text(&plain::lines(&message.text, TEXT), TEXT)}),
    ];
    let facts: Vec<_> = message.facts.iter().take(FIELDS).map(|(name, value)| fact(name, value)).collect();
    if !facts.is_empty() {
        blocks.push(json!({"type": "section", "fields": facts}));
    }
    blocks.push(json!({"type": "context", "elements": [text(&message.at.to_string(), TEXT)]}));
    let short = plain::line(&format!("{} — {}", message.title, message.text), TEXT);
    // For notifications, and for readers that show no blocks: nothing in it is a link or a name of anybody.
    json!({"text": escaped(&short, TEXT), "mrkdwn": false, "parse": "none", "link_names": false, "unfurl_links": false,
           "unfurl_media": false, "blocks": blocks})
}

fn fact(name: &str, value: &str) -> Value {
    text(&format!("{}: {}", plain::line(name, 100), plain::line(value, FIELD - 102)), FIELD)
}

/// Slack counts what it is sent, entities and all; an empty text is none.
fn text(plain: &str, most: usize) -> Value {
    let plain = if plain.is_empty() { "-" } else { plain };
    json!({"type": "plain_text", "emoji": false, "text": escaped(plain, most)})
}

/// Entities for the three characters that mean something, as many as fit.
fn escaped(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = most;
    for c in text.chars() {
        let one = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            // Names of groups and people are looked for behind it by some readers of the fallback text.
            '@' => "\u{ff20}",
            _ => "",
        };
        let length = one.chars().count().max(1);
        if length > left {
            break;
        }
        left -= length;
        if one.is_empty() { out.push(c) } else { out.push_str(one) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{super::tests::hostile, *};

    #[test]
    fn nobody_is_called_and_nothing_is_a_link() {
        for evil in super::super::tests::EVIL {
            let body = body(&hostile(evil)).to_string();
            for sign in ["<!", "<@", "<http", "@channel", "@everyone", "@here", "\\r", "\\u0000", "\\u202e"] {
                assert!(!body.contains(sign), "{sign}: {body}");
            }
        }
        let shown = body(&hostile("a <b> & c"));
        assert_eq!(shown["blocks"][1]["text"]["text"], "a &lt;b&gt; &amp; c");
        assert_eq!(
            (&shown["blocks"][1]["text"]["type"], &shown["parse"]),
            (&json!("plain_text"), &json!("none"))
        );
    }

    #[test]
    fn it_keeps_within_what_slack_takes() {
        let mut long = hostile(&"<&>".repeat(9000));
        long.facts = (0..50).map(|n| (format!("fact {n}"), "<".repeat(9000))).collect();
        let body = body(&long);
        let length = |value: &Value| value.as_str().unwrap().chars().count();
        assert!(length(&body["blocks"][0]["text"]["text"]) <= HEADER);
        assert!(length(&body["blocks"][1]["text"]["text"]) <= TEXT);
        let fields = body["blocks"][2]["fields"].as_array().unwrap();
        assert!(fields.len() == FIELDS && fields.iter().all(|field| length(&field["text"]) <= FIELD));
        assert!(escaped("<<", 7) == "&lt;", "no half of an entity");
    }
}
