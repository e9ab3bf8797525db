//! Many at once: the limit admits exactly its number, and a full house comes after the limits.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;
use serde_json::json;
use tokio::task::JoinSet;

use crate::shop::{PASSWORD, Shop};

/// A hash that takes long enough to be caught at it.
const SLOW: [&str; 3] =
    ["password.argon2_memory_kib=19456", "password.argon2_passes=10", "password.workers=1"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_at_once_are_admitted_fifty_times() {
    let shop = Arc::new(Shop::with(&["rate.prices=50/minute", "admission.in_progress=1000"]).await);
    let mut requests = JoinSet::new();
    for _ in 0..200 {
        let shop = Arc::clone(&shop);
        requests.spawn(async move { shop.caller().get("/api/v1/price/BTC").await.status() });
    }
    let mut statuses = BTreeMap::<u16, u32>::new();
    for status in requests.join_all().await {
        *statuses.entry(status).or_default() += 1;
    }
    assert_eq!(statuses, BTreeMap::from([(200, 50), (429, 150)]));
}

/// Sign-ins have places of their own: prices are read while theirs are taken.
#[tokio::test]
async fn a_full_house_is_busy_after_the_limits_have_spoken() {
    let settings = [SLOW.as_slice(), &["admission.in_progress=1", "rate.login=2/minute"]].concat();
    let shop = Shop::with(&settings).await;
    let (there, here) = (shop.at("192.0.2.1"), shop.caller());
    let body = json!({"email": "nobody@example.org", "password": PASSWORD});
    let tries = async {
        let mut found = Vec::new();
        for _ in 0..3 {
            found.push(here.post("/api/v1/auth/login", &body).await);
        }
        assert_eq!(here.get("/api/v1/prices").await.status(), 200);
        found
    };
    let (login, tries) = tokio::join!(biased; there.post("/api/v1/auth/login", &body), tries);
    assert_eq!(login.refusal(), (401, "invalid_credentials".into()));
    let refusals: Vec<_> = tries.iter().map(crate::shop::Reply::refusal).collect();
    let busy = (503, "server_busy".to_owned());
    assert_eq!(refusals, [busy.clone(), busy, (429, "rate_limited".to_owned())]);
    assert_eq!(tries[0].header("retry-after"), Some("1"));
    assert!(tries.iter().all(|reply| reply.header("ratelimit").is_some()));
    let again = shop.at("192.0.2.2").post("/api/v1/auth/login", &body).await;
    assert_eq!(again.status(), 401, "the place is free again");
}

#[tokio::test]
async fn a_caller_that_goes_away_gives_its_place_back() {
    let shop = Shop::with(&[SLOW.as_slice(), &["admission.in_progress=1"]].concat()).await;
    let body = json!({"email": "nobody@example.org", "password": PASSWORD});
    for host in 0..5 {
        let caller = shop.at(&format!("192.0.2.{host}"));
        let mut login = Box::pin(caller.post("/api/v1/auth/login", &body));
        assert!(futures_util::poll!(&mut login).is_pending());
        let other = shop.at(&format!("192.0.2.{}", 100 + host));
        assert_eq!(other.post("/api/v1/auth/register", &body).await.status(), 503);
        drop(login);
        assert_eq!(other.post("/api/v1/auth/register", &body).await.status(), 400);
    }
}

#[tokio::test]
async fn a_flood_of_sign_ins_is_turned_away_while_prices_are_read() {
    let shop = Shop::with(&[SLOW.as_slice(), &["password.queue=1"]].concat()).await;
    let body = json!({"email": "nobody@example.org", "password": PASSWORD});
    let callers: Vec<_> = (0..12).map(|host| shop.at(&format!("192.0.2.{host}"))).collect();
    let logins = Box::pin(join_all(callers.iter().map(|caller| caller.post("/api/v1/auth/login", &body))));
    let reads = Box::pin(async {
        for _ in 0..40 {
            assert_eq!(shop.caller().get("/api/v1/price/BTC").await.status(), 200);
        }
    });
    let futures_util::future::Either::Right(((), logins)) = futures_util::future::select(logins, reads).await
    else {
        panic!("forty reads took longer than two hashes");
    };
    let mut statuses = BTreeMap::<(u16, String), u32>::new();
    for reply in logins.await {
        assert_eq!(reply.header("retry-after").is_some(), reply.status() == 503);
        *statuses.entry(reply.refusal()).or_default() += 1;
    }
    // One is hashed, one waits; a third may slip in when the first is done.
    let hashed = statuses[&(401, "invalid_credentials".to_owned())];
    assert!((2..=4).contains(&hashed), "{statuses:?}");
    assert_eq!(statuses[&(503, "server_busy".to_owned())], 12 - hashed);
}
