//! A file that is full, copied to a real server, cut off and gone on with.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Stdio},
    sync::Mutex,
};

use aspis_core::{clock::Timestamp, money::Fixed};
use aspis_store::{
    Accounts, Ledger, Prices, Sessions, Vault,
    prices::{Asset, Bar, Interval, Series, SeriesRole, Span},
};

use super::*;
use crate::{
    Sql,
    tests::{Home, at, fixed, postgres::Postgres, purchase, sign_in},
};

const FROM: &str = "ASPIS_TEST_COPY_FROM";
const TO: &str = "ASPIS_TEST_COPY_TO";

fn bitcoin() -> Series {
    Series {
        asset: "BTC".to_owned(),
        interval: Interval::Hour,
        source: "test".into(),
        role: SeriesRole::History,
    }
}

/// A row in most tables, and many bars over many years.
async fn full() -> Home {
    let home = Home::new().await;
    let ada = home.account(1, "1000").await;
    home.account(2, &Fixed::MAX.to_string()).await;
    for n in 1..50 {
        home.sql.place(purchase(n, ada, "1.00000001")).await.unwrap().unwrap().answer.unwrap();
    }
    Sessions::open(&home.sql, sign_in(1, ada)).await.unwrap();
    home.sql.get_or_put("signing", &[0, 255]).await.unwrap();
    let bar = |day: i64| Bar {
        high: Some(fixed("2")),
        volume: Some("123456789012345678901234".parse().unwrap()),
        ..Bar::closing(Timestamp::from_seconds(day * 86_400), fixed("0.00000001"))
    };
    let asset = Asset {
        id: "BTC".to_owned(),
        currency: "USD".to_owned(),
        name: "Bit \"coin\" \\ ₿ ' \u{1}".to_owned(),
        description: None,
    };
    let bars = [(bitcoin(), (0..30_000).map(bar).collect())];
    home.sql.load_once("v1", &[asset], &bars, &|_| ()).await.unwrap();
    home.sql.close().await.unwrap();
    home
}

async fn is_the_same(home: &Home, there: &Sql) {
    let here = Sql::open(&home.file()).await.unwrap();
    let ada = here.by_email("1@example.org").await.unwrap().unwrap();
    assert_eq!(there.by_email("1@example.org").await.unwrap().unwrap(), ada);
    assert_eq!(there.balances(ada.id).await.unwrap(), here.balances(ada.id).await.unwrap());
    let trades = here.transactions(ada.id, None, 100).await.unwrap();
    assert_eq!(there.transactions(ada.id, None, 100).await.unwrap(), trades);
    assert_eq!(there.assets().await.unwrap(), here.assets().await.unwrap());
    let all = Span { from: None, before: None, offset: 0, limit: 100_000 };
    let bars = here.bars(&bitcoin(), all).await.unwrap();
    assert_eq!((bars.len(), there.bars(&bitcoin(), all).await.unwrap() == bars), (30_000, true));
    assert_eq!(there.get("signing").await.unwrap().unwrap(), [0, 255]);
    assert!(there.family_of("t1").await.unwrap().is_some());
    here.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_holds_what_the_file_held() {
    let (home, server) = (full().await, Postgres::start());
    let to = at(server.database());
    let told = Mutex::new(Vec::new());
    let copied = copy(&home.file(), &to, &|progress| told.lock().unwrap().push(progress)).await.unwrap();
    assert_eq!((copied.resumed, copied.census.rows["bar"]), (0, 30_000));
    assert!(copied.census.ledger.is_clean() && copied.census.balances["$USD"] > i128::from(i64::MAX));
    let told = told.into_inner().unwrap();
    assert!(
        told.is_sorted_by_key(|one| one.done) && told.last().is_some_and(|one| one.done == one.all),
        "{told:?}"
    );
    let there = Sql::connect(&to).await.unwrap();
    is_the_same(&home, &there).await;
    assert!(there.audit().await.unwrap().is_clean());
    let again = copy(&home.file(), &to, &|_| ()).await.unwrap();
    assert_eq!(again.census, copied.census, "whoever lost the answer hears it again");
    let back = home.dir.path().join("back.db");
    fetch(&to, &back).await.unwrap();
    assert_eq!(backup::census(&back).await.unwrap(), backup::census(&home.file()).await.unwrap());
    let backs = Sql::open(&back).await.unwrap();
    is_the_same(&home, &backs).await;
}

/// Orders go on while it is fetched, and every copy is one state of the books.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_fetched_under_write_load_is_of_one_moment() {
    let server = Postgres::start();
    let to = at(server.database());
    let sql = Sql::connect(&to).await.unwrap();
    let ada = crate::tests::account(&sql, 1, "1000").await;
    let dir = tempfile::tempdir().unwrap();
    let writing = async {
        for n in 1..150 {
            sql.place(purchase(n, ada, "0.5")).await.unwrap().unwrap();
        }
    };
    let fetching = async {
        let mut last = 0;
        for n in 0..3 {
            let file = dir.path().join(format!("{n}.db"));
            fetch(&to, &file).await.unwrap();
            let census = backup::census(&file).await.unwrap();
            assert!(census.ledger.is_clean() && census.ledger.entries >= last, "{census:?}");
            last = census.ledger.entries;
        }
    };
    tokio::join!(writing, fetching);
    assert!(sql.audit().await.unwrap().is_clean());
}

/// Not a test of its own: the process that is killed in the middle of the next one.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by a_copy_that_is_killed_goes_on_where_it_was"]
async fn copies_and_is_killed() {
    let (Ok(from), Ok(to)) = (std::env::var(FROM), std::env::var(TO)) else { return };
    let tell = |progress: Progress| {
        if progress.table == "bar" && progress.done > 10_000 {
            println!("half");
            let _ = std::io::stdin().read(&mut [0]);
        }
    };
    copy(Path::new(&from), &at(to), &tell).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the test runs itself again as the other process")]
fn other_process(from: &Path, to: &str) -> Child {
    std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "copy::tests::copies_and_is_killed", "--ignored", "--nocapture"])
        .env(FROM, from)
        .env(TO, to)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_killed_goes_on_where_it_was() {
    let (home, server) = (full().await, Postgres::start());
    let url = server.database();
    let mut other = other_process(&home.file(), &url);
    let lines = BufReader::new(other.stdout.as_mut().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("half")), "it ended before its time");
    let busy = copy(&home.file(), &at(url.clone()), &|_| ()).await.unwrap_err();
    assert!(matches!(busy, CopyError::Live(_) | CopyError::Source { .. }), "{busy}");
    other.kill().unwrap();
    other.wait().unwrap();
    let early = Sql::connect(&at(url.clone())).await.unwrap_err();
    assert!(matches!(early.why, Trouble::HalfCopied), "{early}");
    let copied = copy(&home.file(), &at(url.clone()), &|_| ()).await.unwrap();
    let all: u64 = copied.census.rows.iter().filter(|row| tables::is_copied(row.0)).map(|row| row.1).sum();
    assert!(copied.resumed >= 10_000 && copied.resumed < all, "{} of {all}", copied.resumed);
    is_the_same(&home, &Sql::connect(&at(url)).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebodys_stays_as_it_is() {
    let (home, server) = (full().await, Postgres::start());
    let url = server.database();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let live = Sql::open(&home.file()).await.unwrap();
    let refused = copy(&home.file(), &at(url.clone()), &|_| ()).await.unwrap_err();
    assert!(matches!(refused, CopyError::Live(_)), "{refused}");
    live.close().await.unwrap();
    server.ask(&name, "CREATE TABLE ours (id BIGINT)");
    let refused = copy(&home.file(), &at(url.clone()), &|_| ()).await.unwrap_err();
    assert!(matches!(refused, CopyError::Taken(_)), "{refused}");
    assert_eq!(server.ask(&name, "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'"), "1");
    server.ask(&name, "DROP TABLE ours");
    let (file, to) = (home.file(), at(url.clone()));
    let mut cut = tokio::task::JoinSet::new();
    cut.spawn(async move {
        let dies = |progress: Progress| assert!(progress.table != "bar", "the caller dies");
        copy(&file, &to, &dies).await
    });
    assert!(cut.join_next().await.unwrap().is_err());
    let written = Sql::open(&home.file()).await.unwrap();
    written.get_or_put("later", &[1]).await.unwrap();
    written.close().await.unwrap();
    let mut refused = copy(&home.file(), &at(url.clone()), &|_| ()).await.unwrap_err();
    for _ in 0..100 {
        // The connection of the one that died goes away by itself.
        if !matches!(refused, CopyError::Busy(_) | CopyError::Live(_)) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        refused = copy(&home.file(), &at(url.clone()), &|_| ()).await.unwrap_err();
    }
    assert!(matches!(refused, CopyError::Changed(_)), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_whole_is_not_copied() {
    let (home, server) = (Home::new().await, Postgres::start());
    home.account(1, "10").await;
    home.tamper("UPDATE balance SET amount = amount + 1").await;
    home.sql.close().await.unwrap();
    let refused = copy(&home.file(), &at(server.database()), &|_| ()).await.unwrap_err();
    assert!(matches!(refused, CopyError::Books(_)), "{refused}");
    let refused = copy(Path::new("/no/such.db"), &at(server.database()), &|_| ()).await.unwrap_err();
    assert!(matches!(refused, CopyError::Source { .. }), "{refused}");
    let (home, wrong) = (full().await, server.url("nowhere").replace("aspis@", "aspis:sesame@"));
    let refused = copy(&home.file(), &at(wrong), &|_| ()).await.unwrap_err();
    let text = format!("{refused} {refused:?}");
    assert!(matches!(refused, CopyError::Target { .. }) && !text.contains("sesame"), "{text}");
}

#[test]
fn every_table_is_copied() {
    let mut named: Vec<_> = TABLES.iter().map(|table| table.name).collect();
    named.sort_unstable();
    let counted: Vec<_> =
        backup::COUNTS.iter().map(|count| count.0).filter(|name| tables::is_copied(name)).collect();
    assert_eq!(named, counted, "a table of a new schema has to stand in tables.rs");
}
