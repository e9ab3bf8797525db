//! `[lock]`: what failed sign-ins lead to.

use std::time::Duration;

use super::{PASSWORD, Reply, Shop, json};

const ADA: &str = "ada@example.org";

/// A shop with Ada in it, who has not signed in yet.
async fn open(settings: &[&str]) -> Shop {
    let shop = Shop::endless(settings).await;
    let ada = json!({"email": ADA, "password": PASSWORD, "full_name": "Ada"});
    assert_eq!(shop.at("198.51.100.1").post("/api/v1/auth/register", &ada).await.status(), 201);
    shop
}

async fn login(shop: &Shop, from: &str, email: &str, password: &str) -> Reply {
    shop.at(from).post("/api/v1/auth/login", &json!({"email": email, "password": password})).await
}

async fn wrong(shop: &Shop, from: &str, email: &str) {
    let reply = login(shop, from, email, "not the right words 7").await;
    assert_eq!(reply.refusal(), (401, "invalid_credentials".into()), "{from} {email}");
}

/// After so many failures of one client on Ada's name: how her password is answered, and how long it has to wait.
async fn after(settings: &[&str], failures: usize, seconds: u64) -> (String, Option<String>) {
    let shop = open(settings).await;
    for _ in 0..failures {
        wrong(&shop, "203.0.113.7", ADA).await;
    }
    shop.wait(Duration::from_secs(seconds));
    let reply = login(&shop, "203.0.113.7", ADA, PASSWORD).await;
    (reply.code(), reply.header("retry-after").map(str::to_owned))
}

fn said(code: &str, wait: Option<&str>) -> (String, Option<String>) {
    (code.to_owned(), wait.map(str::to_owned))
}

#[tokio::test]
async fn lock_challenge_over() {
    for (over, failures, code) in
        [(0, 1, "challenge_required"), (1, 1, ""), (1, 2, "challenge_required"), (2, 2, "")]
    {
        let setting = format!("lock.challenge_over={over}");
        assert_eq!(after(&[&setting], failures, 0).await, said(code, None), "{over} {failures}");
    }
}

const NO_CHALLENGE: &str = "lock.challenge_over=1000";

#[tokio::test]
async fn lock_wait_over() {
    for (over, failures, code, wait) in
        [(1, 1, "", None), (1, 2, "too_many_attempts", Some("4")), (2, 2, "", None)]
    {
        let settings = [NO_CHALLENGE, &format!("lock.wait_over={over}")];
        assert_eq!(after(&settings, failures, 0).await, said(code, wait), "{over} {failures}");
    }
}

#[tokio::test]
async fn lock_wait_most() {
    for (most, wait) in [("3s", "3"), ("300s", "8")] {
        let settings = [NO_CHALLENGE, "lock.wait_over=2", &format!("lock.wait_most={most}")];
        assert_eq!(after(&settings, 3, 0).await, said("too_many_attempts", Some(wait)), "{most}");
    }
}

#[tokio::test]
async fn lock_memory() {
    for (memory, seconds, code) in
        [("10m", 599, "challenge_required"), ("10m", 600, ""), ("1h", 600, "challenge_required")]
    {
        let settings = ["lock.challenge_over=0", &format!("lock.memory={memory}")];
        assert_eq!(after(&settings, 1, seconds).await, said(code, None), "{memory} {seconds}");
    }
}

/// Each failure from a client of its own, so that nothing but the name's count stands in the way.
async fn locked_after(settings: &[&str], failures: usize, seconds: u64) -> Reply {
    let shop = open(settings).await;
    for at in 0..failures {
        wrong(&shop, &format!("192.0.2.{at}"), ADA).await;
    }
    shop.wait(Duration::from_secs(seconds));
    login(&shop, "203.0.113.7", ADA, PASSWORD).await
}

#[tokio::test]
async fn lock_after() {
    let refused = locked_after(&["lock.after=2"], 2, 0).await;
    assert_eq!(refused.refusal(), (423, "account_locked".into()));
    assert_eq!(refused.header("retry-after"), Some("3600"));
    assert_eq!(locked_after(&["lock.after=3"], 2, 0).await.status(), 200);
}

#[tokio::test]
async fn lock_time() {
    let refused = locked_after(&["lock.after=1", "lock.time=10m"], 1, 599).await;
    assert_eq!((refused.status(), refused.header("retry-after")), (423, Some("1")));
    assert_eq!(locked_after(&["lock.after=1", "lock.time=10m"], 1, 600).await.status(), 200);
    assert_eq!(locked_after(&["lock.after=1"], 1, 600).await.status(), 423);
}

/// Ten failures, from so many clients, in two halves so far apart: whether a challenge comes before every sign-in.
async fn attacked(settings: &[&str], successes: usize, clients: usize, pause: u64) -> bool {
    let shop = open(&[&["lock.wait_over=1000", NO_CHALLENGE], settings].concat()).await;
    for at in 0..successes {
        assert_eq!(login(&shop, &format!("198.51.100.{at}"), ADA, PASSWORD).await.status(), 200);
    }
    for at in 0..10 {
        if at == 5 {
            shop.wait(Duration::from_secs(pause));
        }
        wrong(&shop, &format!("192.0.2.{}", at % clients), &format!("nobody{at}@example.org")).await;
    }
    let began = shop.events().contains(&"login_attack_began");
    let reply = login(&shop, "203.0.113.7", ADA, PASSWORD).await;
    assert_eq!(reply.status(), if began { 401 } else { 200 }, "{}", reply.text());
    assert_eq!(reply.code() == "challenge_required", began);
    began
}

#[tokio::test]
async fn lock_site_failures() {
    assert!(attacked(&["lock.site_failures=10", "lock.site_clients=2"], 0, 5, 0).await);
    assert!(!attacked(&["lock.site_failures=11", "lock.site_clients=2"], 0, 5, 0).await);
}

#[tokio::test]
async fn lock_site_clients() {
    assert!(attacked(&["lock.site_failures=10", "lock.site_clients=5"], 0, 5, 0).await);
    assert!(!attacked(&["lock.site_failures=10", "lock.site_clients=6"], 0, 5, 0).await);
}

#[tokio::test]
async fn lock_site_window() {
    let few = ["lock.site_failures=10", "lock.site_clients=2"];
    for (window, attack) in [("10m", true), ("1m", false)] {
        let settings = [few[0], few[1], &format!("lock.site_window={window}")];
        assert_eq!(attacked(&settings, 0, 5, 120).await, attack, "{window}");
    }
}

#[tokio::test]
async fn lock_site_ratio() {
    let few = ["lock.site_failures=10", "lock.site_clients=2"];
    for (ratio, attack) in [(5, true), (6, false)] {
        let settings = [few[0], few[1], &format!("lock.site_ratio={ratio}")];
        assert_eq!(attacked(&settings, 2, 5, 0).await, attack, "{ratio}");
    }
}

/// Names that were never tried before and are locked all the same, of two thousand that are locked one after another.
async fn locked_by_others(table: &str) -> usize {
    let settings = ["lock.after=1", "lock.site_failures=1000000", NO_CHALLENGE, table];
    let shop = Shop::endless(&settings).await;
    let mut locked = 0;
    for at in 0..2000 {
        let from = format!("10.1.{}.{}", at / 250, 1 + at % 250);
        let reply = login(&shop, &from, &format!("nobody{at}@example.org"), "not the right words 7").await;
        assert!([401, 423].contains(&reply.status()), "{}", reply.text());
        locked += usize::from(reply.status() == 423);
    }
    locked
}

/// When as many names are locked as are counted apart, newcomers share counters: none is ever freed for them.
#[tokio::test]
async fn lock_table() {
    assert_eq!(locked_by_others("lock.table=65536").await, 0);
    let locked = locked_by_others("lock.table=1024").await;
    assert!(locked > 100, "{locked}");
}
