//! Enrolling and removing an authenticator.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    ADA, CONFIRM, RECOVERY, STEP, TOTP, access, current, login, notices, refused, times, totp_required,
};
use crate::shop::{Authenticator, Shop};

#[tokio::test]
async fn an_authenticator_counts_once_a_code_of_it_was_shown() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member(ADA).await;
    let owner = shop.caller().token(&token);
    let begun = owner.call("POST", TOTP, "").await;
    assert_eq!((begun.status(), begun.header("cache-control")), (201, Some("no-store")));
    let (secret, url) = (begun.json()["secret"].clone(), begun.json()["otpauth_url"].clone());
    let (secret, url) = (secret.as_str().unwrap(), url.as_str().unwrap());
    assert!(secret.len() >= 32, "160 bits (RFC 4226, 4): {secret}");
    assert!(url.starts_with("otpauth://totp/aspis:ada%40example%2Eorg?"), "{url}");
    assert!(url.contains(&format!("secret={secret}")) && url.contains("issuer=aspis"), "{url}");
    access(&login(&shop, "192.0.2.1", ADA, None).await);

    let app = Authenticator::typed(secret);
    let wrong = owner.post(CONFIRM, &json!({"code": app.code_of(&shop, 1000)})).await;
    assert_eq!(wrong.refusal(), refused(400, "invalid_code"));
    access(&login(&shop, "192.0.2.1", ADA, None).await);
    assert_eq!(times(&shop, "factor_added"), 0);

    let confirmed = owner.post(CONFIRM, &json!({"code": app.code(&shop)})).await;
    assert_eq!(confirmed.status(), 200, "{}", confirmed.text());
    let codes = confirmed.json()["recovery_codes"].as_array().unwrap().clone();
    let different: BTreeSet<&str> = codes.iter().map(|code| code.as_str().unwrap()).collect();
    assert_eq!((codes.len(), different.len()), (10, 10));
    assert_eq!(times(&shop, "factor_added"), 1);
    assert!(notices(&shop, &token).await.contains(&"factor_added".to_owned()));
    assert_eq!(login(&shop, "192.0.2.1", ADA, None).await.refusal(), totp_required());
}

#[tokio::test]
async fn a_sign_in_says_whether_it_had_the_second_factor() {
    let shop = Shop::endless(&[]).await;
    let plain = shop.member(ADA).await;
    let here = access(&login(&shop, "192.0.2.1", ADA, None).await);
    let (app, _) = shop.enrol(&here).await;
    assert_eq!(current(&shop, &here).await["second_factor"], true, "it has just shown a code");
    assert_eq!(current(&shop, &plain).await["second_factor"], false, "another sign-in has not");
    shop.wait(STEP);
    let with = access(&login(&shop, "192.0.2.1", ADA, Some(&app.code(&shop))).await);
    assert_eq!(current(&shop, &with).await["second_factor"], true);
}

#[tokio::test]
async fn what_was_begun_can_be_begun_anew() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    assert_eq!(
        owner.post(CONFIRM, &json!({"code": "123456"})).await.refusal(),
        refused(404, "not_found"),
        "nothing was begun"
    );
    let mut secrets = Vec::new();
    for _ in 0..2 {
        let begun = owner.call("POST", TOTP, "").await;
        secrets.push(begun.json()["secret"].as_str().unwrap().to_owned());
    }
    let [first, second] = [0, 1].map(|which| Authenticator::typed(&secrets[which]).code(&shop));
    assert_eq!(owner.post(CONFIRM, &json!({"code": first})).await.refusal(), refused(400, "invalid_code"));
    assert_eq!(owner.post(CONFIRM, &json!({"code": second})).await.status(), 200);
}

/// Whoever has taken over a sign-in cannot put another authenticator in the place of the owner's.
#[tokio::test]
async fn a_confirmed_authenticator_is_not_replaced() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    let owner = shop.caller().token(&ada.token);
    assert_eq!(owner.call("POST", TOTP, "").await.refusal(), refused(409, "already_enrolled"));
    shop.wait(STEP);
    let again = owner.post(CONFIRM, &json!({"code": ada.app.code(&shop)})).await;
    assert_eq!(again.refusal(), refused(409, "already_enrolled"));
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.app.code(&shop))).await);
}

#[tokio::test]
async fn a_removed_authenticator_is_asked_for_no_more() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    let owner = shop.caller().token(&ada.token);
    assert_eq!(owner.call("DELETE", TOTP, "").await.status(), 204);
    assert_eq!(times(&shop, "factor_removed"), 1);
    assert!(notices(&shop, &ada.token).await.contains(&"factor_removed".to_owned()));
    assert_eq!(owner.call("DELETE", TOTP, "").await.refusal(), refused(404, "not_found"));
    access(&login(&shop, "192.0.2.1", ADA, None).await);

    // Another one comes with codes of its own: neither the old app nor the old paper opens anything.
    let (app, codes) = shop.enrol(&ada.token).await;
    assert_eq!(codes.len(), 10);
    shop.wait(STEP);
    for old in [ada.app.code(&shop), ada.recovery_codes[0].clone()] {
        assert_eq!(login(&shop, "192.0.2.2", ADA, Some(&old)).await.refusal(), totp_required());
    }
    access(&login(&shop, "192.0.2.3", ADA, Some(&app.code(&shop))).await);
}

#[tokio::test]
async fn factors_are_the_owners_business_alone() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    for (method, path) in [("POST", TOTP), ("POST", CONFIRM), ("DELETE", TOTP), ("POST", RECOVERY)] {
        let reply = shop.caller().with("content-type", "application/json").call(method, path, "{}").await;
        assert_eq!(reply.refusal(), refused(401, "credentials_required"), "{method} {path}");
    }
    // What eve does, she does to herself.
    let eve = shop.caller().token(&shop.member("eve@example.org").await);
    assert_eq!(eve.call("DELETE", TOTP, "").await.refusal(), refused(404, "not_found"));
    assert_eq!(login(&shop, "192.0.2.1", ADA, None).await.refusal(), totp_required());
    shop.wait(STEP);
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.app.code(&shop))).await);
}

#[tokio::test]
async fn an_authenticator_survives_a_restart() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.secured(ADA).await;
    let spent = ada.app.code(&shop);
    let shop = shop.restart().await;
    assert_eq!(login(&shop, "192.0.2.1", ADA, None).await.refusal(), totp_required());
    assert_eq!(login(&shop, "192.0.2.1", ADA, Some(&spent)).await.refusal(), totp_required(), "spent before");
    shop.wait(STEP);
    access(&login(&shop, "192.0.2.1", ADA, Some(&ada.app.code(&shop))).await);
}
