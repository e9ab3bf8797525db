//! Operators: an invitation makes one, once, for seven days; and what only they may see.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Reply, Shop};

mod config;

const WEEK: Duration = Duration::from_secs(7 * 86_400);

async fn accept(shop: &Shop, token: &str, email: &str) -> Reply {
    let person = json!({"email": email, "password": PASSWORD, "full_name": "Operator"});
    shop.caller().post(&format!("/api/v1/auth/invitations/{token}"), &person).await
}

async fn invitation(shop: &Shop) -> String {
    shop.app.invitation().await.expect("there is no operator yet").expose().to_owned()
}

async fn sign_in(shop: &Shop, email: &str) -> Value {
    let login = shop
        .at("203.0.113.99")
        .post("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD}))
        .await;
    assert_eq!(login.status(), 200, "{}", login.text());
    login.json()
}

#[tokio::test]
async fn an_invitation_makes_one_operator() {
    let shop = Shop::open().await;
    let token = invitation(&shop).await;
    let made = accept(&shop, &token, "op@example.org").await;
    assert_eq!((made.status(), made.json()["email"].as_str()), (201, Some("op@example.org")));
    assert_eq!(
        accept(&shop, &token, "second@example.org").await.refusal(),
        (404, "invalid_invitation".into())
    );
    let access = sign_in(&shop, "op@example.org").await["access_token"].as_str().unwrap().to_owned();
    let me = shop.caller().token(&access).get("/api/v1/auth/me").await.json();
    assert_eq!(me["role"], "admin");
    assert!(shop.events().contains(&"invitation_used"));
    // There is an operator now: nobody is invited any more, after a restart neither.
    assert!(shop.app.invitation().await.is_none());
    let shop = shop.restart().await;
    assert!(shop.app.invitation().await.is_none());
    assert_eq!(
        accept(&shop, &token, "third@example.org").await.refusal(),
        (404, "invalid_invitation".into())
    );
}

#[tokio::test]
async fn an_open_invitation_is_not_made_twice() {
    let shop = Shop::open().await;
    let token = invitation(&shop).await;
    assert!(shop.app.invitation().await.is_none());
    shop.wait(WEEK + Duration::from_secs(1));
    let fresh = invitation(&shop).await;
    assert_ne!(fresh, token, "the old one has run out, so there is a new one");
    assert_eq!(accept(&shop, &fresh, "op@example.org").await.status(), 201);
}

#[tokio::test]
async fn an_invitation_runs_out_after_seven_days() {
    for (late, status) in [(Duration::from_micros(1), 201), (Duration::ZERO, 404)] {
        let shop = Shop::open().await;
        let token = invitation(&shop).await;
        shop.wait(WEEK.checked_sub(late).unwrap());
        let reply = accept(&shop, &token, "op@example.org").await;
        assert_eq!(reply.status(), status, "{late:?} before: {}", reply.text());
    }
}

/// A try that fails spends nothing: a weak password, a taken address.
#[tokio::test]
async fn a_try_that_fails_leaves_the_invitation_good() {
    let shop = Shop::open().await;
    shop.member("ada@example.org").await;
    let token = invitation(&shop).await;
    let weak = json!({"email": "op@example.org", "password": "password", "full_name": "Op"});
    let path = format!("/api/v1/auth/invitations/{token}");
    assert_eq!(shop.caller().post(&path, &weak).await.refusal(), (400, "weak_password".into()));
    assert_eq!(accept(&shop, &token, "ada@example.org").await.refusal(), (409, "email_taken".into()));
    assert_eq!(accept(&shop, &token, "op@example.org").await.status(), 201);
}

#[tokio::test]
async fn an_invitation_that_was_made_up_is_none() {
    let shop = Shop::endless(&[]).await;
    let real = invitation(&shop).await;
    let refresh = shop.tokens("ada@example.org").await["refresh_token"].as_str().unwrap().to_owned();
    for token in [
        "x",
        "0",
        &"a".repeat(300),
        &real[..real.len() - 1],
        &format!("{real}x"),
        &real.to_uppercase(),
        &refresh,
    ] {
        assert_eq!(
            accept(&shop, token, "op@example.org").await.refusal(),
            (404, "invalid_invitation".into()),
            "{token}"
        );
    }
    // And an invitation is no refresh token.
    let refreshed = shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": real})).await;
    assert_eq!(refreshed.refusal(), (401, "invalid_refresh_token".into()));
}

/// Two who click at the same moment are one operator.
#[tokio::test]
async fn a_race_for_an_invitation_has_one_winner() {
    let shop = Shop::endless(&[]).await;
    let token = invitation(&shop).await;
    let emails: Vec<String> = (0..10).map(|at| format!("op{at}@example.org")).collect();
    let replies =
        futures_util::future::join_all(emails.iter().map(|email| accept(&shop, &token, email))).await;
    let statuses: Vec<u16> = replies.iter().map(Reply::status).collect();
    assert_eq!(
        (
            statuses.iter().filter(|status| **status == 201).count(),
            statuses.iter().filter(|status| **status == 404).count()
        ),
        (1, 9)
    );
    assert_eq!(shop.app.store.ledger.audit().await.unwrap().entries, 1, "one account was opened");
}

#[tokio::test]
async fn only_an_operator_sees_the_surface() {
    let shop = Shop::open().await;
    let path = "/api/v1/admin/surface";
    assert_eq!(shop.caller().get(path).await.refusal(), (401, "credentials_required".into()));
    let user = shop.member("ada@example.org").await;
    assert_eq!(shop.caller().token(&user).get(path).await.refusal(), (403, "forbidden".into()));
    accept(&shop, &invitation(&shop).await, "op@example.org").await;
    let tokens = sign_in(&shop, "op@example.org").await;
    let seen = shop.caller().token(tokens["access_token"].as_str().unwrap()).get(path).await;
    assert_eq!(
        (seen.status(), seen.json()["rows"].as_array().unwrap().len()),
        (200, aspis::surface::rows().len())
    );
    // A renewed token is an operator's token still.
    let renewed = shop
        .caller()
        .post("/api/v1/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]}))
        .await
        .json();
    assert_eq!(shop.caller().token(renewed["access_token"].as_str().unwrap()).get(path).await.status(), 200);
}

/// Nothing that a caller says makes them an operator.
#[tokio::test]
async fn a_role_cannot_be_asked_for() {
    let shop = Shop::endless(&[]).await;
    for extra in ["role", "is_admin", "admin", "scope"] {
        let mut person = json!({"email": "eve@example.org", "password": PASSWORD, "full_name": "Eve"});
        person[extra] = "admin".into();
        let reply = shop.caller().post("/api/v1/auth/register", &person).await;
        assert_eq!((reply.status(), reply.fields()), (400, vec![extra.to_owned()]));
    }
    let user = shop.member("eve@example.org").await;
    assert_eq!(
        shop.caller().token(&user).with("x-role", "admin").get("/api/v1/admin/surface").await.status(),
        403
    );
}
