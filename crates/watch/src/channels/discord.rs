//! Discord, by a webhook. Its address is the secret.
//!
//! A message goes as an embed with every sign of its Markdown escaped, and nobody may be mentioned by it.

use aspis_core::alert::Severity;
use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Channel, Client, Failure, Message, Target, http::Call, plain};

/// What Discord shows of a title, a text, and a field; how many fields there may be, and characters in all.
const TITLE: usize = 256;
const TEXT: usize = 3000;
const NAME: usize = 100;
const VALUE: usize = 200;
const FIELDS: usize = 8;

/// A webhook of Discord.
#[derive(Debug)]
pub struct Discord {
    client: Client,
    target: Target,
}

impl Discord {
    /// Posts there.
    pub fn new(client: Client, target: Target) -> Self {
        Self { client, target }
    }
}

#[async_trait]
impl Channel for Discord {
    fn name(&self) -> &'static str {
        "discord"
    }

    async fn send(&self, message: &Message) -> Result<String, Failure> {
        self.client.send(&self.target, Call::json(&body(message)), verdict).await
    }
}

/// 401 and 404: the hook was deleted, and whoever goes on asking is shut out.
fn verdict(status: u16) -> Option<fn(super::Reason) -> Failure> {
    match status {
        400 | 413 => Some(Failure::Never),
        401 | 404 | 410 => Some(Failure::Gone),
        _ => None,
    }
}

fn body(message: &Message) -> Value {
    let field = |(name, value): &(String, String)| json!({"name": line(name, NAME), "value": line(value, VALUE), "inline": true});
    let fields: Vec<_> = message.facts.iter().take(FIELDS).map(field).collect();
    let embed = json!({
        "title": line(&message.title, TITLE),
        "description": escaped(&plain::lines(&message.text, TEXT), TEXT),
        "color": colour(message.severity),
        "fields": fields,
        "timestamp": message.at.to_string(),
    });
    json!({"username": "Aspis", "allowed_mentions": {"parse": []}, "embeds": [embed]})
}

/// Red, amber, blue.
const fn colour(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 0xC6_2828,
        Severity::Warning => 0xEF_8F00,
        Severity::Info => 0x15_65C0,
    }
}

/// An empty text is none.
fn line(text: &str, most: usize) -> String {
    let line = plain::line(text, most);
    escaped(if line.is_empty() { "-" } else { &line }, most)
}

/// A backslash before every sign that may mean something, as many as fit.
fn escaped(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut left = most;
    for c in text.chars() {
        let marked = matches!(
            c,
            '\\' | '*'
                | '_'
                | '~'
                | '`'
                | '|'
                | '>'
                | '<'
                | '#'
                | '-'
                | '+'
                | '['
                | ']'
                | '('
                | ')'
                | ':'
                | '@'
                | '!'
                | '/'
        );
        let length = 1 + usize::from(marked);
        if length > left {
            break;
        }
        left -= length;
        if marked {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{super::tests::hostile, *};

    #[test]
    fn nobody_is_called_and_nothing_is_markup() {
        for evil in super::super::tests::EVIL {
            let body = body(&hostile(evil));
            assert_eq!(body["allowed_mentions"], json!({"parse": []}));
            assert!(body.get("content").is_none());
            let text = body["embeds"][0]["description"].as_str().unwrap();
            let mut before = ' ';
            for c in text.chars() {
                assert!(before == '\\' || !"*_~`|><#[]()@:!".contains(c), "{c}: {text}");
                before = if before == '\\' { ' ' } else { c };
            }
            assert!(!text.contains(['\r', '\u{0}', '\u{202e}']), "{text:?}");
        }
    }

    #[test]
    fn it_keeps_within_what_discord_takes() {
        let mut long = hostile(&"*_".repeat(9000));
        long.facts = (0..50).map(|n| (format!("fact {n}"), "*".repeat(9000))).collect();
        let body = body(&long);
        let embed = &body["embeds"][0];
        let length = |value: &Value| value.as_str().unwrap().chars().count();
        assert!(length(&embed["title"]) <= 256 && length(&embed["description"]) <= 4096);
        let fields = embed["fields"].as_array().unwrap();
        let facts: usize = fields.iter().map(|field| length(&field["name"]) + length(&field["value"])).sum();
        assert!(
            fields.len() <= 25 && length(&embed["title"]) + length(&embed["description"]) + facts <= 6000
        );
        assert!(fields.iter().all(|field| length(&field["name"]) <= 256 && length(&field["value"]) <= 1024));
        assert_eq!(escaped("**", 3), "\\*", "no half of a pair");
    }
}
