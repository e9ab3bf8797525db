//! `[scraping]`: bytes of a day, and what becomes of who has had them.

use super::Shop;
use crate::shop::Caller;

const PAGE: &str = "/api/v1/history/BTC";
const EXPORT: &str = "/api/v1/bulk/prices?asset=ETH&from=2019-01-01&to=2019-01-03";

/// Pages until one is refused, ten at most.
async fn pages(caller: &Caller<'_>) -> usize {
    for page in 0..10 {
        if caller.get(PAGE).await.status() == 429 {
            return page;
        }
    }
    10
}

#[tokio::test]
async fn scraping_quota() {
    let shop = Shop::endless(&["scraping.quota=50000"]).await;
    let token = shop.member("ada@example.org").await;
    let had = pages(&shop.caller().token(&token)).await;
    assert!((1..10).contains(&had), "{had}");
    assert_eq!(pages(&shop.caller()).await, 10, "it is for accounts");
    let shop = shop.restart_with(&["scraping.quota=1000000"]).await;
    assert_eq!(pages(&shop.caller().token(&token)).await, 10, "more of the same day");
    let shop = shop.restart_with(&["scraping.quota=0"]).await;
    let ada = shop.caller().token(&token);
    assert_eq!((pages(&ada).await, ada.get(EXPORT).await.refusal()), (0, (429, "quota_exceeded".into())));
}

#[tokio::test]
async fn scraping_anonymous_quota() {
    let shop = Shop::endless(&["scraping.anonymous_quota=50000"]).await;
    let had = pages(&shop.caller()).await;
    assert!((1..10).contains(&had), "{had}");
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert_eq!(pages(&ada).await, 10, "it is for strangers");
}

#[tokio::test]
async fn safeguards_quota() {
    let none = "scraping.quota=0";
    let observed = |shop: &Shop| {
        let events = shop.event_log();
        let found = events.iter().filter(|event| event.kind.word() == "quota_exceeded");
        found.map(|event| event.enforced).collect::<Vec<_>>()
    };
    let shop = Shop::endless(&[none, "safeguards.quota=observe"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert_eq!((pages(&ada).await, ada.get(EXPORT).await.status()), (10, 200));
    assert_eq!(observed(&shop), [false; 11], "recorded each time");
    let shop = Shop::endless(&[none, "safeguards.quota=off"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert_eq!((pages(&ada).await, observed(&shop).len()), (10, 0));
    let one = "safeguards.routes.\"GET /api/v1/bulk/prices\".quota=observe";
    let shop = Shop::endless(&[none, one]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert_eq!((pages(&ada).await, ada.get(EXPORT).await.status()), (0, 200), "of one route alone");
}
