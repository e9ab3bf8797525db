//! Files: made, kept, refused.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use aspis_store::{Ledger, Vault};

use super::{Home, purchase};
use crate::{Sql, Trouble};

async fn trouble(path: &Path) -> (Trouble, String) {
    let error = Sql::open(path).await.expect_err("it is refused");
    let text = error.to_string();
    assert!(text.contains(&path.display().to_string()), "{text}");
    (error.why, text)
}

#[tokio::test]
async fn the_file_and_its_side_files_are_private() {
    let home = Home::new().await;
    home.account(1, "10").await;
    let files: Vec<_> = fs::read_dir(home.dir.path()).unwrap().map(Result::unwrap).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn what_was_answered_survives_a_restart() {
    let home = Home::new().await;
    let ada = home.account(1, "10").await;
    let order = purchase(1, ada, "3.00000001");
    let first = home.sql.place(order.clone()).await.unwrap().unwrap();
    home.sql.close().await.unwrap();
    assert!(
        home.sql.place(order.clone()).await.is_err() && home.sql.healthy().await.is_err(),
        "it is closed"
    );
    assert_eq!(fs::read_dir(home.dir.path()).unwrap().count(), 1, "all is in the one file");

    let sql = Sql::open(&home.file()).await.unwrap();
    sql.healthy().await.unwrap();
    let again = sql.place(order).await.unwrap().unwrap();
    assert_eq!((again.answer, again.cash, again.replayed), (first.answer, first.cash, true));
    assert!(sql.audit().await.unwrap().is_clean());
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    fs::write(&path, "remember the milk\n".repeat(500)).unwrap();
    let (why, text) = trouble(&path).await;
    assert!(matches!(why, Trouble::Damaged(_)) && text.contains("restore a backup"), "{text}");
    assert!(fs::read_to_string(&path).unwrap().starts_with("remember"), "it is left as it was");
    assert!(matches!(trouble(dir.path()).await.0, Trouble::File(_)));
    assert!(matches!(trouble(&dir.path().join("no/such/folder")).await.0, Trouble::File(_)));
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let home = Home::new().await;
    for n in 1..40 {
        home.account(n, "10").await;
    }
    home.sql.close().await.unwrap();
    let whole = fs::read(home.file()).unwrap();
    let page = 4096;
    for from in (0..whole.len()).step_by(page) {
        let mut damaged = whole.clone();
        damaged[from..from + page].fill(0xa5);
        fs::write(home.file(), &damaged).unwrap();
        let (why, text) = trouble(&home.file()).await;
        assert!(matches!(why, Trouble::Damaged(_)), "page {}: {text}", from / page);
    }
    fs::write(home.file(), &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(trouble(&home.file()).await.0, Trouble::Damaged(_)), "half of it");
}

#[tokio::test]
async fn a_database_of_another_release_is_left_alone() {
    let home = Home::new().await;
    home.tamper("INSERT INTO schema_version (version, checksum) VALUES (99, 'x')").await;
    let (why, text) = trouble(&home.file()).await;
    assert!(matches!(why, Trouble::Newer { found: 99, .. }) && text.contains("newer release"), "{text}");
    home.tamper("DELETE FROM schema_version WHERE version = 99; UPDATE schema_version SET checksum = 'x'")
        .await;
    assert!(matches!(trouble(&home.file()).await.0, Trouble::Foreign { version: 1 }));
}

#[tokio::test]
async fn nodes_that_start_at_once_agree_on_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("aspis.db");
    Sql::open(&path).await.unwrap();
    let (one, two) = (Sql::open(&path).await.unwrap(), Sql::open(&path).await.unwrap());
    let (first, second) = tokio::join!(one.get_or_put("signing", &[1]), two.get_or_put("signing", &[2]));
    assert_eq!(first.unwrap(), second.unwrap());
}
