//! A database that is gone beside a log that tells of it: no start makes another one in its place unless that is said.

use std::fs;

use super::{Home, Server, complaint};
use crate::server::{aspis, text};

/// What is left of a server that has lived, when its database is gone.
fn lost() -> Home {
    let server = Server::start(&["backup.schedule=off"]);
    let (home, ..) = server.stop();
    for name in ["aspis.db", "aspis.db-wal", "aspis.db-shm"] {
        let _ = fs::remove_file(home.data().join(name));
    }
    home
}

#[test]
fn a_start_makes_no_database_beside_a_log_of_an_older_life() {
    let home = lost();
    let log = fs::read(home.data().join("logs/security.log")).unwrap();
    let (status, said) = home.fails(&[]);
    assert_eq!(status.code(), Some(1), "{said}");
    for word in ["there is no database", "an older life", "aspis restore FILE", "--begin-anew"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!home.data().join("aspis.db").exists(), "nothing was made");
    assert_eq!(fs::read(home.data().join("logs/security.log")).unwrap(), log, "nothing was written");

    let check = |args: &[&str]| aspis(args).arg("--data").arg(home.data()).output().unwrap();
    let said = check(&["check"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(text(&said.stdout).contains("there is no database"), "{}", text(&said.stdout));
    let said: serde_json::Value = serde_json::from_slice(&check(&["check", "--json"]).stdout).unwrap();
    assert!(said["ok"] == false && said["lost"].as_str().unwrap().contains("aspis restore"), "{said}");
}

#[test]
fn who_wants_to_begin_anew_says_so_once() {
    let home = lost();
    let mut command = home.command(&[]);
    command.arg("--begin-anew");
    let server = Server::of(home, command);
    assert!(server.log().contains("begun anew"), "{}", server.log());
    let (home, ..) = server.stop();
    // In a unit it would take away the next one, too, without a word.
    let said = complaint(home.command(&[]).arg("--begin-anew").output().as_ref().unwrap());
    assert!(said.contains("leave it out"), "{said}");
    let server = Server::on(home, &[]);
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
    let (home, ..) = server.stop();
    let check = aspis(&["check", "--data", home.data().to_str().unwrap()]).output().unwrap();
    assert!(check.status.success(), "{}", text(&check.stdout));
}

#[test]
fn a_database_that_is_damaged_is_said_by_the_check() {
    let home = lost();
    fs::write(home.data().join("aspis.db"), b"x".repeat(10_000)).unwrap();
    let said = aspis(&["check", "--data", home.data().to_str().unwrap()]).output().unwrap();
    assert_eq!(said.status.code(), Some(1));
    assert!(complaint(&said).contains("restore a backup"), "{}", text(&said.stderr));
}

/// A start that was ended before there was a database is no older life, nor is a command that found none.
#[test]
fn a_folder_in_which_nobody_has_lived_is_begun_without_a_word() {
    let home = Home::empty();
    fs::create_dir(home.data()).unwrap();
    let backup = aspis(&["backup", "--data", home.data().to_str().unwrap()]).output().unwrap();
    assert!(complaint(&backup).contains("there is no database"));
    fs::write(home.data().join("aspis.db"), "").unwrap();
    let server = Server::on(home, &[]);
    assert_eq!(server.get("/api/v1/price/BTC").status, 200);
}
