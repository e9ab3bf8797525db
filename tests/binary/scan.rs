//! Looking for keys: in files of every kind, in archives, in what repositories once held; and what becomes of them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use aspis_core::{chance::SeededChance, scenario::key_leakage::format};
use serde_json::{Value, json};

use super::{Home, Server, demo, run, text};
use crate::server::aspis;

mod archives;
mod closed;
mod embedded;
mod files;
mod history;
mod packed;

fn key(seed: u64) -> String {
    format::fresh(&SeededChance::new(seed)).expose().to_owned()
}

/// How a scan ended, and what it told machines.
fn scan(args: &[&str]) -> (i32, Value) {
    let output = run(&[&["scan", "--json"], args].concat());
    let said = text(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
    (output.status.code().unwrap(), report)
}

/// The paths of what was found below a folder, each as often as something was found.
fn paths(report: &Value, root: &Path) -> Vec<String> {
    let below = format!("{}/", root.display());
    let found = report["findings"].as_array().unwrap().iter();
    let mut paths: Vec<_> =
        found.map(|one| one["path"].as_str().unwrap().trim_start_matches(&below).to_owned()).collect();
    paths.sort();
    paths
}

/// A key of the demo account, and its identifier.
fn made(server: &Server, token: &str) -> (String, String) {
    let fields = [format!("authorization: Bearer {token}"), "content-type: application/json".into()];
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let wish = json!({"name": "nightly", "scopes": ["read:prices"]}).to_string();
    let answer = server.wire().ask("POST", "/api/v1/keys", &fields, &wish);
    assert_eq!(answer.status, 201, "{answer:?}");
    let known = answer.json();
    (known["key"].as_str().unwrap().to_owned(), known["id"].as_str().unwrap().to_owned())
}

fn opens(server: &Server, key: &str) -> u16 {
    server.wire().ask("GET", "/api/v1/prices", &[&format!("x-api-key: {key}")], "").status
}

#[test]
fn what_is_found_is_looked_up_and_ended_beside_the_server_and_without_one() {
    let server = Server::start(&[]);
    let token = demo(&server);
    let [(first, id), (second, _), (over, over_id)] = [(); 3].map(|()| made(&server, &token));
    let fields = [format!("authorization: Bearer {token}")];
    let ended = server.wire().ask("DELETE", &format!("/api/v1/keys/{over_id}"), &[&fields[0]], "");
    assert_eq!(ended.status, 204);
    let data = server.data().display().to_string();
    let file = server.home().beside("found.env");
    fs::write(&file, format!("A={first}\nB={over}\nC={}\n", key(1))).unwrap();
    let file = file.display().to_string();

    let (code, report) = scan(&["--data", &data, &file]);
    let stands = |report: &Value| -> Vec<String> {
        let found = report["findings"].as_array().unwrap().iter();
        found.map(|one| one["status"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((code, stands(&report)), (1, vec!["alive".into(), "ended".into(), "unknown".into()]));
    assert_eq!(report["findings"][0]["id"], id.as_str());
    assert!(!report.to_string().contains(&first[11..56]), "masked");
    assert_eq!(opens(&server, &first), 200, "it was only looked up");

    let (code, report) = scan(&["--data", &data, "--revoke", &file]);
    assert_eq!((code, &report["revoked"]), (1, &json!(1)), "{report}");
    assert_eq!((opens(&server, &first), opens(&server, &second)), (401, 200));
    let (code, report) = scan(&["--data", &data, "--revoke", &file]);
    assert_eq!((code, &report["revoked"], &report["alive"]), (0, &json!(0), &json!(0)));

    let (home, _, _) = server.stop();
    fs::write(&file, &second).unwrap();
    let output = run(&["--data", &data, "scan", "--revoke", &file]);
    let said = text(&output.stdout);
    assert!(said.contains("found.env:1:1: aspis_live_…") && said.contains("ended now"), "{said}");
    assert!(!said.contains(&second[11..56]), "{said}");
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert_eq!(log.matches("\"key_leaked\"").count(), 2, "by the server, and without one");
    let server = Server::on(home, &[]);
    assert_eq!(opens(&server, &second), 401);
    let notices =
        server.wire().ask("GET", "/api/v1/auth/notices", &[&format!("authorization: Bearer {token}")], "");
    assert_eq!(notices.body.matches("key_leaked").count(), 2, "{}", notices.body);
}

#[test]
fn without_a_database_a_key_may_be_alive() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x");
    fs::write(&file, key(2)).unwrap();
    let (file, nowhere) = (file.display().to_string(), folder.path().join("data").display().to_string());
    let (code, report) = scan(&["--data", &nowhere, &file]);
    assert_eq!((code, &report["findings"][0]["status"]), (1, &json!("not_looked_up")));
    assert!(!Path::new(&nowhere).exists(), "nothing is made");
    let output = run(&["--data", &nowhere, "scan", "--revoke", &file]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no database"), "{}", text(&output.stderr));
    let home = Home::furnished();
    let (code, report) = scan(&["--data", &home.data().display().to_string(), &file]);
    assert_eq!(
        (code, &report["findings"][0]["status"]),
        (0, &json!("unknown")),
        "no key was ever made there"
    );
}
