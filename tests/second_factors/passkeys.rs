//! What passkey routes refuse. What they accept is tried with a real browser's authenticator: `scripts/passkeys`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADA, STEP_UP, login, refused, times};
use crate::shop::Shop;

const PASSKEYS: &str = "/api/v1/auth/passkeys";
const FINISH: &str = "/api/v1/auth/passkeys/confirm";
const OPTIONS: &str = "/api/v1/auth/passkeys/options";
const SIGN_IN: &str = "/api/v1/auth/passkeys/login";

fn invalid_passkey() -> (u16, String) {
    refused(400, "invalid_passkey")
}

/// What looks like the answer of an authenticator, to nobody's question.
fn plausible() -> Value {
    json!({
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
            "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
            "signature": "AAAA",
            "userHandle": "AZAAAAAAcACAAAAAAAAAAA"
        }
    })
}

fn garbage() -> Vec<Value> {
    let mut nobody = plausible();
    nobody["response"]["userHandle"] = Value::Null;
    let mut short = plausible();
    short["response"]["userHandle"] = "AAAA".into();
    vec![
        Value::Null,
        json!({}),
        json!([]),
        json!("x"),
        json!(1e300),
        json!({"id": "x", "rawId": "???", "type": "public-key", "response": {}}),
        plausible(),
        nobody,
        short,
    ]
}

#[tokio::test]
async fn a_question_to_anybody_names_nobody() {
    let shop = Shop::open().await;
    let asked = shop.caller().call("POST", OPTIONS, "").await;
    assert_eq!((asked.status(), asked.header("cache-control")), (200, Some("no-store")));
    let question = &asked.json()["options"]["publicKey"];
    assert_eq!((&question["rpId"], &question["userVerification"]), (&json!("localhost"), &json!("required")));
    assert!(question["allowCredentials"].as_array().is_none_or(Vec::is_empty), "{question}");
    assert!(question["challenge"].as_str().unwrap().len() >= 22, "at least 16 bytes (WebAuthn, 13.4.3)");
    let again = shop.caller().call("POST", OPTIONS, "").await.json();
    assert_ne!(again["options"]["publicKey"]["challenge"], question["challenge"]);
    assert_ne!(again["ceremony"], asked.json()["ceremony"]);
}

#[tokio::test]
async fn enrolling_asks_for_a_key_that_verifies_its_user() {
    let shop = Shop::open().await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    let asked = owner.call("POST", PASSKEYS, "").await;
    assert_eq!(asked.status(), 200, "{}", asked.text());
    let question = &asked.json()["options"]["publicKey"];
    assert_eq!(question["rp"]["id"], "localhost");
    assert_eq!(question["user"]["name"], ADA);
    assert_eq!(question["authenticatorSelection"]["userVerification"], "required");
    assert!(!question["user"]["id"].as_str().unwrap().contains("ada"), "no words about the person");
}

#[tokio::test]
async fn garbage_is_no_passkey() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    for credential in garbage() {
        let asked = shop.caller().call("POST", OPTIONS, "").await.json();
        let sign_in = json!({"ceremony": asked["ceremony"], "credential": credential});
        let reply = shop.caller().post(SIGN_IN, &sign_in).await;
        assert_eq!(reply.refusal(), invalid_passkey(), "{credential}");
        assert_eq!(reply.header("set-cookie"), None);

        let begun = owner.call("POST", PASSKEYS, "").await.json();
        let enrol = json!({"ceremony": begun["ceremony"], "credential": credential, "name": "Mine"});
        assert_eq!(owner.post(FINISH, &enrol).await.refusal(), invalid_passkey(), "{credential}");

        let asked = shop.caller().call("POST", OPTIONS, "").await.json();
        let proof = json!({"passkey": {"ceremony": asked["ceremony"], "credential": credential}});
        assert_eq!(owner.post(STEP_UP, &proof).await.refusal(), invalid_passkey(), "{credential}");
    }
    assert_eq!(owner.get(PASSKEYS).await.json()["passkeys"], json!([]));
    assert_eq!((times(&shop, "factor_added"), times(&shop, "stepped_up")), (0, 0));
    assert_eq!(times(&shop, "login_success"), 1);
    assert_eq!(times(&shop, "invalid_passkey"), 3 * garbage().len());
}

#[tokio::test]
async fn a_question_that_was_never_asked_has_no_answer() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    for ceremony in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "../../etc", "\u{1f511}"] {
        let answer = json!({"ceremony": ceremony, "credential": plausible()});
        let reply = shop.caller().post(SIGN_IN, &answer).await;
        assert!([400, 401].contains(&reply.status()), "{ceremony:?}: {}", reply.text());
        let reply = owner.post(STEP_UP, &json!({"passkey": answer})).await;
        assert_eq!(reply.status(), 400, "{ceremony:?}: {}", reply.text());
    }
    for body in [json!({}), json!({"ceremony": 1, "credential": {}}), json!({"credential": plausible()})] {
        assert_eq!(
            shop.caller().post(SIGN_IN, &body).await.refusal(),
            refused(400, "invalid_input"),
            "{body}"
        );
    }
}

/// Each question belongs to one purpose: an answer to one opens no other.
#[tokio::test]
async fn a_question_of_another_kind_is_not_answered() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    let enrolment = owner.call("POST", PASSKEYS, "").await.json()["ceremony"].clone();
    let answer = json!({"ceremony": enrolment, "credential": plausible()});
    assert_eq!(shop.caller().post(SIGN_IN, &answer).await.refusal(), invalid_passkey());
    let sign_in = shop.caller().call("POST", OPTIONS, "").await.json()["ceremony"].clone();
    let answer = json!({"ceremony": sign_in, "credential": plausible(), "name": "Mine"});
    assert_eq!(owner.post(FINISH, &answer).await.refusal(), invalid_passkey());
}

#[tokio::test]
async fn a_passkeys_name_is_short_and_plain() {
    let shop = Shop::endless(&["safeguards.inspect=observe"]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    for name in ["", "a\nb", "<b>", &"x".repeat(101)] {
        let begun = owner.call("POST", PASSKEYS, "").await.json();
        let enrol = json!({"ceremony": begun["ceremony"], "credential": {}, "name": name});
        let reply = owner.post(FINISH, &enrol).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            (refused(400, "invalid_input"), vec!["name".to_owned()])
        );
    }
}

#[tokio::test]
async fn who_has_no_passkey_is_asked_for_none() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    assert_eq!(owner.call("POST", OPTIONS, "").await.refusal(), refused(404, "not_found"));
    for id in ["x", "01890000-0000-7000-8000-000000000000", "'%20OR%20'1'%3D'1"] {
        let reply = owner.call("DELETE", &format!("{PASSKEYS}/{id}"), "").await;
        assert!([400, 404].contains(&reply.status()), "{id}: {}", reply.text());
    }
    assert_eq!(login(&shop, "192.0.2.1", ADA, None).await.status(), 200);
}

#[tokio::test]
async fn enrolling_wants_a_young_sign_in() {
    let shop = Shop::endless(&[]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    let begun = owner.call("POST", PASSKEYS, "").await.json();
    shop.wait(Duration::from_secs(600));
    assert_eq!(owner.call("POST", PASSKEYS, "").await.refusal(), refused(401, "step_up_required"));
    let late = json!({"ceremony": begun["ceremony"], "credential": plausible(), "name": "Mine"});
    assert_eq!(owner.post(FINISH, &late).await.refusal(), refused(401, "step_up_required"));
    for (method, path) in [("POST", PASSKEYS), ("GET", PASSKEYS), ("POST", FINISH)] {
        let caller = shop.caller().with("content-type", "application/json");
        let body = if path == FINISH { late.to_string() } else { String::new() };
        let reply = caller.call(method, path, body).await;
        assert_eq!(reply.refusal(), refused(401, "credentials_required"), "{method} {path}");
    }
}

/// A passkey is bound to a domain: a server that is called by an address of digits has none.
#[tokio::test]
async fn a_server_without_a_name_has_no_passkeys() {
    let shop = Shop::endless(&["server.public_url=http://127.0.0.1:8001"]).await;
    let owner = shop.caller().token(&shop.member(ADA).await);
    let answer = json!({"ceremony": "AAAAAAAAAAAAAAAAAAAAAA", "credential": plausible()});
    assert_eq!(shop.caller().call("POST", OPTIONS, "").await.refusal(), refused(404, "not_found"));
    assert_eq!(shop.caller().post(SIGN_IN, &answer).await.refusal(), refused(404, "not_found"));
    assert_eq!(owner.call("POST", PASSKEYS, "").await.refusal(), refused(404, "not_found"));
    assert_eq!(owner.post(STEP_UP, &json!({"passkey": answer})).await.refusal(), refused(404, "not_found"));
}

#[tokio::test]
async fn a_passkey_is_bound_to_the_name_of_the_server() {
    let shop = Shop::endless(&["server.public_url=https://shop.example.org"]).await;
    let asked = shop.caller().call("POST", OPTIONS, "").await.json();
    assert_eq!(asked["options"]["publicKey"]["rpId"], "shop.example.org");
    // Whatever the request says of it.
    let told = shop.caller().with("x-forwarded-host", "evil.example").with("origin", "https://evil.example");
    let asked = told.call("POST", OPTIONS, "").await.json();
    assert_eq!(asked["options"]["publicKey"]["rpId"], "shop.example.org");
}
