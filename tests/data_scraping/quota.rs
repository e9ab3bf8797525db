//! Bytes of a day: reserved before the first, counted as they go, and never more than there are.

use std::time::Duration;

use http_body_util::BodyExt;
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::{
    server::Server,
    shop::{Caller, PASSWORD, Reply, Shop},
};

const USAGE: &str = "/api/v1/auth/usage";
const PAGE: &str = "/api/v1/history/BTC";
const DAY: u64 = 100_000_000;

async fn used(caller: &Caller<'_>) -> u64 {
    let usage = caller.get(USAGE).await;
    assert_eq!(usage.status(), 200, "{}", usage.text());
    let bytes = usage.json()["bytes"].clone();
    let number = |name: &str| bytes[name].as_u64().unwrap();
    assert_eq!(number("left"), number("limit") - number("used"));
    number("used")
}

/// Bytes of the body; it must have been let go.
fn length(reply: &Reply) -> u64 {
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.text().len() as u64
}

/// What is left, as the answer says.
fn left(reply: &Reply) -> u64 {
    let said = reply.header("ratelimit").unwrap();
    let (_, rest) = said.split_once("\"bytes\";r=").unwrap_or_else(|| panic!("{said}"));
    rest.split(';').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_bytes_counted_are_the_bytes_received() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let mut sum = 0;
    for path in [
        PAGE,
        "/api/v1/history/BTC?limit=1000&offset=3",
        "/api/v1/bulk/prices",
        "/api/v1/bulk/prices?format=csv&asset=BTC",
        "/api/v1/bulk/prices?format=json&from=2018-01-01&to=2019-01-01",
        "/api/v1/bulk/prices?format=csv&from=1900-01-01&to=1900-01-02",
    ] {
        let reply = ada.get(path).await;
        sum += length(&reply);
        assert_eq!(used(&ada).await, sum, "{path}");
        // A stream is announced with the most it can be, a page with what it is.
        assert!(left(&reply) <= DAY - sum, "{path}");
    }
    assert!(sum > 2_000_000, "{sum}");
    let policy = ada.get(PAGE).await.header("ratelimit-policy").unwrap().to_owned();
    assert!(policy.ends_with(", \"bytes\";q=100000000;w=86400;qu=\"content-bytes\""), "{policy}");
}

#[tokio::test]
async fn what_gives_nothing_costs_nothing() {
    let shop = Shop::endless(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let first = ada.get(PAGE).await;
    let sum = length(&first);
    assert_eq!(left(&first), DAY - sum);
    for path in [PAGE, "/api/v1/bulk/prices"] {
        let head = ada.call("HEAD", path, "").await;
        assert_eq!((head.status(), left(&head)), (200, DAY - sum), "{path}");
        assert_eq!(head.text(), "", "whoever writes it to a socket");
    }
    for path in ["/api/v1/history/NONE", "/api/v1/history/BTC?limit=0", "/api/v1/prices", USAGE] {
        ada.get(path).await;
    }
    assert_eq!(used(&ada).await, sum);
    assert_eq!(left(&ada.get(PAGE).await), DAY - 2 * sum, "and the field counts down");
}

#[tokio::test]
async fn the_last_byte_is_given_and_the_next_refused() {
    let size = {
        let shop = Shop::endless(&[]).await;
        let ada = shop.caller().token(&shop.member("ada@example.org").await);
        length(&ada.get(PAGE).await)
    };
    let shop = Shop::endless(&[&format!("scraping.quota={}", 3 * size)]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for page in 1..=3 {
        assert_eq!(left(&ada.get(PAGE).await), (3 - page) * size);
    }
    let refused = ada.get(PAGE).await;
    assert_eq!((refused.refusal(), left(&refused)), ((429, "quota_exceeded".into()), 0));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((43_200..43_230).contains(&wait), "midnight is in twelve hours: {wait}");
    let event = shop.event_log().pop().unwrap();
    assert_eq!((event.kind.word(), event.route.as_ref()), ("quota_exceeded", "GET /api/v1/history/{asset}"));
    let rule = event.rule.unwrap();
    assert_eq!((rule.name.as_ref(), rule.count, event.enforced), ("scraping.quota", Some(3 * size), true));
    assert_eq!(ada.get("/api/v1/price/BTC").await.status(), 200, "what is not counted goes on");
    let head = ada.call("HEAD", PAGE, "").await;
    assert_eq!((head.status(), &*head.text()), (200, ""));
    let other = shop.caller().token(&shop.member("eve@example.org").await);
    assert_eq!(other.get(PAGE).await.status(), 200, "another has her own");
}

#[tokio::test]
async fn an_export_that_may_not_fit_does_not_begin() {
    let shop = Shop::endless(&["scraping.quota=1000000"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    let refused = ada.get("/api/v1/bulk/prices").await;
    assert_eq!(refused.refusal(), (429, "quota_exceeded".into()));
    assert_eq!(used(&ada).await, 0);
    let small = ada.get("/api/v1/bulk/prices?asset=BTC&from=2019-01-01").await;
    assert_eq!(length(&small), used(&ada).await);
}

#[tokio::test]
async fn who_hangs_up_pays_for_what_went_out() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let ada = shop.caller().token(&token);
    let from = "203.0.113.9:1".parse().unwrap();
    let (status, mut body) = shop.unread(from, &token, "/api/v1/bulk/prices").await;
    assert_eq!(status, 200);
    assert!(used(&ada).await > 2_000_000, "promised");
    let mut read = 0;
    for _ in 0..3 {
        read += body.frame().await.unwrap().unwrap().into_data().unwrap().len() as u64;
    }
    drop(body);
    assert!(read > 100_000);
    assert_eq!(used(&ada).await, read);
}

#[tokio::test]
async fn all_sign_ins_of_an_account_share_its_day() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let there = shop.at("198.51.100.77");
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let tokens = there.post("/api/v1/auth/login", &login).await.json();
    let second = tokens["access_token"].as_str().unwrap();
    let (one, two) = (shop.caller().token(&token), there.token(second));
    let sum = length(&one.get(PAGE).await) + length(&two.get("/api/v1/history/ETH").await);
    assert_eq!((used(&one).await, used(&two).await), (sum, sum));
}

#[tokio::test]
async fn two_hundred_at_once_never_get_more_than_a_day() {
    let shop = Shop::endless(&["scraping.quota=500000", "admission.in_progress=1000"]).await;
    let token = shop.member("ada@example.org").await;
    let ada = shop.caller().token(&token);
    let asks = (0..200).map(|_| ada.get(PAGE));
    let replies = futures_util::future::join_all(asks).await;
    let sent: u64 = replies.iter().filter(|reply| reply.status() == 200).map(length).sum();
    let size = replies.iter().find(|reply| reply.status() == 200).map(length).unwrap();
    assert!(sent <= 500_000 && 500_000 - sent < size, "{sent} of {size} each");
    assert!(replies.iter().all(|reply| reply.status() == 200 || reply.code() == "quota_exceeded"));
    assert_eq!(used(&ada).await, sent);
}

#[tokio::test]
async fn a_stranger_has_less_and_no_other_pays_for_it() {
    let shop = Shop::endless(&["scraping.anonymous_quota=100000"]).await;
    let stranger = shop.at("192.0.2.1");
    let (mut sum, mut last) = (0, stranger.get(PAGE).await);
    while last.status() == 200 {
        sum += length(&last);
        assert_eq!(left(&last), 100_000 - sum);
        last = stranger.get(PAGE).await;
    }
    assert_eq!((last.refusal(), left(&last)), ((429, "quota_exceeded".into()), 100_000 - sum));
    assert_eq!(shop.event_log().pop().unwrap().rule.unwrap().name, "scraping.anonymous_quota");
    let renamed = stranger.clone().but("user-agent", "another/1");
    assert_eq!(renamed.get(PAGE).await.status(), 429, "a new user agent is no new client");
    assert_eq!(shop.at("192.0.2.2").get(PAGE).await.status(), 200);
    let signed_in = stranger.token(&shop.member("ada@example.org").await);
    assert_eq!(length(&signed_in.get(PAGE).await), used(&signed_in).await, "and an account its own");
}

#[tokio::test]
async fn a_new_day_is_whole() {
    let shop = Shop::endless(&["scraping.quota=20000", "scraping.anonymous_quota=20000"]).await;
    let token = shop.tokens("ada@example.org").await;
    let ada = shop.caller().token(token["access_token"].as_str().unwrap());
    let stranger = shop.at("192.0.2.1");
    for caller in [&ada, &stranger] {
        while caller.get(PAGE).await.status() == 200 {}
    }
    shop.wait(Duration::from_secs(12 * 3600 - 1));
    assert_eq!(stranger.get(PAGE).await.status(), 429, "a second before midnight");
    shop.wait(Duration::from_secs(1));
    assert_eq!(stranger.get(PAGE).await.status(), 200);
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let token = shop.caller().post("/api/v1/auth/login", &login).await.json();
    let ada = shop.caller().token(token["access_token"].as_str().unwrap());
    assert_eq!(used(&ada).await, 0);
    let sum = length(&ada.get(PAGE).await);
    let usage = ada.get(USAGE).await.json();
    assert_eq!(
        (&usage["day"], &usage["resets_at"], &usage["bytes"]["used"], &usage["calls"]),
        (&json!("2026-11-22"), &json!("2026-11-23T00:00:00Z"), &json!(sum), &json!(3)),
        "calls begin anew too"
    );
}

#[tokio::test]
async fn a_restart_forgets_nothing() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let ada = shop.caller().token(&token);
    let sum = length(&ada.get(PAGE).await) + length(&ada.get("/api/v1/bulk/prices").await);
    let calls = ada.get(USAGE).await.json()["calls"].as_u64().unwrap();
    let shop = shop.restart().await;
    let ada = shop.caller().token(&token);
    let usage = ada.get(USAGE).await.json();
    assert_eq!(usage["bytes"]["used"], sum);
    assert_eq!(usage["calls"], calls + 1);
    assert_eq!(left(&ada.get(PAGE).await), DAY - sum - length(&ada.get(PAGE).await));
}

/// Killed without a word: what was sent stays counted, and at most one block more.
#[test]
fn a_kill_counts_too_much_and_never_too_little() {
    let mut server = Server::start(&["rate.prices=10000/minute"]);
    let mut sent = 0;
    for round in 1..=3 {
        let token = token(&server);
        for _ in 0..5 {
            let page = ask(&server, &token, "/api/v1/history/BTC?limit=1000");
            sent += page.len() as u64;
        }
        server.signal(Signal::SIGKILL);
        let (home, ..) = server.ended();
        server = Server::on(home, &["rate.prices=10000/minute"]);
        let again = self::token(&server);
        let usage: Value = serde_json::from_str(&ask(&server, &again, USAGE)).unwrap();
        let counted = usage["bytes"]["used"].as_u64().unwrap();
        assert!((sent..=sent + (round << 20)).contains(&counted), "{counted} of {sent}");
    }
}

fn token(server: &Server) -> String {
    let password = std::fs::read_to_string(server.data().join("demo-password")).unwrap();
    let login = json!({"email": "demo@example.org", "password": password.trim_end()}).to_string();
    server.post("/api/v1/auth/login", &login).json()["access_token"].as_str().unwrap().to_owned()
}

fn ask(server: &Server, token: &str, path: &str) -> String {
    let answer = server.wire().ask("GET", path, &[&format!("authorization: Bearer {token}")], "");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// What is let go beyond the day is seen by the rules of alarm and stands in the log of decisions like everything else.
#[tokio::test]
async fn bytes_beyond_the_day_that_are_let_go_are_counted_and_recorded() {
    for exempts in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let data = format!("server.data={}", folder.path().display());
        let stance = if exempts { "safeguards.quota=enforce" } else { "safeguards.quota=observe" };
        let bar = "alerts.client_bytes=10000 in 1h";
        let shop =
            Shop::endless(&[&data, stance, bar, "scraping.anonymous_quota=10", "decisions.keep=on"]).await;
        if exempts {
            let op = shop.another_operator("op@example.org").await;
            let wish = json!({"client": "203.0.113.66", "rule": "quota", "for_s": 3600, "why": "a partner"});
            let granted = shop.at("198.51.100.77").token(&op).post("/api/v1/admin/exemptions", &wish).await;
            assert_eq!(granted.status(), 201, "{}", granted.text());
        }
        let eve = shop.at("203.0.113.66");
        let (mut sum, mut pages) = (0, 0);
        while sum <= 10_000 {
            (sum, pages) = (sum + length(&eve.get(PAGE).await), pages + 1);
        }
        assert_eq!(shop.alarm("bytes.by_client").await.len(), 1, "{stance}");
        shop.stop().await;
        let log = std::fs::read_to_string(folder.path().join("logs/decisions.log")).unwrap();
        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |word: &str| lines.iter().filter(|line| line["line"] == word).collect::<Vec<_>>();
        assert_eq!((of("bytes").len(), of("sent").len()), (pages, pages), "{stance}");
        for line in of("bytes") {
            assert_eq!((&line["enforced"], &line["denied"]), (&json!(false), &Value::Null), "{line}");
            assert_eq!(line["exempt"], if exempts { json!(true) } else { Value::Null }, "{line}");
        }
        let sent: u64 = of("sent").iter().map(|line| line["bytes"].as_u64().unwrap()).sum();
        assert_eq!(sent, sum, "{stance}");
    }
}
