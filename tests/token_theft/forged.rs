//! Tokens that nobody issued, and tokens in the wrong place.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::shop::Shop;

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn hmac(key: &[u8], signed: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(signed.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// The parts of a token as JSON.
fn read(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

/// A header with a member changed.
fn with(header: &Value, name: &str, value: Value) -> Value {
    let mut changed = header.clone();
    changed[name] = value;
    changed
}

/// Every forgery that a public key and a good token make possible.
fn forgeries(token: &str, jwks: &Value) -> Vec<String> {
    let ((header, claims), signature) = (read(token), token.rsplit('.').next().unwrap());
    let key = &jwks["keys"][0];
    let raw = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        base64::engine::general_purpose::STANDARD.encode(&raw)
    );
    let admin = with(&claims, "role", json!("admin"));
    let mut forged = Vec::new();
    for alg in ["none", "None", "NONE", ""] {
        let signed = format!("{}.{}", part(&with(&header, "alg", json!(alg))), part(&admin));
        forged.extend([format!("{signed}."), signed.clone(), format!("{signed}.{signature}")]);
    }
    let hs = format!("{}.{}", part(&with(&header, "alg", json!("HS256"))), part(&admin));
    for secret in [
        raw.as_slice(),
        pem.as_bytes(),
        key.to_string().as_bytes(),
        key["x"].as_str().unwrap().as_bytes(),
        b"",
    ] {
        forged.push(format!("{hs}.{}", hmac(secret, &hs)));
    }
    for (name, value) in [
        ("kid", json!("../../../../dev/null")),
        ("kid", json!("' UNION SELECT 'x")),
        ("kid", json!(null)),
        ("kid", json!(7)),
        ("jwk", key.clone()),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/x")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
        ("typ", json!("JWT")),
        ("alg", json!("ES256")),
        ("alg", json!("RS256")),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
    ] {
        forged.push(format!("{}.{}.{signature}", part(&with(&header, name, value)), part(&claims)));
    }
    for (name, value) in [
        ("exp", json!(i64::MAX)),
        ("role", json!("admin")),
        ("iss", json!("evil")),
        ("aud", json!("other")),
        ("sub", json!("x")),
    ] {
        forged.push(format!("{}.{}.{signature}", part(&header), part(&with(&claims, name, value))));
    }
    let zero = URL_SAFE_NO_PAD.encode([0_u8; 64]);
    let signed = token.rsplit_once('.').unwrap().0;
    forged.extend([
        format!("{signed}.{zero}"),
        format!("{signed}."),
        signed.to_owned(),
        format!("{token}."),
        format!("{token}.x"),
        format!("{token}="),
        token.to_uppercase(),
    ]);
    forged.extend(["..".to_owned(), ".".to_owned(), "null".to_owned(), "a".repeat(5000)]);
    forged
}

#[tokio::test]
async fn no_forgery_is_believed() {
    let shop = Shop::with(&["rate.default=1000/minute", "rate.prices=1000/minute"]).await;
    let token = shop.member("ada@example.org").await;
    assert_eq!(shop.caller().token(&token).get("/api/v1/auth/me").await.status(), 200);
    let jwks = shop.caller().get("/.well-known/jwks.json").await.json();
    let forged = forgeries(&token, &jwks);
    assert!(forged.len() >= 45, "{}", forged.len());
    for forgery in forged {
        for path in ["/api/v1/auth/me", "/api/v1/prices", "/api/v1/admin/surface"] {
            let reply = shop.caller().token(&forgery).get(path).await;
            assert_eq!(reply.refusal(), (401, "invalid_token".into()), "{path} {forgery}");
            assert!(reply.header("www-authenticate").unwrap().contains("invalid_token"));
        }
    }
    assert_eq!(
        shop.caller().token(&token).get("/api/v1/auth/me").await.status(),
        200,
        "the good one is still good"
    );
}

#[tokio::test]
async fn the_two_kinds_of_token_are_not_mistaken_for_each_other() {
    let shop = Shop::open().await;
    let tokens = shop.tokens("ada@example.org").await;
    let (access, renewal) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    assert_eq!(
        shop.caller().token(renewal).get("/api/v1/auth/me").await.refusal(),
        (401, "invalid_token".into())
    );
    let renewed = shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": access})).await;
    assert_eq!(renewed.refusal(), (401, "invalid_refresh_token".into()));
    assert_eq!(
        shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": renewal})).await.status(),
        200,
        "nothing was spent"
    );
}

#[tokio::test]
async fn a_token_is_taken_from_one_place_only() {
    let shop = Shop::open().await;
    let token = shop.member("ada@example.org").await;
    let caller = shop.caller();
    let twice = caller.clone().token(&token).token(&token).get("/api/v1/auth/me").await;
    assert_eq!(twice.refusal(), (400, "ambiguous_credentials".into()));
    for value in [
        format!("Basic {token}"),
        format!("Token {token}"),
        token.clone(),
        format!("Bearer  {token}"),
        format!("Bearer {token} x"),
        "Bearer ".into(),
        "Bearer".into(),
    ] {
        let reply = caller.clone().with("authorization", &value).get("/api/v1/auth/me").await;
        assert_eq!(reply.refusal(), (401, "invalid_token".into()), "{}", &value[..value.len().min(12)]);
    }
    assert_eq!(
        caller
            .clone()
            .with("authorization", &format!("bearer {token}"))
            .get("/api/v1/auth/me")
            .await
            .status(),
        200
    );
    for name in ["cookie", "x-access-token", "x-authorization", "proxy-authorization"] {
        let reply = caller.clone().with(name, &format!("access_token={token}")).get("/api/v1/auth/me").await;
        assert_eq!(reply.refusal(), (401, "credentials_required".into()), "{name}");
    }
    let query = caller.get(&format!("/api/v1/auth/me?access_token={token}")).await;
    assert_eq!(query.refusal(), (400, "invalid_query".into()));
    assert!(!query.text().contains(&token));
}

#[tokio::test]
async fn a_token_of_another_house_is_none_of_ours() {
    let (here, there) =
        (Shop::open().await, Shop::with(&["auth.issuer=elsewhere", "auth.audience=others"]).await);
    let token = there.member("ada@example.org").await;
    here.member("ada@example.org").await;
    assert_eq!(here.caller().token(&token).get("/api/v1/auth/me").await.status(), 401);
    let renamed = there.restart_with(&["auth.issuer=renamed", "auth.audience=others"]).await;
    assert_eq!(
        renamed.caller().token(&token).get("/api/v1/auth/me").await.status(),
        401,
        "same key, another issuer"
    );
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_alike() {
    let shop = Shop::with(&["rate.refresh=1000/minute"]).await;
    let guess = format!("aspis_rt_{}", "A".repeat(43));
    for text in [
        "",
        "x",
        "aspis_rt_",
        guess.as_str(),
        "' OR 1=1 --",
        "../../etc/passwd",
        "<script>",
        &"a".repeat(5000),
        "\u{0}",
        "🛡",
    ] {
        let reply = shop.caller().post("/api/v1/auth/refresh", &json!({"refresh_token": text})).await;
        assert_eq!(reply.refusal(), (401, "invalid_refresh_token".into()), "{text:?}");
    }
}
