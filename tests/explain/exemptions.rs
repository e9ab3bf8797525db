//! Who is excused, from what, and for how long.

use std::time::Duration;

use aspis_core::event::Kind;
use serde_json::json;

use super::{DESK, EVE, OPERATOR, SQLI, exempt, explain, explained, id};
use crate::shop::Shop;

const HOUR: u64 = 3600;

#[tokio::test]
async fn a_client_is_excused_from_a_limit_until_it_ends() {
    let shop = Shop::with(&["rate.prices=1/minute", "rate.default=60000/minute"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let wish =
        json!({"client": "203.0.113.64/29", "rule": "rate.prices", "for_s": HOUR, "why": "a load test"});
    let granted = exempt(&shop, &op, wish).await;
    assert_eq!(granted.status(), 201, "{}", granted.text());
    let granted = granted.json();
    assert_eq!((&granted["whom"], &granted["until"]), (&json!("client"), &json!("2026-11-21T13:00:00Z")));
    let prices = async |address: &str| shop.at(address).get("/api/v1/prices").await.status();
    assert_eq!((prices(EVE).await, prices(EVE).await, prices(EVE).await), (200, 200, 200));
    assert_eq!((prices("203.0.113.7").await, prices("203.0.113.7").await), (200, 429));
    // Another rule is none of it.
    assert_eq!(shop.at(EVE).get(SQLI).await.status(), 400);
    // It is recorded as what it is, and not counted as carried out.
    let events = shop.event_log();
    let excused = events.iter().filter(|event| matches!(event.kind, Kind::Refused(_)) && !event.enforced);
    let rules: Vec<_> = excused.filter_map(|event| event.rule.clone()).collect();
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0].exempt.unwrap().to_string(), granted["id"].as_str().unwrap());
    let listed = shop.at(DESK).token(&op).get("/api/v1/admin/exemptions").await.json();
    assert_eq!(listed["exemptions"], json!([granted]));
    shop.wait(Duration::from_secs(HOUR));
    assert_eq!((prices(EVE).await, prices(EVE).await), (200, 429), "it is over, also before anybody sweeps");
    shop.keep().await;
    let words = shop.events();
    assert!(words.contains(&"exemption_began") && words.contains(&"exemption_ended"), "{words:?}");
}

#[tokio::test]
async fn an_account_and_a_key_are_excused_and_nobody_beside_them() {
    let shop = Shop::endless(&["safeguards.inspect=enforce"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let ada = shop.member("ada@example.org").await;
    let me = shop.at(EVE).token(&ada).get("/api/v1/auth/me").await.json();
    let wish = json!({"name": "x", "scopes": ["read:prices"]});
    let key = shop.at(EVE).token(&ada).post("/api/v1/keys", &wish).await.json();
    let path = "/api/v1/portfolio/transactions";
    let order = json!({"asset_id": "BTC", "quantity": "1", "note": "' UNION SELECT password FROM users --"});
    let buys = async || shop.at(EVE).token(&ada).order("buy", "a-b", &order).await;
    assert_eq!(buys().await.status(), 400);
    let id = me["id"].as_str().or(me["account_id"].as_str()).unwrap_or_else(|| panic!("{me}"));
    for wish in [
        json!({"account": id, "rule": "inspect", "for_s": HOUR, "why": "her notes"}),
        json!({"key": key["id"], "rule": "rate", "for_s": HOUR, "why": "its pace"}),
    ] {
        assert_eq!(exempt(&shop, &op, wish).await.status(), 201);
    }
    assert_eq!(buys().await.status(), 201);
    let bob = shop.member("bob@example.org").await;
    assert_eq!(shop.at(EVE).token(&bob).order("buy", "a-b", &order).await.status(), 400);
    assert_eq!(shop.at(EVE).token(&ada).get(path).await.status(), 200);
    // A start reads them again.
    let shop = shop.restart().await;
    let tokens = shop.signs_in("ada@example.org").await;
    assert_eq!(shop.at(EVE).token(&tokens).get("/api/v1/auth/me").await.status(), 200);
    assert_eq!(shop.at(EVE).token(&tokens).order("buy", "c-d", &order).await.status(), 201);
}

#[tokio::test]
async fn bytes_and_automatic_blocks_may_be_excused() {
    let shop = Shop::endless(&["scraping.anonymous_quota=10"]).await;
    let op = shop.another_operator(OPERATOR).await;
    let page = async |shop: &Shop| shop.at(EVE).get("/api/v1/history/BTC").await;
    let refused = page(&shop).await;
    assert_eq!(refused.refusal(), (429, "quota_exceeded".into()));
    let why = explained(&shop, &op, &refused).await;
    assert_eq!((&why["rule"], &why["limit"]), (&json!("scraping.anonymous_quota"), &json!(10)));
    for rule in ["quota", "block"] {
        let wish = json!({"client": EVE, "rule": rule, "for_s": HOUR, "why": "a partner"});
        assert_eq!(exempt(&shop, &op, wish).await.status(), 201, "{rule}");
    }
    assert_eq!(page(&shop).await.status(), 200);
    for _ in 0..20 {
        shop.at(EVE).get(SQLI).await;
    }
    shop.hear_alerts();
    shop.keep().await;
    assert!(shop.events().contains(&"block_began"));
    assert_eq!(page(&shop).await.status(), 200, "spared by the exemption");
    let ended = page(&shop).await;
    assert_eq!(ended.status(), 200);
}

/// Who somebody is, what they may do, and what another site forged is never excused.
#[tokio::test]
async fn the_list_of_what_may_be_excused_is_closed() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    for rule in [
        "forgery",
        "forgery.token",
        "authenticate",
        "block.operator",
        "lock.after",
        "address",
        "https",
        "x",
        "",
        "rate.nope",
        "rate.log",
        "sqli.nope",
        "sqli.",
    ] {
        let wish = json!({"client": EVE, "rule": rule, "for_s": HOUR, "why": "no"});
        assert_eq!(exempt(&shop, &op, wish).await.fields(), ["rule"], "{rule}");
    }
    let wish = json!({"client": EVE, "rule": "rate.logn", "for_s": HOUR, "why": "no"});
    let refused = exempt(&shop, &op, wish).await;
    assert!(refused.text().contains("rate.login"), "who mistypes is told the nearest: {}", refused.text());
    let good = json!({"client": EVE, "rule": "rate", "for_s": HOUR, "why": "yes"});
    for (field, value) in [
        ("client", json!("everybody")),
        ("client", json!("0.0.0.0/0")),
        ("client", json!("10.0.0.0/7")),
        ("client", json!("::/0")),
        ("client", json!("2000::/8")),
        ("for_s", json!(59)),
        ("for_s", json!(2_592_001)),
        ("why", json!(" ")),
        ("why", json!("a\u{0}b")),
    ] {
        let mut wish = good.clone();
        wish[field] = value.clone();
        let refused = exempt(&shop, &op, wish).await;
        assert_eq!(refused.status(), 400, "{field} {value}: {}", refused.text());
    }
    let mut two = good.clone();
    two["key"] = json!("01a20053-4b9d-73d6-b98f-648603a5d354");
    assert_eq!(exempt(&shop, &op, two).await.fields(), ["client"]);
    let ada = shop.member("ada@example.org").await;
    assert_eq!(exempt(&shop, &ada, good.clone()).await.refusal(), (403, "forbidden".into()));
    let granted = exempt(&shop, &op, good.clone()).await.json();
    let path = format!("/api/v1/admin/exemptions/{}", granted["id"].as_str().unwrap());
    let end = async || shop.at(DESK).token(&op).call("DELETE", &path, "").await.status();
    assert_eq!((end().await, end().await), (204, 404));
    shop.wait(Duration::from_secs(601));
    assert_eq!(exempt(&shop, &op, good).await.refusal(), (401, "step_up_required".into()));
}

/// An exempted refusal is explained as what it is.
#[tokio::test]
async fn what_was_excused_is_told() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let wish = json!({"client": EVE, "rule": "inspect", "for_s": HOUR, "why": "a scanner of ours"});
    let granted = exempt(&shop, &op, wish).await.json();
    let refused = shop.at(EVE).get(SQLI).await;
    let told = explain(&shop, &op, &id(&refused)).await.json();
    let first = &told["refusals"][0];
    assert_eq!((&first["mode"], &first["exempt"]), (&json!("exempt"), &granted["id"]), "{told}");
}
