//! `[alerts]`: when operators are told at once.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    event::{Event, Kind},
    scenario::data_scraping::quota::Day,
};
use aspis_market::forecast::{Distribution, Forecast, ForecastError, Model};
use aspis_store::quotas::Back;
use serde_json::json;

use super::Shop;
use crate::shop::oracle::{Act, Oracle};

const LOGIN: &str = "/api/v1/auth/login";
const FAILED: &str = "logins.failed_by_client";
const HOSTILE: &str = "hostile.by_client";
const HOUR: Duration = Duration::from_secs(3600);

/// A model that never works.
struct Broken;

impl Model for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn distribution(&self, _: &[f64], _: u32) -> Result<Distribution, ForecastError> {
        Err(ForecastError::Failed("it is broken"))
    }

    fn forecast(&self, _: &[f64], _: u32) -> Result<Forecast, ForecastError> {
        Err(ForecastError::Failed("it is broken"))
    }
}

async fn broken(settings: &[&str]) -> Shop {
    let own =
        ["scraping.score=5", "breaker.open=10m", "rate.predict=60000/minute", "rate.default=60000/minute"];
    let shop = Shop::with_model(&[&own[..], settings].concat(), Arc::new(Broken)).await;
    shop.judge().await;
    shop
}

async fn predict(shop: &Shop, times: usize) {
    for _ in 0..times {
        shop.caller().post_raw("/api/v1/predict/BTC", "").await;
    }
}

async fn guess(shop: &Shop, times: usize) {
    for _ in 0..times {
        shop.caller().post(LOGIN, &json!({"email": "ada@example.org", "password": "wrong words 7"})).await;
    }
}

async fn attack(shop: &Shop, address: &str, times: usize) {
    for _ in 0..times {
        shop.at(address).get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
    }
}

/// The severity of the one alert of a rule that lasts.
async fn severity(shop: &Shop, rule: &str) -> Option<String> {
    shop.alarm(rule).await.into_iter().next().map(|(severity, ..)| severity)
}

#[tokio::test]
async fn alerts_off() {
    let shop = Shop::endless(&["alerts.off=[\"hostile.by_client\"]"]).await;
    attack(&shop, "192.0.2.1", 30).await;
    assert_eq!(severity(&shop, HOSTILE).await, None);
}

#[tokio::test]
async fn alerts_failed_logins_warning() {
    for (bar, told) in [("4 in 1h", true), ("5 in 1h", false)] {
        let shop = Shop::lenient(&[&format!("alerts.failed_logins_warning={bar}")]).await;
        guess(&shop, 4).await;
        assert_eq!(severity(&shop, FAILED).await.is_some(), told, "{bar}");
    }
}

#[tokio::test]
async fn alerts_failed_logins_critical() {
    let shop = Shop::lenient(&["alerts.failed_logins_critical=3 in 1m"]).await;
    guess(&shop, 3).await;
    assert_eq!(severity(&shop, FAILED).await.as_deref(), Some("critical"));
    let shop = Shop::lenient(&["alerts.failed_logins_critical=3 in 1m"]).await;
    for _ in 0..5 {
        guess(&shop, 1).await;
        shop.wait(Duration::from_secs(31));
    }
    assert_eq!(severity(&shop, FAILED).await, None, "two in any minute");
}

#[tokio::test]
async fn alerts_failed_logins_account() {
    for (bar, told) in [("3 in 1h", true), ("4 in 1h", false)] {
        let shop = Shop::lenient(&[&format!("alerts.failed_logins_account={bar}")]).await;
        guess(&shop, 3).await;
        assert_eq!(severity(&shop, "logins.failed_by_account").await.is_some(), told, "{bar}");
    }
}

#[tokio::test]
async fn alerts_rate_limited() {
    for (bar, told) in [("5 in 1h", true), ("6 in 1h", false)] {
        let shop = Shop::with(&["rate.prices=1/minute", &format!("alerts.rate_limited={bar}")]).await;
        for _ in 0..6 {
            shop.caller().get("/api/v1/assets").await;
        }
        assert_eq!(severity(&shop, "rate.refused_by_client").await.is_some(), told, "{bar}");
    }
}

#[tokio::test]
async fn alerts_hostile_warning() {
    for (bar, told) in [("1 in 10m", true), ("2 in 10m", false)] {
        let shop = Shop::endless(&[&format!("alerts.hostile_warning={bar}")]).await;
        attack(&shop, "192.0.2.1", 1).await;
        assert_eq!(severity(&shop, HOSTILE).await.is_some(), told, "{bar}");
    }
}

#[tokio::test]
async fn alerts_hostile_critical() {
    for (bar, word) in [("5 in 10m", "critical"), ("6 in 10m", "warning")] {
        let shop = Shop::endless(&[&format!("alerts.hostile_critical={bar}")]).await;
        attack(&shop, "192.0.2.1", 5).await;
        assert_eq!(severity(&shop, HOSTILE).await.as_deref(), Some(word), "{bar}");
    }
}

/// One export, and whether the rule fires for it.
async fn exported(setting: &str, rule: &str) -> bool {
    let shop = Shop::endless(&[setting]).await;
    let token = shop.member("ada@example.org").await;
    let reply = shop.caller().token(&token).get("/api/v1/bulk/prices?asset=AAPL&format=csv").await;
    let bytes = reply.text().len();
    assert!((1_000..10_000_000).contains(&bytes), "{bytes}");
    severity(&shop, rule).await.is_some()
}

#[tokio::test]
async fn alerts_account_bytes() {
    assert!(exported("alerts.account_bytes=1000 in 1h", "bytes.by_account").await);
    assert!(!exported("alerts.account_bytes=10000000 in 1h", "bytes.by_account").await);
}

#[tokio::test]
async fn alerts_client_bytes() {
    assert!(exported("alerts.client_bytes=1000 in 1h", "bytes.by_client").await);
    assert!(!exported("alerts.client_bytes=10000000 in 1h", "bytes.by_client").await);
}

#[tokio::test]
async fn alerts_server_errors() {
    for (share, told) in [("0.4", true), ("0.6", false)] {
        // Each of them tries the model: what a breaker turns away is no error of ours.
        let shop = broken(&[&format!("alerts.server_errors={share}"), "breaker.from=1000"]).await;
        predict(&shop, 50).await;
        for _ in 0..50 {
            shop.caller().get("/api/v1/auth/me").await;
        }
        shop.watches(1).await;
        assert_eq!(severity(&shop, "server.errors").await.is_some(), told, "{share}");
    }
}

#[tokio::test]
async fn alerts_predictions_failing() {
    for (share, told) in [("0.9", true), ("1", false)] {
        let shop = broken(&[&format!("alerts.predictions_failing={share}")]).await;
        predict(&shop, 60).await;
        shop.watches(1).await;
        assert_eq!(severity(&shop, "predictions.failing").await.is_some(), told, "{share}");
    }
}

#[tokio::test]
async fn alerts_ratio_from() {
    for (from, told) in [(20, true), (21, false)] {
        let shop = broken(&[&format!("alerts.ratio_from={from}")]).await;
        predict(&shop, 20).await;
        shop.watches(1).await;
        assert_eq!(severity(&shop, "predictions.failing").await.is_some(), told, "{from}");
    }
}

#[tokio::test]
async fn alerts_norm_times() {
    for (times, told) in [(2, true), (3, false)] {
        let shop = Shop::endless(&[&format!("alerts.norm_times={times}")]).await;
        shop.member("ada@example.org").await;
        let account = shop.store().accounts.by_email("ada@example.org").await.unwrap().unwrap().id;
        let back = Back { account, day: Day::of(shop.app.clock.now()), bytes: 0, calls: 250 };
        shop.store().quotas.give_back(&[back]).await.unwrap();
        assert_eq!(severity(&shop, "account.above_norm").await.is_some(), told, "{times}");
    }
}

#[tokio::test]
async fn alerts_breaker_open() {
    for (longest, told) in [("5s", true), ("20s", false)] {
        let shop = broken(&[&format!("alerts.breaker_open={longest}")]).await;
        predict(&shop, 25).await;
        shop.watches(10).await;
        assert_eq!(severity(&shop, "breaker.open").await.is_some(), told, "{longest}");
    }
}

#[tokio::test]
async fn alerts_queue_full() {
    for (longest, told) in [("5s", true), ("20s", false)] {
        let own = format!("alerts.queue_full={longest}");
        let patient = ["admission.queue=1", "admission.queue_time=5m", "predict.timeout=5m", &own];
        let (shop, oracle) = Oracle::shop(&patient).await;
        let token = shop.member("ada@example.org").await;
        let caller = shop.caller().token(&token);
        let computed = caller.begin("BTC", 1).await;
        oracle.was_asked(1).await;
        let waits = caller.begin("BTC", 2).await;
        assert!(shop.app.predictions.queue_is_full());
        shop.watches(10).await;
        let lasting = shop.app.lasting_alerts();
        assert_eq!(lasting.iter().any(|alert| alert.rule == "queue.full"), told, "{longest}");
        oracle.always(Act::Answer);
        drop((computed, waits));
    }
}

#[tokio::test]
async fn alerts_unreachable() {
    for (longest, told) in [("3s", true), ("30s", false)] {
        let shop = Shop::with(&[&format!("alerts.unreachable={longest}")]).await;
        shop.close_database().await;
        shop.watches(10).await;
        let lasting = shop.app.lasting_alerts();
        assert_eq!(lasting.iter().any(|alert| alert.rule == "backend.unreachable"), told, "{longest}");
    }
}

#[tokio::test]
async fn alerts_backup_age() {
    for (age, told) in [("2h", true), ("4h", false)] {
        let shop = Shop::with(&[&format!("alerts.backup_age={age}")]).await;
        shop.wait(3 * HOUR);
        assert_eq!(severity(&shop, "backup.old").await.is_some(), told, "{age}");
    }
}

/// That it lasts is told to who hears of alerts, and makes no line of its own in the log.
#[tokio::test]
async fn alerts_remind() {
    for (every, reminders) in [("1h", 3), ("3h", 1)] {
        let shop = Shop::with(&[&format!("alerts.remind={every}"), "alerts.backup_age=365d"]).await;
        let told = shop.hears_alerts();
        shop.app.events.record(Event::of_server(Kind::AttackBegan, shop.app.clock.now()));
        for _ in 0..7 {
            shop.judge().await;
            shop.wait(HOUR / 2);
        }
        let words: Vec<_> = told.lock().unwrap().iter().map(|alert| alert.turn.word()).collect();
        assert_eq!(words.iter().filter(|word| **word == "reminder").count(), reminders, "{every}: {words:?}");
        assert_eq!(words[0], "began");
    }
}

#[tokio::test]
async fn alerts_quiet() {
    for (quiet, lasts) in [("10m", false), ("1h", true)] {
        let shop = Shop::with(&[&format!("alerts.quiet={quiet}")]).await;
        shop.member("ada@example.org").await;
        shop.judge().await;
        shop.wait(HOUR / 2);
        shop.judge().await;
        let lasting = shop.app.lasting_alerts();
        assert_eq!(lasting.iter().any(|alert| alert.rule == "account.registered"), lasts, "{quiet}");
    }
}

#[tokio::test]
async fn alerts_keep() {
    for (keep, left) in [("1d", 0), ("30d", 1)] {
        let shop = Shop::endless(&[&format!("alerts.keep={keep}"), "alerts.backup_age=365d"]).await;
        attack(&shop, "192.0.2.1", 3).await;
        shop.judge().await;
        shop.wait(HOUR);
        shop.judge().await;
        shop.wait(48 * HOUR);
        shop.app.sweep().await;
        let rows = shop.alerts().await;
        assert_eq!(rows.iter().filter(|(rule, ..)| rule == HOSTILE).count(), left, "{keep}");
    }
}

/// Where there are more than there is room for, and all are near their bar, newcomers are counted by network.
#[tokio::test]
async fn alerts_table() {
    for (table, subject) in [(64, "network 10.1.0.0/16"), (1024, "10.1.1.1")] {
        let shop = Shop::endless(&[&format!("alerts.table={table}"), "alerts.hostile_warning=3 in 1h"]).await;
        for n in 0..64 {
            attack(&shop, &format!("192.0.2.{n}"), 2).await;
        }
        attack(&shop, "10.1.1.1", 3).await;
        assert_eq!(shop.alarm(HOSTILE).await[0].2, subject, "{table}");
    }
}
