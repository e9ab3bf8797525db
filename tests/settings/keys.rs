//! `auth.key_…` and `[dpop]`: the keys that tokens are signed by, and those that they are bound to.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{PASSWORD, Reply, Shop, json};
use crate::shop::Holder;

/// The name of the key that signs a token which is given now.
async fn signer(shop: &Shop) -> String {
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let tokens = shop.caller().post("/api/v1/auth/login", &login).await.json();
    let header = tokens["access_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
    let header: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// It is noon, when a key of an hour begins.
#[tokio::test]
async fn auth_key_rotation() {
    for (rotation, seconds, another) in [("1h", 3599, false), ("1h", 3600, true), ("30d", 3600, false)] {
        let settings = [&format!("auth.key_rotation={rotation}"), "auth.key_overlap=1m"];
        let shop = Shop::with(&settings).await;
        shop.member("ada@example.org").await;
        let first = signer(&shop).await;
        shop.wait(Duration::from_secs(seconds));
        assert_eq!(signer(&shop).await != first, another, "{rotation} {seconds}");
    }
}

/// Whether the key that signs from one o'clock on was published so many seconds after noon.
async fn is_published(overlap: &str, seconds: u64) -> bool {
    let shop = Shop::with(&["auth.key_rotation=1h", &format!("auth.key_overlap={overlap}")]).await;
    shop.member("ada@example.org").await;
    shop.wait(Duration::from_secs(seconds));
    shop.keep().await;
    let published = shop.caller().get("/.well-known/jwks.json").await.json();
    shop.wait(Duration::from_secs(3600 - seconds));
    let next = signer(&shop).await;
    published["keys"].as_array().unwrap().iter().any(|key| key["kid"] == next.as_str())
}

#[tokio::test]
async fn auth_key_overlap() {
    for (overlap, seconds, published) in
        [("10m", 2999, false), ("10m", 3000, true), ("1m", 3000, false), ("1m", 3540, true)]
    {
        assert_eq!(is_published(overlap, seconds).await, published, "{overlap} {seconds}");
    }
}

/// A sign-in with a proof of a key, so many seconds old, and perhaps without a nonce of the server's.
async fn proved(setting: &str, age: u64, with_nonce: bool) -> Reply {
    let shop = Shop::with(&[setting]).await;
    shop.member("ada@example.org").await;
    let holder = Holder::p256();
    let mut proof = holder.proof(&shop, "POST", "/api/v1/auth/login");
    shop.wait(Duration::from_secs(age));
    if with_nonce {
        proof = proof.nonce(&shop.app.people.dpop_nonce());
    }
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    shop.caller().with("dpop", &proof.text()).post("/api/v1/auth/login", &login).await
}

#[tokio::test]
async fn dpop_age() {
    for (age, seconds, code) in [
        ("10s", 10, ""),
        ("10s", 11, "invalid_dpop_proof"),
        ("60s", 11, ""),
        ("60s", 61, "invalid_dpop_proof"),
    ] {
        let reply = proved(&format!("dpop.age={age}"), seconds, true).await;
        assert_eq!(reply.code(), code, "{age} {seconds}");
    }
}

#[tokio::test]
async fn dpop_nonce() {
    let asked = proved("dpop.nonce=true", 0, false).await;
    assert_eq!(asked.refusal(), (400, "use_dpop_nonce".into()));
    assert!(asked.header("dpop-nonce").is_some());
    let bound = proved("dpop.nonce=false", 0, false).await;
    assert_eq!((bound.status(), bound.json()["token_type"].as_str()), (200, Some("DPoP")));
}
