use std::{path::Path, sync::Arc, time::Duration};

use aspis_store::Ledger;

use super::*;
use crate::tests::{Home, purchase};

#[tokio::test]
async fn a_copy_is_the_same_and_says_what_is_in_it() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    home.sql.place(purchase(1, ada, "3.00000001")).await.unwrap().unwrap();
    let to = home.dir.path().join("copy.db");
    copy(&home.file(), &to).await.unwrap();
    let (here, there) = (census(&home.file()).await.unwrap(), census(&to).await.unwrap());
    assert_eq!(here, there);
    assert_eq!((there.schema, there.rows["account"], there.ledger.entries), (schema::known(), 1, 2));
    assert!(there.ledger.is_clean());
    let sums: i128 = there.balances["$USD"];
    assert!(sums > 0 && sums < 1_000_000_000, "{sums}");
    let found = super::schema(&to).await.unwrap();
    assert!(!found.is_pending() && !found.is_newer(), "{found:?}");
    assert!(copy(&home.file(), &to).await.is_err(), "nothing is written over");
    assert!(copy(Path::new("/no/such.db"), &home.dir.path().join("other.db")).await.is_err());
}

/// Orders go on while it is copied, and every copy is one state of the books.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_under_write_load_balance_and_hold_nobody_up() {
    let home = Arc::new(Home::new().await);
    let ada = home.account(1, "100000").await;
    let writing = {
        let home = Arc::clone(&home);
        async move {
            for n in 1..200 {
                home.sql.place(purchase(n, ada, "0.5")).await.unwrap().unwrap();
            }
        }
    };
    let copying = async {
        let mut last = 0;
        for n in 0..5 {
            let to = home.dir.path().join(format!("{n}.db"));
            copy(&home.file(), &to).await.unwrap();
            let census = census(&to).await.unwrap();
            assert!(census.ledger.is_clean() && census.ledger.entries >= last, "{census:?}");
            last = census.ledger.entries;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::join!(writing, copying);
    assert_eq!(home.sql.audit().await.unwrap().entries, 200);
}

#[tokio::test]
async fn what_is_wrong_in_a_file_is_found() {
    let home = Home::new().await;
    home.account(1, "10").await;
    assert!(census(&home.file()).await.unwrap().ledger.is_clean());
    home.tamper("UPDATE balance SET amount = amount + 1 WHERE owner <> 'house'").await;
    assert_eq!(census(&home.file()).await.unwrap().ledger.drifted, 1);
    home.tamper(
        "PRAGMA foreign_keys = OFF; INSERT INTO totp (account, secret, last_step, confirmed) \
        SELECT 'nobody', 'x', 0, 0 FROM account; PRAGMA foreign_keys = ON",
    )
    .await;
    let error = census(&home.file()).await.unwrap_err();
    assert!(matches!(error.why, Trouble::Damaged(_)), "{error}");
    home.tamper("DELETE FROM totp; INSERT INTO schema_version (version, checksum) VALUES (99, 'x')").await;
    let error = census(&home.file()).await.unwrap_err();
    assert!(matches!(error.why, Trouble::Newer { found: 99, .. }), "{error}");
    assert!(super::schema(&home.file()).await.unwrap().is_newer());
}

#[tokio::test]
async fn every_table_is_counted() {
    let home = Home::new().await;
    let tables: Vec<String> =
        sqlx::query_scalar(TABLES).fetch_all(home.sql.db.reader().bare().lite()).await.unwrap();
    let ours: Vec<_> = tables.iter().filter(|name| !name.starts_with("sqlite_")).collect();
    let counted: Vec<_> = counts::COUNTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(ours, counted, "a table of a new schema has to stand in counts.rs");
    for (name, ask) in counts::COUNTS {
        assert!(ask.ends_with(&format!(" FROM {name}")), "{ask}");
    }
}

#[tokio::test]
async fn an_empty_file_waits_for_its_schema() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("aspis.db");
    std::fs::write(&path, "").unwrap();
    let found = super::schema(&path).await.unwrap();
    assert!(found.found == 0 && found.is_pending(), "{found:?}");
}
