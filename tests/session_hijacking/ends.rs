//! How a session ends by its owner's hand: here, and everywhere else.

use serde_json::Value;

use crate::shop::{Browser, Shop};

const SESSIONS: &str = "/api/v1/auth/sessions";

fn over() -> (u16, String) {
    (401, "invalid_session".to_owned())
}

async fn listed(browser: &Browser, shop: &Shop) -> Vec<Value> {
    let reply = browser.looks(shop).get(SESSIONS).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_sign_out_takes_everything_back() {
    let shop = Shop::endless(&[]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    let out = browser.acts(&shop).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!((out.status(), out.text().as_str()), (204, ""));
    assert_eq!(out.header("clear-site-data"), Some("\"cache\", \"storage\""));
    let set = out.set_cookies();
    assert_eq!(set.len(), 1, "{set:?}");
    assert!(set[0].starts_with("aspis_session=; "), "{set:?}");
    for attribute in ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=0"] {
        assert!(set[0].split("; ").any(|part| part == attribute), "{attribute}: {set:?}");
    }
    assert_eq!(browser.me(&shop).await, over());
    assert!(shop.events().contains(&"logout"));
    let shop = shop.restart().await;
    assert_eq!(browser.me(&shop).await, over());
}

#[tokio::test]
async fn a_program_that_signs_out_has_no_site_to_clear() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let out = shop.caller().token(&token).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!((out.status(), out.header("clear-site-data"), out.set_cookies().len()), (204, None, 0));
}

#[tokio::test]
async fn a_refused_sign_out_clears_nothing() {
    let shop = Shop::endless(&[]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    let forged = browser.acts(&shop).without("x-csrf-token").call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!(forged.status(), 403);
    assert_eq!((forged.header("clear-site-data"), forged.set_cookies().len()), (None, 0));
    assert_eq!(browser.me(&shop).await.0, 200);
}

#[tokio::test]
async fn both_kinds_of_sign_in_are_listed() {
    let shop = Shop::endless(&[]).await;
    shop.member("ada@example.org").await;
    shop.member("eve@example.org").await;
    let browser = Browser::sign_in(&shop, "ada@example.org").await;
    let other = Browser::sign_in_at(&shop, "ada@example.org", "198.51.100.9", "phone/2").await;
    let sessions = listed(&browser, &shop).await;
    assert_eq!(sessions.len(), 3, "{sessions:?}");
    let count = |key: &str, value: bool| sessions.iter().filter(|s| s[key] == value).count();
    assert_eq!((count("browser", true), count("browser", false), count("current", true)), (2, 1, 1));
    let mine = sessions.iter().find(|s| s["current"] == true).unwrap();
    assert_eq!((mine["browser"].clone(), mine["client"].clone()), (true.into(), "203.0.113.7".into()));
    let phone = sessions.iter().find(|s| s["user_agent"] == "phone/2").unwrap();
    assert_eq!(phone["client"], "198.51.100.9");
    let text = format!("{sessions:?}");
    for secret in [&browser.cookie, &other.cookie, &browser.csrf] {
        assert!(!text.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn one_device_is_ended_at_once_and_for_good() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let browser = Browser::sign_in(&shop, "ada@example.org").await;
    let phone = Browser::sign_in_at(&shop, "ada@example.org", "198.51.100.9", "phone/2").await;
    let id = |found: Option<Value>| format!("{SESSIONS}/{}", found.unwrap()["id"].as_str().unwrap());
    let sessions = listed(&browser, &shop).await;
    let lost = id(sessions.iter().find(|s| s["user_agent"] == "phone/2").cloned());
    let program = id(sessions.iter().find(|s| s["browser"] == false).cloned());
    let end = |path: &str| {
        let (caller, path) = (browser.acts(&shop), path.to_owned());
        async move { caller.call("DELETE", &path, "").await }
    };
    assert_eq!(end(&lost).await.status(), 204);
    assert_eq!(phone.me(&shop).await, over());
    assert_eq!(end(&lost).await.refusal(), (404, "not_found".into()), "there is none any more");
    assert_eq!(end(&program).await.status(), 204);
    let refused = shop.caller().token(&token).get("/api/v1/auth/me").await;
    assert_eq!(refused.refusal(), (401, "invalid_token".into()));
    assert_eq!(listed(&browser, &shop).await.len(), 1);
    assert!(shop.events().contains(&"sessions_ended"));
    let shop = shop.restart().await;
    assert_eq!(phone.me(&shop).await, over());
    assert_eq!(browser.me(&shop).await.0, 200);
}

#[tokio::test]
async fn nobody_ends_a_session_of_somebody_else() {
    let shop = Shop::endless(&[]).await;
    let ada = Browser::of(&shop, "ada@example.org").await;
    let eve = Browser::of(&shop, "eve@example.org").await;
    let hers = listed(&ada, &shop).await;
    for id in hers.iter().map(|session| session["id"].as_str().unwrap()).chain(["x", "%00", "*"]) {
        let reply = eve.acts(&shop).call("DELETE", &format!("{SESSIONS}/{id}"), "").await;
        assert!([400, 404].contains(&reply.status()), "{id}: {}", reply.text());
    }
    assert_eq!(ada.me(&shop).await.0, 200);
    assert_eq!(listed(&ada, &shop).await.len(), 2);
}

#[tokio::test]
async fn all_other_devices_are_ended_at_once() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let eve = Browser::of(&shop, "eve@example.org").await;
    let mut others = Vec::new();
    for number in 0..3 {
        others.push(
            Browser::sign_in_at(&shop, "ada@example.org", &format!("198.51.100.{number}"), "phone/2").await,
        );
    }
    let browser = Browser::sign_in(&shop, "ada@example.org").await;
    let ended = browser.acts(&shop).call("DELETE", SESSIONS, "").await;
    assert_eq!((ended.status(), ended.json()["ended"].as_u64()), (200, Some(4)));
    for other in &others {
        assert_eq!(other.me(&shop).await, over());
    }
    assert_eq!(shop.caller().token(&token).get("/api/v1/auth/me").await.status(), 401);
    assert_eq!(browser.me(&shop).await.0, 200);
    assert_eq!(eve.me(&shop).await.0, 200, "an account's others, not others' accounts");
}
