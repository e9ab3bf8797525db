//! The one text that may hold markup: what operators say of an asset. It is cleaned before it is kept.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use crate::{
    server::Server,
    shop::{Caller, PASSWORD, Reply, Shop},
};

const BTC: &str = "/api/v1/admin/assets/BTC";
const OPERATOR: &str = "op@example.org";

async fn put(caller: &Caller<'_>, path: &str, body: &Value) -> Reply {
    caller.clone().with("content-type", "application/json").call("PUT", path, body.to_string()).await
}

async fn describe(caller: &Caller<'_>, text: &str) -> Reply {
    put(caller, BTC, &json!({"description": text})).await
}

/// What everybody sees of Bitcoin.
async fn shown(shop: &Shop) -> Value {
    let assets = shop.at("198.51.100.9").get("/api/v1/assets").await.json();
    let all = assets["assets"].as_array().unwrap();
    all.iter().find(|asset| asset["asset_id"] == "BTC").unwrap()["description"].clone()
}

#[tokio::test]
async fn a_little_markup_is_kept_and_shown() {
    let shop = Shop::endless(&[]).await;
    let operator = shop.another_operator(OPERATOR).await;
    let operator = shop.caller().token(&operator);
    assert_eq!(shown(&shop).await, Value::Null);
    let kept =
        describe(&operator, "<b>Gold</b> <a href=https://example.org>of</a> O'Brien <ul><li>1 < 2").await;
    let clean = "<b>Gold</b> <a href=\"https://example.org\" rel=\"noopener noreferrer nofollow\">of</a> O'Brien \
        <ul><li>1 &lt; 2</li></ul>";
    assert_eq!((kept.status(), kept.json()), (200, json!({"asset_id": "BTC", "description": clean})));
    assert_eq!(shown(&shop).await, clean);
    // A name is read in any case, and nobody else's asset has it.
    let lower = put(&operator, "/api/v1/admin/assets/btc", &json!({"description": "x"})).await;
    assert_eq!(lower.json(), json!({"asset_id": "BTC", "description": "x"}));
    let others = shop.caller().get("/api/v1/assets").await.json();
    let described = others["assets"].as_array().unwrap().iter().filter(|one| !one["description"].is_null());
    assert_eq!(described.count(), 1);
    let shop = shop.restart().await;
    assert_eq!(shown(&shop).await, "x");
    let operator = shop.signs_in(OPERATOR).await;
    let operator = shop.caller().token(&operator);
    for nothing in [json!(null), json!("x"), json!("  "), json!("x"), json!("<p title=x> </p>")] {
        let said = put(&operator, BTC, &json!({"description": nothing})).await;
        assert_eq!((said.status(), said.json()["description"] == "x"), (200, nothing == "x"), "{nothing}");
        assert_eq!(shown(&shop).await, said.json()["description"]);
    }
}

#[tokio::test]
async fn who_said_it_is_recorded_and_what_was_said_is_not() {
    let shop = Shop::endless(&[]).await;
    let operator = shop.another_operator(OPERATOR).await;
    let reply = describe(&shop.caller().token(&operator), "a word of it").await;
    let events = shop.event_log();
    let event = events.iter().find(|event| event.kind.word() == "asset_described").unwrap();
    let rule = event.rule.as_ref().unwrap();
    assert_eq!((rule.place.as_deref(), rule.count), (Some("BTC"), Some(12)));
    assert_eq!(event.request.unwrap().to_string(), reply.header("x-request-id").unwrap());
    let account = shop.store().accounts.by_email(OPERATOR).await.unwrap().unwrap().id;
    assert_eq!((event.account, event.client.is_some()), (Some(account), true));
    assert!(!format!("{event:?}").contains("a word"));
}

#[tokio::test]
async fn only_operators_who_signed_in_lately_describe() {
    let shop = Shop::endless(&[]).await;
    assert_eq!(describe(&shop.caller(), "x").await.refusal(), (401, "credentials_required".into()));
    let user = shop.member("ada@example.org").await;
    assert_eq!(describe(&shop.caller().token(&user), "x").await.refusal(), (403, "forbidden".into()));
    let operator = shop.another_operator(OPERATOR).await;
    let operator = shop.caller().token(&operator);
    let wish = json!({"name": "x", "scopes": ["write:prices"], "source": "internal_db"});
    let key = operator.post("/api/v1/keys", &wish).await.json()["key"].as_str().unwrap().to_owned();
    let keyed = describe(&shop.caller().with("x-api-key", &key), "x").await;
    assert_eq!(keyed.refusal(), (403, "forbidden".into()));
    shop.wait(Duration::from_secs(601));
    assert_eq!(describe(&operator, "x").await.refusal(), (401, "step_up_required".into()));
    assert_eq!(shown(&shop).await, Value::Null);
    operator.post("/api/v1/auth/step-up", &json!({"password": PASSWORD})).await;
    assert_eq!(describe(&operator, "x").await.status(), 200);
    assert_eq!(shop.events().iter().filter(|word| **word == "asset_described").count(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let shop = Shop::endless(&[]).await;
    let operator = shop.another_operator(OPERATOR).await;
    let operator = shop.caller().token(&operator);
    let (long, grown) = ("ü".repeat(2001), "&".repeat(401));
    for wrong in [json!(5), json!(true), json!([]), json!({}), json!(["x"]), json!(long), json!(grown)] {
        let reply = put(&operator, BTC, &json!({"description": wrong})).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            ((400, "invalid_input".into()), vec!["description".into()])
        );
    }
    assert_eq!(put(&operator, BTC, &json!({})).await.fields(), ["description"]);
    let more = put(&operator, BTC, &json!({"description": "x", "name": "Gold"})).await;
    assert_eq!(more.fields(), ["name"]);
    let text = json!({"description": "x"});
    for (asset, status, code) in [
        ("NOPE", 404, "unknown_asset"),
        ("A-B", 400, "invalid_asset"),
        ("ABCDEFGHIJKLM", 400, "invalid_asset"),
    ] {
        let reply = put(&operator, &format!("/api/v1/admin/assets/{asset}"), &text).await;
        assert_eq!(reply.refusal(), (status, code.into()), "{asset}");
    }
    assert_eq!(describe(&operator, &"ü".repeat(2000)).await.status(), 200);
    assert_eq!(operator.call("DELETE", BTC, "").await.header("allow"), Some("PUT"));
}

/// Script, and what is left of it where the inspector only watches.
const HOSTILE: [(&str, &str); 7] = [
    ("<script>alert(1)</script>x", "x"),
    ("<b onclick=alert(1)>x</b>", "<b>x</b>"),
    ("<a href=javascript:alert(1)>x</a>", "<a rel=\"noopener noreferrer nofollow\">x</a>"),
    ("<img src=x onerror=alert(1)>x", "x"),
    ("<svg onload=alert(1)>x</svg>", "x"),
    ("<iframe src=//evil.example></iframe>x", "x"),
    ("<style>@import '//evil.example/x.css'</style>x", "x"),
];

#[tokio::test]
async fn script_is_refused_at_the_door() {
    let shop = Shop::endless(&[]).await;
    let operator = shop.another_operator(OPERATOR).await;
    for (text, _) in HOSTILE {
        let reply = describe(&shop.caller().token(&operator), text).await;
        assert_eq!(
            (reply.refusal(), reply.fields()),
            ((400, "xss_attempt".into()), vec!["description".to_owned()]),
            "{text}"
        );
    }
    let sql = describe(&shop.caller().token(&operator), "x' UNION SELECT password FROM users--").await;
    assert_eq!(sql.refusal(), (400, "sqli_attempt".into()));
    assert_eq!(shown(&shop).await, Value::Null);
}

/// The door is not the only one that looks.
#[tokio::test]
async fn script_that_is_let_in_is_cleaned() {
    let shop = Shop::endless(&["safeguards.inspect=observe"]).await;
    let operator = shop.another_operator(OPERATOR).await;
    for (text, left) in HOSTILE {
        let reply = describe(&shop.caller().token(&operator), text).await;
        assert_eq!((reply.status(), &reply.json()["description"]), (200, &json!(left)), "{text}");
        assert_eq!(shown(&shop).await, left);
    }
    assert!(shop.events().contains(&"xss_attempt"));
}

/// The answer is data: a browser that opens it shows text.
#[tokio::test]
async fn an_answer_with_markup_is_no_page() {
    let shop = Shop::endless(&[]).await;
    let operator = shop.another_operator(OPERATOR).await;
    let kept = describe(&shop.caller().token(&operator), "<b>x</b>").await;
    for reply in [kept, shop.caller().get("/api/v1/assets").await] {
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert!(reply.header("content-security-policy").unwrap().contains("sandbox"));
    }
}

/// New prices list an asset anew: what is said of it stays.
#[tokio::test]
async fn a_description_outlives_new_prices() {
    let market = crate::shop::feed::Market::open(&[]).await;
    let path = format!("/api/v1/admin/assets/{}", crate::shop::feed::ASSET);
    let said = async || {
        let assets = market.shop.caller().get("/api/v1/assets").await.json();
        let all = assets["assets"].as_array().unwrap();
        all.iter().find(|asset| asset["asset_id"] == crate::shop::feed::ASSET).unwrap()["description"].clone()
    };
    market.sends_one("binance_official", 0, market.price(0, 1.0)).await;
    let before = market.served().await;
    // Hours have passed: a token of before is over.
    let operator = market.operator().await;
    let operator = market.shop.caller().token(&operator);
    assert_eq!(put(&operator, &path, &json!({"description": "<i>euros</i>"})).await.status(), 200);
    assert_eq!((said().await, market.served().await), (json!("<i>euros</i>"), before));
    market.sends_one("binance_official", 1, market.price(1, 1.0)).await;
    assert_eq!(said().await, "<i>euros</i>");
    assert!((market.served().await - before).abs() > f64::EPSILON);
}

/// The real binary: the operator's invitation, the text, the log.
#[test]
fn from_the_invitation_to_the_log() {
    let server = Server::start(&[]);
    let invitation = fs::read_to_string(server.data().join("operator-invitation")).unwrap();
    let person = json!({"email": OPERATOR, "password": PASSWORD, "full_name": "Operator"}).to_string();
    let made = server.post(&format!("/api/v1/auth/invitations/{}", invitation.trim_end()), &person);
    assert_eq!(made.status, 201, "{made:?}");
    let signed = server.post("/api/v1/auth/login", &person.replace(",\"full_name\":\"Operator\"", ""));
    assert_eq!(signed.status, 200, "{signed:?}");
    let bearer = format!("authorization: Bearer {}", signed.json()["access_token"].as_str().unwrap());
    let put = |headers: &[&str], text: &str| {
        let headers = [&["content-type: application/json"], headers].concat();
        server.wire().ask("PUT", BTC, &headers, &json!({"description": text}).to_string())
    };
    assert_eq!(put(&[], "x").refusal(), (401, "credentials_required".into()));
    assert_eq!(put(&[&bearer], "<script>x").refusal(), (400, "xss_attempt".into()));
    let kept = put(&[&bearer], "<strong>Gold</strong><br><a href=\"https://example.org/\">more</a>");
    assert_eq!(kept.status, 200, "{kept:?}");
    let shown = server.get("/api/v1/assets");
    assert_eq!(shown.json()["assets"][0]["description"], Value::Null, "{shown:?}");
    let all = shown.json()["assets"].as_array().unwrap().clone();
    let btc = all.iter().find(|asset| asset["asset_id"] == "BTC").unwrap();
    assert_eq!(btc["description"], kept.json()["description"]);
    assert_eq!(
        btc["description"],
        "<strong>Gold</strong><br><a href=\"https://example.org/\" rel=\"noopener noreferrer nofollow\">more</a>"
    );
    let (home, status, _) = server.stop();
    assert!(status.success());
    let log = fs::read_to_string(home.data().join("logs").join("security.log")).unwrap();
    let line = log.lines().find(|line| line.contains("\"asset_described\"")).unwrap();
    let event: Value = serde_json::from_str(line).unwrap();
    assert_eq!(event["rule"]["place"], "BTC");
    assert!(
        event["account"].is_string() && event["request_id"].is_string() && event["client"].is_string(),
        "{line}"
    );
    assert!(!log.contains("strong"), "what was said stands with the asset alone");
}
