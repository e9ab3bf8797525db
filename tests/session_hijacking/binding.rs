//! A session from elsewhere, as it is shipped: it ends, for the thief and for its owner.

use crate::shop::{Browser, Shop};

const HOME: &str = "203.0.113.7";

fn ended() -> (u16, String) {
    (401, "session_mismatch".to_owned())
}

fn over() -> (u16, String) {
    (401, "invalid_session".to_owned())
}

#[tokio::test]
async fn a_session_from_elsewhere_ends_for_everybody() {
    for (address, agent) in
        [("192.0.2.66", "shop/1"), (HOME, "thief/1"), ("192.0.2.66", "thief/1"), (HOME, "")]
    {
        let shop = Shop::endless(&[]).await;
        let owner = Browser::of(&shop, "ada@example.org").await;
        let thief = owner.stolen(address, agent);
        assert_eq!(thief.me(&shop).await, ended(), "{address} {agent:?}");
        assert_eq!(thief.me(&shop).await, over());
        assert_eq!(owner.me(&shop).await, over(), "whoever of the two is the owner signs in again");
        shop.letters().await;
        let shop = shop.restart().await;
        assert_eq!(owner.me(&shop).await, over(), "{address} {agent:?}: it stays ended");
    }
}

#[tokio::test]
async fn its_owner_and_the_operator_learn_of_it_once() {
    let shop = Shop::endless(&[]).await;
    let owner = Browser::of(&shop, "ada@example.org").await;
    let thief = owner.stolen("192.0.2.66", "thief/1");
    for _ in 0..3 {
        thief.me(&shop).await;
    }
    shop.letters().await;
    let events = shop.event_log();
    let refused: Vec<_> = events.iter().filter(|event| event.kind.word() == "session_mismatch").collect();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].enforced);
    assert_eq!(refused[0].client.unwrap().to_string(), "192.0.2.66");
    assert_eq!(refused[0].rule.as_ref().unwrap().name, "session.binding");
    let scenario = refused[0].kind.scenario().unwrap();
    assert_eq!(scenario.word(), "session_hijacking");
    let moved: Vec<_> = events.iter().filter(|event| event.kind.word() == "session_moved").collect();
    assert_eq!(moved.len(), 1);
    assert!(moved[0].account.is_some(), "it says whose session it was");
    let back = Browser::sign_in(&shop, "ada@example.org").await;
    let notices = back.looks(&shop).get("/api/v1/auth/notices").await.json();
    let told: Vec<_> =
        notices["notices"].as_array().unwrap().iter().filter(|n| n["kind"] == "session_mismatch").collect();
    assert_eq!(told.len(), 1, "{notices}");
    assert_eq!(told[0]["client"], "192.0.2.66");
}

/// A thief who only reads and one who acts, also where nobody has to be signed in.
#[tokio::test]
async fn no_route_and_no_method_is_a_way_round() {
    for (method, path) in [
        ("GET", "/api/v1/prices"),
        ("POST", "/api/v1/predict/BTC"),
        ("DELETE", "/api/v1/auth/sessions"),
        ("HEAD", "/api/v1/auth/me"),
    ] {
        let shop = Shop::endless(&[]).await;
        let owner = Browser::of(&shop, "ada@example.org").await;
        let reply = owner.stolen("192.0.2.66", "thief/1").acts(&shop).call(method, path, "").await;
        assert_eq!(reply.status(), 401, "{method} {path}");
        assert_eq!(owner.me(&shop).await, over(), "{method} {path}");
    }
}

#[tokio::test]
async fn another_address_of_the_same_household_is_no_other_client() {
    let shop = Shop::endless(&[]).await;
    shop.member("ada@example.org").await;
    let owner = Browser::sign_in_at(&shop, "ada@example.org", "2001:db8:1:2::7", "shop/1").await;
    assert_eq!(owner.stolen("2001:db8:1:2:ffff::9", "shop/1").me(&shop).await.0, 200, "one /64");
    let mapped = Browser::sign_in_at(&shop, "ada@example.org", HOME, "shop/1").await;
    assert_eq!(mapped.stolen("::ffff:203.0.113.7", "shop/1").me(&shop).await.0, 200, "one IPv4 address");
    assert_eq!(owner.stolen("2001:db8:1:3::7", "shop/1").me(&shop).await, ended());
}

#[tokio::test]
async fn one_stolen_session_takes_no_other_with_it() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let (one, other) =
        (Browser::sign_in(&shop, "ada@example.org").await, Browser::sign_in(&shop, "ada@example.org").await);
    assert_eq!(one.stolen("192.0.2.66", "thief/1").me(&shop).await, ended());
    shop.letters().await;
    assert_eq!(other.me(&shop).await.0, 200);
    assert_eq!(shop.caller().token(&token).get("/api/v1/auth/me").await.status(), 200);
}

#[tokio::test]
async fn switched_off_it_asks_nothing() {
    let shop = Shop::endless(&["session.binding=off"]).await;
    let owner = Browser::of(&shop, "ada@example.org").await;
    assert_eq!(owner.stolen("192.0.2.66", "other/1").me(&shop).await.0, 200);
    assert_eq!(owner.me(&shop).await.0, 200);
    assert!(!shop.events().contains(&"session_mismatch") && !shop.events().contains(&"session_moved"));
}
