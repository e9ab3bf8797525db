//! A database that fails is left alone too: whoever needs it is told when to come back, and nobody waits for it.

use std::{
    path::Path,
    sync::{Mutex, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use aspis_core::{clock::Timestamp, event::Kind, money::Fixed};
use aspis_store::{
    Prices,
    prices::{Asset, Bar, Interval, Series, SeriesRole},
};
use aspis_store_sql::Sql;
use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Reply, Shop};

/// Another process that writes and does not come to an end: an import.
struct Import {
    go_on: mpsc::Sender<()>,
    done: JoinHandle<()>,
}

impl Import {
    /// Returns when it holds the lock.
    fn begin(folder: &Path) -> Self {
        let (began, has_begun) = mpsc::channel();
        let (go_on, held) = mpsc::channel();
        let database = folder.join("aspis.db");
        let done = std::thread::spawn(move || {
            let held = Mutex::new(held);
            import(&database, &|_| {
                began.send(()).unwrap();
                held.lock().unwrap().recv().unwrap();
            });
        });
        has_begun.recv().unwrap();
        Self { go_on, done }
    }

    fn end(self) {
        self.go_on.send(()).unwrap();
        self.done.join().unwrap();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn import(database: &Path, progress: &(dyn Fn(u64) + Send + Sync)) {
    let sql = Sql::open(database).await.unwrap();
    let asset =
        Asset { id: "NEW".to_owned(), currency: "USD".to_owned(), name: "New".to_owned(), description: None };
    let series = Series {
        asset: asset.id.clone(),
        interval: Interval::Day,
        source: "import".into(),
        role: SeriesRole::History,
    };
    let close = Fixed::from_units(1);
    let bar = Bar::closing(Timestamp(0), close);
    assert!(sql.load_once("an import", &[asset], &[(series, vec![bar])], progress).await.unwrap());
}

async fn buy(caller: &Caller<'_>, key: usize) -> Reply {
    let order = json!({"asset_id": "BTC", "quantity": "0.01"});
    caller.order("buy", &format!("key-{key}"), &order).await
}

async fn cash(caller: &Caller<'_>) -> Value {
    caller.get("/api/v1/portfolio").await.json()["cash"].clone()
}

/// The turns of breakers, with their rules.
fn turns(shop: &Shop) -> Vec<String> {
    let log = shop.event_log().into_iter();
    let turns = log.filter(|event| matches!(event.kind, Kind::BreakerOpened | Kind::BreakerClosed));
    let told = turns.map(|event| {
        let rule = event.rule.unwrap();
        format!("{} {} {}", event.kind.word(), rule.name, rule.place.unwrap())
    });
    told.collect()
}

fn unavailable(reply: &Reply, seconds: &str) {
    assert_eq!(reply.refusal(), (503, "temporarily_unavailable".into()), "{}", reply.text());
    assert_eq!(reply.header("retry-after"), Some(seconds));
}

const OPENED: &str = "breaker_opened breaker.database writing";
const CLOSED: &str = "breaker_closed breaker.database writing";

#[tokio::test]
async fn orders_are_refused_at_once_while_prices_go_on_and_then_it_is_trusted_again() {
    let shop = Shop::impatient(&[]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    assert_eq!(buy(&ada, 0).await.status(), 201);
    let before = cash(&ada).await;
    let import = Import::begin(shop.folder());
    let mut refused = 0;
    while turns(&shop).is_empty() {
        refused += 1;
        unavailable(&buy(&ada, refused).await, "5");
    }
    assert!((10..40).contains(&refused), "one more than went well since the start: {refused}");
    unavailable(&buy(&ada, refused).await, "10");
    shop.wait(Duration::from_secs(4));
    unavailable(&buy(&ada, refused).await, "6");
    let sign_in = json!({"email": "ada@example.org", "password": PASSWORD});
    unavailable(&shop.at("192.0.2.9").post("/api/v1/auth/login", &sign_in).await, "6");
    for path in ["/api/v1/prices", "/api/v1/price/BTC", "/api/v1/history/BTC"] {
        assert_eq!(shop.caller().get(path).await.status(), 200, "{path}");
    }
    assert_eq!(cash(&ada).await, before, "nothing half-written");
    let metrics = shop.app.metrics.render();
    for line in [r#"aspis_database_breaker{side="reading"} 0"#, r#"aspis_database_breaker{side="writing"} 2"#]
    {
        assert!(metrics.lines().any(|own| own == line), "{metrics}");
    }
    import.end();
    shop.wait(Duration::from_secs(6));
    for key in 1..=refused {
        let placed = buy(&ada, key).await;
        assert_eq!((placed.status(), placed.header("idempotent-replayed")), (201, None), "{}", placed.text());
    }
    assert_eq!(turns(&shop), [OPENED, CLOSED]);
    assert_eq!(shop.at("192.0.2.9").post("/api/v1/auth/login", &sign_in).await.status(), 200);
    let trades = ada.get("/api/v1/portfolio/transactions?limit=100").await.json();
    assert_eq!(trades["transactions"].as_array().unwrap().len(), refused + 1);
    assert!(shop.store().ledger.audit().await.unwrap().is_clean());
}

#[tokio::test]
async fn while_the_lock_is_held_one_try_keeps_it_shut() {
    let shop = Shop::impatient(&["breaker.from=3", "breaker.open=30s"]).await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for refused in 0..5 {
        assert_eq!(
            ada.order("sell", &format!("{refused}"), &json!({"asset_id": "BTC", "quantity": "1"}))
                .await
                .status(),
            422
        );
    }
    let import = Import::begin(shop.folder());
    while turns(&shop).is_empty() {
        unavailable(&buy(&ada, 1).await, "5");
    }
    for _ in 0..3 {
        unavailable(&buy(&ada, 1).await, "30");
        shop.wait(Duration::from_secs(30));
        unavailable(&buy(&ada, 1).await, "5");
    }
    import.end();
    shop.wait(Duration::from_secs(30));
    for key in 1..=3 {
        assert_eq!(buy(&ada, key).await.status(), 201);
    }
    assert_eq!(turns(&shop), [OPENED, CLOSED]);
    assert!(shop.store().ledger.audit().await.unwrap().is_clean());
}
