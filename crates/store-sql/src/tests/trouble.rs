//! A file that is locked by another process, a disk that is full, a caller that goes away.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use aspis_core::ids::AccountId;
use aspis_store::{Factors, Ledger, Links, Notices, Prices, Sessions};
use uuid::Uuid;

use super::{
    Home, fixed,
    people::{link, notice},
    purchase, sign_in,
};
use crate::{Sql, open, sql::query};

const FILE: &str = "ASPIS_TEST_LOCKS";

/// Not a test of its own: the other process of the next one.
#[tokio::test]
#[ignore = "run by writes_fail_while_another_process_holds_the_lock"]
async fn holds_the_lock() {
    let Ok(path) = std::env::var(FILE) else { return };
    let sql = Sql::open(Path::new(&path)).await.unwrap();
    let _tx = sql.db.begin().await.unwrap();
    println!("locked");
    let _ = std::io::stdin().read(&mut [0]);
}

#[expect(clippy::disallowed_methods, reason = "the test runs itself again as the other process")]
fn other_process(path: &Path) -> Child {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::trouble::holds_the_lock", "--ignored", "--nocapture"])
        .env(FILE, path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("locked")));
    child
}

#[tokio::test]
async fn writes_fail_while_another_process_holds_the_lock() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    let patience = Duration::from_millis(50);
    let sql = Sql::open_within(&home.file(), patience).await.unwrap();
    let mut other = other_process(&home.file());
    let error = sql.place(purchase(1, ada, "1")).await.unwrap_err();
    assert!(format!("{error:?}").contains("database is locked"), "{error:?}");
    assert_eq!(sql.balances(ada).await.unwrap().cash, fixed("10"), "reads go on");
    let refused = open::open(&home.file(), patience).await.unwrap_err();
    assert!(refused.to_string().ends_with("is locked by another process"), "{refused}");
    drop(other.stdin.take());
    assert!(other.wait().unwrap().success());
    assert!(sql.place(purchase(1, ada, "1")).await.unwrap().unwrap().answer.is_ok());
}

/// Buys one unit after the other until the disk is full; how many were bought.
async fn fill(home: &Home, ada: AccountId) -> u32 {
    for n in 1.. {
        match home.sql.place(purchase(n.into(), ada, "1")).await {
            Ok(placed) => assert!(placed.unwrap().answer.is_ok()),
            Err(error) => {
                assert!(format!("{error:?}").contains("disk is full"), "{error:?}");
                return n - 1;
            }
        }
    }
    unreachable!("no disk is without end")
}

#[tokio::test]
async fn a_full_disk_fails_one_write_and_not_those_after_it() {
    let home = Home::new().await;
    let ada = home.account(1, "1000").await;
    home.tamper("PRAGMA max_page_count = 40").await;
    let bought = fill(&home, ada).await;
    let cash = home.sql.balances(ada).await.unwrap().cash;
    assert_eq!(cash, fixed(&(1000 - bought).to_string()), "nothing half-written");
    home.tamper("PRAGMA max_page_count = 4000").await;
    let placed = home.sql.place(purchase((bought + 1).into(), ada, "1")).await.unwrap().unwrap();
    assert!(placed.answer.is_ok() && !placed.replayed, "there is room again");
    assert!(home.sql.audit().await.unwrap().is_clean());
}

#[tokio::test]
async fn a_transaction_that_the_database_ended_by_itself_blocks_no_other() {
    let home = Home::new().await;
    let ada = home.account(1, "1000").await;
    let mut tx = home.sql.db.begin().await.unwrap();
    query("ROLLBACK").execute(&mut *tx).await.unwrap();
    drop(tx);
    assert!(home.sql.place(purchase(1, ada, "1")).await.unwrap().unwrap().answer.is_ok());
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_nothing_half_done() {
    let home = Home::new().await;
    let ada = home.account(1, "1000").await;
    for n in 1..200 {
        let patience = Duration::from_micros(u64::try_from(n * 20).unwrap());
        let _ = tokio::time::timeout(patience, home.sql.place(purchase(n, ada, "1"))).await;
    }
    let balances = home.sql.balances(ada).await.unwrap();
    let audit = home.sql.audit().await.unwrap();
    assert!(audit.is_clean(), "{audit:?}");
    let trades = home.sql.transactions(ada, None, 1000).await.unwrap().len();
    assert_eq!(balances.cash, fixed(&(1000 - trades).to_string()));
    assert!((1..199).contains(&trades), "some were cut off and some were not: {trades}");
}

#[tokio::test]
async fn what_refers_to_nobody_is_an_error() {
    let home = Home::new().await;
    let nobody = AccountId(Uuid::from_u128(404));
    assert!(Sessions::open(&home.sql, sign_in(1, nobody)).await.is_err());
    assert_eq!(home.sql.family_of("t1").await.unwrap(), None);
    assert!(home.sql.put_totp(nobody, b"secret").await.is_err());
    assert!(home.sql.put_link(link("l", nobody), 3).await.is_err());
    assert!(home.sql.notify(notice(1, nobody)).await.is_err());
    assert!(!home.sql.is_loaded("x").await.unwrap());
}
