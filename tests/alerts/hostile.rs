//! Hostile input.

use std::time::Duration;

use crate::shop::Shop;

const RULE: &str = "hostile.by_client";
/// Who looks at alerts was registered, too.
const QUIET: &str = "alerts.off=[\"account.registered\"]";

async fn attack(shop: &Shop, address: &str, times: usize) {
    let attacks = [
        "/api/v1/price/BTC';DROP%20TABLE%20users;--",
        "/api/v1/price/../../etc/passwd",
        "/api/v1/history/BTC?from=%3Cscript%3Ealert(1)%3C/script%3E",
    ];
    for n in 0..times {
        let reply = shop.at(address).get(attacks[n % attacks.len()]).await;
        assert_eq!(reply.status(), 400, "{}", reply.text());
    }
}

#[tokio::test]
async fn three_in_ten_minutes_warn_and_twenty_are_critical() {
    let shop = Shop::endless(&[QUIET]).await;
    attack(&shop, "203.0.113.66", 2).await;
    attack(&shop, "203.0.113.67", 2).await;
    assert!(shop.alarm(RULE).await.is_empty());
    attack(&shop, "203.0.113.66", 1).await;
    assert_eq!(shop.alarm(RULE).await, [("warning".to_owned(), 3, "203.0.113.66".to_owned())]);
    attack(&shop, "203.0.113.66", 16).await;
    assert_eq!(shop.alarm(RULE).await[0].0, "warning", "nineteen");
    attack(&shop, "203.0.113.66", 1).await;
    assert_eq!(shop.alarm(RULE).await, [("critical".to_owned(), 20, "203.0.113.66".to_owned())]);
    let began: Vec<_> = shop.events().into_iter().filter(|word| *word == "alert_raised").collect();
    assert_eq!(began.len(), 2, "once, and once more when it became worse");
}

/// Any page can hold a picture whose address is an attack: that says something of the page.
#[tokio::test]
async fn what_pages_of_others_have_visitors_send_is_counted_apart() {
    const LURED: &str = "hostile.lured";
    let shop = Shop::endless(&[QUIET]).await;
    let hostile = "/api/v1/prices?q='%20OR%201=1--";
    let send = async |times: usize| {
        for _ in 0..times {
            let sent = shop.at("203.0.113.66").with("sec-fetch-site", "cross-site").get(hostile).await;
            assert_eq!(sent.refusal(), (400, "sqli_attempt".to_owned()));
        }
    };
    send(2).await;
    assert!(shop.alarm(LURED).await.is_empty());
    send(17).await;
    assert_eq!(shop.alarm(LURED).await, [("warning".to_owned(), 19, "203.0.113.66".to_owned())]);
    send(1).await;
    assert_eq!(shop.alarm(LURED).await[0].0, "critical");
    assert!(shop.alarm(RULE).await.is_empty());
    // Whoever shows who they are answers for what they send.
    let key = shop.at("203.0.113.67").with("sec-fetch-site", "cross-site").with("x-api-key", "aspis_live_x");
    for _ in 0..3 {
        assert_eq!(key.get(hostile).await.status(), 400);
    }
    assert_eq!(shop.alarm(RULE).await, [("warning".to_owned(), 3, "203.0.113.67".to_owned())]);
}

#[tokio::test]
async fn more_slowly_is_no_alarm() {
    let shop = Shop::endless(&[QUIET]).await;
    for _ in 0..30 {
        attack(&shop, "203.0.113.66", 1).await;
        shop.wait(Duration::from_secs(300));
    }
    assert!(shop.alarm(RULE).await.is_empty());
}

#[tokio::test]
async fn it_is_over_when_it_is_quiet() {
    let shop = Shop::endless(&[QUIET]).await;
    attack(&shop, "203.0.113.66", 5).await;
    assert_eq!(shop.alarm(RULE).await.len(), 1);
    shop.wait(Duration::from_secs(601));
    assert_eq!(shop.alerts().await, [(RULE.to_owned(), "warning".to_owned(), false)]);
    assert!(shop.events().contains(&"alert_ended"));
}

/// A restart forgets neither that it lasts nor how bad it was.
#[tokio::test]
async fn it_lasts_over_a_restart() {
    let shop = Shop::endless(&[QUIET]).await;
    attack(&shop, "203.0.113.66", 20).await;
    shop.judge().await;
    let shop = shop.restart().await;
    assert_eq!(shop.alarm(RULE).await, [("critical".to_owned(), 20, "203.0.113.66".to_owned())]);
    attack(&shop, "203.0.113.66", 1).await;
    assert_eq!(shop.alarm(RULE).await[0].1, 21);
    let raised = shop.events().into_iter().filter(|word| *word == "alert_raised").count();
    assert_eq!(raised, 2, "it is not told anew");
    shop.wait(Duration::from_secs(601));
    assert!(shop.alarm(RULE).await.is_empty());
}

#[tokio::test]
async fn ordinary_text_is_none() {
    let shop = Shop::endless(&[QUIET]).await;
    for _ in 0..30 {
        shop.caller().get("/api/v1/price/nowhere").await;
        shop.caller().get("/api/v1/history/BTC?limit=0").await;
    }
    assert!(shop.alerts().await.is_empty());
}
