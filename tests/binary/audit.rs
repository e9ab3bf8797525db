//! `aspis audit` on real folders.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::Value;

use super::{Home, Server, complaint};
use crate::server::{aspis, text};

mod deployment;
mod findings;
mod places;
mod state;

fn audit(data: &Path, more: &[&str]) -> (Option<i32>, String) {
    let mut command = aspis(&["audit", "--data", data.to_str().unwrap()]);
    let output = command.args(more).output().unwrap();
    (output.status.code(), text(&output.stdout))
}

fn ids(said: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(said).unwrap();
    let of = |finding: &Value| finding["id"].as_str().unwrap().to_owned();
    report["findings"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn what_is_wrong_with_a_folder_is_found_and_what_was_mended_is_not() {
    let server = Server::start(&[]);
    let data = server.data();
    let (code, said) = audit(&data, &["--json"]);
    let found = ids(&said);
    assert_eq!(code, Some(0), "nothing grave: {said}");
    for expected in ["alerts_unheard", "backup_beside", "backup_in_clear", "no_operator", "vault_in_clear"] {
        assert!(found.contains(&expected.to_owned()), "{expected}: {found:?}");
    }
    for fine in ["file_open", "folder_open", "log_broken", "backup_old", "demo_account", "safeguard_off"] {
        assert!(!found.contains(&fine.to_owned()), "{fine}");
    }
    let not_checked: Value = serde_json::from_str::<Value>(&said).unwrap()["not_checked"].clone();
    assert_eq!(not_checked[0]["id"], "advisories", "{not_checked}");

    fs::set_permissions(data.join("demo-password"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    let (code, said) = audit(&data, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("high\n") && said.contains("demo-password (0644)"), "{said}");
    assert!(said.contains("not checked: advisories: ") && said.contains("chmod 700"), "{said}");
    assert_eq!(audit(&data, &["--fail-on", "never"]).0, Some(0));
    fs::set_permissions(data.join("demo-password"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!((audit(&data, &[]).0, audit(&data, &["--fail-on", "low"]).0), (Some(0), Some(1)));
}

#[test]
fn a_log_that_was_cut_is_grave() {
    let server = Server::start(&[]);
    let (home, ..) = server.stop();
    let log = home.data().join("logs/security.log");
    fs::write(&log, "").unwrap();
    let (code, said) = audit(&home.data(), &["--json"]);
    assert!(code == Some(1) && ids(&said).contains(&"log_broken".to_owned()), "{said}");
}

#[test]
fn what_cannot_be_audited_is_no_good_verdict() {
    let home = Home::empty();
    let none = aspis(&["audit", "--data", home.data().to_str().unwrap()]).output().unwrap();
    assert_eq!(none.status.code(), Some(2));
    assert!(complaint(&none).contains("no data folder"));
    let wrong = aspis(&["audit"]).env("ASPIS_RATE__LOGIN", "often").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}
