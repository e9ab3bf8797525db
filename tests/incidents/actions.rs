//! Sign-ins, keys and words: what is done, whom it touches, and whom it spares.

use serde_json::{Value, json};

use super::{INCIDENT, MAIL, OPERATOR, asks, does, me, notices, undo};
use crate::shop::{Browser, Shop};

const ADA: &str = "ada@example.org";
const HERE: &str = "203.0.113.7";

#[tokio::test]
async fn logout_all_spares_who_asks() {
    let shop = Shop::endless(&[]).await;
    let (op, second) =
        (shop.another_operator(OPERATOR).await, shop.another_operator("second@example.org").await);
    let shop = shop.restart_with(&MAIL).await;
    let ada = shop.signs_in(&format!("like-{OPERATOR}")).await;
    let browser = Browser::sign_in(&shop, "like-second@example.org").await;
    let dry = does(&shop, &op, &json!({"action": "logout_all", "scope": "everybody", "dry_run": true})).await;
    assert_eq!(me(&shop, &ada, HERE).await, 200);
    let done = does(&shop, &op, &json!({"action": "logout_all", "scope": "everybody"})).await;
    assert_eq!(done["actions"][0]["touched"], dry["actions"][0]["touched"]);
    assert!(done["actions"][0]["touched"].as_u64().unwrap() >= 3, "{done}");
    assert_eq!((me(&shop, &ada, HERE).await, me(&shop, &second, HERE).await), (401, 401));
    assert_eq!(browser.me(&shop).await.0, 401);
    assert_eq!(me(&shop, &op, HERE).await, 200);
    assert_eq!(undo(&shop, &op, &done).await.refusal(), (409, "cannot_be_undone".into()));
    let again = shop.signs_in(&format!("like-{OPERATOR}")).await;
    assert!(notices(&shop, &again).await.contains(&"logout_all".to_owned()));
    let told = shop.letters().await;
    assert!(told.iter().any(|letter| letter.text.expose().contains("An operator ended your sign-ins")));
    let shop = shop.restart().await;
    assert_eq!((me(&shop, &ada, HERE).await, me(&shop, &op, HERE).await), (401, 200));
    does(&shop, &op, &json!({"action": "logout_all", "role": "admin", "me_too": true})).await;
    assert_eq!((me(&shop, &op, HERE).await, me(&shop, &again, HERE).await), (401, 200));
}

#[tokio::test]
async fn one_account_or_those_since_a_moment() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let bob = shop.member("bob@example.org").await;
    does(&shop, &op, &json!({"action": "logout_all", "account": ADA})).await;
    assert_eq!((me(&shop, &ada, HERE).await, me(&shop, &bob, HERE).await), (401, 200));
    shop.wait(std::time::Duration::from_secs(60));
    let late = shop.signs_in(ADA).await;
    does(&shop, &op, &json!({"action": "logout_all", "scope": "everybody", "since": "2026-11-21T12:00:30Z"}))
        .await;
    assert_eq!((me(&shop, &late, HERE).await, me(&shop, &bob, HERE).await), (401, 200));
    let nobody = json!({"action": "logout_all", "account": "nobody@example.org"});
    assert_eq!(asks(&shop, &op, &nobody).await.refusal(), (404, "not_found".into()));
    let both = json!({"action": "logout_all", "account": ADA, "role": "user"});
    assert_eq!(asks(&shop, &op, &both).await.refusal(), (400, "invalid_input".into()));
}

#[tokio::test]
async fn signing_keys_are_replaced_with_and_without_mercy() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let tokens = shop.tokens(ADA).await;
    let old = tokens["access_token"].as_str().unwrap();
    let kid = |token: &str| token.split('.').next().unwrap().to_owned();
    does(&shop, &op, &json!({"action": "rotate_keys"})).await;
    let new = shop.signs_in(ADA).await;
    assert_ne!(kid(old), kid(&new));
    assert_eq!((me(&shop, old, HERE).await, me(&shop, &new, HERE).await), (200, 200));
    // What lives out lives out over a restart, too, where nothing is remembered as good.
    let shop = shop.restart().await;
    assert_eq!((me(&shop, old, HERE).await, me(&shop, &new, HERE).await), (200, 200));
    let op = shop.signs_in(OPERATOR).await;
    does(&shop, &op, &json!({"action": "rotate_keys", "now": true})).await;
    for token in [old, &new, &op] {
        assert_eq!(me(&shop, token, HERE).await, 401);
    }
    let renew = json!({"refresh_token": tokens["refresh_token"]});
    let renewed = shop.caller().post("/api/v1/auth/refresh", &renew).await.json();
    assert_eq!(me(&shop, renewed["access_token"].as_str().unwrap(), HERE).await, 200);
    let shop = shop.restart().await;
    assert_eq!(me(&shop, old, HERE).await, 401);
    assert_eq!(me(&shop, renewed["access_token"].as_str().unwrap(), HERE).await, 200);
    assert_eq!(shop.events().iter().filter(|word| **word == "keys_rotated").count(), 2);
}

#[tokio::test]
async fn api_keys_are_ended() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let bob = shop.member("bob@example.org").await;
    let mut keys = Vec::new();
    for token in [&ada, &bob] {
        let wish = json!({"name": "x", "scopes": ["read:prices"]});
        let made = shop.caller().token(token).post("/api/v1/keys", &wish).await;
        keys.push(made.json()["key"].as_str().unwrap().to_owned());
    }
    let good = async |shop: &Shop, key: &str| {
        shop.caller().with("x-api-key", key).get("/api/v1/prices").await.status()
    };
    assert_eq!((good(&shop, &keys[0]).await, good(&shop, &keys[1]).await), (200, 200));
    let done = does(&shop, &op, &json!({"action": "end_api_keys", "account": ADA})).await;
    assert_eq!(done["actions"][0]["touched"], 1);
    assert_eq!((good(&shop, &keys[0]).await, good(&shop, &keys[1]).await), (401, 200));
    assert!(notices(&shop, &ada).await.contains(&"keys_rotated".to_owned()));
    let shop = shop.restart().await;
    assert_eq!((good(&shop, &keys[0]).await, good(&shop, &keys[1]).await), (401, 200));
    assert_eq!(asks(&shop, &op, &json!({"action": "end_api_keys"})).await.fields(), ["scope"]);
}

#[tokio::test]
async fn people_are_told() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let shop = shop.restart_with(&MAIL).await;
    let ada = shop.signs_in(&format!("like-{OPERATOR}")).await;
    let words = "We were attacked. Your data is safe.\nAsk us: we are here.";
    let done = does(&shop, &op, &json!({"action": "notify", "scope": "everybody", "text": words})).await;
    assert_eq!(done["actions"][0]["touched"], 2);
    let told = shop.caller().token(&ada).get("/api/v1/auth/notices").await.json();
    let notice =
        told["notices"].as_array().unwrap().iter().find(|notice| notice["kind"] == "people_notified");
    assert_eq!(notice.unwrap()["message"], words, "{told}");
    let letters = shop.letters().await;
    let said = letters.iter().filter(|letter| letter.text.expose().contains(words)).count();
    assert_eq!(said, 2);
    for text in ["", "  ", "a\u{0}b"] {
        let reply = asks(&shop, &op, &json!({"action": "notify", "scope": "everybody", "text": text})).await;
        assert_eq!(reply.status(), 400, "{text:?}");
    }
}

#[tokio::test]
async fn only_an_operator_who_is_there_may() {
    let shop = Shop::endless(&[]).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member(ADA).await);
    let ask = json!({"action": "logout_all", "scope": "everybody", "dry_run": true});
    assert_eq!(asks(&shop, &ada, &ask).await.refusal(), (403, "forbidden".into()));
    assert_eq!(shop.caller().post(INCIDENT, &ask).await.status(), 401);
    assert_eq!(asks(&shop, &op, &ask).await.status(), 200);
    shop.wait(std::time::Duration::from_secs(601));
    assert_eq!(asks(&shop, &op, &ask).await.refusal(), (401, "step_up_required".into()));
    for path in
        ["/api/v1/admin/incident", "/api/v1/admin/blocks", "/api/v1/admin/lockouts", "/api/v1/admin/accounts"]
    {
        assert_eq!(shop.caller().token(&op).get(path).await.status(), 200, "{path}");
        assert_eq!(shop.caller().token(&ada).get(path).await.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let long = "x".repeat(501);
    for (ask, field) in [
        (json!({"action": "format_disk"}), "action"),
        (json!({"network": "203.0.113.7"}), "action"),
        (json!({"action": "block"}), "network"),
        (json!({"action": "block", "network": "nobody"}), "network"),
        (json!({"action": "block", "network": "203.0.113.7", "for_s": 59}), "for_s"),
        (json!({"action": "block", "network": "203.0.113.7", "for_s": -1}), "for_s"),
        (json!({"action": "block", "network": "203.0.113.7", "why": long}), "why"),
        (json!({"action": "block", "network": "203.0.113.7", "extra": 1}), "extra"),
        (json!({"action": "tighten", "classes": ["everything"]}), "classes"),
        (json!({"action": "relax", "over_s": 604_801}), "over_s"),
        (json!({"action": "contain", "playbook": "panic"}), "playbook"),
        (json!({"action": "contain"}), "playbook"),
        (json!({"action": "notify", "scope": "everybody"}), "text"),
        (json!({"action": "force_password_reset"}), "scope"),
        (json!({"action": "logout_all"}), "scope"),
        (json!({"action": "logout_all", "scope": "all"}), "scope"),
        (json!({"action": "end_api_keys"}), "scope"),
        (json!({"action": "notify", "text": "x"}), "scope"),
        (json!({"action": "contain", "playbook": "token_theft"}), "scope"),
        (json!({"action": "force_password_reset", "scope": "everybody", "keys": "some"}), "keys"),
        // What is not read was meant for something.
        (json!({"action": "unblock", "network": "203.0.113.7", "for_s": 60}), "for_s"),
        (json!({"action": "block", "network": "203.0.113.7", "account": ADA}), "account"),
        (json!({"action": "tighten", "over_s": 60}), "over_s"),
        (json!({"action": "relax", "for_s": 60}), "for_s"),
        (json!({"action": "challenge_all", "scope": "everybody"}), "scope"),
        (json!({"action": "rotate_keys", "account": ADA}), "account"),
        (json!({"action": "end_api_keys", "account": ADA, "me_too": true}), "me_too"),
        (json!({"action": "logout_all", "account": ADA, "text": "x"}), "text"),
        (json!({"action": "notify", "account": ADA, "text": "x", "now": true}), "now"),
        (json!({"action": "enable", "account": ADA, "me_too": true}), "me_too"),
        (json!({"action": "disable", "account": ADA, "playbook": "flood"}), "playbook"),
        (json!({"action": "contain", "playbook": "flood", "account": ADA}), "account"),
        (
            json!({"action": "contain", "playbook": "key_leak", "scope": "everybody", "classes": ["login"]}),
            "classes",
        ),
        // How long whom is shut out?
        (json!({"action": "contain", "playbook": "key_leak", "account": ADA, "for_s": 3600}), "for_s"),
        (json!({"action": "contain", "playbook": "flood", "for_s": 3600}), "for_s"),
        (json!({"action": "force_password_reset", "role": "root"}), "role"),
        (json!({"action": "logout_all", "scope": "everybody", "since": "yesterday"}), "since"),
        (json!({"action": "disable"}), "account"),
    ] {
        let reply = asks(&shop, &op, &ask).await;
        assert_eq!(
            (reply.status(), reply.fields()),
            (400, vec![field.to_owned()]),
            "{ask}: {}",
            reply.text()
        );
    }
    let unread = json!({"action": "block", "network": "203.0.113.7", "text": "x", "now": true});
    let reply = asks(&shop, &op, &unread).await;
    assert_eq!(reply.fields(), ["now", "text"]);
    assert!(reply.text().contains("block reads network, for_s, why, dry_run"), "{}", reply.text());
    let none = Value::Array(Vec::new());
    assert_eq!(shop.caller().token(&op).get(INCIDENT).await.json()["actions"], none);
    let unknown = format!("{INCIDENT}/00000000-0000-7000-8000-000000000000/undo");
    for path in [unknown.as_str(), "/api/v1/admin/incident/nonsense/undo"] {
        assert_eq!(shop.caller().token(&op).post(path, &json!({})).await.status(), 404);
    }
}

#[tokio::test]
async fn what_was_done_is_listed_in_pages() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    for n in 1..=5 {
        does(&shop, &op, &json!({"action": "block", "network": format!("203.0.113.{n}"), "why": "why"}))
            .await;
        shop.wait(std::time::Duration::from_secs(1));
    }
    let first = shop.caller().token(&op).get(&format!("{INCIDENT}?limit=3")).await.json();
    let scopes = |page: &Value| {
        let actions = page["actions"].as_array().unwrap().iter();
        actions.map(|action| action["scope"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(scopes(&first), ["203.0.113.5/32", "203.0.113.4/32", "203.0.113.3/32"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let last = shop.caller().token(&op).get(&format!("{INCIDENT}?limit=3&cursor={cursor}")).await.json();
    assert_eq!((scopes(&last).len(), &last["next_cursor"]), (2, &Value::Null));
    assert!(last["actions"][0]["who"].as_str().unwrap().starts_with("account "), "{last}");
    let wrong = shop.caller().token(&op).get(&format!("{INCIDENT}?cursor=nonsense")).await;
    assert_eq!(wrong.status(), 400);
}
