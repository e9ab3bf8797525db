//! A PostgreSQL server: many who write at once, and every way in which it may fail.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    clock::{ManualClock, Timestamp},
    event::{Event, Sink},
    ids::AccountId,
    scenario::denial_of_service::breaker::{Rules, Stance},
    secret::SecretText,
};
use aspis_store::{
    HoneyKeys, Ledger, LeftAlone, Quotas, Vault, honey::HoneyKey, ledger::Order, quotas::Taken,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{account, at, fixed, postgres::Postgres, purchase};
use crate::{Guard, Server, Sql, Trouble, schema, sql::query_scalar};

mod encrypted;
mod undone;

/// Two nodes on one database.
async fn nodes(url: &str, connections: u32) -> [Arc<Sql>; 2] {
    let server = Server { connections, ..at(url.to_owned()) };
    let (one, two) = tokio::join!(Box::pin(Sql::connect(&server)), Box::pin(Sql::connect(&server)));
    [Arc::new(one.unwrap()), Arc::new(two.unwrap())]
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_over_64_connections_of_two_nodes_come_out_to_the_cent() {
    let server = Postgres::start();
    let nodes = nodes(&server.database(), 32).await;
    let ada = account(&nodes[0], 1, "100").await;
    let others: Vec<AccountId> = {
        let mut others = Vec::new();
        for n in 2..10 {
            others.push(account(&nodes[0], n, "1000").await);
        }
        others
    };
    let mut set = JoinSet::new();
    for n in 0..640_u128 {
        let sql = Arc::clone(&nodes[usize::from(n % 2 == 1)]);
        let who = if n % 4 == 0 { others[usize::try_from(n / 4 % 8).unwrap()] } else { ada };
        // Every key comes several times, from either node.
        let order = Order { key: format!("k{}", n / 12), ..purchase(1000 + n, who, "1") };
        set.spawn(async move { sql.place(order).await.unwrap().unwrap() });
    }
    let placed = set.join_all().await;
    let kept = placed.iter().filter(|one| !one.replayed && one.answer.is_ok()).count();
    let adas = nodes[1].transactions(ada, None, 1000).await.unwrap().len();
    let theirs: usize = {
        let mut theirs = 0;
        for other in &others {
            theirs += nodes[0].transactions(*other, None, 1000).await.unwrap().len();
        }
        theirs
    };
    assert_eq!(adas + theirs, kept, "each answer has its entry, and each key one");
    assert_eq!(nodes[0].balances(ada).await.unwrap().cash, fixed(&(100 - adas).to_string()));
    let audit = nodes[1].audit().await.unwrap();
    assert!(audit.is_clean() && audit.entries == 9 + kept as u64, "{audit:?}");
}

/// A hundred orders of a purse for forty: forty are carried out, whichever they are.
#[tokio::test(flavor = "multi_thread")]
async fn no_purse_is_overdrawn_and_no_bound_is_passed() {
    let server = Postgres::start();
    let nodes = nodes(&server.database(), 32).await;
    let ada = account(&nodes[0], 1, "40").await;
    let (mut orders, mut bytes, mut honey) = (JoinSet::new(), JoinSet::new(), JoinSet::new());
    for n in 0..100_u128 {
        let sql = Arc::clone(&nodes[usize::from(n % 2 == 1)]);
        let also = Arc::clone(&sql);
        let third = Arc::clone(&sql);
        orders.spawn(
            async move { sql.place(purchase(n + 1, ada, "1")).await.unwrap().unwrap().answer.is_ok() },
        );
        let day = aspis_core::scenario::data_scraping::quota::Day(1);
        bytes.spawn(async move { also.take(ada, day, 10, 300).await.unwrap() != Taken::Nothing });
        let key = HoneyKey {
            id: aspis_core::ids::KeyId(Uuid::from_u128(n)),
            hash: format!("h{n}"),
            name: "honey".to_owned(),
            made: Timestamp(1),
            made_by: "ada".to_owned(),
            uses: 0,
            used: None,
        };
        honey.spawn(async move { third.add_honey(&key, 7).await.unwrap() });
    }
    let count = |all: Vec<bool>| all.into_iter().filter(|one| *one).count();
    assert_eq!(count(orders.join_all().await), 40);
    assert_eq!(count(bytes.join_all().await), 30);
    assert_eq!(count(honey.join_all().await), 7);
    assert!(nodes[0].audit().await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_two_nodes_make_at_once_are_the_same() {
    let server = Postgres::start();
    let nodes = nodes(&server.database(), 10).await;
    let mut set = JoinSet::new();
    for n in 0..40_u8 {
        let sql = Arc::clone(&nodes[usize::from(n % 2)]);
        set.spawn(async move { sql.get_or_put("signing", &[n]).await.unwrap() });
    }
    let all = set.join_all().await;
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
}

struct Deaf;

impl Sink for Deaf {
    fn record(&self, _: Event) {}
}

/// A guarded node with little patience.
async fn guarded(url: String) -> (Sql, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp(1)));
    let brief = Duration::from_millis(300);
    let server = Server { url: SecretText::new(url), connections: 4, patience: brief, statement: brief };
    let guard = Guard { rules: Rules::default(), clock: clock.clone(), events: Arc::new(Deaf) };
    (Sql::connect(&server).await.unwrap().guarded(&guard), clock)
}

/// Until a side is left alone.
async fn until_left_alone(sql: &Sql) {
    for _ in 0..40 {
        let error = sql.remove("no such key").await.unwrap_err();
        if error.0.downcast_ref::<LeftAlone>().is_some() {
            return;
        }
    }
    panic!("it is asked on and on: {:?}", sql.stances());
}

async fn until_well(sql: &Sql, clock: &ManualClock) {
    for _ in 0..300 {
        clock.advance(Duration::from_secs(10));
        let took = [sql.remove("x").await.is_ok(), sql.get("x").await.is_ok()];
        if took == [true; 2] && sql.stances().iter().all(|side| side.1 == Stance::Closed) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it does not come back: {:?}", sql.stances());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_falls_is_left_alone_and_found_again() {
    let mut server = Postgres::start();
    let (sql, clock) = guarded(server.database()).await;
    let ada = account(&sql, 1, "10").await;
    server.stop();
    assert!(sql.healthy().await.is_err());
    until_left_alone(&sql).await;
    server.go_on();
    until_well(&sql, &clock).await;
    assert!(sql.healthy().await.is_ok());
    assert!(sql.place(purchase(1, ada, "1")).await.unwrap().unwrap().answer.is_ok());
    assert!(sql.audit().await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_server_that_was_started_anew_nobody_notices() {
    let mut server = Postgres::start();
    let (sql, _) = guarded(server.database()).await;
    let ada = account(&sql, 1, "10").await;
    server.stop();
    server.go_on();
    // What lay idle for a moment is tried before it is used.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert!(sql.balances(ada).await.is_ok());
    assert!(sql.place(purchase(1, ada, "1")).await.unwrap().unwrap().answer.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_holds_nobody_for_long() {
    let server = Postgres::start();
    let (sql, clock) = guarded(server.database()).await;
    account(&sql, 1, "10").await;
    server.freeze();
    let asked = tokio::time::timeout(Duration::from_secs(50), until_left_alone(&sql)).await;
    assert!(asked.is_ok(), "each answer comes within its limit");
    server.thaw();
    until_well(&sql, &clock).await;
    assert!(sql.audit().await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_no_writes_is_not_well() {
    let server = Postgres::start();
    let url = server.database();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let (sql, clock) = guarded(url).await;
    let ada = account(&sql, 1, "10").await;
    let keep = |how: &str| {
        server.ask("postgres", &format!("ALTER DATABASE {name} SET default_transaction_read_only = {how}"));
        server.ask(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 't%'",
        );
    };
    keep("on");
    until_left_alone(&sql).await;
    let _ = sql.healthy().await;
    let unwell = sql.healthy().await.unwrap_err();
    assert!(format!("{unwell:?}").contains("ReadOnly"), "{unwell:?}");
    assert_eq!(sql.balances(ada).await.unwrap().cash, fixed("10"), "reads go on");
    keep("off");
    until_well(&sql, &clock).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_ended() {
    let server = Postgres::start();
    let (sql, _) = guarded(server.database()).await;
    let sleeps = query_scalar::<i64>("SELECT CAST(1 AS BIGINT) FROM pg_sleep(30)");
    let error = sleeps.fetch_one(sql.db.reader()).await.unwrap_err();
    assert!(error.to_string().contains("statement timeout"), "{error}");
    let writes = query_scalar::<i64>("DELETE FROM vault RETURNING 1").fetch_optional(sql.db.reader()).await;
    assert!(writes.unwrap_err().to_string().contains("read-only"), "the reading side reads");
}

/// More entries than a server keeps of a list in the memory of one query.
#[tokio::test(flavor = "multi_thread")]
async fn books_of_a_hundred_thousand_entries_are_added_up_within_a_statement() {
    let server = Postgres::start();
    let url = server.database();
    let sql = Sql::connect(&at(url.clone())).await.unwrap();
    account(&sql, 1, "10").await;
    server.ask(
        url.rsplit('/').next().unwrap(),
        "INSERT INTO entry (id, account, kind, asset, quantity, price, total, at) \
            SELECT 'an entry as long as they are usually ' || n, account.id, 'buy', 'BTC', 1, 1, 1, 0 \
            FROM account, generate_series(1, 100000) AS n; \
        INSERT INTO posting (entry, owner, asset, amount) \
            SELECT entry.id, line.owner, 'BTC', line.amount FROM entry, \
            (VALUES ('house', 1), ('house2', -1)) AS line (owner, amount) WHERE entry.quantity = 1; \
        DELETE FROM posting WHERE entry LIKE '% 77777'; ANALYZE",
    );
    let audit = sql.audit().await.unwrap();
    assert_eq!((audit.entries, audit.unbalanced, audit.negative), (100_001, 1, 0));
}

async fn refusal(server: &Server) -> Trouble {
    Sql::connect(server).await.unwrap_err().why
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_make_the_schema_once() {
    let server = Postgres::start();
    let url = server.database();
    let here = at(url.clone());
    let empty = Sql::connect_as_it_is(&here).await.unwrap_err();
    assert!(matches!(empty.why, Trouble::Older { found: 0, .. }), "{empty}");
    let nodes = nodes(&url, 4).await;
    let versions = query_scalar::<i64>("SELECT version FROM schema_version ORDER BY version");
    let versions = versions.fetch_all(nodes[0].db.reader()).await.unwrap();
    assert_eq!(versions, schema::OF_A_SERVER.iter().map(|one| one.0).collect::<Vec<_>>());
    assert!(Sql::connect_as_it_is(&here).await.unwrap().healthy().await.is_ok());
    let name = url.rsplit('/').next().unwrap();
    server.ask(name, "INSERT INTO schema_version VALUES (99, 'x')");
    assert!(matches!(refusal(&here).await, Trouble::Newer { found: 99, .. }));
    server
        .ask(name, "DELETE FROM schema_version WHERE version = 99; UPDATE schema_version SET checksum = 'x'");
    assert!(matches!(refusal(&here).await, Trouble::Foreign { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_named_without_its_word() {
    let server = Postgres::start();
    let url = server.url("nowhere").replace("aspis@", "aspis:sesame@");
    let error = Sql::connect(&at(url)).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("nowhere") && !text.contains("sesame"), "{text}");
}

/// Both databases have the same tables and columns, but for what several nodes tell each other.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_has_the_tables_and_columns_of_a_file() {
    let server = Postgres::start();
    let there = Sql::connect(&at(server.database())).await.unwrap();
    let here = super::Home::new().await;
    let asked = "SELECT m.name || '.' || c.name || ' ' || (c.cid + 1) FROM sqlite_master AS m, pragma_table_info(m.name) AS c \
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1";
    let here = query_scalar::<String>(asked).fetch_all(here.sql.db.reader()).await.unwrap();
    let asked = "SELECT (table_name || '.' || column_name || ' ' || ordinal_position) COLLATE \"C\" FROM information_schema.columns \
        WHERE table_schema = 'public' AND table_name !~ '^bar_' \
        AND table_name NOT IN ('change', 'lease') ORDER BY 1";
    let there = query_scalar::<String>(asked).fetch_all(there.db.reader()).await.unwrap();
    assert_eq!(here, there);
}

#[test]
fn both_schemas_come_to_the_same_version() {
    let newest = |all: &[(i64, &str)]| all.iter().map(|one| one.0).max();
    assert_eq!(newest(schema::OF_A_SERVER), newest(schema::VERSIONS));
    let first = schema::OF_A_SERVER[0].0;
    for (version, _) in schema::VERSIONS.iter().filter(|one| one.0 > first) {
        assert!(
            schema::OF_A_SERVER.iter().any(|one| one.0 == *version),
            "{version} has no text for a server"
        );
    }
}
