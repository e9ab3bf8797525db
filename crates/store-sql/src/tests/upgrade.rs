//! A database of the first schema, with people in it, brought up to date.

use std::path::{Path, PathBuf};

use aspis_core::{
    clock::Timestamp,
    ids::{AccountId, FamilyId},
    scenario::token_theft::rotation::Verdict,
};
use aspis_store::{
    Accounts, Ledger, Sessions, Vault,
    sessions::{Presented, Rotation},
};
use tempfile::TempDir;

use super::fixed;
use crate::{
    Sql,
    db::{BarePool, PATIENCE, lite},
    schema,
    sql::query_scalar,
};

const ADA: &str = "00000000-0000-0000-0000-000000000001";
const FAMILY: &str = "00000000-0000-0000-0000-000000000007";

/// What the first release left behind: an account with cash, a sign-in whose token was once renewed, a shared key.
const ROWS: &str = "
    INSERT INTO account VALUES
        ('00000000-0000-0000-0000-000000000001', 'ada@example.org', 'Ada', '$argon2id$x', 'admin', TRUE, 5);
    INSERT INTO family VALUES
        ('00000000-0000-0000-0000-000000000007', '00000000-0000-0000-0000-000000000001', 10, 1000, NULL);
    INSERT INTO token VALUES ('t0', '00000000-0000-0000-0000-000000000007', 20, 'c1', 't1');
    INSERT INTO token VALUES ('t1', '00000000-0000-0000-0000-000000000007', NULL, NULL, NULL);
    INSERT INTO entry VALUES
        ('00000000-0000-0000-0000-000000000009', '00000000-0000-0000-0000-000000000001', 'open', '$USD',
         0, 0, 1000000000, NULL, 5);
    INSERT INTO posting VALUES ('00000000-0000-0000-0000-000000000009', '00000000-0000-0000-0000-000000000001',
        '$USD', 1000000000), ('00000000-0000-0000-0000-000000000009', 'house', '$USD', -1000000000);
    INSERT INTO balance VALUES ('00000000-0000-0000-0000-000000000001', '$USD', 1000000000);
    INSERT INTO vault VALUES ('signing', '00ff');";

/// A file as the first release left it.
async fn of_the_first_release() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("aspis.db");
    std::fs::write(&path, "").unwrap();
    let writer = writer(&path).await;
    let (version, text) = schema::VERSIONS[0];
    schema::apply(&writer, version, text).await.unwrap();
    sqlx::raw_sql(ROWS).execute(writer.lite()).await.unwrap();
    writer.close().await;
    (dir, path)
}

async fn writer(path: &Path) -> BarePool {
    lite::writer(path, PATIENCE).await.unwrap().bare().clone()
}

async fn versions(writer: &BarePool) -> Vec<i64> {
    query_scalar("SELECT version FROM schema_version ORDER BY version").fetch_all(writer).await.unwrap()
}

/// Every version there is.
fn latest() -> Vec<i64> {
    schema::VERSIONS.iter().map(|(version, _)| *version).collect()
}

#[tokio::test]
async fn what_was_there_stays() {
    let (_dir, path) = of_the_first_release().await;
    let sql = Sql::open(&path).await.unwrap();
    let ada = sql.by_email("ada@example.org").await.unwrap().unwrap();
    assert_eq!((ada.id, ada.created), (AccountId::parse(ADA).unwrap(), Timestamp(5)));
    assert_eq!((ada.devices_since, ada.allowed_ips), (Timestamp(0), Vec::new()));
    assert_eq!(sql.balances(ada.id).await.unwrap().cash, fixed("10"));
    assert!(sql.audit().await.unwrap().is_clean());
    assert_eq!(sql.get_or_put("signing", &[1]).await.unwrap(), [0, 255]);
    let family = sql.family(FamilyId::parse(FAMILY).unwrap(), Timestamp(30)).await.unwrap().unwrap();
    assert_eq!(
        (family.created, family.used, family.authenticated),
        (Timestamp(10), Timestamp(10), Timestamp(10))
    );
    assert_eq!((family.strong, family.key.clone(), family.cookie.clone()), (false, None, None));
    let ask = Presented {
        token_hash: "t1".to_owned(),
        successor_hash: "t2".to_owned(),
        client: "c1".to_owned(),
        key: None,
        now: Timestamp(30),
        grace: std::time::Duration::from_secs(60),
    };
    let Rotation::Judged { verdict, family: judged, .. } = sql.present(ask).await.unwrap() else { panic!() };
    assert_eq!((verdict, judged), (Verdict::Rotate, family));
    sql.close().await.unwrap();
    Sql::open(&path).await.unwrap().healthy().await.unwrap();
}

#[tokio::test]
async fn an_upgrade_that_fails_halfway_leaves_the_first_schema() {
    let (_dir, path) = of_the_first_release().await;
    let writer = writer(&path).await;
    // The first schema takes 38 pages: there is room for few statements of the second, for some, for most.
    for room in ["PRAGMA max_page_count = 38", "PRAGMA max_page_count = 42", "PRAGMA max_page_count = 50"] {
        sqlx::raw_sql(room).execute(writer.lite()).await.unwrap();
        schema::bring_up_to_date(&writer).await.expect_err(room);
        assert_eq!(versions(&writer).await, [1]);
        let count = query_scalar("SELECT COUNT(*) FROM pragma_table_info('family')");
        let columns: i64 = count.fetch_one(&writer).await.unwrap();
        assert_eq!(columns, 5, "nothing half-written");
    }
    sqlx::raw_sql("PRAGMA max_page_count = 4000").execute(writer.lite()).await.unwrap();
    schema::bring_up_to_date(&writer).await.unwrap();
    assert_eq!(versions(&writer).await, latest());
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_upgrade_at_once_do_it_once() {
    let (_dir, path) = of_the_first_release().await;
    let (one, two) = tokio::join!(Sql::open(&path), Sql::open(&path));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(versions(one.db.writer().bare()).await, latest());
    assert!(two.by_email("ada@example.org").await.unwrap().is_some());
}
