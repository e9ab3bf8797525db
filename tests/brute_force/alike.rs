//! Whether there is such an account is told by nothing: not the words, not the headers, not the time.

use std::time::Duration;

use aspis_core::clock::{Clock, SystemClock};
use serde_json::json;

use super::hand::gist;
use crate::shop::{PASSWORD, Shop};

const LOGIN: &str = "/api/v1/auth/login";

#[tokio::test]
async fn a_known_and_an_unknown_name_are_answered_alike() {
    // What a lock answers is told elsewhere.
    let shop = Shop::with(&["lock.after=1000"]).await;
    shop.member("ada@example.org").await;
    let long = "x".repeat(1000);
    let passwords =
        ["not the right words 7", "", "x", &long, "\u{1f6e1}\u{fe0f} shield", "' OR '1'='1", PASSWORD];
    for (at, password) in passwords.into_iter().enumerate() {
        let names = if password == PASSWORD {
            ["bob@example.org", "nobody at all"]
        } else {
            ["ada@example.org", "bob@example.org"]
        };
        let [one, other] = [0, 1].map(|which| {
            let (caller, name) = (shop.at(&format!("192.0.{which}.{at}")), names[which]);
            async move { gist(&caller.post(LOGIN, &json!({"email": name, "password": password})).await) }
        });
        let (one, other) = (one.await, other.await);
        assert_eq!(one.0, 401, "{password:?}");
        assert_eq!(one, other, "{password:?}");
    }
}

/// The middle of some durations.
fn median(mut spans: Vec<Duration>) -> f64 {
    spans.sort_unstable();
    spans[spans.len() / 2].as_secs_f64()
}

#[tokio::test]
async fn a_known_and_an_unknown_name_take_as_long() {
    // A hash that outweighs everything else, so that leaving it out would show at once.
    let shop = Shop::lenient(&["password.argon2_memory_kib=4096", "password.argon2_passes=3"]).await;
    shop.member("ada@example.org").await;
    let watch = SystemClock::start();
    let mut spans = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..31 {
        for (which, name) in ["ada@example.org", "bob@example.org", "no address"].into_iter().enumerate() {
            let began = watch.uptime();
            let reply =
                shop.caller().post(LOGIN, &json!({"email": name, "password": "not the right words 7"})).await;
            spans[which].push(watch.uptime().saturating_sub(began));
            assert_eq!(reply.code(), "invalid_credentials");
        }
    }
    let [known, unknown, malformed] = spans.map(median);
    for other in [unknown, malformed] {
        assert!((0.6..1.7).contains(&(other / known)), "{known} s, {unknown} s, {malformed} s");
    }
}

#[tokio::test]
async fn registering_a_taken_name_does_the_same_work() {
    let shop = Shop::lenient(&["password.argon2_memory_kib=4096", "password.argon2_passes=3"]).await;
    shop.member("ada@example.org").await;
    let watch = SystemClock::start();
    let mut spans = [Vec::new(), Vec::new()];
    for round in 0..21 {
        for (which, email) in
            ["ada@example.org".to_owned(), format!("new{round}@example.org")].into_iter().enumerate()
        {
            let began = watch.uptime();
            let person = json!({"email": email, "password": PASSWORD, "full_name": "Ada"});
            let status = shop.caller().post("/api/v1/auth/register", &person).await.status();
            spans[which].push(watch.uptime().saturating_sub(began));
            assert_eq!(status, if which == 0 { 409 } else { 201 });
        }
    }
    let [taken, fresh] = spans.map(median);
    // A new account is written to the disk too; a taken one must not skip the hash.
    assert!(taken > fresh * 0.3, "taken {taken} s, new {fresh} s");
}
