//! `[keys]`: how many, for how long.

use std::time::Duration;

use super::{Reply, Shop, json};

const ADA: &str = "ada@example.org";
const KEYS: &str = "/api/v1/keys";

async fn ask(shop: &Shop, token: &str, days: Option<u32>) -> Reply {
    let wish = json!({"name": "x", "scopes": ["read:prices"], "expires_in_days": days});
    shop.caller().token(token).post(KEYS, &wish).await
}

async fn rotate(shop: &Shop, token: &str, made: &Reply, minutes: Option<u32>) -> Reply {
    let path = format!("{KEYS}/{}/rotate", made.json()["id"].as_str().unwrap());
    shop.caller().token(token).post(&path, &json!({"grace_minutes": minutes})).await
}

async fn is_good(shop: &Shop, made: &Reply) -> bool {
    let key = made.json()["key"].as_str().unwrap().to_owned();
    shop.caller().with("x-api-key", &key).get("/api/v1/prices").await.status() == 200
}

#[tokio::test]
async fn keys_per_account() {
    let shop = Shop::endless(&["keys.per_account=1"]).await;
    let (ada, eve) = (shop.member(ADA).await, shop.member("eve@example.org").await);
    assert_eq!(ask(&shop, &ada, None).await.status(), 201);
    assert_eq!(ask(&shop, &ada, None).await.refusal(), (409, "too_many_keys".into()));
    assert_eq!(ask(&shop, &eve, None).await.status(), 201);
}

#[tokio::test]
async fn keys_lifetime() {
    let shop = Shop::endless(&["keys.lifetime=7d"]).await;
    let token = shop.member(ADA).await;
    assert_eq!(ask(&shop, &token, None).await.json()["expires"], "2026-11-28T12:00:00Z");
    assert_eq!(ask(&shop, &token, Some(7)).await.status(), 201);
    assert_eq!(ask(&shop, &token, Some(8)).await.fields(), ["expires_in_days"]);
}

#[tokio::test]
async fn keys_grace() {
    let shop = Shop::endless(&["keys.grace=10m"]).await;
    let token = shop.member(ADA).await;
    let made = ask(&shop, &token, None).await;
    assert_eq!(rotate(&shop, &token, &made, Some(11)).await.fields(), ["grace_minutes"]);
    assert_eq!(rotate(&shop, &token, &made, None).await.status(), 201);
    shop.wait(Duration::from_secs(599));
    assert!(is_good(&shop, &made).await);
    shop.wait(Duration::from_secs(1));
    assert!(!is_good(&shop, &made).await);
}

#[tokio::test]
async fn keys_most() {
    let shop = Shop::endless(&["keys.most=2"]).await;
    let (ada, eve) = (shop.member(ADA).await, shop.member("eve@example.org").await);
    for token in [&ada, &eve] {
        assert_eq!(ask(&shop, token, Some(1)).await.status(), 201);
    }
    assert_eq!(ask(&shop, &ada, None).await.refusal(), (409, "too_many_keys".into()));
    shop.wait(Duration::from_secs(86_400));
    let login = json!({"email": ADA, "password": super::PASSWORD});
    let again = shop.at("203.0.113.50").post("/api/v1/auth/login", &login).await.json();
    let reply = ask(&shop, again["access_token"].as_str().unwrap(), None).await;
    assert_eq!(reply.status(), 201, "what is over makes room: {}", reply.text());
}

const DAY: Duration = Duration::from_secs(86_400);

async fn key_status(shop: &Shop, made: &Reply, from: &str) -> u16 {
    let key = made.json()["key"].as_str().unwrap().to_owned();
    shop.at(from).with("x-api-key", &key).get("/api/v1/prices").await.status()
}

fn told(shop: &Shop, word: &str) -> usize {
    shop.events().iter().filter(|event| **event == word).count()
}

#[tokio::test]
async fn keys_warn() {
    let shop = Shop::endless(&["keys.warn=[\"3d\", \"2d\"]"]).await;
    let token = shop.member(ADA).await;
    assert_eq!(ask(&shop, &token, None).await.status(), 201);
    for (days, warned) in [(26, 0), (1, 1), (1, 2), (1, 2)] {
        shop.wait(DAY * days);
        shop.keep().await;
        assert_eq!(told(&shop, "key_ending"), warned, "after {days} days more");
    }
}

/// Odd is what it is under each of them; what follows is not.
#[tokio::test]
async fn keys_suspend() {
    for (stance, status, enforced) in
        [("suspend", 403, Some(true)), ("signal", 200, Some(false)), ("off", 200, None)]
    {
        let shop = Shop::endless(&[&format!("keys.suspend={stance}")]).await;
        let token = shop.member(ADA).await;
        let made = ask(&shop, &token, None).await;
        assert_eq!(key_status(&shop, &made, "203.0.113.7").await, 200);
        shop.wait(7 * DAY);
        assert_eq!(key_status(&shop, &made, "192.0.2.66").await, status, "{stance}");
        assert_eq!(key_status(&shop, &made, "192.0.2.66").await, status, "{stance}");
        let odd: Vec<_> = shop
            .event_log()
            .into_iter()
            .filter(|event| event.kind == aspis_core::event::Kind::KeySuspended)
            .collect();
        assert_eq!(odd.first().map(|event| event.enforced), enforced, "{stance}");
        assert!(odd.len() <= 1, "{stance}: said once");
    }
}

#[tokio::test]
async fn keys_settled() {
    let shop = Shop::endless(&["keys.settled=1d"]).await;
    let token = shop.member(ADA).await;
    let (first, second) = (ask(&shop, &token, None).await, ask(&shop, &token, None).await);
    for made in [&first, &second] {
        assert_eq!(key_status(&shop, made, "203.0.113.7").await, 200);
    }
    shop.wait(DAY.checked_sub(Duration::from_secs(1)).unwrap());
    assert_eq!(key_status(&shop, &first, "192.0.2.66").await, 200);
    shop.wait(Duration::from_secs(1));
    assert_eq!(key_status(&shop, &second, "192.0.2.66").await, 403);
}

/// How many calls of a day a settled key may make before it is suspended.
async fn calls(settings: &[&str]) -> usize {
    let shop = Shop::endless(&[&["keys.settled=1d"], settings].concat()).await;
    let token = shop.member(ADA).await;
    let made = ask(&shop, &token, None).await;
    assert_eq!(key_status(&shop, &made, "203.0.113.7").await, 200);
    shop.wait(DAY);
    let mut passed = 0;
    while key_status(&shop, &made, "203.0.113.7").await == 200 {
        passed += 1;
        assert!(passed < 1000, "{settings:?}");
    }
    passed
}

/// A usual day counts as a hundred calls at least.
#[tokio::test]
async fn keys_volume_times() {
    assert_eq!(calls(&["keys.volume_times=2", "keys.volume_least=1"]).await, 200);
    assert_eq!(calls(&["keys.volume_times=3", "keys.volume_least=1"]).await, 300);
}

#[tokio::test]
async fn keys_volume_least() {
    assert_eq!(calls(&["keys.volume_times=2", "keys.volume_least=250"]).await, 250);
}

#[tokio::test]
async fn keys_busy() {
    let shop = Shop::endless(&["keys.busy=3"]).await;
    let token = shop.member(ADA).await;
    let made = ask(&shop, &token, None).await;
    for call in 1..=5 {
        assert_eq!(key_status(&shop, &made, "203.0.113.7").await, 200);
        assert_eq!(told(&shop, "key_busy"), usize::from(call > 3), "{call}");
    }
}
