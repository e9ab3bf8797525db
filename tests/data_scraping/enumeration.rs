//! Walking the whole data set without saying who one is.

use std::time::Duration;

use aspis_core::event::Event;

use crate::shop::{Caller, Reply, Shop, solver::proof};

/// What the server ships.
const ASSETS: [&str; 8] = ["AAPL", "BTC", "ETH", "EURUSD", "GOOG", "IBM", "LTC", "MSFT"];
/// Where a challenge costs next to nothing.
const CHEAP: &str = "challenge.difficulty=1";

/// Step by step through everything that a stranger may read, a hundred rows at a time.
fn step(n: usize) -> String {
    format!("/api/v1/history/{}?offset={}", ASSETS[n / 10 % 8], n % 10 * 100)
}

/// Walks at the pace of a clock, until refused.
async fn walk(shop: &Shop, caller: &Caller<'_>, steps: std::ops::Range<usize>) -> Option<(usize, Reply)> {
    for n in steps {
        let reply = caller.get(&step(n)).await;
        if reply.status() != 200 {
            return Some((n, reply));
        }
        shop.wait(Duration::from_secs(2));
    }
    None
}

fn of_kind(shop: &Shop, word: &str) -> Vec<Event> {
    shop.event_log().into_iter().filter(|event| event.kind.word() == word).collect()
}

#[tokio::test]
async fn a_loop_meets_a_challenge_solves_it_goes_on_and_meets_the_next() {
    let shop = Shop::with(&[CHEAP]).await;
    let caller = shop.caller();
    let (met, refused) = walk(&shop, &caller, 0..80).await.unwrap();
    assert_eq!((met, refused.refusal()), (29, (401, "challenge_required".into())));
    assert!(refused.json()["challenge"]["parameters"].is_object(), "{}", refused.text());
    for path in [step(met), "/api/v1/prices".into(), "/api/v1/price/BTC".into()] {
        assert_eq!(caller.get(&path).await.code(), "challenge_required", "{path}");
    }
    let solved = caller.clone().with("aspis-challenge", &proof(&refused.json()["challenge"]));
    assert_eq!(solved.get(&step(met)).await.status(), 200);
    // Ten minutes are three hundred steps.
    let (again, refused) = walk(&shop, &caller, met + 1..1000).await.unwrap();
    assert_eq!((again - met, refused.code().as_str()), (301, "challenge_required"));
    assert_eq!(solved.get(&step(again)).await.code(), "challenge_required", "a solution is good once");
    let seen = of_kind(&shop, "enumeration_seen");
    assert_eq!(seen.len(), 2, "once in each window");
    let rule = seen[0].rule.clone().unwrap();
    assert_eq!((&*rule.name, rule.place.as_deref()), ("scraping.score", Some("pages, clockwork")));
    assert_eq!(
        (rule.count, seen[0].enforced, &*seen[0].route),
        (Some(2), true, "GET /api/v1/history/{asset}")
    );
}

#[tokio::test]
async fn it_is_over_after_ten_minutes_of_reading_like_others() {
    let shop = Shop::with(&[CHEAP]).await;
    walk(&shop, &shop.caller(), 0..80).await.unwrap();
    for _ in 0..11 {
        shop.wait(Duration::from_secs(60));
        shop.caller().get("/api/v1/price/BTC").await;
    }
    assert_eq!(shop.caller().get("/api/v1/price/BTC").await.status(), 200);
}

#[tokio::test]
async fn a_neighbour_is_nobodys_accomplice() {
    let shop = Shop::with(&[CHEAP]).await;
    walk(&shop, &shop.caller(), 0..80).await.unwrap();
    assert_eq!(shop.at("203.0.113.8").get(&step(0)).await.status(), 200);
}

#[tokio::test]
async fn who_signed_in_is_never_asked() {
    let shop = Shop::with(&[CHEAP]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert!(walk(&shop, &ada, 0..160).await.is_none());
    assert_eq!(of_kind(&shop, "enumeration_seen").len(), 0);
    // Nor is the stranger at the same address for what ada read.
    assert_eq!(shop.caller().get(&step(1)).await.status(), 200);
}

#[tokio::test]
async fn a_person_who_reads_everything_is_left_alone() {
    let shop = Shop::with(&[CHEAP]).await;
    for (at, asset) in ASSETS.into_iter().cycle().take(64).enumerate() {
        for path in [format!("/api/v1/price/{asset}"), format!("/api/v1/history/{asset}")] {
            assert_eq!(shop.caller().get(&path).await.status(), 200, "{path}");
        }
        // Some pages back in one chart, and a wrong name now and then.
        if at % 4 == 3 {
            let page = format!("/api/v1/history/BTC?offset={}", at % 16 * 50);
            assert_eq!(shop.caller().get(&page).await.status(), 200);
            assert_eq!(shop.caller().get("/api/v1/price/BITCOIN").await.status(), 404);
        }
        shop.wait(Duration::from_secs([7, 19, 11, 4, 26, 9][at % 6]));
    }
}

#[tokio::test]
async fn a_dashboard_may_read_all_prices_each_half_minute() {
    let shop = Shop::with(&[CHEAP]).await;
    for _ in 0..60 {
        for asset in ASSETS {
            assert_eq!(shop.caller().get(&format!("/api/v1/price/{asset}")).await.status(), 200);
        }
        shop.wait(Duration::from_secs(30));
    }
    assert!(shop.events().is_empty(), "{:?}", shop.events());
}

/// Everything but the id of the request and what the limiter says.
fn said(reply: &Reply) -> (u16, serde_json::Value, Vec<String>) {
    let mut body = reply.json();
    body["request_id"] = serde_json::Value::Null;
    let names = reply.headers().map(|(name, _)| name.to_owned()).collect();
    (reply.status(), body, names)
}

#[tokio::test]
async fn a_honey_asset_is_answered_like_any_other_name_and_told_of() {
    let shop = Shop::with(&[CHEAP]).await;
    let honey = shop.caller().get("/api/v1/price/xrqd").await;
    let unknown = shop.at("203.0.113.8").get("/api/v1/price/XRQX").await;
    assert_eq!(honey.refusal(), (404, "unknown_asset".into()));
    assert_eq!(said(&honey), said(&unknown));
    shop.caller().get("/api/v1/history/XRQD").await;
    let touched = of_kind(&shop, "honey_asset_asked");
    assert_eq!(touched.len(), 1, "once a minute");
    let rule = touched[0].rule.clone().unwrap();
    assert_eq!((&*rule.name, rule.place.as_deref()), ("scraping.honey_assets", Some("XRQD")));
    assert_eq!(touched[0].client.unwrap().to_string(), "203.0.113.7");
    assert_eq!(shop.caller().get("/api/v1/price/OLVT").await.code(), "challenge_required", "the second");
    for path in ["/api/v1/assets", "/api/v1/prices"] {
        let listed = shop.at("203.0.113.9").get(path).await.text();
        assert!(!listed.contains("XRQD"), "{path}");
    }
}

#[tokio::test]
async fn honey_is_told_of_whoever_asks_and_by_whichever_route() {
    let shop = Shop::with(&[CHEAP]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for path in ["/api/v1/price/BTC", "/api/v1/price/XRQX", "/api/v1/price/XRQD"] {
        ada.get(path).await;
    }
    let touched = of_kind(&shop, "honey_asset_asked");
    assert_eq!((touched.len(), touched[0].account.is_some()), (1, true));
    assert_eq!(touched[0].rule.clone().unwrap().place.as_deref(), Some("XRQD"));
    for _ in 0..3 {
        assert_eq!(
            ada.get("/api/v1/price/XRQD").await.refusal(),
            (404, "unknown_asset".into()),
            "no challenge"
        );
    }
    assert_eq!(of_kind(&shop, "honey_asset_asked").len(), 1, "once a minute is enough");
    shop.wait(Duration::from_secs(60));
    ada.get("/api/v1/bulk/prices?format=csv&%61sset=xrqd").await;
    assert_eq!(of_kind(&shop, "honey_asset_asked").len(), 2, "in a query, too");
    shop.at("192.0.2.1").get("/api/v1/predict/OLVT/quality").await;
    assert_eq!(of_kind(&shop, "honey_asset_asked").last().unwrap().client.unwrap().to_string(), "192.0.2.1");
    let before = of_kind(&shop, "honey_asset_asked").len();
    let op = shop.another_operator("op@example.org").await;
    shop.caller().token(&op).get("/api/v1/price/XRQD").await;
    assert_eq!(of_kind(&shop, "honey_asset_asked").len(), before, "an operator looks at the own bait");
}

#[tokio::test]
async fn who_is_over_the_limit_is_not_even_looked_at() {
    let shop = Shop::with(&[CHEAP, "rate.prices=1/minute"]).await;
    for name in ["XRQD", "MTXQ", "OLVT"] {
        shop.caller().get(&format!("/api/v1/price/{name}")).await;
    }
    assert_eq!(of_kind(&shop, "honey_asset_asked").len(), 1);
}

#[tokio::test]
async fn in_observe_it_is_told_and_nobody_is_asked() {
    let shop = Shop::with(&[CHEAP, "safeguards.scraping=observe"]).await;
    assert!(walk(&shop, &shop.caller(), 0..80).await.is_none());
    let seen = of_kind(&shop, "enumeration_seen");
    assert_eq!((seen.len(), seen[0].enforced), (1, false));
    assert!(of_kind(&shop, "challenge_required").iter().all(|event| !event.enforced));
}
