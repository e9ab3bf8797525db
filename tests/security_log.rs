//! The security log as an operator has it: what happened, by command and over HTTP, and whether the chain of it holds.

use std::{fs, path::Path, process::Output};

use serde_json::{Value, json};

use crate::{
    server::{Home, Server, aspis, text},
    shop::Shop,
};

mod events;
mod kills;
mod kinds;
mod odd;
mod verify;

/// A command on a data folder.
fn command(data: &Path, args: &[&str]) -> Output {
    aspis(args).arg("--data").arg(data).output().unwrap()
}

/// Its lines of JSON, when it ended well.
fn lines(data: &Path, args: &[&str]) -> Vec<Value> {
    let output = command(data, args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// Waits until the log says a word so often: events are written a moment after they happen.
fn wait_for(data: &Path, word: &str, times: usize) {
    let log = data.join("logs/security.log");
    for _ in 0..1000 {
        if fs::read_to_string(&log).is_ok_and(|text| text.matches(word).count() >= times) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{word} was never written: {:?}", fs::read_to_string(log));
}

/// A sign-in that fails.
fn fail(server: &Server, name: &str) -> u16 {
    let body = json!({"email": format!("{name}@example.org"), "password": "several wrong words 1"});
    server.post("/api/v1/auth/login", &body.to_string()).status
}
