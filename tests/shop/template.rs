//! A database with the shipped history in it, made once and copied for each test.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::Arc,
};

use aspis_market::shipped;
use aspis_store::Durable;
use aspis_store_sql::{Sql, backup::schema};

/// Copies the template to `target`.
pub(crate) async fn copy_to(target: &Path) {
    fs::copy(template().await, target).unwrap();
}

async fn template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(format!("template-{}.db", shipped::MARKER));
    // Tests run in processes of their own: the first one makes it, the others wait.
    let lock = File::create(folder.join("template.lock")).unwrap();
    lock.lock().unwrap();
    if !is_good(&path).await {
        let draft = path.with_extension("draft");
        let _ = fs::remove_file(&draft);
        make(&draft).await;
        fs::rename(&draft, &path).unwrap();
    }
    path
}

/// A template of another schema than these tests were built with is made anew.
async fn is_good(path: &Path) -> bool {
    let stamp = path.with_extension("stamp");
    let is_of_now = fs::read_to_string(stamp).is_ok_and(|made| made == stamp_of_now());
    path.exists() && is_of_now && schema(path).await.is_ok_and(|it| it.found == it.known)
}

pub(super) fn stamp_of_now() -> String {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store-sql/migrations");
    let size = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().metadata().unwrap().len();
    let bytes: u64 =
        ["", "postgres"].iter().flat_map(|of| fs::read_dir(migrations.join(of)).unwrap()).map(size).sum();
    format!("{} {bytes}", shipped::MARKER)
}

async fn make(draft: &Path) {
    let sql = Arc::new(Sql::open(draft).await.unwrap());
    let store = Durable::of(sql.clone());
    store
        .prices
        .load_once(shipped::MARKER, &shipped::assets(), &shipped::history().unwrap(), &|_| ())
        .await
        .unwrap();
    sql.close().await.unwrap();
    let stamp = draft.with_extension("stamp");
    fs::write(stamp, stamp_of_now()).unwrap();
}
