//! How a key is sent, what is no key, and what is told of it.

use serde_json::json;

use super::{ADA, make, refused, shop, with_key};
use crate::{
    shop::{PASSWORD, Shop},
    sql_injection::log_of,
};

const PRICES: &str = "/api/v1/prices";

#[tokio::test]
async fn a_key_is_sent_in_one_of_two_ways() {
    let (shop, token) = shop().await;
    let (key, _) = make(&shop, &token, &["read:prices"]).await;
    for (name, value) in [
        ("x-api-key", key.clone()),
        ("X-API-Key", key.clone()),
        ("authorization", format!("Bearer {key}")),
        ("authorization", format!("bearer {key}")),
    ] {
        assert_eq!(shop.caller().with(name, &value).get(PRICES).await.status(), 200, "{name}: {value}");
    }
    for (name, value) in [
        ("authorization", format!("DPoP {key}")),
        ("authorization", format!("Basic {key}")),
        ("authorization", key.clone()),
    ] {
        let reply = shop.caller().with(name, &value).get(PRICES).await;
        assert_eq!(reply.refusal(), refused(401, "invalid_token"), "{value}");
    }
    let in_query = shop.caller().get(&format!("{PRICES}?api_key={key}")).await;
    assert_eq!(in_query.refusal(), refused(400, "invalid_query"), "it has no place in a URL");
}

/// One of them may be planted: nobody guesses for whom such a request asks.
#[tokio::test]
async fn two_credentials_are_one_too_many() {
    let (shop, token) = shop().await;
    let (key, _) = make(&shop, &token, &["read:prices"]).await;
    let both = with_key(shop.caller(), &key);
    let bearer = format!("Bearer {key}");
    for caller in [
        both.clone().token(&token),
        both.clone().with("authorization", &bearer),
        both.clone().with("x-api-key", &key),
        both.clone().with("cookie", "aspis_session=anything"),
        shop.caller().with("authorization", &bearer).with("cookie", "aspis_session=anything"),
    ] {
        for path in [PRICES, "/api/v1/portfolio", "/openapi.json"] {
            assert_eq!(caller.get(path).await.refusal(), refused(400, "ambiguous_credentials"), "{path}");
        }
    }
    assert_eq!(both.get("/openapi.json").await.status(), 200, "one alone is not even looked at there");
}

#[tokio::test]
async fn what_is_no_key_of_ours_is_one_answer() {
    let (shop, token) = shop().await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    let (dead, dead_id) = make(&shop, &token, &["read:prices"]).await;
    assert_eq!(super::revoke(&shop, &token, &dead_id).await.status(), 204);
    let last = key.chars().last().unwrap();
    let flipped = format!("{}{}", &key[..key.len() - 1], if last == '0' { '1' } else { '0' });
    let mut bodies = std::collections::BTreeSet::new();
    for wrong in [flipped.as_str(), &dead, &id, &token, "", "aspis_live_", &key.to_lowercase()] {
        let reply = with_key(shop.caller(), wrong).get("/api/v1/portfolio").await;
        assert_eq!(reply.refusal(), refused(401, "invalid_key"), "{wrong}");
        let mut body = reply.json();
        body.as_object_mut().unwrap().remove("request_id");
        bodies.insert(body.to_string());
        assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer"));
    }
    assert_eq!(bodies.len(), 1, "nobody learns why");
    assert_eq!(with_key(shop.caller(), &dead).get(PRICES).await.status(), 401, "nor is it taken for none");
    let rules: std::collections::BTreeSet<_> = shop
        .event_log()
        .into_iter()
        .filter(|event| event.kind.word() == "invalid_key")
        .map(|event| event.rule.unwrap().name.into_owned())
        .collect();
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["key.checksum", "key.unknown"], "the operator does");
}

/// A flood of made-up keys is a flood like any other.
#[tokio::test]
async fn made_up_keys_spend_the_clients_window() {
    let shop = Shop::with(&["rate.prices=5/minute"]).await;
    for _ in 0..5 {
        assert_eq!(with_key(shop.caller(), "aspis_live_x").get(PRICES).await.status(), 401);
    }
    assert_eq!(with_key(shop.caller(), "aspis_live_x").get(PRICES).await.status(), 429);
}

#[tokio::test]
async fn a_key_is_in_no_log_and_in_no_file() {
    let (shop, token) = shop().await;
    let (key, id) = make(&shop, &token, &["read:prices", "predict"]).await;
    let next = super::rotate(&shop, &token, &id, &json!({})).await;
    let (second, _) = super::read(&next);
    for caller in
        [with_key(shop.caller(), &key), shop.caller().with("authorization", &format!("Bearer {key}"))]
    {
        for path in [PRICES, "/api/v1/portfolio", "/api/v1/auth/me", "/api/v1/price/NOPE", "/nowhere"] {
            let reply = caller.get(path).await;
            assert!(!reply.text().contains(&key) && reply.headers().all(|(_, value)| !value.contains(&key)));
        }
        caller.post("/api/v1/auth/login", &json!({"email": ADA, "password": PASSWORD})).await;
    }
    let listed = shop.caller().token(&token).get(super::KEYS).await.text();
    let notices = shop.caller().token(&token).get("/api/v1/auth/notices").await.text();
    let events = shop.event_log();
    let texts =
        [listed, notices, format!("{events:?}"), log_of(&events), shop.app.metrics.render()].join("\n");
    let files = shop.stop().await;
    let mut bytes = texts.into_bytes();
    for entry in std::fs::read_dir(files.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(memchr::memmem::find(&bytes, b"the nightly job").is_some(), "this is where it would be");
    for secret in [&key, &second] {
        // The first half of what is chance in it would be half the key.
        for part in [&secret[..], &secret[11..33], &secret[33..54]] {
            assert!(memchr::memmem::find(&bytes, part.as_bytes()).is_none());
        }
    }
}
