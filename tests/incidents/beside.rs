//! Commands beside a server, on a database of another release: that is the server's to bring up to date, after its backup.

use std::fs;

use aspis_core::{chance::SeededChance, scenario::key_leakage::format};
use serde_json::Value;

use crate::{
    binary::upgrade::of_the_release_before,
    server::{run, text},
};

#[test]
fn no_command_changes_the_schema_of_an_older_database() {
    let (home, last) = of_the_release_before();
    let data = home.data().display().to_string();
    let found = home.beside("found.txt");
    fs::write(&found, format::fresh(&SeededChance::new(3)).expose()).unwrap();
    fs::write(home.beside("new.csv"), "timestamp,close\n2020-01-01,1\n").unwrap();
    let (found, prices) = (found.display().to_string(), home.beside("new.csv").display().to_string());
    for command in [
        &["alerts", "list"][..],
        &["incident", "list"],
        &["incident", "block", "203.0.113.7"],
        &["incident", "report"],
        &["exempt", "list"],
        &["blocks"],
        &["users", "list"],
        &["users", "invite"],
        &["keys", "list"],
        &["scan", &found],
        &["trace", &found],
        &["assets", "list"],
        &["assets", "import", &prices, "--asset", "NEW", "--source", "my_broker"],
        &["backtest"],
    ] {
        let output = run(&[&["--data", &data][..], command].concat());
        let said = text(&output.stderr);
        assert!(!output.status.success(), "{command:?}: {}", text(&output.stdout));
        assert!(said.contains("older release") && said.contains("start the server"), "{command:?}: {said}");
    }
    let audit = run(&["--data", &data, "audit", "--json", "--fail-on", "never"]);
    assert!(text(&audit.stdout).contains("older release"), "{}", text(&audit.stdout));
    let check = run(&["--data", &data, "check", "--json"]);
    let said: Value = serde_json::from_slice(&check.stdout).unwrap();
    assert_eq!(
        said["database"],
        serde_json::json!({"schema": last, "release": last + 1, "pending": true}),
        "it is as it was"
    );
}
