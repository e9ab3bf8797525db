//! A new cookie at every sign-in and at every change of rights: what somebody planted or copied before is worth nothing.

use serde_json::{Value, json};

use crate::shop::{Authenticator, Browser, PASSWORD, Reply, Shop};

const LOGIN: &str = "/api/v1/auth/login";
const OTHER_PASSWORD: &str = "entirely different words 43";

fn over() -> (u16, String) {
    (401, "invalid_session".to_owned())
}

fn login() -> Value {
    json!({"email": "ada@example.org", "password": PASSWORD, "session": "cookie"})
}

/// The old cookie is dead at once, so is the old token, and the new ones are good; over a restart too.
async fn assert_renewed(shop: Shop, old: &Browser, reply: &Reply) -> Shop {
    let new = old.renewed(reply);
    assert_ne!((&new.cookie, &new.csrf), (&old.cookie, &old.csrf));
    assert_eq!(old.me(&shop).await, over());
    assert_eq!(new.me(&shop).await, (200, "ada@example.org".into()));
    let mixed = Browser { csrf: old.csrf.clone(), ..new.clone() };
    let refused = mixed.acts(&shop).call("DELETE", "/api/v1/auth/sessions", "").await;
    assert_eq!(refused.refusal(), (403, "invalid_csrf_token".into()));
    assert_eq!(new.acts(&shop).call("DELETE", "/api/v1/auth/sessions", "").await.status(), 200);
    let shop = shop.restart().await;
    assert_eq!(old.me(&shop).await, over());
    assert_eq!(new.me(&shop).await.0, 200);
    shop
}

/// Session fixation: a cookie that came along is not what the sign-in is kept under.
#[tokio::test]
async fn a_planted_cookie_is_never_adopted() {
    let shop = Shop::endless(&[]).await;
    shop.member("ada@example.org").await;
    let eve = Browser::of(&shop, "eve@example.org").await;
    let made_up = format!("aspis_ss_{}", "A".repeat(43));
    for planted in [eve.cookie.clone(), made_up] {
        let cookie = format!("aspis_session={planted}");
        let reply = shop.caller().with("cookie", &cookie).post(LOGIN, &login()).await;
        assert_eq!(reply.status(), 200, "{}", reply.text());
        let ada = eve.renewed(&reply);
        assert_ne!(ada.cookie, planted);
        assert_eq!(ada.me(&shop).await, (200, "ada@example.org".into()));
        let thief = Browser { cookie: planted, ..eve.clone() };
        assert_ne!(thief.me(&shop).await.1, "ada@example.org");
    }
    assert_eq!(
        eve.me(&shop).await,
        (200, "eve@example.org".into()),
        "a sign-in over hers changes hers in nothing"
    );
}

#[tokio::test]
async fn each_sign_in_has_a_cookie_of_its_own() {
    let shop = Shop::endless(&[]).await;
    let first = Browser::of(&shop, "ada@example.org").await;
    let reply = first.looks(&shop).post(LOGIN, &login()).await;
    let second = first.renewed(&reply);
    assert_ne!((&first.cookie, &first.csrf), (&second.cookie, &second.csrf));
    let mixed = Browser { csrf: first.csrf.clone(), ..second.clone() };
    let refused = mixed.acts(&shop).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!(refused.refusal(), (403, "invalid_csrf_token".into()));
}

#[tokio::test]
async fn a_step_up_gives_a_new_cookie() {
    let shop = Shop::endless(&[]).await;
    let old = Browser::of(&shop, "ada@example.org").await;
    let wrong = old.acts(&shop).post("/api/v1/auth/step-up", &json!({"password": "not these words 7"})).await;
    assert_eq!(wrong.refusal(), (401, "invalid_credentials".into()));
    assert!(wrong.set_cookies().is_empty());
    assert_eq!(old.me(&shop).await.0, 200, "a wrong one changes nothing");
    let reply = old.acts(&shop).post("/api/v1/auth/step-up", &json!({"password": PASSWORD})).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    assert!(shop.events().contains(&"stepped_up"));
    assert_renewed(shop, &old, &reply).await;
}

#[tokio::test]
async fn a_program_that_steps_up_gets_no_cookie() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let reply =
        shop.caller().token(&token).post("/api/v1/auth/step-up", &json!({"password": PASSWORD})).await;
    assert_eq!((reply.status(), reply.set_cookies().len()), (204, 0));
}

#[tokio::test]
async fn a_changed_password_gives_a_new_cookie_and_ends_all_others() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let other = Browser::sign_in(&shop, "ada@example.org").await;
    let old = Browser::sign_in(&shop, "ada@example.org").await;
    let change = json!({"current_password": PASSWORD, "password": OTHER_PASSWORD});
    let reply = old.acts(&shop).post("/api/v1/auth/password", &change).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    assert_eq!(other.me(&shop).await, over());
    let program = shop.caller().token(&token).get("/api/v1/auth/me").await;
    assert_eq!(program.refusal(), (401, "invalid_token".into()));
    assert_renewed(shop, &old, &reply).await;
}

#[tokio::test]
async fn a_new_factor_gives_a_new_cookie() {
    let shop = Shop::endless(&[]).await;
    let old = Browser::of(&shop, "ada@example.org").await;
    let begun = old.acts(&shop).call("POST", "/api/v1/auth/totp", "").await;
    assert_eq!(begun.status(), 201, "{}", begun.text());
    let code = Authenticator::typed(begun.json()["secret"].as_str().unwrap()).code(&shop);
    let reply = old.acts(&shop).post("/api/v1/auth/totp/confirm", &json!({"code": code})).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let shop = assert_renewed(shop, &old, &reply).await;
    let sessions = old.renewed(&reply).looks(&shop).get("/api/v1/auth/sessions").await.json();
    assert_eq!(sessions["sessions"][0]["second_factor"], true);
}
