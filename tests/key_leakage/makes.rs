//! Who may make which key.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADA, KEYS, ask, list, make, refused, rotate, shop};
use crate::shop::{PASSWORD, Shop};

const TEN_MINUTES: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_key_is_shown_once() {
    let (shop, token) = shop().await;
    let made =
        ask(&shop, &token, &json!({"name": "O'Brien's job", "scopes": ["read:prices", "predict"]})).await;
    let (key, id) = super::read(&made);
    assert!(key.len() == 60 && key.starts_with("aspis_live_"), "{key}");
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let known = made.json();
    assert_eq!(
        (&known["created"], &known["expires"]),
        (&json!("2026-11-21T12:00:00Z"), &json!("2026-12-21T12:00:00Z"))
    );
    let listed = &list(&shop, &token).await[0];
    assert_eq!((listed["id"].as_str(), listed["name"].as_str()), (Some(id.as_str()), Some("O'Brien's job")));
    assert_eq!(listed["scopes"], json!(["read:prices", "predict"]));
    assert!(listed.get("key").is_none() && !listed.to_string().contains(&key[11..]));
    assert!(shop.events().contains(&"key_created"));
    let notices = shop.caller().token(&token).get("/api/v1/auth/notices").await.json();
    let told = notices["notices"].as_array().unwrap();
    assert!(told.iter().any(|notice| notice["kind"] == "key_created"), "{notices}");
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let (shop, token) = shop().await;
    let wish = |more: Value| {
        let mut wish = json!({"name": "x", "scopes": ["read:prices"]});
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        wish
    };
    for (more, field) in [
        (json!({"name": ""}), "name"),
        (json!({"name": "<b>"}), "name"),
        (json!({"name": "a".repeat(101)}), "name"),
        (json!({"scopes": []}), "scopes"),
        (json!({"scopes": ["admin"]}), "scopes[0]"),
        (json!({"scopes": "read:prices"}), "scopes"),
        (json!({"expires_in_days": 0}), "expires_in_days"),
        (json!({"expires_in_days": 31}), "expires_in_days"),
        (json!({"expires_in_days": "7"}), "expires_in_days"),
        (json!({"allowed_ips": ["203.0.113.7/24"]}), "allowed_ips[0]"),
        (json!({"allowed_ips": ["everywhere"]}), "allowed_ips[0]"),
        (json!({"source": "internal_db"}), "source"),
        (json!({"key": "aspis_live_mine"}), "key"),
    ] {
        let reply = ask(&shop, &token, &wish(more.clone())).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            (refused(400, "invalid_input"), vec![field.into()]),
            "{more}"
        );
    }
    assert!(list(&shop, &token).await.is_empty());
}

#[tokio::test]
async fn more_than_reading_wants_the_owner_a_moment_ago() {
    let (shop, token) = shop().await;
    let (_, early) = make(&shop, &token, &["write:portfolio"]).await;
    shop.wait(TEN_MINUTES);
    for scope in ["predict", "write:portfolio"] {
        let reply = ask(&shop, &token, &json!({"name": "x", "scopes": ["read:prices", scope]})).await;
        assert_eq!(reply.refusal(), refused(401, "step_up_required"), "{scope}");
    }
    assert_eq!(rotate(&shop, &token, &early, &json!({})).await.refusal(), refused(401, "step_up_required"));
    let (_, reads) = make(&shop, &token, &["read:prices", "read:portfolio"]).await;
    assert_eq!(rotate(&shop, &token, &reads, &json!({})).await.status(), 201);
    let proof = json!({"password": PASSWORD});
    assert_eq!(shop.caller().token(&token).post("/api/v1/auth/step-up", &proof).await.status(), 204);
    make(&shop, &token, &["write:portfolio"]).await;
}

#[tokio::test]
async fn only_operators_make_keys_that_write_prices() {
    let (shop, token) = shop().await;
    let wish = json!({"name": "feed", "scopes": ["write:prices"], "source": "internal_db"});
    assert_eq!(ask(&shop, &token, &wish).await.refusal(), refused(403, "forbidden"));
    let invitation = shop.app.invitation().await.unwrap().expose().to_owned();
    let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Operator"});
    shop.caller().post(&format!("/api/v1/auth/invitations/{invitation}"), &person).await;
    let login = json!({"email": "op@example.org", "password": PASSWORD});
    let signed = shop.at("203.0.113.99").post("/api/v1/auth/login", &login).await.json();
    let operator = signed["access_token"].as_str().unwrap();
    let made = ask(&shop, operator, &wish).await;
    assert_eq!(
        (made.status(), made.json()["source"].as_str()),
        (201, Some("internal_db")),
        "{}",
        made.text()
    );
    for (source, field) in [(json!("somebody"), "source"), (Value::Null, "source")] {
        let wish = json!({"name": "feed", "scopes": ["write:prices"], "source": source});
        let reply = ask(&shop, operator, &wish).await;
        assert_eq!((reply.status(), reply.fields()), (400, vec![field.to_owned()]));
    }
    let (key, _) = super::read(&made);
    let surface = super::with_key(shop.caller(), &key).get("/api/v1/admin/surface").await;
    assert_eq!(surface.refusal(), refused(403, "forbidden"), "an operator's key is no operator");
}

#[tokio::test]
async fn nobody_reaches_the_keys_of_another() {
    let (shop, token) = shop().await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    let eve = shop.member("eve@example.org").await;
    assert!(list(&shop, &eve).await.is_empty());
    assert_eq!(super::revoke(&shop, &eve, &id).await.refusal(), refused(404, "not_found"));
    assert_eq!(rotate(&shop, &eve, &id, &json!({})).await.refusal(), refused(404, "not_found"));
    for nonsense in ["x", "01890000-0000-7000-8000-000000000000"] {
        assert_eq!(super::revoke(&shop, &token, nonsense).await.refusal(), refused(404, "not_found"));
    }
    assert_eq!(super::with_key(shop.caller(), &key).get("/api/v1/prices").await.status(), 200);
    assert_eq!(shop.caller().get(KEYS).await.refusal(), refused(401, "credentials_required"));
}

/// However many ask at once.
#[tokio::test]
async fn an_account_has_so_many_keys_and_no_more() {
    let shop = Shop::endless(&["keys.per_account=3"]).await;
    let token = shop.member(ADA).await;
    let wish = json!({"name": "x", "scopes": ["read:prices"]});
    let asks: Vec<_> = (0..10).map(|_| ask(&shop, &token, &wish)).collect();
    let replies = futures_util::future::join_all(asks).await;
    let made = replies.iter().filter(|reply| reply.status() == 201).count();
    assert_eq!((made, list(&shop, &token).await.len()), (3, 3));
    let full = replies.iter().find(|reply| reply.status() != 201).unwrap();
    assert_eq!(full.refusal(), refused(409, "too_many_keys"));
    let id = list(&shop, &token).await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(super::revoke(&shop, &token, &id).await.status(), 204);
    assert_eq!(ask(&shop, &token, &wish).await.status(), 201);
}
