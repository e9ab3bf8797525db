//! Honey keys, keys that their holders end, and keys in an operator's hand.

use std::time::Duration;

use aspis_core::event::{Event, Kind};
use serde_json::{Value, json};

use super::{ADA, KEYS, list, make, refused, shop, with_key};
use crate::shop::{Reply, Shop};

const ADMIN: &str = "/api/v1/admin/keys";
const HONEY: &str = "/api/v1/admin/keys/honey";
const OPERATOR: &str = "op@example.org";
const PRICES: &str = "/api/v1/prices";

fn told(shop: &Shop, kind: Kind) -> Vec<Event> {
    shop.event_log().into_iter().filter(|event| event.kind == kind).collect()
}

async fn give_up(shop: &Shop, key: &str) -> Reply {
    shop.at("192.0.2.66").post(&format!("{KEYS}/revoke"), &json!({"key": key})).await
}

async fn all(shop: &Shop, operator: &str, query: &str) -> Value {
    let page = shop.caller().token(operator).get(&format!("{ADMIN}{query}")).await;
    assert_eq!(page.status(), 200, "{}", page.text());
    page.json()
}

#[tokio::test]
async fn honey_is_refused_as_any_key_and_every_use_is_told() {
    let (shop, token) = shop().await;
    let operator = shop.another_operator(OPERATOR).await;
    let wish = json!({"name": "the old wiki"});
    assert_eq!(shop.caller().token(&token).post(HONEY, &wish).await.refusal(), refused(403, "forbidden"));
    let made = shop.caller().token(&operator).post(HONEY, &wish).await;
    assert_eq!(made.status(), 201, "{}", made.text());
    let (honey, id) = super::read(&made);
    assert!(honey.len() == 60 && honey.starts_with("aspis_live_"));
    let shop = shop.restart().await;
    let thief = with_key(shop.at("192.0.2.66"), &honey).get(PRICES).await;
    let unknown = with_key(shop.at("192.0.2.66"), &super::make(&shop, &token, &["predict"]).await.0[..59])
        .get(PRICES)
        .await;
    assert_eq!(thief.refusal(), refused(401, "invalid_key"));
    let but_id = |reply: &Reply| {
        let mut said = reply.json();
        said.as_object_mut().unwrap().remove("request_id");
        said
    };
    assert_eq!(but_id(&thief), but_id(&unknown), "like any that is unknown");
    let bearer = shop.at("192.0.2.67").with("authorization", &format!("Bearer {honey}")).get(PRICES).await;
    assert_eq!(bearer.status(), 401);
    let used = told(&shop, Kind::HoneyKeyUsed);
    assert_eq!((used.len(), used[0].key.map(|key| key.to_string())), (2, Some(id.clone())));
    assert_eq!(used[0].client.map(|client| client.to_string()).as_deref(), Some("192.0.2.66"));
    let listed = shop.caller().token(&operator).get(HONEY).await.json();
    assert_eq!(
        (&listed["keys"][0]["uses"], &listed["keys"][0]["used_by"]),
        (&json!(2), &json!("192.0.2.67"))
    );
    assert!(!listed.to_string().contains(&honey[11..]));
    let gone = shop.caller().token(&operator).call("DELETE", &format!("{ADMIN}/{id}"), "").await;
    assert_eq!(gone.status(), 204, "{}", gone.text());
    assert_eq!(with_key(shop.at("192.0.2.66"), &honey).get(PRICES).await.status(), 401);
    assert_eq!(told(&shop, Kind::HoneyKeyUsed).len(), 2);
}

#[tokio::test]
async fn whoever_holds_a_key_can_end_it_without_a_sign_in() {
    let (shop, token) = shop().await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    let (other, _) = make(&shop, &token, &["read:prices"]).await;
    let right = give_up(&shop, &key).await;
    let answers = ["aspis_live_nonsense", &key, &other.replace("live", "test"), "x"];
    for sent in answers {
        let reply = give_up(&shop, sent).await;
        assert_eq!((reply.status(), reply.json()), (200, right.json()), "{sent}");
    }
    assert_eq!(right.status(), 200);
    assert_eq!(with_key(shop.caller(), &key).get(PRICES).await.refusal(), refused(401, "invalid_key"));
    assert_eq!(with_key(shop.caller(), &other).get(PRICES).await.status(), 200);
    let ended = told(&shop, Kind::ApiKeyRevoked);
    assert_eq!((ended.len(), ended[0].key.map(|key| key.to_string())), (1, Some(id)));
    assert_eq!(ended[0].rule.as_ref().map(|rule| rule.name.as_ref()), Some("key.proof"));
    let notices = shop.caller().token(&token).get("/api/v1/auth/notices").await.json();
    let told = notices["notices"].as_array().unwrap();
    let from: Vec<_> = told
        .iter()
        .filter(|notice| notice["kind"] == "key_revoked")
        .map(|notice| &notice["client"])
        .collect();
    assert_eq!(from, ["192.0.2.66"], "once, and from where");
    let shop = shop.restart().await;
    assert_eq!(with_key(shop.caller(), &key).get(PRICES).await.status(), 401);
}

#[tokio::test]
async fn ending_by_proof_has_the_budget_of_a_sign_in() {
    let shop = Shop::open().await;
    for _ in 0..5 {
        assert_eq!(give_up(&shop, "x").await.status(), 200);
    }
    assert_eq!(give_up(&shop, "x").await.refusal(), refused(429, "rate_limited"));
}

#[tokio::test]
async fn operators_list_the_keys_of_all_with_their_owners() {
    let (shop, token) = shop().await;
    let eve = shop.member("eve@example.org").await;
    let operator = shop.another_operator(OPERATOR).await;
    let (_, first) = make(&shop, &token, &["read:prices"]).await;
    shop.wait(Duration::from_secs(1));
    let (_, second) = make(&shop, &eve, &["predict"]).await;
    shop.wait(Duration::from_secs(1));
    let (used, third) = make(&shop, &token, &["read:prices"]).await;
    assert_eq!(with_key(shop.caller(), &used).get(PRICES).await.status(), 200);
    let seen = all(&shop, &operator, "").await;
    let ids: Vec<_> =
        seen["keys"].as_array().unwrap().iter().map(|key| key["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [third.as_str(), &second, &first], "newest first");
    assert_eq!((&seen["keys"][0]["email"], &seen["keys"][0]["calls_today"]), (&json!(ADA), &json!(1)));
    let page = all(&shop, &operator, "?limit=2").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = all(&shop, &operator, &format!("?limit=2&cursor={cursor}")).await;
    assert_eq!((&rest["keys"][0]["id"], &rest["next_cursor"]), (&json!(first), &Value::Null));
    let account = seen["keys"][1]["account"].as_str().unwrap();
    let hers = all(&shop, &operator, &format!("?account={account}")).await;
    assert_eq!((hers["keys"].as_array().unwrap().len(), &hers["keys"][0]["id"]), (1, &json!(second)));
    for wrong in ["?account=x", "?status=new", "?limit=0", "?cursor=x", "?name=x"] {
        let reply = shop.caller().token(&operator).get(&format!("{ADMIN}{wrong}")).await;
        assert_eq!(reply.status(), 400, "{wrong}: {}", reply.text());
    }
    assert_eq!(shop.caller().token(&token).get(ADMIN).await.refusal(), refused(403, "forbidden"));
    assert_eq!(with_key(shop.caller(), &used).get(ADMIN).await.refusal(), refused(403, "forbidden"));
}

#[tokio::test]
async fn an_operator_ends_a_key_of_anybody() {
    let (shop, token) = shop().await;
    let operator = shop.another_operator(OPERATOR).await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    let end =
        async |by: &str, id: &str| shop.caller().token(by).call("DELETE", &format!("{ADMIN}/{id}"), "").await;
    assert_eq!(end(&token, &id).await.refusal(), refused(403, "forbidden"));
    assert_eq!(end(&operator, &id).await.status(), 204);
    assert_eq!(with_key(shop.caller(), &key).get(PRICES).await.status(), 401);
    for gone in [id.as_str(), "x", "01890000-0000-7000-8000-000000000000"] {
        assert_eq!(end(&operator, gone).await.refusal(), refused(404, "not_found"), "{gone}");
    }
    assert!(list(&shop, &token).await.is_empty());
    assert_eq!(all(&shop, &operator, "?status=ended").await["keys"][0]["id"], json!(id));
    let ended = told(&shop, Kind::ApiKeyRevoked);
    let place = ended[0].rule.as_ref().and_then(|rule| rule.place.clone()).unwrap();
    assert!(place.ends_with(": revoke"), "it says which operator: {place}");
    shop.wait(Duration::from_secs(600));
    let (_, id) = make(&shop, &token, &["read:prices"]).await;
    assert_eq!(end(&operator, &id).await.refusal(), refused(401, "step_up_required"));
    let honey = shop.caller().token(&operator).post(HONEY, &json!({"name": "x"})).await;
    assert_eq!(honey.refusal(), refused(401, "step_up_required"));
}

/// What leaked is dead for its owner as for everybody, and its use is told as what it is.
#[tokio::test]
async fn a_leaked_key_that_is_used_is_told_of() {
    let (shop, token) = shop().await;
    let (key, id) = make(&shop, &token, &["read:prices"]).await;
    let ended = shop.app.keys.end_leaked(&key, aspis_core::event::Source::SERVER).await.unwrap();
    assert!(ended.is_some_and(|ended| ended.was_alive));
    let shop = shop.restart().await;
    assert_eq!(
        with_key(shop.at("192.0.2.66"), &key).get(PRICES).await.refusal(),
        refused(401, "invalid_key")
    );
    let used = told(&shop, Kind::LeakedKeyUsed);
    assert_eq!((used.len(), used[0].key.map(|key| key.to_string())), (1, Some(id)));
}

/// From the event to the block, by itself: whoever uses honey is shut out, and nobody else is.
#[tokio::test]
async fn who_uses_honey_is_shut_out() {
    let (shop, _) = shop().await;
    let operator = shop.another_operator(OPERATOR).await;
    let made = shop.caller().token(&operator).post(HONEY, &json!({"name": "the old wiki"})).await;
    let (honey, _) = super::read(&made);
    assert_eq!(with_key(shop.at("192.0.2.66"), &honey).get(PRICES).await.status(), 401);
    shop.hear_alerts();
    shop.keep().await;
    assert_eq!(shop.at("192.0.2.66").get(PRICES).await.refusal(), refused(403, "blocked"));
    assert_eq!(shop.at("192.0.2.67").get(PRICES).await.status(), 200);
}
