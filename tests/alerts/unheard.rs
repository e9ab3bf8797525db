//! What commands did while no server ran is told when the next one starts, and once.

use std::{fs, time::Duration};

use serde_json::Value;

use crate::server::{Home, Server, run, text};

fn says(home: &Home, args: &[&str]) -> Value {
    let data = home.data().display().to_string();
    let output = run(&[&["--data", &data, "--json"][..], args].concat());
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn alerts(home: &Home) -> Vec<Value> {
    let listed = says(home, &["alerts", "list"]);
    let all = listed["alerts"].as_array().unwrap().iter();
    all.filter(|alert| alert["rule"] == "key.created").cloned().collect()
}

/// How often the log says that it was raised.
fn raised(home: &Home) -> usize {
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    log.lines().filter(|line| line.contains("alert_raised") && line.contains("key.created")).count()
}

#[test]
fn a_key_that_a_command_made_is_told_of_by_the_next_server_once() {
    let (home, ..) = Server::start(&[]).stop();
    let create = ["keys", "create", "--account", "demo@example.org", "--name", "x", "--scope", "read:prices"];
    says(&home, &create);
    assert!(alerts(&home).is_empty(), "nobody has heard it yet");
    let server = Server::on(home, &[]);
    let heard = (0..1200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        !alerts(server.home()).is_empty()
    });
    assert!(heard, "{}", server.log());
    let (home, ..) = server.stop();
    assert_eq!((alerts(&home).len(), alerts(&home)[0]["count"].as_u64(), raised(&home)), (1, Some(1), 1));
    let server = Server::on(home, &[]);
    assert_eq!(server.get("/api/v1/prices").status, 200);
    let (home, ..) = server.stop();
    assert_eq!((alerts(&home)[0]["count"].as_u64(), raised(&home)), (Some(1), 1), "it is not told anew");
}
