//! How much, how often and how many, while the server runs.

use std::time::Instant;

use super::{Duration, Shop, effects::turns, fs, json, run, text};
use crate::shop::PASSWORD;

#[test]
fn every_class_of_rates() {
    let of = |limit: usize| {
        format!(
            "rate.login = \"{limit}/minute\"\nrate.register = \"{limit}/minute\"\nrate.refresh = \"{limit}/minute\"\n\
             rate.predict = \"{limit}/minute\"\nrate.portfolio = \"{limit}/minute\"\nrate.prices = \"{limit}/minute\"\n\
             rate.static = \"{limit}/minute\"\nrate.default = \"{limit}/minute\"\n"
        )
    };
    let limits = |shop: &Shop| {
        let posts = ["auth/login", "auth/register", "auth/refresh", "predict/BTC"];
        let posts = posts.map(|path| shop.server.post(&format!("/api/v1/{path}"), "{}"));
        let gets = ["/api/v1/portfolio", "/api/v1/prices", "/openapi.json", "/nowhere"];
        let all = posts.into_iter().chain(gets.map(|path| shop.server.get(path)));
        let policy = |answer: crate::server::Answer| answer.header("ratelimit-policy").unwrap().to_owned();
        all.map(policy).collect::<Vec<_>>()
    };
    let (before, after) = turns(&of(51), &of(41), limits);
    assert!(before.iter().all(|policy| policy.contains("q=51;")), "{before:?}");
    assert!(after.iter().all(|policy| policy.contains("q=41;")), "{after:?}");
}

/// Renewals of one sign-in.
#[test]
fn renewals() {
    let shop = Shop::open("rate.refresh_family = \"1/minute\"\n");
    let password = fs::read_to_string(shop.server.data().join("demo-password")).unwrap();
    let login = json!({"email": "demo@example.org", "password": password.trim_end()}).to_string();
    let mut tokens = shop.server.post("/api/v1/auth/login", &login).json();
    let mut renew = || {
        let sent = json!({"refresh_token": tokens["refresh_token"]}).to_string();
        let answer = shop.server.post("/api/v1/auth/refresh", &sent);
        if answer.status == 200 {
            tokens = answer.json();
        }
        answer.status
    };
    assert_eq!([renew(), renew()], [200, 429]);
    shop.follows("rate.refresh_family = \"3/minute\"\n");
    assert_eq!([renew(), renew(), renew()], [200, 200, 429]);
}

/// What a body that has not come whole leaves for others.
#[test]
fn bodies_that_are_held() {
    let of =
        |held: usize| format!("body.max_bytes = 100\nbody.held_bytes = {held}\nedge.body_grace = \"10m\"\n");
    let shop = Shop::open(&of(100));
    let mut half = shop.server.wire();
    half.send("POST /api/v1/auth/register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n");
    half.send(format!("content-length: 100\r\n\r\n{}", " ".repeat(80)));
    let ask = || shop.server.post("/api/v1/auth/refresh", "{\"refresh_token\":\"none\"}").status;
    // The server reads it when it comes to it.
    let full = (0..25).map(|_| ask()).find(|status| *status != 401);
    assert_eq!(full, Some(503));
    shop.follows(&of(1000));
    assert_eq!(ask(), 401, "there is room again");
    shop.follows(&of(100));
    assert_eq!(ask(), 503, "and then there is not");
}

#[test]
fn rows_of_prices() {
    let shop = Shop::open("ingest.rows = 2\n");
    let data = shop.server.data().display().to_string();
    let invitation = fs::read_to_string(shop.server.data().join("operator-invitation")).unwrap();
    let operator = json!({"email": "op@example.org", "password": PASSWORD, "full_name": "Op"}).to_string();
    let path = format!("/api/v1/auth/invitations/{}", invitation.trim_end());
    assert_eq!(shop.server.post(&path, &operator).status, 201);
    let made = run(&[
        "--data",
        &data,
        "--json",
        "keys",
        "create",
        "--account",
        "op@example.org",
        "--name",
        "feed",
        "--scope",
        "write:prices",
        "--source",
        "internal_db",
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let key: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    let field = format!("x-api-key: {}", key["key"].as_str().unwrap());
    let row = |hour: u32| json!({"asset_id": "BTC", "interval": "1h", "timestamp": format!("2024-05-01T{hour:02}:00:00Z"), "close": "60000"});
    let rows = json!({"source": "internal_db", "rows": [row(1), row(2), row(3)]}).to_string();
    let fields = [field.as_str(), "content-type: application/json"];
    let send = || shop.server.wire().ask("POST", "/api/v1/ingest/prices", &fields, &rows);
    assert_eq!(send().status, 400, "{:?}", send());
    shop.follows("ingest.rows = 3\n");
    assert_eq!(send().status, 200, "{:?}", send());
}

/// What an order may come to while nobody has signed in lately.
#[test]
fn orders() {
    let shop = Shop::with("portfolio.step_up_over = \"1\"\n", &["auth.step_up=1s"]);
    let bearer = shop.bearer();
    std::thread::sleep(Duration::from_secs(2));
    let order = |key: &str| {
        let key = format!("idempotency-key: {key}");
        let fields = [bearer.as_str(), &key, "content-type: application/json"];
        let body = "{\"asset_id\":\"ETH\",\"quantity\":\"0.01\"}";
        shop.server.wire().ask("POST", "/api/v1/portfolio/buy", &fields, body)
    };
    assert_eq!(order("a").refusal(), (401, "step_up_required".into()));
    shop.follows("portfolio.step_up_over = \"1000000\"\n");
    assert_eq!(order("b").status, 201);
    shop.follows("portfolio.step_up_over = \"1\"\n");
    assert_eq!(order("c").status, 401);
}

/// Failures that want a challenge, and those that want time.
#[test]
fn failures_of_a_client() {
    let of = |challenge: u32, wait: u32, most: u32| {
        format!(
            "rate.login = \"1000/minute\"\nlock.after = 1000\nlock.challenge_over = {challenge}\n\
             lock.wait_over = {wait}\nlock.wait_most = \"{most}s\"\n"
        )
    };
    let shop = Shop::open(&of(1000, 1000, 3600));
    let wrong = json!({"email": "demo@example.org", "password": "not this one at all"}).to_string();
    let fail = || shop.server.post("/api/v1/auth/login", &wrong);
    (0..12).for_each(|_| assert_eq!(fail().status, 401));
    shop.follows(&of(2, 1000, 3600));
    assert_eq!(fail().refusal(), (401, "challenge_required".into()));
    shop.follows(&of(1000, 3, 3600));
    let waits = || {
        let answer = fail();
        assert_eq!(answer.refusal(), (429, "too_many_attempts".into()));
        answer.header("retry-after").unwrap().parse::<u64>().unwrap()
    };
    assert!(waits() > 1000);
    shop.follows(&of(1000, 3, 1200));
    assert!(waits() <= 1200);
    shop.follows(&of(1000, 1000, 1200));
    assert_eq!(fail().refusal(), (401, "invalid_credentials".into()));
}

/// How long a refusal is held back.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long an answer takes is measured by the machine's clock")]
fn refusals_that_are_held_back() {
    let mut command =
        crate::server::aspis(&["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"]);
    let home = crate::server::Home::furnished();
    let path = home.beside("aspis.toml");
    let of = |delay: &str| {
        format!(
            "rate.prices = \"1/minute\"\nsources.enabled = false\nadmission.refusal_delay = \"{delay}\"\n"
        )
    };
    fs::write(&path, of("0s")).unwrap();
    command.arg("--data").arg(home.data()).arg("--config").arg(&path);
    let shop = Shop { server: crate::server::Server::of(home, command) };
    assert_eq!(shop.server.get("/api/v1/assets").status, 200);
    let held = || {
        let began = Instant::now();
        assert_eq!(shop.server.get("/api/v1/assets").status, 429);
        began.elapsed()
    };
    // The shortest of some: a machine that has much to do takes its time.
    let quick = (0..20).map(|_| held()).min().unwrap();
    assert!(quick < Duration::from_millis(900), "{quick:?}");
    shop.follows(&of("1s"));
    assert!(held() >= Duration::from_millis(900));
}
