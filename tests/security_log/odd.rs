//! What stands in the place of the log, and is none.

use std::{fs, os::unix::fs::symlink};

use nix::{sys::stat::Mode, unistd::mkfifo};

use super::{Home, command, text};

#[test]
fn nobody_waits_for_a_log_that_is_none() {
    let held = ["key", "anchor", "days", "lock"].map(|what| format!("security-log.{what}"));
    for name in held.iter().map(String::as_str).chain(["logs/security.log"]) {
        let home = Home::furnished();
        let data = home.data();
        fs::create_dir_all(data.join("logs")).unwrap();
        for what in ["pipe", "symbolic link", "folder"] {
            let path = data.join(name);
            match what {
                "pipe" => mkfifo(&path, Mode::S_IRWXU).unwrap(),
                "symbolic link" => symlink("/dev/zero", &path).unwrap(),
                _ => fs::create_dir(&path).unwrap(),
            }
            let verified = command(&data, &["log", "verify"]);
            let said = text(&verified.stderr);
            assert_eq!(verified.status.code(), Some(2), "{name} {what}: {said}");
            // Without a key nothing else is looked at.
            assert!(
                said.contains(what) || said.contains("there is no security log"),
                "{name} {what}: {said}"
            );
            let (_, said) = home.fails(&[]);
            assert!(said.contains(name) && said.contains(what), "{name} {what}: {said}");
            if what == "folder" { fs::remove_dir(&path) } else { fs::remove_file(&path) }.unwrap();
        }
    }
}

#[test]
fn a_day_of_the_archive_that_is_no_file_is_unreadable() {
    let home = Home::furnished();
    let server = crate::server::Server::on(home, &[]);
    let (home, ..) = server.stop();
    let day = home.data().join("logs/archive/security-2026-01-01.log.gz");
    mkfifo(&day, Mode::S_IRWXU).unwrap();
    let verified = command(&home.data(), &["log", "verify"]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(text(&verified.stdout).contains("unreadable"), "{}", text(&verified.stdout));
}
