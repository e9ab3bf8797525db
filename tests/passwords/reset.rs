//! Setting a password by a link.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{
    ADA, CHANGE, LOGIN, OTHER, PATIENT, RESET, invalid_link, link, login, me, notices, refused, reset,
    signed, times,
};
use crate::shop::{PASSWORD, Reply, Shop};

const HOUR: Duration = Duration::from_secs(3600);
const MICRO: Duration = Duration::from_micros(1);

#[tokio::test]
async fn a_link_sets_a_password_and_ends_every_sign_in() {
    let shop = Shop::endless(&PATIENT).await;
    let tokens = shop.tokens(ADA).await;
    let token = link(&shop, ADA).await;
    assert_eq!(me(&signed(&shop, &tokens)).await, 200, "asking ends nothing");
    let done = reset(&shop, &token, OTHER).await;
    assert_eq!((done.status(), done.header("cache-control")), (200, Some("no-store")), "{}", done.text());
    let device = done.json()["device_token"].as_str().unwrap().to_owned();
    let cookie = done.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with(&format!("aspis_device={device};")) && cookie.contains("HttpOnly"),
        "{cookie}"
    );
    assert!(done.json().get("access_token").is_none(), "it signs nobody in");

    assert_eq!(me(&signed(&shop, &tokens)).await, 401);
    let body = json!({"refresh_token": tokens["refresh_token"]});
    let refreshed = shop.caller().post("/api/v1/auth/refresh", &body).await;
    assert_eq!(refreshed.refusal(), refused(401, "invalid_refresh_token"));
    assert_eq!(login(&shop, "192.0.2.1", PASSWORD).await.refusal(), refused(401, "invalid_credentials"));
    let new = login(&shop, "192.0.2.1", OTHER).await;
    assert_eq!(new.status(), 200, "{}", new.text());
    assert_eq!(times(&shop, "password_reset"), 1);
    assert!(notices(&signed(&shop, &new.json())).await.contains(&"password_reset".to_owned()));
}

#[tokio::test]
async fn a_link_is_good_once_and_takes_the_others_with_it() {
    let shop = Shop::endless(&PATIENT).await;
    shop.tokens(ADA).await;
    let (first, second) = (link(&shop, ADA).await, link(&shop, ADA).await);
    assert_eq!(reset(&shop, &first, OTHER).await.status(), 200);
    for token in [&first, &second] {
        assert_eq!(reset(&shop, token, "a third set of words 44").await.refusal(), invalid_link());
    }
    assert_eq!(login(&shop, "192.0.2.1", OTHER).await.status(), 200);
    assert_eq!(times(&shop, "password_reset"), 1);
}

#[tokio::test]
async fn a_link_is_over_after_an_hour() {
    for (late, status) in [(MICRO, 200), (Duration::ZERO, 400)] {
        let shop = Shop::endless(&PATIENT).await;
        shop.tokens(ADA).await;
        let token = link(&shop, ADA).await;
        shop.wait(HOUR.checked_sub(late).unwrap());
        let reply = reset(&shop, &token, OTHER).await;
        assert_eq!(reply.status(), status, "{late:?} before its end: {}", reply.text());
    }
}

#[tokio::test]
async fn a_link_is_remembered_over_a_restart() {
    let shop = Shop::endless(&PATIENT).await;
    shop.tokens(ADA).await;
    let token = link(&shop, ADA).await;
    let shop = shop.restart().await;
    assert_eq!(reset(&shop, &token, OTHER).await.status(), 200);
    let shop = shop.restart().await;
    assert_eq!(reset(&shop, &token, PASSWORD).await.refusal(), invalid_link());
    assert_eq!(login(&shop, "192.0.2.1", OTHER).await.status(), 200);
}

/// Nothing but the token of the letter sets a password (Keycloak CVE-2026-18963).
#[tokio::test]
async fn what_is_no_link_sets_nothing() {
    let shop = Shop::endless(&PATIENT).await;
    let tokens = shop.tokens(ADA).await;
    let real = link(&shop, ADA).await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let invitation = shop.app.invitation().await.unwrap().expose().to_owned();
    let mut flipped = real.clone().into_bytes();
    let last = flipped.len() - 2;
    flipped[last] = if flipped[last] == b'A' { b'B' } else { b'A' };
    for token in [
        String::new(),
        "x".to_owned(),
        "0".to_owned(),
        ADA.to_owned(),
        text("refresh_token"),
        text("device_token"),
        invitation,
        real.to_uppercase(),
        format!("{real}x"),
        format!(" {real}"),
        real[..real.len() - 1].to_owned(),
        String::from_utf8(flipped).unwrap(),
        real.replacen("aspis_", "ASPIS_", 1),
        "%".repeat(52),
        "\u{1f511}".repeat(13),
    ] {
        let reply = reset(&shop, &token, OTHER).await;
        assert_eq!(reply.refusal(), invalid_link(), "{token}");
    }
    for body in [
        json!({"password": OTHER}),
        json!({"token": null, "password": OTHER}),
        json!({"token": [real], "password": OTHER}),
    ] {
        let reply = shop.caller().post(RESET, &body).await;
        assert_eq!(reply.refusal(), refused(400, "invalid_input"), "{body}");
    }
    // A link is no token of another kind either.
    let refreshed = shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": real})).await;
    assert_eq!(refreshed.refusal(), refused(401, "invalid_refresh_token"));
    let person = json!({"email": "op@example.org", "password": OTHER, "full_name": "Op"});
    let accepted = shop.caller().post(&format!("/api/v1/auth/invitations/{real}"), &person).await;
    assert_eq!(accepted.refusal(), refused(404, "invalid_invitation"));
    assert_eq!(me(&shop.caller().token(&real)).await, 401);
    assert_eq!(login(&shop, "192.0.2.1", PASSWORD).await.status(), 200);
    assert_eq!(reset(&shop, &real, OTHER).await.status(), 200, "and it is good still");
}

#[tokio::test]
async fn a_password_that_is_too_easy_spends_no_link() {
    let shop = Shop::endless(&PATIENT).await;
    let tokens = shop.tokens(ADA).await;
    let token = link(&shop, ADA).await;
    let long = "x".repeat(129);
    for weak in ["iloveyou", "short 1", "ada@example.org", "O'Brien1", long.as_str(), ""] {
        let reply = reset(&shop, &token, weak).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            (refused(400, "weak_password"), vec!["password".to_owned()])
        );
    }
    assert_eq!(me(&signed(&shop, &tokens)).await, 200);
    assert_eq!(reset(&shop, &token, OTHER).await.status(), 200);
}

#[tokio::test]
async fn of_many_who_use_a_link_at_once_one_sets_the_password() {
    let shop = Shop::endless(&PATIENT).await;
    shop.tokens(ADA).await;
    let token = link(&shop, ADA).await;
    let words: Vec<String> = (0..10).map(|at| format!("other unrelated words {at}4{at}")).collect();
    let replies = join_all(words.iter().map(|word| reset(&shop, &token, word))).await;
    let statuses: Vec<u16> = replies.iter().map(Reply::status).collect();
    let winner = statuses.iter().position(|status| *status == 200).expect("one of them");
    assert!(statuses.iter().enumerate().all(|(at, status)| at == winner || *status == 400), "{statuses:?}");
    for (at, word) in words.iter().enumerate() {
        assert_eq!(
            login(&shop, "192.0.2.1", word).await.status(),
            if at == winner { 200 } else { 401 },
            "{at}"
        );
    }
    assert_eq!(times(&shop, "password_reset"), 1);
}

/// Whoever got hold of a letter before the password was changed holds nothing.
#[tokio::test]
async fn a_change_of_the_password_ends_open_links() {
    let shop = Shop::endless(&PATIENT).await;
    let tokens = shop.tokens(ADA).await;
    let token = link(&shop, ADA).await;
    let change = json!({"current_password": PASSWORD, "password": OTHER});
    assert_eq!(signed(&shop, &tokens).post(CHANGE, &change).await.status(), 204);
    assert_eq!(reset(&shop, &token, PASSWORD).await.refusal(), invalid_link());
    assert_eq!(login(&shop, "192.0.2.1", OTHER).await.status(), 200);
}

#[tokio::test]
async fn a_link_sets_one_accounts_password_alone() {
    let shop = Shop::endless(&PATIENT).await;
    shop.tokens(ADA).await;
    let eve = shop.tokens("eve@example.org").await;
    let token = link(&shop, "eve@example.org").await;
    for extra in ["email", "account_id", "account"] {
        let mut body = json!({"token": token, "password": OTHER});
        body[extra] = ADA.into();
        assert_eq!(
            shop.caller().post(RESET, &body).await.refusal(),
            refused(400, "invalid_input"),
            "{extra}"
        );
    }
    let as_ada = shop.caller().token(&shop.member("bob@example.org").await);
    assert_eq!(as_ada.post(RESET, &json!({"token": token, "password": OTHER})).await.status(), 200);
    assert_eq!(login(&shop, "192.0.2.1", PASSWORD).await.status(), 200, "ada's stands");
    assert_eq!(me(&as_ada).await, 200, "bob is still signed in: the link was eve's");
    assert_eq!(me(&signed(&shop, &eve)).await, 401);
    let body = json!({"email": "eve@example.org", "password": OTHER});
    assert_eq!(shop.caller().post(LOGIN, &body).await.status(), 200);
}
