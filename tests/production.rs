//! Production: https only, by the word of a trusted proxy, and nothing that only helps to get started.

use serde_json::json;

use crate::{
    server::{Home, Server},
    shop::{PASSWORD, Shop},
};

/// What production asks for, and no less.
const SETTINGS: [&str; 4] = [
    "mode=production",
    "server.trusted_proxies=[\"10.0.0.0/8\"]",
    "password.argon2_memory_kib=19456",
    "password.argon2_passes=2",
];

const PROXY: &str = "10.0.0.1";

#[tokio::test]
async fn plain_http_is_refused_everywhere() {
    let shop = Shop::with(&SETTINGS).await;
    for row in aspis::surface::rows() {
        let path = row.path.replace("{asset}", "BTC").replace("{code}", "not_found").replace("{token}", "x");
        let reply = shop.caller().call(row.method.as_str(), &path, "").await;
        assert_eq!(reply.refusal(), (403, "https_required".into()), "{row}");
        assert_eq!(
            reply.header("strict-transport-security"),
            None,
            "{row}: not over plain http (RFC 6797, 7.2)"
        );
        assert_eq!(
            reply.header("location"),
            None,
            "{row}: an API never redirects a credential that was sent in clear"
        );
    }
    for path in ["/nowhere", "/api/v1/price/BTC';DROP%20TABLE%20users;--"] {
        assert_eq!(shop.caller().get(path).await.refusal(), (403, "https_required".into()), "{path}");
    }
    assert!(shop.events().contains(&"https_required"));
}

/// A credential that was sent in clear opens nothing.
#[tokio::test]
async fn a_password_sent_in_clear_signs_nobody_in() {
    let shop = Shop::with(&SETTINGS).await;
    let person = json!({"email": "ada@example.org", "password": PASSWORD, "full_name": "Ada"});
    let https = shop.at(PROXY).with("x-forwarded-for", "203.0.113.7").with("x-forwarded-proto", "https");
    assert_eq!(https.post("/api/v1/auth/register", &person).await.status(), 201);
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    let clear = shop.at(PROXY).with("x-forwarded-for", "203.0.113.7").with("x-forwarded-proto", "http");
    let refused = clear.post("/api/v1/auth/login", &login).await;
    assert_eq!(refused.refusal(), (403, "https_required".into()));
    assert!(!refused.text().contains(PASSWORD));
    assert_eq!(https.post("/api/v1/auth/login", &login).await.status(), 200);
}

#[tokio::test]
async fn https_by_a_trusted_proxy_passes_and_is_kept() {
    let shop = Shop::with(&SETTINGS).await;
    let said = [
        vec![("x-forwarded-for", "203.0.113.7"), ("x-forwarded-proto", "https")],
        vec![("x-forwarded-proto", "HTTPS")],
        vec![("x-forwarded-proto", "http, https")],
        vec![("forwarded", "for=203.0.113.7;proto=https")],
        vec![("forwarded", "for=1.2.3.4;proto=http, for=203.0.113.7;proto=https")],
    ];
    let rfc_7239 = Shop::with(&[&SETTINGS[..], &["server.proxy_header=forwarded"]].concat()).await;
    for fields in said {
        let shop = if fields[0].0 == "forwarded" { &rfc_7239 } else { &shop };
        let caller = fields.iter().fold(shop.at(PROXY), |caller, (name, value)| caller.with(name, value));
        let reply = caller.get("/api/v1/price/BTC").await;
        assert_eq!(reply.status(), 200, "{fields:?}: {}", reply.text());
        let kept = reply.header("strict-transport-security").unwrap_or_default();
        assert!(kept.starts_with("max-age=") && kept.contains("includeSubDomains"), "{fields:?}: {kept}");
        // What is refused over https says so too.
        assert!(caller.get("/nowhere").await.header("strict-transport-security").is_some());
    }
}

#[tokio::test]
async fn https_by_anybody_else_is_only_a_word() {
    let shop = Shop::with(&SETTINGS).await;
    let said = [
        ("203.0.113.7", vec![("x-forwarded-proto", "https")]),
        ("203.0.113.7", vec![("forwarded", "proto=https")]),
        ("203.0.113.7", vec![("x-forwarded-for", "10.0.0.1"), ("x-forwarded-proto", "https")]),
        (PROXY, vec![("x-forwarded-proto", "http")]),
        (PROXY, vec![("x-forwarded-proto", "https, http")]),
        (PROXY, vec![("x-forwarded-proto", "httpsx")]),
        (PROXY, vec![("forwarded", "for=203.0.113.7;proto=https")]),
        (PROXY, vec![("forwarded", "for=203.0.113.7;proto=https"), ("x-forwarded-proto", "http")]),
        (PROXY, vec![("x-forwarded-ssl", "on"), ("front-end-https", "on"), ("x-url-scheme", "https")]),
        (PROXY, vec![]),
    ];
    for (from, fields) in said {
        let caller = fields.iter().fold(shop.at(from), |caller, (name, value)| caller.with(name, value));
        assert_eq!(
            caller.get("/api/v1/price/BTC").await.refusal(),
            (403, "https_required".into()),
            "{from} {fields:?}"
        );
    }
}

#[tokio::test]
async fn development_answers_over_plain_http_and_keeps_nothing() {
    let shop = Shop::open().await;
    let reply = shop.caller().get("/api/v1/price/BTC").await;
    assert_eq!((reply.status(), reply.header("strict-transport-security")), (200, None));
}

#[test]
fn production_starts_without_a_demo_account() {
    let server = Server::on(Home::furnished(), &SETTINGS);
    assert!(!server.greeting.contains("demo"), "{}", server.greeting);
    assert!(!server.data().join("demo-password").exists());
    assert!(server.data().join("operator-invitation").exists());
    assert_eq!(server.get("/api/v1/price/BTC").refusal(), (403, "https_required".into()));
}

#[test]
fn production_refuses_to_start_half_made() {
    let home = Home::furnished();
    let (_, said) = home.fails(&["mode=production"]);
    for key in ["server.trusted_proxies", "password.argon2_memory_kib"] {
        assert!(said.contains(key), "{key} is not named:\n{said}");
    }
    let (_, said) = home.fails(&[&SETTINGS[..], &["safeguards.https=observe"]].concat());
    assert!(said.contains("safeguards.https"), "{said}");
    let (_, said) = home.fails(&[&SETTINGS[..], &["server.public_url=http://api.example.com"]].concat());
    assert!(said.contains("server.public_url"), "{said}");
}
