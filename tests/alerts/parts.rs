//! Parts of the server that are in a bad way.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aspis_core::{
    alert::Busy,
    clock::Timestamp,
    event::{Event, Kind},
    scenario::data_scraping::quota::Day,
};
use aspis_market::forecast::{Distribution, Forecast, ForecastError, Model};
use aspis_store::{
    Alerts, StoreError, Stored,
    alerts::{AlertQuery, AlertRow, Unheard},
};
use async_trait::async_trait;
use uuid::Uuid;

use crate::{denial_of_service::crowd::House, shop::Shop};

/// A model that has stopped working.
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

/// A database that can be pulled out.
struct Plug {
    inner: Arc<dyn Alerts>,
    out: Arc<AtomicBool>,
}

impl Plug {
    fn asked(&self) -> Stored<&dyn Alerts> {
        if self.out.load(Ordering::SeqCst) {
            Err(StoreError::because("out"))
        } else {
            Ok(self.inner.as_ref())
        }
    }
}

#[async_trait]
impl Alerts for Plug {
    async fn put_alerts(&self, alerts: &[AlertRow]) -> Stored<()> {
        self.asked()?.put_alerts(alerts).await
    }

    async fn alerts(&self, query: &AlertQuery) -> Stored<Vec<AlertRow>> {
        self.asked()?.alerts(query).await
    }

    async fn leave_unheard(&self, events: &[Unheard]) -> Stored<()> {
        self.asked()?.leave_unheard(events).await
    }

    async fn unheard(&self, limit: u64) -> Stored<Vec<Unheard>> {
        self.asked()?.unheard(limit).await
    }

    async fn forget_unheard(&self, heard: &[Uuid]) -> Stored<()> {
        self.asked()?.forget_unheard(heard).await
    }

    async fn sweep_alerts(&self, before: Timestamp, most: u64) -> Stored<u64> {
        self.asked()?.sweep_alerts(before, most).await
    }

    async fn busy_accounts(&self, day: Day, over: u64, limit: u64) -> Stored<Vec<Busy>> {
        self.asked()?.busy_accounts(day, over, limit).await
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_told_of_and_written_down_later() {
    let out = Arc::new(AtomicBool::new(false));
    let plug = Arc::clone(&out);
    let shop = Shop::with_store(&[], move |mut store| {
        store.alerts = Arc::new(Plug { inner: Arc::clone(&store.alerts), out: Arc::clone(&plug) });
        store
    });
    let shop = shop.await;
    shop.watches(3).await;
    out.store(true, Ordering::SeqCst);
    shop.watches(5).await;
    assert!(shop.app.lasting_alerts().is_empty());
    shop.watches(3).await;
    let says = shop.app.lasting_alerts()[0].says.clone();
    assert!(says.starts_with("The database, or what nodes share, does not answer: database, for "), "{says}");
    out.store(false, Ordering::SeqCst);
    assert_eq!(shop.alarm("backend.unreachable").await.len(), 1, "it is in the database now");
    shop.watches(62).await;
    assert!(shop.alarm("backend.unreachable").await.is_empty());
    let words = shop.events();
    assert!(words.contains(&"database_unreachable") && words.contains(&"database_back"));
}

#[tokio::test]
async fn predictions_that_fail_are_told_of_and_so_is_their_breaker() {
    let settings = [
        "breaker.from=1000",
        "breaker.results=1000",
        "scraping.score=5",
        "rate.predict=60000/minute",
        "rate.default=60000/minute",
        "rate.prices=60000/minute",
    ];
    let shop = Shop::with_model(&settings, Arc::new(Broken)).await;
    shop.judge().await;
    for _ in 0..60 {
        assert_eq!(shop.caller().post_raw("/api/v1/predict/BTC", "").await.status(), 503);
    }
    shop.watches(1).await;
    let alarm = shop.alarm("predictions.failing").await;
    assert_eq!(alarm, [("warning".to_owned(), 100, String::new())]);
    assert_eq!(shop.alarm("server.errors").await[0].0, "critical");
}

/// What finds no room is turned away by design: a flood of it is not the server's fault, nor does it hide what is.
#[tokio::test]
async fn what_the_server_sheds_is_no_error_of_its_own() {
    let house = House::open(&["rate.prices=60000/minute", "scraping.score=5"]).await;
    house.shop.judge().await;
    let crowd = house.fill(10).await;
    for _ in 0..200 {
        let shed = house.stranger().get("/api/v1/price/BTC").await;
        assert_eq!(shed.refusal(), (503, "server_busy".to_owned()));
    }
    drop(crowd);
    house.shop.watches(1).await;
    assert_eq!(house.shop.alarm("server.errors").await, []);
    let told = house.shop.app.metrics.render();
    let shed = told.lines().find(|line| line.starts_with("aspis_http_requests_shed_total{"));
    assert!(shed.is_some_and(|line| line.ends_with("why=\"busy\"} 200")), "{shed:?}");
}

/// Behind an open breaker nothing is tried: that it is open is told by its own alert.
#[tokio::test]
async fn what_a_breaker_keeps_away_is_told_of_as_a_breaker() {
    let settings = ["scraping.score=5", "rate.predict=60000/minute", "rate.default=60000/minute"];
    let shop = Shop::with_model(&settings, Arc::new(Broken)).await;
    shop.judge().await;
    for _ in 0..300 {
        assert_eq!(shop.caller().post_raw("/api/v1/predict/BTC", "").await.status(), 503);
    }
    for _ in 0..200 {
        shop.caller().get("/api/v1/auth/challenge").await;
    }
    shop.watches(1).await;
    assert_eq!(shop.alarm("server.errors").await, [], "twenty tries failed, and 280 were not begun");
    assert_eq!(shop.alarm("predictions.failing").await.len(), 1);
}

#[tokio::test]
async fn a_breaker_that_stays_open() {
    let settings =
        ["breaker.open=10m", "scraping.score=5", "rate.predict=60000/minute", "rate.default=60000/minute"];
    let shop = Shop::with_model(&settings, Arc::new(Broken)).await;
    for _ in 0..25 {
        shop.caller().post_raw("/api/v1/predict/BTC", "").await;
    }
    shop.watches(60).await;
    assert!(shop.alarm("breaker.open").await.is_empty());
    shop.watches(3).await;
    assert_eq!(shop.alarm("breaker.open").await[0].2, "predictions");
}

#[tokio::test]
async fn answers_of_callers_who_are_wrong_are_no_errors() {
    let shop = Shop::endless(&["scraping.score=5"]).await;
    shop.judge().await;
    for _ in 0..100 {
        shop.caller().get("/api/v1/price/nowhere").await;
        shop.caller().post_raw("/api/v1/predict/BTC", "[]").await;
    }
    shop.watches(1).await;
    assert!(
        shop.alerts().await.iter().all(|(rule, ..)| rule != "server.errors" && rule != "predictions.failing")
    );
}

#[tokio::test]
async fn without_a_backup_for_a_day_and_an_hour() {
    let shop = Shop::open().await;
    shop.wait(std::time::Duration::from_secs(25 * 3600));
    assert!(shop.alarm("backup.old").await.is_empty());
    shop.wait(std::time::Duration::from_secs(2));
    assert_eq!(shop.alarm("backup.old").await.len(), 1);
    shop.app.events.record(Event::of_server(Kind::BackupMade, shop.app.clock.now()));
    assert!(shop.alarm("backup.old").await.is_empty());
}

#[tokio::test]
async fn a_full_house_is_critical_and_a_busy_one_is_not() {
    let house = House::open(&[]).await;
    let is_told = |severity: &str| {
        house.shop.hear_alerts();
        house.shop.look_at_alerts();
        let lasting = house.shop.app.lasting_alerts();
        lasting.iter().any(|it| (it.rule, it.severity.word()) == ("server.under_attack", severity))
    };
    let busy = house.fill(7).await;
    house.pass(60);
    assert!(!is_told("critical"));
    let full = house.fill(1).await;
    house.pass(10);
    assert!(is_told("critical"));
    house.pass(7200);
    assert!(is_told("critical"), "it lasts");
    drop((busy, full));
    house.pass(300);
    assert!(!is_told("critical"));
}
