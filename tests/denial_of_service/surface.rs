//! Every route of the surface table keeps what the table says; what every answer carries is on every answer.

use aspis_guard::surface::{Access, Row};
use serde_json::{Value, json};

use crate::shop::{PASSWORD, Reply, Shop};

/// A path of the table with something in its braces.
fn path(row: &Row) -> String {
    row.path.replace("{asset}", "BTC").replace("{token}", "x").replace("{code}", "not_found")
}

fn of(access: Access) -> impl Iterator<Item = Row> {
    aspis::surface::rows().into_iter().filter(move |row| row.access == access)
}

/// What the headers cheat sheet asks of every answer, whatever its status.
fn assert_dressed(reply: &Reply, what: &str) {
    let header = |name: &str| reply.header(name).unwrap_or_else(|| panic!("{what}: no {name}"));
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    assert_eq!(header("x-xss-protection"), "0", "{what}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
    assert!(!header("content-security-policy").contains("unsafe"), "{what}");
    assert!(!header("referrer-policy").is_empty() && !header("cache-control").is_empty(), "{what}");
    assert_eq!(header("x-request-id").len(), 36, "{what}");
    for absent in
        ["strict-transport-security", "server", "x-powered-by", "access-control-allow-origin", "set-cookie"]
    {
        assert_eq!(reply.header(absent), None, "{what}");
    }
}

/// A refusal is one document with the same members everywhere.
fn assert_problem(reply: &Reply, what: &str) {
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{what}");
    let problem = reply.json();
    let code = problem["code"].as_str().unwrap();
    assert_eq!(problem["status"], reply.status(), "{what}");
    assert_eq!(problem["type"], format!("/problems/{code}"), "{what}");
    assert_eq!(problem["request_id"].as_str(), reply.header("x-request-id"), "{what}");
    assert!(["title", "detail"].iter().all(|name| !problem[name].as_str().unwrap().is_empty()), "{what}");
    assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{what}");
}

#[tokio::test]
async fn who_is_not_signed_in_gets_401() {
    let shop = Shop::open().await;
    let mut routes = 0;
    for row in of(Access::Signed).chain(of(Access::Operator)) {
        let reply = shop.caller().call(row.method.as_str(), &path(&row), "").await;
        assert_eq!(reply.refusal(), (401, "credentials_required".into()), "{row}");
        let schemes = reply.header("www-authenticate").unwrap();
        assert!(schemes.starts_with("Bearer, DPoP algs=\"ES256 "), "{row}: {schemes}");
        routes += 1;
    }
    assert!(routes >= 8, "{routes}");
}

#[tokio::test]
async fn a_bad_token_is_401_wherever_a_token_is_looked_at() {
    let shop = Shop::open().await;
    for row in of(Access::Signed).chain(of(Access::Operator)).chain(of(Access::Optional)) {
        let reply = shop.caller().token("not.a.token").call(row.method.as_str(), &path(&row), "").await;
        assert_eq!(reply.refusal(), (401, "invalid_token".into()), "{row}");
        assert_problem(&reply, &row.to_string());
    }
}

#[tokio::test]
async fn a_user_is_no_operator() {
    let shop = Shop::open().await;
    let token = shop.member("ada@example.org").await;
    for row in of(Access::Operator) {
        let reply = shop.caller().token(&token).call(row.method.as_str(), &path(&row), "").await;
        assert_eq!(reply.refusal(), (403, "forbidden".into()), "{row}");
        assert_eq!(shop.events().last(), Some(&"forbidden"));
    }
    assert!(of(Access::Operator).count() >= 1);
}

#[tokio::test]
async fn every_route_is_limited() {
    let classes = ["login", "register", "refresh", "predict", "portfolio", "prices", "static", "default"];
    let settings: Vec<_> = classes.iter().map(|class| format!("rate.{class}=3/minute")).collect();
    let shop = Shop::with(&settings.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for (at, row) in aspis::surface::rows().into_iter().enumerate() {
        let caller = shop.at(&format!("192.0.2.{at}"));
        for _ in 0..3 {
            let reply = caller.call(row.method.as_str(), &path(&row), "").await;
            assert_ne!(reply.status(), 429, "{row}");
            assert_dressed(&reply, &row.to_string());
        }
        let fourth = caller.call(row.method.as_str(), &path(&row), "").await;
        assert_eq!(fourth.refusal(), (429, "rate_limited".into()), "{row}");
        assert_eq!(
            fourth.header("ratelimit-policy"),
            Some(&*format!("\"{}\";q=3;w=60", row.class.word())),
            "{row}"
        );
        assert_dressed(&fourth, &row.to_string());
        assert_problem(&fourth, &row.to_string());
    }
}

/// One way to each status a caller can reach.
async fn every_status(shop: &Shop, token: &str) -> Vec<Reply> {
    let (me, nobody) = (shop.at("198.51.100.1").token(token), shop.at("198.51.100.2"));
    let order = |quantity: &str| json!({"asset_id": "BTC", "quantity": quantity});
    let register =
        |email: &str, password: &str| json!({"email": email, "password": password, "full_name": "Ada"});
    let deep = "[".repeat(40);
    vec![
        nobody.get("/api/v1/prices").await,
        me.order("buy", "k1", &order("0.5")).await,
        me.order("buy", "k2", &order("1000000")).await,
        me.order("buy", "k1", &order("0.6")).await,
        me.post("/api/v1/portfolio/buy", &order("1")).await,
        me.get("/api/v1/admin/surface").await,
        me.post_raw("/api/v1/portfolio/buy", deep).await,
        nobody.post("/api/v1/auth/register", &register("ada@example.org", PASSWORD)).await,
        nobody.post("/api/v1/auth/register", &register("eve@example.org", "12345678")).await,
        nobody.post("/api/v1/auth/login", &json!({"email": "a@b.co", "password": PASSWORD})).await,
        nobody.call("POST", "/api/v1/auth/login", "{}").await,
        nobody.post_raw("/api/v1/auth/login", vec![b' '; 70_000]).await,
        nobody.get("/api/v1/price/NOPE").await,
        nobody.get("/nowhere").await,
        nobody.get("/api/v1/price/BTC'--").await,
        nobody.call("PUT", "/api/v1/prices", "").await,
        nobody.get(&format!("/api/v1/prices?{}", "a".repeat(9000))).await,
        nobody.with("content-length", "9").call("POST", "/api/v1/auth/logout", "123456789").await,
        me.call("POST", "/api/v1/auth/logout", "").await,
    ]
}

#[tokio::test]
async fn every_status_is_dressed_alike() {
    let shop = Shop::open().await;
    let token = shop.member("ada@example.org").await;
    let replies = every_status(&shop, &token).await;
    let mut seen: Vec<u16> = replies.iter().map(Reply::status).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 414, 415, 422]);
    for reply in &replies {
        let what = format!("{} {}", reply.status(), reply.text());
        assert_dressed(reply, &what);
        if reply.status() >= 400 {
            assert_problem(reply, &what);
        }
    }
    let mut ids: Vec<_> = replies.iter().map(|reply| reply.header("x-request-id").unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), replies.len(), "each request has a name of its own");
}

#[tokio::test]
async fn the_table_that_operators_see_is_the_one_that_is_kept() {
    let shop = Shop::open().await;
    let link = shop.app.invitation().await.unwrap();
    let path = format!("/api/v1/auth/invitations/{}", link.expose());
    let person = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Op"});
    assert_eq!(shop.caller().post(&path, &person).await.status(), 201);
    let login = shop
        .caller()
        .post("/api/v1/auth/login", &json!({"email": "op@example.org", "password": PASSWORD}))
        .await;
    let token = login.json()["access_token"].as_str().unwrap().to_owned();
    let shown = shop.caller().token(&token).get("/api/v1/admin/surface").await.json();
    let kept: Vec<Value> =
        aspis::surface::rows().iter().map(|row| serde_json::to_value(row).unwrap()).collect();
    assert_eq!(shown["rows"].as_array(), Some(&kept));
}
