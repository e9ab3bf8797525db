//! The real binary: its first start and its last moment, and what it says to people and to machines.

use std::{fs, process::Output};

use crate::server::{Home, Server, mode, run, text};

mod audit;
mod backup;
mod commands;
mod control;
mod crashes;
mod holds;
mod imports;
mod keys;
mod lost;
mod ready;
mod scan;
mod start;
mod stop;
mod trace;
pub(crate) mod upgrade;
mod words;

/// What a command printed, when it ended well.
pub(crate) fn printed(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// The demo account's password, as the folder keeps it.
fn demo_password(server: &Server) -> String {
    fs::read_to_string(server.data().join("demo-password")).unwrap().trim_end().to_owned()
}

/// Signs in to the demo account.
fn demo(server: &Server) -> String {
    let login =
        serde_json::json!({"email": "demo@example.org", "password": demo_password(server)}).to_string();
    let tokens = server.post("/api/v1/auth/login", &login);
    assert_eq!(tokens.status, 200, "{tokens:?}");
    tokens.json()["access_token"].as_str().unwrap().to_owned()
}

/// One order of the demo account: the status and the body.
fn order(server: &Server, token: &str, key: &str) -> (u16, String) {
    let fields = [
        format!("authorization: Bearer {token}"),
        format!("idempotency-key: {key}"),
        "content-type: application/json".into(),
    ];
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let answer = server.wire().ask(
        "POST",
        "/api/v1/portfolio/buy",
        &fields,
        "{\"asset_id\":\"ETH\",\"quantity\":\"0.01\"}",
    );
    (answer.status, answer.body)
}

/// How many trades the demo account has.
fn trades(server: &Server, token: &str) -> usize {
    let path = "/api/v1/portfolio/transactions?limit=1000";
    let answer = server.wire().ask("GET", path, &[&format!("authorization: Bearer {token}")], "");
    answer.json()["transactions"].as_array().unwrap().len()
}

/// That a command failed, and what it said; it never panics.
fn complaint(output: &Output) -> String {
    let said = text(&output.stderr);
    assert!(!output.status.success() && !said.contains("panicked"), "{said}");
    said
}
