//! What becomes of an order that the server takes back, because an operator's statement and it wait for each other.

use sqlx::{Connection, PgConnection};

use super::*;

/// Who waits for a lock.
const WAITS: &str =
    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
/// Transactions that were taken back.
const UNDONE: &str = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_taken_back_is_carried_out_once() {
    let server = Postgres::start();
    let url = server.database();
    let [sql, other] = nodes(&url, 4).await;
    let ada = account(&sql, 1, "100").await;
    let mut operator = PgConnection::connect(&url).await.unwrap();
    // Its own patience is longer than the order's, so that the order is what is taken back.
    sqlx::raw_sql("SET deadlock_timeout = '1min'; BEGIN; UPDATE balance SET amount = amount")
        .execute(&mut operator)
        .await
        .unwrap();
    let mut set = JoinSet::new();
    set.spawn(async move { sql.place(purchase(1000, ada, "1")).await });
    let mut watcher = PgConnection::connect(&url).await.unwrap();
    while sqlx::query_scalar::<_, i64>(WAITS).fetch_one(&mut watcher).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    // The turn of all, of which the order holds a share.
    sqlx::raw_sql("SELECT pg_advisory_xact_lock(418632495475); COMMIT").execute(&mut operator).await.unwrap();
    let placed = set.join_next().await.unwrap().unwrap().unwrap().unwrap();
    assert!(placed.answer.is_ok() && !placed.replayed);
    // The server counts what it took back a moment later.
    let counted = async {
        while sqlx::query_scalar::<_, i64>(UNDONE).fetch_one(&mut watcher).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), counted).await.expect("it was taken back");
    assert_eq!(other.transactions(ada, None, 10).await.unwrap().len(), 1);
    assert_eq!(other.balances(ada).await.unwrap().cash, fixed("99"));
}
