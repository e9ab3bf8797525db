//! `[session]`: how long a browser stays signed in, and what it is bound to.

use std::time::Duration;

use super::{PASSWORD, Reply, Shop, json};
use crate::shop::Browser;

/// Somebody with a browser.
pub(super) async fn sign_in(shop: &Shop) -> Browser {
    Browser::of(shop, "ada@example.org").await
}

async fn me(shop: &Shop, browser: &Browser) -> Reply {
    browser.looks(shop).get("/api/v1/auth/me").await
}

#[tokio::test]
async fn session_idle() {
    let shop = Shop::with(&["session.idle=5m"]).await;
    let browser = sign_in(&shop).await;
    for _ in 0..3 {
        shop.wait(Duration::from_secs(299));
        assert_eq!(me(&shop, &browser).await.status(), 200, "each request begins it anew");
    }
    shop.wait(Duration::from_secs(300));
    assert_eq!(me(&shop, &browser).await.refusal(), (401, "invalid_session".into()));
}

#[tokio::test]
async fn session_absolute() {
    let shop = Shop::with(&["session.idle=5m", "session.absolute=10m"]).await;
    let browser = sign_in(&shop).await;
    let login = json!({"email": "ada@example.org", "password": PASSWORD, "session": "cookie"});
    assert_eq!(shop.caller().post("/api/v1/auth/login", &login).await.json()["expires_in"], 600);
    for _ in 0..2 {
        shop.wait(Duration::from_secs(299));
        assert_eq!(me(&shop, &browser).await.status(), 200);
    }
    shop.wait(Duration::from_secs(2));
    assert_eq!(me(&shop, &browser).await.refusal(), (401, "invalid_session".into()));
}

/// A session that is used from elsewhere: status, word, and whether a mismatch was an event that was enforced.
async fn moved(binding: &str, address: &str, agent: &str) -> (u16, String, Option<bool>) {
    let shop = Shop::with(&[&format!("session.binding={binding}")]).await;
    let browser = sign_in(&shop).await;
    let reply = me(&shop, &browser.stolen(address, agent)).await;
    let events = shop.event_log();
    let event = events.iter().find(|event| event.kind.word() == "session_mismatch");
    (reply.status(), reply.code(), event.map(|event| event.enforced))
}

#[tokio::test]
async fn session_binding() {
    let (here, there) = ("203.0.113.7", "192.0.2.9");
    let (ended, wanted) = ("session_mismatch".to_owned(), "step_up_required".to_owned());
    for (binding, address, agent, answer) in [
        ("strict", here, "shop/1", (200, String::new(), None)),
        ("strict", there, "shop/1", (401, ended.clone(), Some(true))),
        ("strict", here, "shop/2", (401, ended.clone(), Some(true))),
        ("graded", there, "shop/1", (200, String::new(), Some(false))),
        ("graded", here, "shop/2", (200, String::new(), Some(false))),
        ("graded", there, "shop/2", (401, wanted.clone(), Some(false))),
        ("off", there, "shop/2", (200, String::new(), None)),
    ] {
        assert_eq!(moved(binding, address, agent).await, answer, "{binding} {address} {agent}");
    }
}
