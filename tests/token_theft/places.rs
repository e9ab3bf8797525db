//! Every kind of token has one place, and is nothing in any other.

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop};

const ADA: &str = "ada@example.org";
const ME: &str = "/api/v1/auth/me";
const NEW: &str = "quite different words 43";

/// One token of every kind, by its name.
async fn kinds(shop: &Shop) -> Vec<(&'static str, String)> {
    let tokens = shop.tokens(ADA).await;
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let asked = shop.caller().post("/api/v1/auth/password/forgot", &json!({"email": ADA})).await;
    assert_eq!(asked.status(), 202, "{}", asked.text());
    let letters = shop.letters().await;
    let letter = letters.iter().find(|letter| letter.text.expose().contains("#token=")).unwrap();
    let link = letter.text.expose().split_once("#token=").unwrap().1;
    let link = link.split_whitespace().next().unwrap().to_owned();
    vec![
        ("access", text("access_token")),
        ("refresh", text("refresh_token")),
        ("device", text("device_token")),
        ("link", link),
    ]
}

async fn refusal(shop: &Shop, path: &str, body: &Value) -> (u16, String) {
    shop.caller().post(path, body).await.refusal()
}

#[tokio::test]
async fn no_token_is_taken_for_another_kind() {
    let shop = Shop::endless(&[]).await;
    let kinds = kinds(&shop).await;
    for (kind, token) in &kinds {
        if *kind != "access" {
            let bearer = shop.caller().token(token).get(ME).await;
            assert_eq!(bearer.refusal(), (401, "invalid_token".into()), "{kind} as access token");
            let dpop = shop.caller().with("authorization", &format!("DPoP {token}")).get(ME).await;
            assert_eq!(dpop.refusal(), (401, "invalid_token".into()), "{kind} as bound token");
        }
        if *kind != "refresh" {
            let renewal = refusal(&shop, "/api/v1/auth/refresh", &json!({"refresh_token": token})).await;
            assert_eq!(renewal, (401, "invalid_refresh_token".into()), "{kind} as refresh token");
        }
        if *kind != "link" {
            let body = json!({"token": token, "password": NEW});
            let reset = refusal(&shop, "/api/v1/auth/password/reset", &body).await;
            assert_eq!(reset, (400, "invalid_link".into()), "{kind} as link");
        }
        let session = shop.caller().with("cookie", &format!("aspis_session={token}")).get(ME).await;
        assert_eq!(session.refusal(), (401, "invalid_session".into()), "{kind} as session");
    }
    nothing_was_spent(&shop, &kinds).await;
}

/// Each is still good in its own place; the link last, because it ends the others.
async fn nothing_was_spent(shop: &Shop, kinds: &[(&str, String)]) {
    let [(_, access), (_, refresh), (_, device), (_, link)] = kinds else { panic!("four kinds") };
    assert_eq!(shop.caller().token(access).get(ME).await.status(), 200);
    let renewed = shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": refresh})).await;
    assert_eq!(renewed.status(), 200, "{}", renewed.text());
    let body = json!({"email": ADA, "password": PASSWORD, "device_token": device});
    let signed = shop.caller().post("/api/v1/auth/login", &body).await;
    assert_eq!(signed.json()["device_token"].as_str(), Some(&**device), "a device that is known");
    let body = json!({"token": link, "password": NEW});
    let reset = shop.caller().post("/api/v1/auth/password/reset", &body).await;
    assert_eq!(reset.status(), 200, "{}", reset.text());
}

/// Another token in the device's place makes no device known: the owner is told of a new one.
#[tokio::test]
async fn no_other_token_makes_a_device_known() {
    let shop = Shop::endless(&[]).await;
    for (kind, token) in
        kinds(&shop).await.iter().filter(|(kind, token)| *kind != "device" && token.len() <= 300)
    {
        let new = |shop: &Shop| shop.events().iter().filter(|word| **word == "new_device").count();
        let before = new(&shop);
        let body = json!({"email": ADA, "password": PASSWORD, "device_token": token});
        let signed = shop.caller().post("/api/v1/auth/login", &body).await;
        assert_eq!(signed.status(), 200, "{kind}: {}", signed.text());
        assert_eq!(new(&shop), before + 1, "{kind}");
        assert_ne!(signed.json()["device_token"].as_str(), Some(&**token), "{kind}");
    }
}
