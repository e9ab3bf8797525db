//! What a server finds of itself: its log, its books, its certificate, its backups and its settings. By the real binary, and
//! asked for by its command.

use std::{fs, path::Path, time::Duration};

use aspis_core::clock::Timestamp;
use aspis_store::Reports;
use aspis_store_sql::Sql;
use serde_json::Value;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use crate::server::{Home, Pair, Server, aspis, run, text};

/// Every alert that lasts, as the command lists them beside the server.
fn lasting(data: &Path) -> Vec<Value> {
    let output = aspis(&["alerts", "list", "--open", "--json", "--data"]).arg(data).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    listed["alerts"].as_array().unwrap().clone()
}

fn of(data: &Path, rule: &str) -> Option<(String, String)> {
    let found = lasting(data).into_iter().find(|alert| alert["rule"] == rule)?;
    let word = |name: &str| found[name].as_str().unwrap().to_owned();
    Some((word("severity"), word("subject")))
}

/// Waits until a rule has spoken; how severe, and about what.
fn raised(server: &Server, rule: &str) -> (String, String) {
    for _ in 0..600 {
        if let Some(found) = of(&server.data(), rule) {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{rule} was never told: {}", server.log());
}

/// Waits until the log says something, and a little longer: what it could have set off would be written by then.
fn quiet(server: &Server, word: &str, rule: &str) {
    let log = server.data().join("logs/security.log");
    for _ in 0..600 {
        if fs::read_to_string(&log).is_ok_and(|text| text.contains(word)) {
            std::thread::sleep(Duration::from_secs(3));
            assert_eq!(of(&server.data(), rule), None);
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{word} was never written: {}", server.log());
}

fn is(severity: &str, subject: &str) -> (String, String) {
    (severity.to_owned(), subject.to_owned())
}

#[test]
fn a_log_that_somebody_changed_is_critical_and_a_whole_one_is_nothing() {
    let (home, ..) = Server::start(&[]).stop();
    let server = Server::on(home, &[]);
    quiet(&server, "server_started", "log.broken");
    let (home, ..) = server.stop();
    let log = home.data().join("logs/security.log");
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("server_started", "server_startled", 1)).unwrap();
    assert_eq!(raised(&Server::on(home, &[]), "log.broken"), is("critical", ""));
}

/// Does something to a database past every server.
pub(crate) fn tamper(database: &Path, statement: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut conn = SqliteConnectOptions::new().filename(database).connect().await.unwrap();
        sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    });
}

#[test]
fn books_that_do_not_balance_are_critical_and_those_that_do_are_nothing() {
    let server = Server::start(&[]);
    quiet(&server, "server_started", "ledger.broken");
    let (home, ..) = server.stop();
    let database = home.data().join("aspis.db");
    tamper(&database, "UPDATE balance SET amount = amount + 1 WHERE owner <> 'house'");
    let server = Server::on(home, &[]);
    assert_eq!(raised(&server, "ledger.broken"), is("critical", ""));
    let log = fs::read_to_string(server.data().join("logs/security.log")).unwrap();
    assert!(log.contains("\"ledger_broken\"") && log.contains("drifted 1"), "{log}");
}

#[test]
fn a_certificate_that_cannot_be_taken_is_a_warning_and_a_good_one_is_nothing() {
    let place = tempfile::tempdir().unwrap();
    let pair = Pair::made(place.path());
    let settings = pair.settings();
    let server = Server::start(&settings.each_ref().map(String::as_str));
    quiet(&server, "server_started", "certificate.failed");
    let next = Pair::made(place.path());
    let data = server.data().display().to_string();
    assert!(run(&["reload", "--data", &data]).status.success());
    quiet(&server, "settings_reloaded", "certificate.failed");
    // What is written by half is given one more look before it is told.
    fs::write(&next.key, "nothing").unwrap();
    assert_eq!(raised(&server, "certificate.failed").0, "warning");
}

#[test]
fn a_backup_that_cannot_be_made_is_a_warning_and_one_that_was_made_is_nothing() {
    // What has a log is no more new, and has no backup yet.
    let due = |home: &Home| {
        assert!(run(&["incident", "relax", "--data", home.data().to_str().unwrap()]).status.success());
        let key = fs::File::options().append(true).open(home.data().join("security-log.key")).unwrap();
        key.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_577_836_800)).unwrap();
    };
    let home = Home::furnished();
    due(&home);
    let phrase = home.beside("phrase");
    fs::write(&phrase, "short\n").unwrap();
    let file = format!("backup.passphrase_file={}", phrase.display());
    let later = ["backup.schedule=\"00:00\"", "backup.before_upgrade=false", "backup.encrypt=true", &file];
    let server = Server::on(home, &later);
    assert_eq!(raised(&server, "backup.failed").0, "warning");
    let home = Home::furnished();
    due(&home);
    let server = Server::on(home, &["backup.schedule=\"00:00\""]);
    quiet(&server, "\"backup_made\"", "backup.failed");
}

/// The last audit of a folder is of long ago, and said this; or what it said, where that is asked for.
fn audited(home: &Home, report: Option<&str>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sql = Sql::open(&home.data().join("aspis.db")).await.unwrap();
        if let Some(report) = report {
            sql.keep("audit", Timestamp::from_seconds(1_577_836_800), report).await.unwrap();
        }
        let (_, text) = sql.report("audit").await.unwrap().unwrap();
        sql.close().await.unwrap();
        text
    })
}

#[test]
fn what_an_audit_finds_anew_is_a_warning_and_what_it_found_before_is_nothing() {
    let home = Home::furnished();
    audited(&home, Some("{}"));
    let server = Server::on(home, &["audit.schedule=weekly"]);
    let (severity, subject) = raised(&server, "audit.finding");
    assert_eq!(severity, "warning");
    let (home, ..) = server.stop();
    let found = audited(&home, None);
    assert!(found.contains(&format!("\"{subject}\"")), "{subject}: {found}");
    let home = Home::furnished();
    audited(&home, Some(&found));
    let server = Server::on(home, &["audit.schedule=weekly"]);
    quiet(&server, "\"audit_done\"", "audit.finding");
}

/// A file system of 256 KiB where the log is written, for as long as this lives.
struct Small(std::path::PathBuf);

#[expect(
    clippy::disallowed_methods,
    reason = "the only way to a real full disk; nothing of the input is in it"
)]
fn command(name: &str) -> std::process::Command {
    std::process::Command::new(name)
}

impl Small {
    fn mounted(place: &Path) -> Option<Self> {
        let mut mount = command("mount");
        let done = mount.args(["-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs"]).arg(place).status();
        if !done.is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: no file system may be mounted here, so the full disk was not tried");
            return None;
        }
        Some(Self(place.to_owned()))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = command("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn a_log_that_cannot_be_written_is_critical_and_over_when_it_can() {
    let home = Home::furnished();
    let logs = home.data().join("logs");
    fs::create_dir(&logs).unwrap();
    let Some(_small) = Small::mounted(&logs) else { return };
    let server = Server::on(home, &["alerts.quiet=1m", "rate.prices=60000/minute"]);
    quiet(&server, "server_started", "log.unwritable");
    let filler = logs.join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    while std::io::Write::write_all(&mut file, &[0; 512]).is_ok() {}
    // Whatever is left of the last page is filled up by these.
    for _ in 0..200 {
        assert_eq!(server.get("/api/v1/price/BTC';DROP%20TABLE%20users;--").status, 400);
    }
    assert_eq!(raised(&server, "log.unwritable"), is("critical", ""));
    assert_eq!(server.get("/api/v1/price/BTC").status, 200, "nobody waits for it");
    drop(file);
    fs::remove_file(filler).unwrap();
    for _ in 0..1800 {
        server.get("/api/v1/price/BTC';DROP%20TABLE%20users;--");
        if of(&server.data(), "log.unwritable").is_none() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it is never over: {}", server.log());
}
