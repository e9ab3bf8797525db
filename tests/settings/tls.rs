//! `[tls]` and `[acme]`: https of the server's own.

use std::{fs, time::Duration};

use super::Home;
use crate::server::{Pair, Server, Wire, after, mode, run, text};

mod authority;
mod dull;
mod exams;
mod pebble;

use authority::Authority;
use pebble::Pebble;

/// A server with a certificate of its own.
fn encrypted(pair: &Pair, more: &[&str]) -> Server {
    let own = pair.settings();
    let settings: Vec<&str> = own.iter().map(String::as_str).chain(more.iter().copied()).collect();
    Server::start(&settings)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Production needs no proxy then, and what comes by it is https: for the browser, too.
#[test]
fn tls_certificate() {
    let place = folder();
    let pair = Pair::made(place.path());
    let production = ["mode=production", "password.argon2_memory_kib=19456", "password.argon2_passes=2"];
    let server = encrypted(&pair, &production);
    // Whoever was there before may take up where it left, without looking at the certificate again.
    let (trust, stranger) = (pair.trusted(), pair.trusted());
    let answer = trust.get(server.address, "/api/v1/price/BTC").unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header("strict-transport-security").is_some(), "{answer:?}");
    let plain = Wire::to(server.address).ask("GET", "/api/v1/price/BTC", &[], "");
    assert_eq!(plain.status, 0, "no word of http: {plain:?}");
    let days = Wire::to(server.ops).ask("GET", "/metrics", &[], "").body;
    assert!(days.contains("aspis_certificate_days_left "), "{days}");

    // Another one is taken up without a word to those who are connected, and a broken one is not.
    let next = Pair::made(place.path());
    let data = server.data().display().to_string();
    let reload = || run(&["reload", "--data", &data]);
    let (said, log) = (text(&reload().stdout), server.data().join("logs/security.log"));
    let loaded = || {
        fs::read_to_string(&log).unwrap().lines().filter(|line| line.contains("certificate_loaded")).count()
    };
    // The server looks by itself, too, and may have been first.
    assert!(said.contains("the certificate was loaded anew: good until ") || loaded() == 1, "{said}");
    for _ in 0..300 {
        if loaded() == 1 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(loaded(), 1);
    assert!(text(&reload().stdout).contains("nothing has changed"), "it is the same now");
    assert_eq!(next.trusted().get(server.address, "/healthz").unwrap().status, 404);
    assert!(stranger.get(server.address, "/").is_err(), "the old one is shown no more");
    fs::write(&next.key, "nothing").unwrap();
    let refused = reload();
    assert!(!refused.status.success());
    assert!(
        text(&refused.stdout).contains("tls.certificate") && text(&refused.stdout).contains("no private key")
    );
    assert_eq!(next.trusted().get(server.address, "/api/v1/price/BTC").unwrap().status, 200);
}

#[test]
fn tls_key() {
    let (place, other) = (folder(), folder());
    let (pair, another) = (Pair::made(place.path()), Pair::made(other.path()));
    let fails = |settings: &[String; 2]| Home::furnished().fails(&settings.each_ref().map(String::as_str)).1;
    pair.open_to(0o644);
    assert!(fails(&pair.settings()).contains("chmod 600"), "{}", fails(&pair.settings()));
    pair.open_to(0o600);
    let [certificate, _] = pair.settings();
    let [_, key] = another.settings();
    let said = fails(&[certificate.clone(), key]);
    assert!(said.contains("is not the key of"), "{said}");
    let said = Home::furnished().fails(&[certificate.as_str()]).1;
    assert!(said.contains("tls.key") && said.contains("name both, or none"), "{said}");
    assert_eq!(pair.trusted().get(encrypted(&pair, &[]).address, "/api/v1/price/BTC").unwrap().status, 200);
}

/// A reader is shown the way; whoever sent something that was not for everybody's eyes is told so instead.
#[test]
fn tls_redirect_listen() {
    let place = folder();
    let pair = Pair::made(place.path());
    let server = encrypted(&pair, &["tls.redirect_listen=127.0.0.1:0"]);
    let plain = after(&server.greeting, "plain       http://").unwrap();
    let ask =
        |method: &str, fields: &[&str]| Wire::to(plain).ask(method, "/api/v1/price/BTC?a=b", fields, "");
    for method in ["GET", "HEAD"] {
        let shown = ask(method, &[]);
        assert_eq!(shown.status, 308, "{shown:?}");
        let way = format!("https://localhost:{}/api/v1/price/btc?a=b", server.address.port());
        assert_eq!(shown.header("location"), Some(way.as_str()));
        assert_eq!(shown.header("strict-transport-security"), None);
    }
    let not_for_everybody: [(&str, &[&str]); 7] = [
        ("POST", &[]),
        ("DELETE", &[]),
        ("GET", &["authorization: Bearer x"]),
        ("GET", &["cookie: a=b"]),
        ("GET", &["x-api-key: x"]),
        ("GET", &["proxy-authorization: Basic eDp5"]),
        ("GET", &["dpop: x"]),
    ];
    for (method, fields) in not_for_everybody {
        let refused = ask(method, fields);
        assert_eq!(refused.refusal(), (403, "https_required".into()), "{method} {fields:?}");
        assert_eq!(refused.header("location"), None);
    }
    let named =
        encrypted(&pair, &["tls.redirect_listen=127.0.0.1:0", "server.public_url=https://api.example.com"]);
    let plain = after(&named.greeting, "plain       http://").unwrap();
    let shown = Wire::to(plain).ask("GET", "//evil.example/", &[], "");
    assert_eq!(shown.header("location"), Some("https://api.example.com//evil.example/"));
    let said = Home::furnished().fails(&["tls.redirect_listen=127.0.0.1:0"]).1;
    assert!(said.contains("tls.redirect_listen") && said.contains("no https"), "{said}");
}

/// What a server asks an authority of the test's own.
fn asks(authority: &Authority, more: &[&str]) -> Server {
    let settings = authority.settings();
    let settings: Vec<&str> = settings.iter().map(String::as_str).chain(more.iter().copied()).collect();
    Server::start(&settings)
}

#[test]
fn acme_directory() {
    let authority = Authority::open();
    let _server = asks(&authority, &[]);
    assert_eq!(authority.asked().0, "/directory");
}

#[test]
fn acme_contact() {
    let authority = Authority::open();
    let _server = asks(&authority, &["acme.contact=ops@example.com"]);
    let account = authority.account();
    assert_eq!(account["contact"], serde_json::json!(["mailto:ops@example.com"]), "{account}");
}

/// Whoever is not trusted learns nothing, not even for which names.
#[test]
fn acme_root() {
    let authority = Authority::open();
    let server = asks(&authority, &["acme.root="]);
    let mut tries = 0;
    while !server.log().contains("no certificate was fetched") {
        std::thread::sleep(Duration::from_millis(100));
        tries += 1;
        assert!(tries < 200, "{}", server.log());
    }
    assert!(authority.was_not_asked());
    drop(server);
    let _server = asks(&authority, &[]);
    assert_eq!(authority.asked().0, "/directory");
}

/// The whole way, with an authority that other people wrote: asked, proved, fetched, shown, and kept.
#[test]
fn acme_domains() {
    let Some(mut pebble) = Pebble::start() else { return };
    let home = Home::furnished();
    let settings = [pebble.settings(), vec![format!("server.data={}", home.data().display())]].concat();
    let command = Home::bare(&settings.iter().map(String::as_str).collect::<Vec<_>>());
    let server = Server::of(home, command);
    let trust = pebble.trusted();
    let answer = pebble::patiently(|| trust.get(server.address, "/api/v1/price/BTC").ok());
    assert_eq!(answer.status, 200, "{answer:?}");
    let folder = server.data().join("acme");
    assert_eq!(mode(&folder), 0o700);
    let kept: Vec<_> = pebble::patiently(|| {
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
        let is_kept = |name: &str| {
            files.iter().any(|file| file.file_name().unwrap().to_string_lossy().starts_with(name))
        };
        (is_kept("account-") && is_kept("certificate-")).then_some(files)
    });
    assert!(kept.iter().all(|file| mode(file) == 0o600), "{kept:?}");
    pebble::patiently(|| {
        let log = fs::read_to_string(server.data().join("logs/security.log")).unwrap();
        log.contains("certificate_loaded").then_some(())
    });
    let (home, status, _) = server.stop();
    assert!(status.success());
    pebble.stop();
    // The next start needs no authority.
    let server = Server::of(home, Home::bare(&settings.iter().map(String::as_str).collect::<Vec<_>>()));
    let answer = pebble::patiently(|| trust.get(server.address, "/api/v1/price/BTC").ok());
    assert_eq!(answer.status, 200, "{answer:?}");
}
