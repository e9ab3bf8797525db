//! Signed-in devices: their owner sees them, ends one or all others, and what is ended is dead at once and for good.

use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Shop};

const ADA: &str = "ada@example.org";
const ME: &str = "/api/v1/auth/me";
const LIST: &str = "/api/v1/auth/sessions";

async fn sign_in(caller: &Caller<'_>, email: &str) -> Value {
    let reply = caller.post("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD})).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

/// Does anything of a sign-in still work? Asks the refresh token last, because that spends it.
async fn is_alive(shop: &Shop, tokens: &Value) -> (bool, bool) {
    let me = shop.caller().token(access(tokens)).get(ME).await.status() == 200;
    let body = json!({"refresh_token": tokens["refresh_token"]});
    (me, shop.caller().post("/api/v1/auth/refresh", &body).await.status() == 200)
}

/// The sign-ins that a caller is shown.
async fn list(shop: &Shop, tokens: &Value) -> Vec<Value> {
    let reply = shop.caller().token(access(tokens)).get(LIST).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["sessions"].as_array().unwrap().clone()
}

/// The identifier of the sign-in that asks.
async fn own(shop: &Shop, tokens: &Value) -> String {
    let sessions = list(shop, tokens).await;
    let current = sessions.iter().find(|session| session["current"] == true).unwrap();
    current["id"].as_str().unwrap().to_owned()
}

async fn end(shop: &Shop, tokens: &Value, id: &str) -> (u16, String) {
    let reply = shop.caller().token(access(tokens)).call("DELETE", &format!("{LIST}/{id}"), "").await;
    if reply.status() == 204 { (204, reply.text()) } else { reply.refusal() }
}

#[tokio::test]
async fn the_owner_sees_every_device() {
    let shop = Shop::endless(&[]).await;
    shop.tokens(ADA).await;
    shop.tokens("eve@example.org").await;
    shop.wait(std::time::Duration::from_secs(1));
    let phone = sign_in(&shop.at("2001:db8::7").but("user-agent", "phone/3"), ADA).await;
    shop.wait(std::time::Duration::from_secs(1));
    let body = json!({"email": ADA, "password": PASSWORD, "session": "cookie"});
    assert_eq!(shop.at("192.0.2.9").post("/api/v1/auth/login", &body).await.status(), 200);
    let sessions = list(&shop, &phone).await;
    let flags = |name: &str| sessions.iter().map(|one| one[name].clone()).collect::<Vec<_>>();
    assert_eq!(flags("browser"), [json!(true), json!(false), json!(false)], "newest first, and hers alone");
    assert_eq!(flags("current"), [json!(false), json!(true), json!(false)]);
    assert_eq!(
        (&sessions[1]["client"], &sessions[1]["user_agent"]),
        (&json!("2001:db8::/64"), &json!("phone/3"))
    );
    assert_eq!(sessions[1]["created"], "2026-11-21T12:00:01Z");
    assert_eq!(sessions[1]["expires"], "2026-11-28T12:00:01Z");
}

#[tokio::test]
async fn one_device_is_ended_at_once_and_for_good() {
    let shop = Shop::endless(&[]).await;
    let (lost, kept) = (shop.tokens(ADA).await, sign_in(&shop.caller(), ADA).await);
    assert_eq!(shop.caller().token(access(&lost)).get(ME).await.status(), 200, "known from memory by now");
    let id = own(&shop, &lost).await;
    assert_eq!(end(&shop, &kept, &id).await, (204, String::new()));
    assert_eq!(is_alive(&shop, &lost).await, (false, false));
    assert_eq!(list(&shop, &kept).await.len(), 1);
    assert_eq!(end(&shop, &kept, &id).await, (404, "not_found".into()), "it is no more");
    let shop = shop.restart().await;
    assert_eq!(is_alive(&shop, &lost).await, (false, false));
    assert_eq!(is_alive(&shop, &kept).await, (true, true));
    assert!(shop.events().contains(&"sessions_ended"));
}

#[tokio::test]
async fn all_other_devices_are_ended_at_once_and_for_good() {
    let shop = Shop::endless(&[]).await;
    let mut others = vec![shop.tokens(ADA).await];
    let eve = shop.tokens("eve@example.org").await;
    for host in 1..=5 {
        others.push(sign_in(&shop.at(&format!("192.0.2.{host}")), ADA).await);
    }
    let kept = sign_in(&shop.caller(), ADA).await;
    let reply = shop.caller().token(access(&kept)).call("DELETE", LIST, "").await;
    assert_eq!((reply.status(), &reply.json()["ended"]), (200, &json!(6)));
    for other in &others {
        assert_eq!(is_alive(&shop, other).await, (false, false));
    }
    let shop = shop.restart().await;
    for other in &others {
        assert_eq!(is_alive(&shop, other).await, (false, false));
    }
    assert_eq!(is_alive(&shop, &kept).await, (true, true));
    assert_eq!(is_alive(&shop, &eve).await, (true, true), "somebody else's are not touched");
}

/// Somebody else's identifier is answered like one that there never was.
#[tokio::test]
async fn nobody_ends_somebody_elses_device() {
    let shop = Shop::endless(&[]).await;
    let (ada, eve) = (shop.tokens(ADA).await, shop.tokens("eve@example.org").await);
    let id = own(&shop, &ada).await;
    let stranger = end(&shop, &eve, &id).await;
    assert_eq!(stranger, (404, "not_found".into()));
    for id in ["01a20053-4bdf-7012-b87c-ecd941b1803c", "nonsense", "0", "%F0%9F%9B%A1"] {
        assert_eq!(end(&shop, &eve, id).await, stranger, "{id}");
    }
    let nobody = shop.caller().call("DELETE", &format!("{LIST}/{id}"), "").await;
    assert_eq!(nobody.refusal(), (401, "credentials_required".into()));
    assert_eq!(is_alive(&shop, &ada).await, (true, true));
}

#[tokio::test]
async fn a_sign_out_is_for_good() {
    let shop = Shop::endless(&[]).await;
    let (here, there) = (shop.tokens(ADA).await, sign_in(&shop.caller(), ADA).await);
    let out = shop.caller().token(access(&here)).call("POST", "/api/v1/auth/logout", "").await;
    assert_eq!(out.status(), 204);
    assert_eq!(is_alive(&shop, &here).await, (false, false));
    let shop = shop.restart().await;
    assert_eq!(is_alive(&shop, &here).await, (false, false));
    assert_eq!(is_alive(&shop, &there).await, (true, true), "the other sign-in goes on");
}

/// The last browser session ends like the last token.
#[tokio::test]
async fn a_browser_session_can_be_ended_from_another_device() {
    let shop = Shop::endless(&[]).await;
    let tokens = shop.tokens(ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD, "session": "cookie"});
    let signed = shop.caller().post("/api/v1/auth/login", &body).await;
    let set =
        signed.headers().find(|(name, value)| *name == "set-cookie" && value.starts_with("aspis_session="));
    let cookie = set.unwrap().1.split(';').next().unwrap().to_owned();
    let browser = shop.caller().with("cookie", &cookie);
    assert_eq!(browser.get(ME).await.status(), 200);
    let sessions = list(&shop, &tokens).await;
    let id = sessions.iter().find(|one| one["browser"] == true).unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(end(&shop, &tokens, &id).await.0, 204);
    assert_eq!(browser.get(ME).await.refusal(), (401, "invalid_session".into()));
    let shop = shop.restart().await;
    let after = shop.caller().with("cookie", &cookie).get(ME).await;
    assert_eq!(after.refusal(), (401, "invalid_session".into()));
}
