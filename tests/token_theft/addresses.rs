//! The networks that an account may act from: a stolen token, password or session is worth nothing elsewhere.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Reply, Shop};

const ADA: &str = "ada@example.org";
const ME: &str = "/api/v1/auth/me";
const LIST: &str = "/api/v1/auth/allowed-ips";
const HOME: &str = "203.0.113.7";
const ELSEWHERE: &str = "192.0.2.66";

async fn log_in(caller: &Caller<'_>, password: &str) -> Reply {
    caller.post("/api/v1/auth/login", &json!({"email": ADA, "password": password})).await
}

async fn set(caller: &Caller<'_>, token: &str, networks: &Value) -> Reply {
    let body = json!({"allowed_ips": networks}).to_string();
    caller.clone().token(token).with("content-type", "application/json").call("PUT", LIST, body).await
}

/// A shop with Ada in it, who may act from home alone; her tokens.
async fn shop() -> (Shop, Value) {
    let shop = Shop::endless(&[]).await;
    shop.tokens(ADA).await;
    let tokens = log_in(&shop.at(HOME), PASSWORD).await.json();
    let reply = set(&shop.at(HOME), access(&tokens), &json!(["203.0.113.0/24"])).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    (shop, tokens)
}

fn access(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

async fn refresh(caller: &Caller<'_>, tokens: &Value) -> Reply {
    caller.post("/api/v1/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]})).await
}

fn not_allowed() -> (u16, String) {
    (403, "address_not_allowed".into())
}

#[tokio::test]
async fn nothing_of_the_account_is_good_elsewhere() {
    let (shop, tokens) = shop().await;
    let (home, elsewhere) = (shop.at(HOME), shop.at(ELSEWHERE));
    for path in [ME, "/api/v1/portfolio", "/api/v1/prices"] {
        assert_eq!(
            elsewhere.clone().token(access(&tokens)).get(path).await.refusal(),
            not_allowed(),
            "{path}"
        );
        assert_eq!(home.clone().token(access(&tokens)).get(path).await.status(), 200, "{path}");
    }
    assert_eq!(log_in(&elsewhere, PASSWORD).await.refusal(), not_allowed());
    assert_eq!(
        log_in(&elsewhere, "never the right one").await.refusal(),
        (401, "invalid_credentials".into()),
        "only who knows the password learns of the list"
    );
    assert_eq!(refresh(&elsewhere, &tokens).await.refusal(), not_allowed());
    assert_eq!(refresh(&home, &tokens).await.status(), 200, "nothing was spent");
    assert!(!shop.events().contains(&"refresh_token_replayed"));
    let event = shop.event_log().into_iter().find(|event| event.kind.word() == "address_not_allowed");
    assert_eq!(event.and_then(|event| event.client).unwrap().to_string(), ELSEWHERE);
}

/// The right password from elsewhere is no failure, and so locks nobody out.
#[tokio::test]
async fn being_elsewhere_is_no_failed_try() {
    let (shop, _) = shop().await;
    for _ in 0..10 {
        assert_eq!(log_in(&shop.at(ELSEWHERE), PASSWORD).await.refusal(), not_allowed());
    }
    assert_eq!(log_in(&shop.at(HOME), PASSWORD).await.status(), 200);
}

#[tokio::test]
async fn a_browser_session_stays_at_home_too() {
    let shop = Shop::with(&["session.binding=off"]).await;
    shop.tokens(ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD, "session": "cookie"});
    let signed = shop.at(HOME).post("/api/v1/auth/login", &body).await;
    assert_eq!(signed.status(), 200, "{}", signed.text());
    let cookies: Vec<_> = signed.headers().filter(|(name, _)| *name == "set-cookie").collect();
    let session = cookies.iter().find(|(_, value)| value.starts_with("aspis_session=")).unwrap().1;
    let cookie = session.split(';').next().unwrap().to_owned();
    let from = |address| shop.at(address).with("cookie", &cookie);
    assert_eq!(from(ELSEWHERE).get(ME).await.status(), 200);
    let tokens = log_in(&shop.at(HOME), PASSWORD).await.json();
    assert_eq!(set(&shop.at(HOME), access(&tokens), &json!([HOME])).await.status(), 200);
    assert_eq!(from(ELSEWHERE).get(ME).await.refusal(), not_allowed());
    assert_eq!(from(HOME).get(ME).await.status(), 200);
}

#[tokio::test]
async fn a_list_takes_effect_at_once_and_an_empty_one_opens_again() {
    let shop = Shop::open().await;
    let elder = shop.tokens(ADA).await;
    let from = async |address, tokens: &Value| shop.at(address).token(access(tokens)).get(ME).await.status();
    let tokens = log_in(&shop.at(HOME), PASSWORD).await.json();
    assert_eq!((from(ELSEWHERE, &elder).await, from(ELSEWHERE, &tokens).await), (200, 200));
    let list = set(&shop.at(HOME), access(&tokens), &json!(["203.0.113.0/24", "2001:db8::/32"])).await;
    assert_eq!(list.json()["allowed_ips"], json!(["203.0.113.0/24", "2001:db8::/32"]));
    assert_eq!((from(ELSEWHERE, &elder).await, from(ELSEWHERE, &tokens).await), (403, 403));
    assert_eq!((from("203.0.113.250", &elder).await, from("2001:db8:9::1", &elder).await), (200, 200));
    assert_eq!((from("::ffff:203.0.113.9", &elder).await, from("2001:db9::1", &elder).await), (200, 403));
    let shown = shop.at(HOME).token(access(&tokens)).get(LIST).await.json();
    assert_eq!(shown, list.json());
    let opened = set(&shop.at(HOME), access(&tokens), &json!([])).await;
    assert_eq!((opened.status(), &opened.json()["allowed_ips"]), (200, &json!([])));
    assert_eq!((from(ELSEWHERE, &elder).await, from(ELSEWHERE, &tokens).await), (200, 200));
}

#[tokio::test]
async fn a_list_survives_a_restart() {
    let (shop, tokens) = shop().await;
    let shop = shop.restart().await;
    assert_eq!(shop.at(ELSEWHERE).token(access(&tokens)).get(ME).await.refusal(), not_allowed());
    assert_eq!(shop.at(HOME).token(access(&tokens)).get(ME).await.status(), 200);
}

#[tokio::test]
async fn nobody_shuts_themselves_out() {
    let (shop, tokens) = shop().await;
    for networks in [json!(["192.0.2.0/24"]), json!(["203.0.113.8"]), json!(["2001:db8::/32"])] {
        let reply = set(&shop.at(HOME), access(&tokens), &networks).await;
        assert_eq!(reply.refusal(), (400, "invalid_input".into()), "{networks}");
        assert_eq!(reply.fields(), ["allowed_ips"], "{networks}");
    }
    let shown = shop.at(HOME).token(access(&tokens)).get(LIST).await.json();
    assert_eq!(shown["allowed_ips"], json!(["203.0.113.0/24"]), "nothing was changed");
}

#[tokio::test]
async fn what_is_no_network_is_refused_by_its_place() {
    let (shop, tokens) = shop().await;
    for text in [
        "",
        "everywhere",
        "203.0.113.0/33",
        "203.0.113.0/-1",
        "203.0.113.7/24",
        "203.0.113/24",
        "203.0.113.0/24 ",
        "0xcb.0.0x71.7",
        "2001:db8::/129",
        "2001:db8::1/64",
        "::ffff:203.0.113.0/120",
        "203.0.113.0/24,0.0.0.0/0",
    ] {
        let reply = set(&shop.at(HOME), access(&tokens), &json!(["203.0.113.0/24", text])).await;
        assert_eq!(reply.refusal(), (400, "invalid_input".into()), "{text}");
        assert_eq!(reply.fields(), ["allowed_ips[1]"], "{text}");
    }
    let many: Vec<_> = (0..65).map(|at| format!("203.0.113.{at}")).collect();
    assert_eq!(set(&shop.at(HOME), access(&tokens), &json!(many)).await.status(), 400);
    for wrong in [json!(null), json!("203.0.113.0/24"), json!([7])] {
        assert_eq!(set(&shop.at(HOME), access(&tokens), &wrong).await.status(), 400, "{wrong}");
    }
}

/// One address is a network of one, whatever clothes it wears.
#[tokio::test]
async fn a_single_address_is_a_network() {
    let (shop, tokens) = shop().await;
    for text in [HOME, "::ffff:203.0.113.7", "203.0.113.7/32"] {
        let reply = set(&shop.at(HOME), access(&tokens), &json!([text])).await;
        assert_eq!(reply.json()["allowed_ips"], json!(["203.0.113.7/32"]), "{text}");
    }
    assert_eq!(shop.at("203.0.113.8").token(access(&tokens)).get(ME).await.refusal(), not_allowed());
}

/// A token that was stolen hours ago must not lock its owner out.
#[tokio::test]
async fn the_list_wants_a_sign_in_of_the_last_ten_minutes() {
    let (shop, tokens) = shop().await;
    shop.wait(Duration::from_secs(600));
    let late = set(&shop.at(HOME), access(&tokens), &json!([])).await;
    assert_eq!(late.refusal(), (401, "step_up_required".into()));
    let proof = json!({"password": PASSWORD});
    let home = shop.at(HOME).token(access(&tokens));
    assert_eq!(home.post("/api/v1/auth/step-up", &proof).await.status(), 204);
    assert_eq!(set(&shop.at(HOME), access(&tokens), &json!([])).await.status(), 200);
}

#[tokio::test]
async fn the_owner_is_told_and_nobody_else_is_touched() {
    let (shop, tokens) = shop().await;
    assert!(shop.events().contains(&"allowed_addresses_changed"));
    let notices = shop.at(HOME).token(access(&tokens)).get("/api/v1/auth/notices").await.json();
    let notices = notices["notices"].as_array().unwrap().clone();
    let told = notices.iter().find(|notice| notice["kind"] == "allowed_addresses_changed").unwrap();
    assert_eq!(told["client"], HOME);
    let eve = shop.member("eve@example.org").await;
    assert_eq!(shop.at(ELSEWHERE).token(&eve).get(ME).await.status(), 200);
}
