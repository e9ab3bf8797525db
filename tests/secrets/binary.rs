//! The real binary at its most talkative: what it logs, keeps and tells, after secrets came in every way that a socket has.

use std::{fs, path::Path};

use aspis_core::{chance::SeededChance, scenario::key_leakage::format::fresh};

use super::{kinds::*, *};
use crate::server::{Server, Wire, aspis, text};

/// Heads that the edge refuses by itself, and those that the corridor does.
fn heads(secret: &str) -> Vec<String> {
    let host = "host: 127.0.0.1\r\n";
    vec![
        format!("GET /{secret} HTTP/1.1\r\n{host}\r\n"),
        format!("GET /?q={secret} HTTP/1.1\r\n{host}authorization: Bearer {secret}\r\n\r\n"),
        format!("GET /{secret}"),
        format!("{secret} / HTTP/1.1\r\n{host}\r\n"),
        format!("GET / HTTP/9.9\r\n{host}x-token: {secret}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{host}{secret}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {secret}\r\nhost: b\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\n{host}cookie: aspis_session={secret}\r\nx: {}\r\n\r\n",
            "a".repeat(70_000)
        ),
        format!("GET /{secret}{} HTTP/1.1\r\n{host}\r\n", "a".repeat(20_000)),
        format!(
            "POST /api/v1/auth/login HTTP/1.1\r\n{host}content-length: 5\r\ntransfer-encoding: chunked\r\nx-api-key: {secret}\r\n\r\n"
        ),
        format!(
            "POST /api/v1/auth/login HTTP/1.1\r\n{host}content-type: application/json\r\ncontent-length: 900\r\n\r\n{{\"password\": \"{secret}"
        ),
        format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{secret}{secret}"),
        format!("GET http://user:{secret}@127.0.0.1/ HTTP/1.1\r\n{host}\r\n"),
    ]
}

/// A secret in every place of real calls: bodies that fail and that succeed.
fn calls(server: &Server, secret: &str) {
    let fields = [
        format!("authorization: Bearer {secret}"),
        format!("x-api-key: {secret}"),
        format!("dpop: {secret}"),
        format!("cookie: aspis_session={secret}; aspis_csrf={secret}"),
    ];
    for field in &fields {
        for path in ["/api/v1/auth/me", "/api/v1/prices", "/api/v1/portfolio", "/api/v1/admin/alerts"] {
            server.wire().ask("GET", path, &[field], "");
        }
    }
    for path in [
        "auth/login",
        "auth/register",
        "auth/refresh",
        "auth/totp/confirm",
        "keys/revoke",
        "keys/leaks",
        "predict/BTC",
        "auth/password/forgot",
    ] {
        for body in [
            json!({"email": "demo@example.org", "password": secret}),
            json!({"refresh_token": secret, "code": secret, "key": secret, "note": format!("{secret}' OR '1'='1")}),
        ] {
            server.post(&format!("/api/v1/{path}"), &body.to_string());
        }
    }
}

/// Everything that lies in a folder as text, but the database, what is encrypted, and what it is there to keep.
fn written(folder: &Path, all: &mut String) {
    const KEPT: [&str; 7] = [
        "aspis.db",
        "aspis.db-wal",
        "aspis.db-shm",
        "demo-password",
        "operator-invitation",
        "security-log.key",
        "aspis.toml",
    ];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        all.push_str(&name);
        if path.is_dir() {
            written(&path, all);
        } else if !KEPT.contains(&name.as_str()) && path.is_file() {
            let bytes = fs::read(&path).unwrap();
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn a_server_at_its_most_talkative_keeps_every_secret() {
    let settings = [
        "log.level=trace".to_owned(),
        "decisions.keep=on".to_owned(),
        "rate.login=60000/minute".to_owned(),
        "lock.after=1000".to_owned(),
        "backup.encrypt=true".to_owned(),
        "backup.schedule=off".to_owned(),
        format!("backup.passphrase={PHRASE}"),
        format!("alerts.slack.url=http://127.0.0.1:1/{HOOK}"),
        format!("alerts.discord.url=http://127.0.0.1:1/{OTHER}"),
        "alerts.webhook.url=http://127.0.0.1:1/".to_owned(),
        format!("alerts.webhook.secret=whsec_{WEBHOOK}"),
        format!("keys.leak_secret=whsec_{REPORTER}"),
    ];
    let server = Server::start(&settings.each_ref().map(String::as_str));
    let password = fs::read_to_string(server.data().join("demo-password")).unwrap().trim_end().to_owned();
    let login = json!({"email": "demo@example.org", "password": password});
    let tokens = server.post("/api/v1/auth/login", &login.to_string()).json();
    let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let access = token("access_token");
    let bearer = format!("authorization: Bearer {access}");
    let wish = json!({"name": "robot", "scopes": ["read:prices"]}).to_string();
    let json_type = "content-type: application/json";
    let key = server.wire().ask("POST", "/api/v1/keys", &[&bearer, json_type], &wish).json();
    let mut secrets = vec![
        ("password", password),
        ("access token", access.clone()),
        ("refresh token", token("refresh_token")),
        ("device token", token("device_token")),
        ("api key", key["key"].as_str().unwrap().to_owned()),
        ("key of nobody", fresh(&SeededChance::new(3)).expose().to_owned()),
        ("word of nobody", secret("word")),
    ];
    for (_, secret) in &secrets {
        for head in heads(secret) {
            let mut wire = Wire::to(server.address);
            wire.send(&head);
            wire.finish();
            let _ = wire.bytes();
        }
        calls(&server, secret);
    }
    secrets.extend(told());
    let metrics = Wire::to(server.ops).ask("GET", "/metrics", &[], "").body;
    let data = server.data();
    let made = aspis(&["backup", "--data"]).arg(&data).output().unwrap();
    let (home, status, log) = server.stop();
    assert!(status.success() && log.contains("TRACE"), "{log}");
    let mut files = String::new();
    written(&home.data(), &mut files);
    assert!(
        files.contains("\"kind\":\"invalid_credentials\"") && files.contains(".tar.gz.age"),
        "they are looked into"
    );
    let said = format!("{}{}", text(&made.stdout), text(&made.stderr));
    for (place, all) in
        [("the server log", log), ("a file", files), ("a metric", metrics), ("a command", said)]
    {
        for (what, secret) in &secrets {
            let found = all.find(secret.as_str()).map(|at| {
                let from = all[..at].char_indices().rev().nth(200).map_or(0, |(at, _)| at);
                all[from..at].to_owned()
            });
            assert_eq!(found, None, "{what} in {place}");
        }
    }
}
