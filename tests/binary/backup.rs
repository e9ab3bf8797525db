//! Backups and restores by the real binary, under load and under `kill -9`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use serde_json::Value;

use super::{Home, Server, complaint, demo, order, trades};
use crate::server::{aspis, mode, text};

mod again;
mod broken;
mod kept;
mod kills;
mod owner;
mod upkeep;

/// A command on a data folder.
fn on(data: &Path, args: &[&str]) -> Command {
    let mut command = aspis(&["--data"]);
    command.arg(data).args(args);
    command
}

/// What it printed as JSON, when it ended well.
fn told(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn back_up(data: &Path, to: &Path) -> Value {
    told(on(data, &["backup", "--json", "--out"]).arg(to))
}

fn restore(file: &Path, data: &Path) -> Output {
    on(data, &["restore", "--json"]).arg(file).output().unwrap()
}

const ENDLESS: [&str; 3] = ["rate.portfolio=60000/minute", "rate.login=60000/minute", "backup.schedule=off"];

/// What a caller sees of everything that is kept.
fn answers(server: &Server) -> Vec<String> {
    let token = demo(server);
    let paths = [
        "/api/v1/portfolio",
        "/api/v1/portfolio/transactions?limit=1000",
        "/api/v1/prices",
        "/api/v1/history/ETH?limit=1000",
        "/api/v1/auth/me",
    ];
    let field = format!("authorization: Bearer {token}");
    let body = |path: &str| {
        let mut body = server.wire().ask("GET", path, &[&field], "").json();
        // It says when it was taken away.
        body.as_object_mut().unwrap().remove("_signature");
        body.to_string()
    };
    paths.map(body).to_vec()
}

/// The transactions of the demo account, oldest first.
fn history(server: &Server) -> Vec<Value> {
    let token = demo(server);
    let path = "/api/v1/portfolio/transactions?limit=1000";
    let answer = server.wire().ask("GET", path, &[&format!("authorization: Bearer {token}")], "");
    let mut all = answer.json()["transactions"].as_array().unwrap().clone();
    all.reverse();
    all
}

#[test]
fn what_was_backed_up_under_load_comes_back_balanced() {
    let server = Server::start(&ENDLESS);
    let (token, data) = (demo(&server), server.data());
    let to = server.home().beside("under-load.tar.gz");
    let (stop, placed) = (AtomicBool::new(false), AtomicUsize::new(0));
    let made = std::thread::scope(|scope| {
        for lane in 0..2 {
            let (server, token, stop, placed) = (&server, &token, &stop, &placed);
            scope.spawn(move || {
                for at in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    assert_eq!(order(server, token, &format!("{lane}-{at}")).0, 201);
                    placed.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while placed.load(Ordering::Relaxed) < 10 {
            std::thread::yield_now();
        }
        let made = back_up(&data, &to);
        stop.store(true, Ordering::Relaxed);
        made
    });
    let entries = made["manifest"]["database"]["ledger"]["entries"].as_u64().unwrap();
    assert_eq!(made["manifest"]["database"]["ledger"]["balanced"], true);
    assert_eq!((mode(&to), made["encrypted"].as_bool()), (0o600, Some(false)));
    let all = history(&server);
    assert_eq!(all.len(), placed.load(Ordering::Relaxed));

    let fresh = Home::empty();
    let output = restore(&to, &fresh.data());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let log = on(&fresh.data(), &["log", "verify"]).output().unwrap();
    assert!(log.status.success(), "{}", text(&log.stdout));
    let restored = Server::on(fresh, &ENDLESS);
    let kept = history(&restored);
    // The opening of the account is an entry, too.
    assert_eq!(kept.len() as u64, entries - 1);
    assert!(kept.len() >= 10 && kept[..] == all[..kept.len()], "another history");
    assert_eq!(order(&restored, &demo(&restored), "after").0, 201);
}

#[test]
fn a_restored_server_gives_the_same_answers() {
    let server = Server::start(&ENDLESS);
    let token = demo(&server);
    for at in 0..5 {
        assert_eq!(order(&server, &token, &format!("{at}")).0, 201);
    }
    let before = answers(&server);
    let to = server.home().beside("backup.tar.gz");
    back_up(&server.data(), &to);
    assert_eq!(order(&server, &token, "later").0, 201);

    let live = restore(&to, &server.data());
    assert!(complaint(&live).contains("a server is running"), "{}", text(&live.stderr));
    let (home, ..) = server.stop();
    let full = restore(&to, &home.data());
    assert!(complaint(&full).contains("--aside"), "{}", text(&full.stderr));
    let restored = told(on(&home.data(), &["restore", "--aside", "--json"]).arg(&to));
    let aside = PathBuf::from(restored["aside"].as_str().unwrap());
    assert!(aside.join("aspis.db").exists() && aside.to_string_lossy().contains(".before-restore-"));

    let server = Server::on(home, &ENDLESS);
    assert_eq!(answers(&server), before);
    // What is sent again is answered as it was; what came after the backup is done anew.
    let token = demo(&server);
    assert_eq!((order(&server, &token, "4").0, trades(&server, &token)), (201, 5));
    assert_eq!((order(&server, &token, "later").0, trades(&server, &token)), (201, 6));
    server.writes(&["\"restored\""]);
    let told = fs::read_to_string(aside.join("logs/security.log")).unwrap();
    assert!(told.contains("\"backup_made\"") && told.contains("backup.tar.gz"), "{told}");
}

#[test]
fn an_encrypted_backup_shows_nothing_and_opens_by_its_passphrase_alone() {
    const PHRASE: &str = "several unrelated words 42";
    let home = Home::furnished();
    let server = Server::on(home, &ENDLESS);
    demo(&server);
    let (home, ..) = server.stop();
    let (data, folder) = (home.data(), home.beside("kept"));
    fs::create_dir(&folder).unwrap();
    let bare = on(&data, &["backup", "--encrypt", "--out"]).arg(&folder).output().unwrap();
    assert!(complaint(&bare).contains("passphrase"), "{}", text(&bare.stderr));
    let made = told(
        on(&data, &["backup", "--encrypt", "--json", "--out"])
            .arg(&folder)
            .env("ASPIS_BACKUP__PASSPHRASE", PHRASE),
    );
    let file = PathBuf::from(made["path"].as_str().unwrap());
    assert!(file.to_string_lossy().ends_with(".tar.gz.age"), "{file:?}");
    let bytes = fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    for canary in ["demo@example.org", "manifest.json", PHRASE] {
        assert!(!bytes.windows(canary.len()).any(|part| part == canary.as_bytes()), "{canary}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "the file, and the lock of the folder");

    let fresh = Home::empty();
    let without = restore(&file, &fresh.data());
    assert!(complaint(&without).contains("is encrypted"), "{}", text(&without.stderr));
    let mut wrong = on(&fresh.data(), &["restore"]);
    let wrong =
        wrong.arg(&file).env("ASPIS_BACKUP__PASSPHRASE", "several unrelated words 43").output().unwrap();
    assert!(complaint(&wrong).contains("does not open"), "{}", text(&wrong.stderr));
    assert!(!fresh.data().exists(), "nothing was changed");
    let phrase = fresh.beside("phrase");
    fs::write(&phrase, format!("{PHRASE}\n")).unwrap();
    told(on(&fresh.data(), &["restore", "--json"]).arg(&file).env("ASPIS_BACKUP__PASSPHRASE_FILE", &phrase));
    demo(&Server::on(fresh, &ENDLESS));
}

#[test]
fn a_backup_that_was_touched_changes_nothing() {
    let server = Server::start(&ENDLESS);
    let (home, ..) = server.stop();
    let to = home.beside("backup.tar.gz");
    back_up(&home.data(), &to);
    let mut bytes = fs::read(&to).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&to, &bytes).unwrap();
    let fresh = Home::empty();
    let said = complaint(&restore(&to, &fresh.data()));
    assert!(said.contains("not a whole backup"), "{said}");
    fs::write(&to, "no backup").unwrap();
    assert!(complaint(&restore(&to, &fresh.data())).contains("not a whole backup"));
    assert!(complaint(&restore(&home.beside("none"), &fresh.data())).contains("none"));
    let left: Vec<_> = fs::read_dir(fresh.beside("")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn two_servers_on_one_folder_are_refused() {
    let server = Server::start(&ENDLESS);
    let second = server.home().command(&[]).output().unwrap();
    let said = complaint(&second);
    assert!(said.contains("another server is running on the data folder"), "{said}");
    assert_eq!(server.get("/api/v1/price/BTC").status, 200, "the first one goes on");
}
