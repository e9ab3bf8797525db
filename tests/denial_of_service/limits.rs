//! Each class has its limit: so many pass, the next is refused, and a refusal costs nothing.

use std::time::Duration;

use serde_json::json;

use crate::shop::{PASSWORD, Reply, Shop};

/// What `RateLimit` says is left.
fn remaining(reply: &Reply) -> u64 {
    let field = reply.header("ratelimit").unwrap();
    let (_, rest) = field.split_once(";r=").unwrap();
    rest.split(';').next().unwrap().parse().unwrap()
}

/// Sends until refused; how many passed, and the refusal.
async fn spend(shop: &Shop, address: &str, method: &str, path: &str) -> (u64, Reply) {
    let caller = shop.at(address);
    for passed in 0..1000 {
        let reply = caller.call(method, path, "").await;
        if reply.status() == 429 {
            return (passed, reply);
        }
    }
    panic!("{method} {path} is never refused");
}

#[tokio::test]
async fn every_class_has_its_limit() {
    let shop = Shop::open().await;
    let classes = [
        ("login", 5, "POST", "/api/v1/auth/login"),
        ("register", 5, "POST", "/api/v1/auth/register"),
        ("refresh", 30, "POST", "/api/v1/auth/refresh"),
        ("predict", 10, "POST", "/api/v1/predict/BTC"),
        ("portfolio", 30, "GET", "/api/v1/portfolio"),
        ("prices", 60, "GET", "/api/v1/price/BTC"),
        ("static", 600, "GET", "/.well-known/jwks.json"),
        ("default", 60, "GET", "/api/v1/auth/me"),
    ];
    for (at, (class, limit, method, path)) in classes.into_iter().enumerate() {
        let (passed, refused) = spend(&shop, &format!("203.0.113.{at}"), method, path).await;
        assert_eq!(passed, limit, "{class}");
        assert_eq!(refused.refusal(), (429, "rate_limited".into()), "{class}");
        assert_eq!(refused.header("ratelimit-policy"), Some(&*format!("\"{class}\";q={limit};w=60")));
        assert_eq!(remaining(&refused), 0, "{class}");
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=64).contains(&wait), "{class}: {wait}");
        assert_eq!(refused.header("ratelimit"), Some(&*format!("\"{class}\";r=0;t={wait}")));
    }
    let refused = shop.event_log().into_iter().filter(|event| event.kind.word() == "rate_limited");
    let rules: Vec<_> = refused.map(|event| event.rule.unwrap()).collect();
    assert_eq!(rules.len(), classes.len());
    assert_eq!((&*rules[0].name, rules[0].count), ("rate.login", Some(5)));
}

#[tokio::test]
async fn a_path_that_is_not_there_has_a_budget_too() {
    let shop = Shop::open().await;
    let (passed, refused) = spend(&shop, "203.0.113.7", "GET", "/nothing/here").await;
    assert_eq!((passed, refused.status()), (60, 429));
    assert_eq!(shop.caller().get("/something/else").await.status(), 429);
}

#[tokio::test]
async fn what_is_left_is_said_with_every_answer() {
    let shop = Shop::open().await;
    for left in (0..60).rev() {
        let reply = shop.caller().get("/api/v1/price/BTC").await;
        assert_eq!((reply.status(), remaining(&reply)), (200, left));
        assert_eq!(reply.header("ratelimit-policy"), Some("\"prices\";q=60;w=60"));
        assert_eq!(reply.header("retry-after"), None);
    }
}

#[tokio::test]
async fn routes_of_a_class_share_one_budget_and_classes_do_not() {
    let shop = Shop::with(&["rate.prices=4/minute"]).await;
    let caller = shop.caller();
    for path in ["/api/v1/price/BTC", "/api/v1/prices", "/api/v1/assets", "/api/v1/history/ETH?limit=1"] {
        assert_eq!(caller.get(path).await.status(), 200);
    }
    assert_eq!(caller.get("/api/v1/price/LTC").await.status(), 429);
    assert_eq!(caller.get("/api/v1/bulk/prices").await.status(), 429);
    assert_eq!(caller.post("/api/v1/predict/BTC", &json!({})).await.status(), 200);
}

#[tokio::test]
async fn a_refused_request_does_not_count() {
    let shop = Shop::with(&["rate.prices=5/minute"]).await;
    let (_, refused) = spend(&shop, "203.0.113.7", "GET", "/api/v1/prices").await;
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    for second in (1..wait).rev() {
        shop.wait(Duration::from_secs(1));
        let again = shop.caller().get("/api/v1/prices").await;
        assert_eq!((again.status(), again.header("retry-after")), (429, Some(&*second.to_string())));
    }
    shop.wait(Duration::from_secs(1));
    let (passed, _) = spend(&shop, "203.0.113.7", "GET", "/api/v1/prices").await;
    assert_eq!(passed, 5, "the hundred refusals cost nothing");
}

#[tokio::test]
async fn an_account_has_a_budget_wherever_it_calls_from() {
    let shop = Shop::with(&["rate.prices=4/minute"]).await;
    let (ada, eve) = (shop.member("ada@example.org").await, shop.member("eve@example.org").await);
    for host in 1..=4 {
        let reply = shop.at(&format!("192.0.2.{host}")).token(&ada).get("/api/v1/prices").await;
        assert_eq!((reply.status(), remaining(&reply)), (200, 4 - host), "the tighter window is shown");
    }
    let fifth = shop.at("192.0.2.5").token(&ada).get("/api/v1/prices").await;
    assert_eq!(fifth.refusal(), (429, "rate_limited".into()));
    assert_eq!(shop.at("192.0.2.5").token(&eve).get("/api/v1/prices").await.status(), 200);
    assert_eq!(shop.at("192.0.2.6").get("/api/v1/prices").await.status(), 200);
}

#[tokio::test]
async fn two_sign_ins_of_one_account_share_its_budget() {
    let shop = Shop::with(&["rate.portfolio=2/minute"]).await;
    let first = shop.member("ada@example.org").await;
    let login = shop
        .caller()
        .post("/api/v1/auth/login", &json!({"email": "ada@example.org", "password": PASSWORD}))
        .await;
    let second = login.json()["access_token"].as_str().unwrap().to_owned();
    for (host, token) in [(1, &first), (2, &second)] {
        assert_eq!(
            shop.at(&format!("192.0.2.{host}")).token(token).get("/api/v1/portfolio").await.status(),
            200
        );
    }
    assert_eq!(shop.at("192.0.2.3").token(&second).get("/api/v1/portfolio").await.status(), 429);
}

#[tokio::test]
async fn in_observe_the_limit_is_recorded_and_not_carried_out() {
    let shop = Shop::with(&["rate.prices=2/minute", "safeguards.rate=observe"]).await;
    for _ in 0..5 {
        assert_eq!(shop.caller().get("/api/v1/prices").await.status(), 200);
    }
    let noted: Vec<_> =
        shop.event_log().into_iter().filter(|event| event.kind.word() == "rate_limited").collect();
    assert_eq!(noted.len(), 3);
    assert!(noted.iter().all(|event| !event.enforced));
}
