//! Changing a password.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{ADA, CHANGE, OTHER, PATIENT, WRONG, login, me, notices, refused, signed, times};
use crate::shop::{Browser, PASSWORD, Reply, Shop};

fn change(current: &str, new: &str) -> Value {
    json!({"current_password": current, "password": new})
}

async fn refresh(shop: &Shop, tokens: &Value) -> u16 {
    let body = json!({"refresh_token": tokens["refresh_token"]});
    shop.caller().post("/api/v1/auth/refresh", &body).await.status()
}

#[tokio::test]
async fn a_change_ends_every_other_sign_in() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    let others =
        [login(&shop, "192.0.2.1", PASSWORD).await.json(), login(&shop, "192.0.2.2", PASSWORD).await.json()];
    let owner = signed(&shop, &tokens);
    let changed = owner.post(CHANGE, &change(PASSWORD, OTHER)).await;
    assert_eq!((changed.status(), changed.text().as_str()), (204, ""));
    assert_eq!(me(&owner).await, 200, "this one stays");
    for other in &others {
        assert_eq!(me(&signed(&shop, other)).await, 401);
        assert_eq!(refresh(&shop, other).await, 401);
    }
    assert_eq!(refresh(&shop, &tokens).await, 200);
    assert_eq!(login(&shop, "192.0.2.3", PASSWORD).await.refusal(), refused(401, "invalid_credentials"));
    assert_eq!(login(&shop, "192.0.2.3", OTHER).await.status(), 200);
    assert_eq!(times(&shop, "password_changed"), 1);
    assert!(notices(&owner).await.contains(&"password_changed".to_owned()));
}

#[tokio::test]
async fn what_a_change_ended_stays_ended_after_a_restart() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    let other = login(&shop, "192.0.2.1", PASSWORD).await.json();
    assert_eq!(signed(&shop, &tokens).post(CHANGE, &change(PASSWORD, OTHER)).await.status(), 204);
    let shop = shop.restart().await;
    assert_eq!(me(&signed(&shop, &other)).await, 401);
    assert_eq!(me(&signed(&shop, &tokens)).await, 200);
    assert_eq!(login(&shop, "192.0.2.3", OTHER).await.status(), 200);
}

#[tokio::test]
async fn the_password_until_now_has_to_be_right() {
    let shop = Shop::endless(&PATIENT).await;
    let tokens = shop.tokens(ADA).await;
    let owner = signed(&shop, &tokens);
    for current in
        [WRONG, "", OTHER, "SEVERAL UNRELATED WORDS 42", "several unrelated words 42 ", &"x".repeat(1024)]
    {
        let refusal = owner.post(CHANGE, &change(current, OTHER)).await.refusal();
        assert_eq!(refusal, refused(401, "invalid_credentials"), "{current}");
    }
    assert_eq!(login(&shop, "192.0.2.1", OTHER).await.status(), 401);
    assert_eq!(login(&shop, "192.0.2.1", PASSWORD).await.status(), 200);
    assert_eq!(times(&shop, "password_changed"), 0);
    let nobody = shop.caller().post(CHANGE, &change(PASSWORD, OTHER)).await;
    assert_eq!(nobody.refusal(), refused(401, "credentials_required"));
}

/// It is judged before the other one is looked at: a slip of the pen is no wrong try.
#[tokio::test]
async fn a_new_password_has_to_be_good() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    let owner = signed(&shop, &tokens);
    let reasons = [
        ("short 1", "at least 8 characters"),
        (&"violet harbour 17 lanterns ".repeat(5), "at most 128 characters"),
        ("iloveyou", "most common"),
        ("hexadecimal", "data breach"),
        ("ada@example.org", "too easy"),
        ("O'Brien1", "too easy"),
        ("aaaaaaaaaaaaaaaaaaaaaaa", "too easy"),
    ];
    for (password, reason) in reasons {
        let reply = owner.post(CHANGE, &change(WRONG, password)).await;
        assert_eq!(reply.refusal(), refused(400, "weak_password"), "{password}");
        assert_eq!(reply.fields(), ["password"]);
        let detail = reply.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(reason), "{password}: {detail}");
        assert!(!reply.text().contains(password), "{}", reply.text());
    }
    assert_eq!(times(&shop, "invalid_credentials"), 0);
    assert_eq!(owner.post(CHANGE, &change(PASSWORD, OTHER)).await.status(), 204);
}

#[tokio::test]
async fn every_character_of_a_new_password_counts() {
    let shop = Shop::endless(&PATIENT).await;
    let tokens = shop.tokens(ADA).await;
    let owner = signed(&shop, &tokens);
    let mut current = PASSWORD.to_owned();
    let base = "violet harbour 17 lanterns and a very long tail of words that never ends 42!";
    for new in
        ["tab\tand nul\u{0} inside 9x", "пароль сложный 19", &format!("{base} one"), &format!("{base} two")]
    {
        let changed = owner.post(CHANGE, &change(&current, new)).await;
        assert_eq!(changed.status(), 204, "{new:?}: {}", changed.text());
        assert_eq!(login(&shop, "192.0.2.1", &current).await.status(), 401, "{new:?}");
        assert_eq!(login(&shop, "192.0.2.1", new).await.status(), 200, "{new:?}");
        new.clone_into(&mut current);
    }
    // A NUL ends nothing.
    assert_eq!(login(&shop, "192.0.2.1", "tab\tand nul").await.status(), 401);
}

#[tokio::test]
async fn of_many_changes_at_once_one_stands() {
    let shop = Shop::endless(&PATIENT).await;
    let tokens = shop.tokens(ADA).await;
    let owner = signed(&shop, &tokens);
    let words: Vec<String> = (0..10).map(|at| format!("other unrelated words {at}4{at}")).collect();
    let bodies: Vec<Value> = words.iter().map(|new| change(PASSWORD, new)).collect();
    let replies = join_all(bodies.iter().map(|body| owner.post(CHANGE, body))).await;
    let statuses: Vec<u16> = replies.iter().map(Reply::status).collect();
    let winner = statuses.iter().position(|status| *status == 204).expect("one of them");
    assert!(statuses.iter().enumerate().all(|(at, status)| at == winner || *status == 401), "{statuses:?}");
    assert_eq!(login(&shop, "192.0.2.1", &words[winner]).await.status(), 200);
    assert_eq!(times(&shop, "password_changed"), 1);
}

#[tokio::test]
async fn a_browser_gets_a_new_session_with_the_new_password() {
    let shop = Shop::endless(&[]).await;
    let old = Browser::of(&shop, ADA).await;
    let other = Browser::sign_in_at(&shop, ADA, "192.0.2.9", "other/1").await;
    let changed = old.acts(&shop).post(CHANGE, &change(PASSWORD, OTHER)).await;
    assert_eq!(changed.status(), 200, "{}", changed.text());
    let new = old.renewed(&changed);
    assert_ne!(new.cookie, old.cookie);
    assert_eq!(new.me(&shop).await, refused(200, ADA));
    for gone in [&old, &other] {
        assert_eq!(gone.me(&shop).await, refused(401, "invalid_session"));
    }
    // The new token belongs to the new session, and opens what the old one did.
    let again = new.acts(&shop).post(CHANGE, &change(OTHER, PASSWORD)).await;
    assert_eq!(again.status(), 200, "{}", again.text());
}
