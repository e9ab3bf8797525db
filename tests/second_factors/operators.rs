//! In production an operator without a second factor sees nothing of the operators' part.

use serde_json::json;

use super::{LOGIN, STEP, STEP_UP, TOTP, refused};
use crate::shop::{Authenticator, Caller, PASSWORD, Shop};

const SURFACE: &str = "/api/v1/admin/surface";
const OPERATOR: &str = "op@example.org";

async fn production() -> Shop {
    let settings = [
        "mode=production",
        "server.trusted_proxies=[\"10.0.0.0/8\"]",
        "password.argon2_memory_kib=19456",
        "password.argon2_passes=2",
    ];
    Shop::endless(&settings).await
}

/// Somebody behind the proxy.
fn https(shop: &Shop) -> Caller<'_> {
    shop.at("10.0.0.1").with("x-forwarded-for", "203.0.113.7").with("x-forwarded-proto", "https")
}

async fn becomes_operator(shop: &Shop) {
    let token = shop.app.invitation().await.unwrap();
    let person = json!({"email": OPERATOR, "password": PASSWORD, "full_name": "Operator"});
    let made = https(shop).post(&format!("/api/v1/auth/invitations/{}", token.expose()), &person).await;
    assert_eq!(made.status(), 201, "{}", made.text());
}

async fn signs_in(shop: &Shop, code: Option<&str>) -> serde_json::Value {
    let mut body = json!({"email": OPERATOR, "password": PASSWORD});
    if let Some(code) = code {
        body["totp"] = code.into();
    }
    let login = https(shop).post(LOGIN, &body).await;
    assert_eq!(login.status(), 200, "{}", login.text());
    login.json()
}

#[tokio::test]
async fn the_operators_part_opens_with_the_factor() {
    let shop = production().await;
    becomes_operator(&shop).await;
    let tokens = signs_in(&shop, None).await;
    let operator = https(&shop).token(tokens["access_token"].as_str().unwrap());
    for row in aspis::surface::rows() {
        if row.path.starts_with("/api/v1/admin/") {
            let reply = operator.call(row.method.as_str(), row.path, "").await;
            assert_eq!(reply.refusal(), refused(403, "second_factor_required"), "{row}");
        }
    }
    // Nothing else is closed: how would the factor be enrolled?
    assert_eq!(operator.get("/api/v1/auth/me").await.status(), 200);
    let begun = operator.call("POST", TOTP, "").await.json();
    let app = Authenticator::typed(begun["secret"].as_str().unwrap());
    let confirmed = operator.post("/api/v1/auth/totp/confirm", &json!({"code": app.code(&shop)})).await;
    assert_eq!(confirmed.status(), 200, "{}", confirmed.text());

    shop.wait(STEP);
    let strong = signs_in(&shop, Some(&app.code(&shop))).await;
    let strong = https(&shop).token(strong["access_token"].as_str().unwrap());
    assert_eq!(strong.get(SURFACE).await.status(), 200);
    assert!(shop.events().contains(&"second_factor_required"));
}

/// The token says what was known when it was made; the next one of the same sign-in knows more.
#[tokio::test]
async fn a_step_up_by_the_factor_opens_it_from_the_next_token_on() {
    let shop = production().await;
    becomes_operator(&shop).await;
    let before = signs_in(&shop, None).await;
    let first = https(&shop).token(before["access_token"].as_str().unwrap());
    let begun = first.call("POST", TOTP, "").await.json();
    let app = Authenticator::typed(begun["secret"].as_str().unwrap());
    let other = signs_in(&shop, None).await;
    let confirmed = first.post("/api/v1/auth/totp/confirm", &json!({"code": app.code(&shop)})).await;
    assert_eq!(confirmed.status(), 200, "{}", confirmed.text());
    shop.wait(STEP);

    let other_one = https(&shop).token(other["access_token"].as_str().unwrap());
    assert_eq!(other_one.get(SURFACE).await.refusal(), refused(403, "second_factor_required"));
    let renew = async |token: &serde_json::Value| {
        let renewed = https(&shop).post("/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
        assert_eq!(renewed.status(), 200, "{}", renewed.text());
        renewed.json()
    };
    let renewed = renew(&other["refresh_token"]).await;
    let other_one = https(&shop).token(renewed["access_token"].as_str().unwrap());
    assert_eq!(
        other_one.get(SURFACE).await.refusal(),
        refused(403, "second_factor_required"),
        "a renewal proves nothing"
    );
    assert_eq!(other_one.post(STEP_UP, &json!({"totp": app.code(&shop)})).await.status(), 204);
    let renewed = renew(&renewed["refresh_token"]).await;
    let other_one = https(&shop).token(renewed["access_token"].as_str().unwrap());
    assert_eq!(other_one.get(SURFACE).await.status(), 200);
}

#[tokio::test]
async fn a_factor_makes_nobody_an_operator() {
    let shop = production().await;
    let person = json!({"email": "eve@example.org", "password": PASSWORD, "full_name": "Eve"});
    assert_eq!(https(&shop).post("/api/v1/auth/register", &person).await.status(), 201);
    let login = https(&shop).post(LOGIN, &json!({"email": "eve@example.org", "password": PASSWORD})).await;
    let eve = https(&shop).token(login.json()["access_token"].as_str().unwrap());
    let begun = eve.call("POST", TOTP, "").await.json();
    let app = Authenticator::typed(begun["secret"].as_str().unwrap());
    assert_eq!(eve.post("/api/v1/auth/totp/confirm", &json!({"code": app.code(&shop)})).await.status(), 200);
    assert_eq!(eve.get(SURFACE).await.refusal(), refused(403, "forbidden"));
}
