//! A database of another release: what is missing is brought up to date, after a backup; what is newer is left alone.

use std::{fs, path::Path, process::Stdio};

use sha2::{Digest, Sha256};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::{Home, Server, complaint};
use crate::server::{aspis, moments, text};

/// The files of every schema, in order.
fn schemas() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../store-sql/migrations");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // Beside them there is a folder of those for a server.
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// A table that the last schema makes: where it is there already, the upgrade fails.
pub(crate) fn in_the_way() -> String {
    let text = fs::read_to_string(schemas().pop().unwrap()).unwrap();
    let (_, rest) = text.split_once("CREATE TABLE ").unwrap();
    rest.split([' ', '(']).next().unwrap().to_owned()
}

/// Every schema of this release but the last.
fn older() -> Vec<(i64, String)> {
    let mut files = schemas();
    files.pop();
    let read = |path: &std::path::PathBuf| fs::read_to_string(path).unwrap();
    (1..).zip(files.iter().map(read)).collect()
}

fn hex(bytes: &[u8]) -> String {
    aspis_core::hex::encode(bytes)
}

/// Runs statements on a database that nobody else works on.
pub(crate) fn run(path: &Path, statements: &[String]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let mut conn = options.connect().await.unwrap();
        for statement in statements {
            // The migrations themselves, and what this test writes.
            let statement: &'static str = Box::leak(statement.clone().into_boxed_str());
            sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
        }
        conn.close().await.unwrap();
    });
}

/// A data folder as the release before this one left it, with one report in it.
pub(crate) fn of_the_release_before() -> (Home, i64) {
    let home = Home::empty();
    fs::create_dir(home.data()).unwrap();
    let mut statements = vec![
        "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)"
            .to_owned(),
    ];
    let older = older();
    for (version, text) in &older {
        statements.push(text.clone());
        let sum = hex(&Sha256::digest(text.as_bytes()));
        statements.push(format!("INSERT INTO schema_version VALUES ({version}, '{sum}')"));
    }
    statements.push("INSERT INTO report VALUES ('kept', 1, 'as it was')".to_owned());
    run(&home.data().join("aspis.db"), &statements);
    let last = older.len().try_into().unwrap();
    (home, last)
}

fn check(home: &Home) -> (bool, serde_json::Value, String) {
    let data = home.data();
    let data = data.to_str().unwrap();
    let json = aspis(&["check", "--json", "--data", data]).output().unwrap();
    let people = aspis(&["check", "--data", data]).output().unwrap();
    (json.status.success(), serde_json::from_slice(&json.stdout).unwrap(), text(&people.stdout))
}

fn backups(home: &Home) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(home.data().join("backups")) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.to_string_lossy().ends_with(".tar.gz")).collect()
}

#[test]
fn an_older_database_is_backed_up_and_brought_up_to_date() {
    let (home, last) = of_the_release_before();
    let (ok, said, people) = check(&home);
    assert!(ok && people.contains("the next start brings it to"), "{people}");
    assert_eq!(said["database"], serde_json::json!({"schema": last, "release": last + 1, "pending": true}));
    let server = Server::on(home, &["backup.schedule=off"]);
    let (home, ..) = server.stop();
    let (ok, said, people) = check(&home);
    assert_eq!((ok, &said["database"]["pending"]), (true, &serde_json::json!(false)), "{people}");
    let made = backups(&home);
    assert_eq!(made.len(), 1, "{made:?}");
    // Put back, it is what the release before left.
    let fresh = Home::empty();
    let restored =
        aspis(&["restore", "--json", "--data", fresh.data().to_str().unwrap()]).arg(&made[0]).output();
    let restored = restored.unwrap();
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let manifest: serde_json::Value = serde_json::from_slice(&restored.stdout).unwrap();
    assert_eq!(manifest["manifest"]["database"]["schema"], last);
    assert_eq!(manifest["manifest"]["database"]["rows"]["report"], 1);
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let server = Server::start(&["backup.schedule=off"]);
    let (home, ..) = server.stop();
    run(&home.data().join("aspis.db"), &["INSERT INTO schema_version VALUES (99, 'x')".to_owned()]);
    let said = complaint(&home.command(&[]).output().unwrap());
    assert!(said.contains("newer release") && said.contains("99"), "{said}");
    let (ok, _, people) = check(&home);
    assert!(!ok && people.contains("newer release"), "{people}");
    assert!(backups(&home).is_empty());
    let audit = aspis(&["audit", "--json", "--data", home.data().to_str().unwrap()]).output().unwrap();
    assert!(text(&audit.stdout).contains("schema_newer"), "{}", text(&audit.stdout));
    assert_eq!(audit.status.code(), Some(2), "what is in it could not be looked at");
}

/// Killed in the middle of it again and again, the next start goes on where it was.
#[test]
fn an_upgrade_that_is_killed_loses_nothing() {
    let took = {
        let (home, _) = of_the_release_before();
        let mut command = home.command(&["backup.schedule=off"]);
        started(&mut command)
    };
    let (mut home, _) = of_the_release_before();
    for (round, span) in moments(took).enumerate() {
        // Some end it in one go, others only after they were killed several times.
        if round % 5 == 0 {
            home = of_the_release_before().0;
        }
        let mut command = home.command(&["backup.schedule=off"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(span);
        let _ = child.kill();
        child.wait().unwrap();
        if round % 5 == 4 {
            home = whole(home);
        }
    }
}

/// How long it takes until a server is there.
#[expect(clippy::disallowed_methods, reason = "how long a process takes is measured by the machine's clock")]
fn started(command: &mut std::process::Command) -> std::time::Duration {
    let began = std::time::Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    assert!(lines.any(|line| line.unwrap().starts_with("listening on")), "it did not start");
    let took = began.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

/// The next start ends what was begun, and what was there is there.
fn whole(home: Home) -> Home {
    let server = Server::on(home, &["backup.schedule=off"]);
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
    let (home, ..) = server.stop();
    assert!(!check(&home).1["database"]["pending"].as_bool().unwrap());
    let made = aspis(&["backup", "--json", "--data", home.data().to_str().unwrap()]).output().unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(manifest["manifest"]["database"]["ledger"]["balanced"], true);
    assert!(manifest["manifest"]["database"]["rows"]["report"].as_u64().unwrap() >= 1, "{manifest}");
    home
}
