//! No secret that is sent is ever found again: not in an event, a log line, a metric, or an answer.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use crate::{
    shop::{Caller, Reply, Shop},
    sql_injection::log_of,
};

mod binary;
mod kinds;
mod panics;
mod real;

/// Part of every secret below, and of nothing else.
const CANARY: &str = "c4n4ry";

/// The server log at its most talkative.
#[derive(Clone, Default)]
pub(crate) struct Talk(Arc<Mutex<Vec<u8>>>);

impl Write for Talk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Talk {
    pub(crate) fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let talk = self.clone();
        let subscriber =
            tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || talk.clone());
        tracing::subscriber::set_default(subscriber.finish())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

fn secret(name: &str) -> String {
    format!("{CANARY}-{name}-violet-harbour")
}

/// A caller whose every header holds a secret.
fn laden(shop: &Shop) -> Caller<'_> {
    let names = [
        "cookie",
        "proxy-authorization",
        "x-access-token",
        "x-forwarded-for",
        "referer",
        "user-agent",
        "dpop",
        "x-request-id",
    ];
    names.iter().fold(shop.caller(), |caller, name| caller.with(name, &secret(name)))
}

/// Bodies that fail and succeed in every way with a secret in each value.
fn bodies() -> Vec<Value> {
    let value = secret("value");
    vec![
        json!({"email": "ada@example.org", "password": value}),
        json!({"email": value, "password": value, "full_name": value}),
        json!({"email": format!("{value}@example.org"), "password": value, "full_name": format!("<{value}>")}),
        json!({"refresh_token": value}),
        json!({"refresh_token": format!("aspis_rt_{CANARY}{}", "A".repeat(43 - CANARY.len()))}),
        json!({"password": [value], "email": 5}),
        json!({"email": format!("{value}' OR '1'='1"), "password": value}),
        json!({"asset_id": value, "quantity": value, "note": value, "max_price": value}),
        json!({"asset_id": "BTC", "quantity": "1", "max_price": value}),
        json!({"price": value}),
        json!({"source": value}),
        json!({"horizon_days": value}),
        json!(value),
        json!([value]),
    ]
}

async fn everything(shop: &Shop) -> Vec<Reply> {
    let token = shop.member("ada@example.org").await;
    let (nobody, me) = (laden(shop), laden(shop).token(&token));
    let stranger = laden(shop).with("authorization", &format!("Bearer {}", secret("token")));
    // One that is no key by its form, and one that is none by its checksum alone.
    let key = format!("aspis_live_{CANARY}{}", "A".repeat(49 - CANARY.len()));
    let keyed = laden(shop).with("x-api-key", &secret("api-key"));
    let bearing = laden(shop).with("authorization", &format!("Bearer {key}"));
    let mut replies = Vec::new();
    for row in aspis::surface::rows() {
        let (method, path) = (
            row.method.as_str(),
            row.path.replace("{asset}", "BTC").replace("{token}", &secret("link")).replace("{code}", "x"),
        );
        for caller in [&nobody, &stranger, &me, &keyed, &bearing] {
            // A sign-out would end the token that the rest is sent with.
            if method == "POST" && !path.ends_with("logout") {
                for body in bodies() {
                    replies.push(
                        caller.clone().with("idempotency-key", &secret("key")).post(&path, &body).await,
                    );
                }
                replies.push(caller.post_raw(&path, format!("{{\"password\":\"{}\"", secret("cut"))).await);
                replies.push(caller.call(method, &path, secret("text")).await);
            }
            for query in [
                format!("cursor={}", secret("cursor")),
                format!("limit={0}&from={0}&asset={0}&format={0}", secret("query")),
            ] {
                replies.push(caller.call(method, &format!("{path}?{query}"), "").await);
            }
            replies
                .push(caller.clone().with("authorization", &secret("second")).call(method, &path, "").await);
        }
    }
    replies.push(nobody.get(&format!("/api/v1/price/{}", secret("asset"))).await);
    replies.push(nobody.get(&format!("/{}/../x", secret("path"))).await);
    replies
}

#[tokio::test]
async fn no_secret_is_ever_found_again() {
    let talk = Talk::default();
    let listening = talk.listen();
    let shop = Shop::endless(&[]).await;
    let replies = everything(&shop).await;
    drop(listening);
    assert!(replies.len() > 400, "{}", replies.len());
    for reply in &replies {
        assert!(reply.status() < 500, "{}", reply.text());
        assert!(!reply.text().contains(CANARY), "{}", reply.text());
        assert!(reply.headers().all(|(_, value)| !value.contains(CANARY)));
    }
    let events = shop.event_log();
    assert!(events.len() > 100, "{}", events.len());
    for (what, text) in [
        ("an event", format!("{events:?}")),
        ("the log", log_of(&events)),
        ("a metric", shop.app.metrics.render()),
        ("the server log", talk.text()),
    ] {
        let place =
            text.find(CANARY).map(|at| text[at.saturating_sub(300)..].chars().take(600).collect::<String>());
        assert_eq!(place, None, "in {what}");
    }
}

#[tokio::test]
async fn what_is_stored_of_a_password_and_a_token_is_not_the_thing_itself() {
    let shop = Shop::open().await;
    let tokens = shop.tokens("ada@example.org").await;
    let account = shop.app.store.accounts.by_email("ada@example.org").await.unwrap().unwrap();
    assert!(account.password_hash.starts_with("$argon2id$"), "{}", account.password_hash);
    let files = shop.stop().await;
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(files.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(memchr::memmem::find(&bytes, b"ada@example.org").is_some(), "this is where it would be");
    for secret in [
        crate::shop::PASSWORD,
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
    ] {
        assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none());
    }
}
