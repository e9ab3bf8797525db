//! The headers of every answer, by its kind, on every route and of every refusal.

use std::collections::BTreeSet;

use http::Method;

use crate::shop::{Reply, Shop};

/// What answers of a kind carry. A value that begins with `~` has to be somewhere in the field.
type Fields = &'static [(&'static str, &'static str)];

const EVERY: Fields = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-xss-protection", "0"),
    ("x-permitted-cross-domain-policies", "none"),
    ("cross-origin-resource-policy", "same-origin"),
];

const DATA: Fields = &[
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
    ),
    ("referrer-policy", "no-referrer"),
];

const PAGE: Fields = &[
    ("content-security-policy", "~default-src 'none'; script-src 'nonce-"),
    ("content-security-policy", "~' 'strict-dynamic'; style-src 'self'; "),
    ("content-security-policy", "~; base-uri 'none'; object-src 'none'; "),
    ("content-security-policy", "~; frame-ancestors 'none'; require-trusted-types-for 'script'; "),
    ("content-security-policy", "~; report-to csp; report-uri /csp-report"),
    ("reporting-endpoints", "csp=\"/csp-report\""),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("permissions-policy", "~camera=(), "),
    ("permissions-policy", "~geolocation=(), "),
];

/// What would tell how the server is made.
const NEVER: [&str; 7] =
    ["server", "x-powered-by", "x-aspnet-version", "x-generator", "via", "x-runtime", "public-key-pins"];

fn assert_carries(reply: &Reply, fields: Fields, what: &str) {
    for (name, wanted) in fields {
        let value = reply.header(name).unwrap_or_else(|| panic!("{what}: no {name}"));
        let fits = wanted.strip_prefix('~').map_or(value == *wanted, |part| value.contains(part));
        assert!(fits, "{what}: {name}: {value}");
    }
}

fn assert_dressed(reply: &Reply, https: bool, what: &str) {
    let kind = reply.header("content-type").unwrap_or("");
    let is_page = kind.starts_with("text/html") || reply.header("reporting-endpoints").is_some();
    assert_carries(reply, EVERY, what);
    assert_carries(reply, if is_page { PAGE } else { DATA }, what);
    let kept = reply.header("cache-control").unwrap_or_else(|| panic!("{what}: no cache-control"));
    let asked_again = reply.header("etag").is_some() && reply.status() < 400;
    assert!(kept == "no-store" || asked_again && kept == "no-cache", "{what}: {kept}");
    let strict = https.then_some("max-age=63072000; includeSubDomains");
    assert_eq!(reply.header("strict-transport-security"), strict, "{what}");
    for name in NEVER {
        assert_eq!(reply.header(name), None, "{what}");
    }
    if reply.status() >= 400 {
        assert_eq!(kind, "application/problem+json", "{what}");
    }
    for name in reply.headers().map(|(name, _)| name).collect::<BTreeSet<_>>() {
        let count = reply.headers().filter(|(known, _)| *known == name).count();
        assert!(
            count == 1 || ["set-cookie", "vary", "link"].contains(&name),
            "{what}: {name} stands {count} times"
        );
    }
}

fn path(row: &str) -> String {
    let named = row.replace("{asset}", "BTC").replace("{code}", "not_found").replace("{token}", "x");
    named.replace("{id}", "x").replace("{name}", "x")
}

/// Over plain http and behind a proxy that says https: as strangers, members and operators get them, and every refusal
/// of theirs.
async fn walk(https: bool) -> BTreeSet<u16> {
    let shop = Shop::endless(&["server.trusted_proxies=[\"10.0.0.0/8\"]"]).await;
    let token = shop.member("ada@example.org").await;
    let scheme = if https { "https" } else { "http" };
    let stranger =
        || shop.at("10.0.0.1").with("x-forwarded-for", "203.0.113.9").with("x-forwarded-proto", scheme);
    let mut seen = BTreeSet::new();
    for row in aspis::surface::rows() {
        let path = path(row.path);
        for (who, caller) in [("stranger", stranger()), ("member", stranger().token(&token))] {
            // Ending the sign-in would end the walk.
            if who == "member" && (path.ends_with("/logout") || row.method == Method::DELETE) {
                continue;
            }
            for body in ["", "{}", "{\"a\":1,\"a\":2}", "<script>alert(1)</script>"] {
                let caller = caller.clone().with("content-type", "application/json");
                let reply = caller.call(row.method.as_str(), &path, body).await;
                assert_dressed(&reply, https, &format!("{who}: {row} {body}"));
                seen.insert(reply.status());
            }
            for method in ["HEAD", "PATCH", "OPTIONS"] {
                let reply = caller.call(method, &path, "").await;
                assert_dressed_head(&reply, method, https, &format!("{who}: {method} {path}"));
                seen.insert(reply.status());
            }
            for variant in [
                format!("{path}?x=1"),
                format!("{path}/"),
                format!("/{path}"),
                format!("{path}?x=%27or+1=1--"),
            ] {
                let reply = caller.call(row.method.as_str(), &variant, "").await;
                assert_dressed(&reply, https, &format!("{who}: {variant}"));
                seen.insert(reply.status());
            }
        }
    }
    seen
}

/// An answer to HEAD has the fields of a page without one.
fn assert_dressed_head(reply: &Reply, method: &str, https: bool, what: &str) {
    if method == "HEAD" && reply.text().is_empty() && reply.status() >= 400 {
        return assert_carries(reply, EVERY, what);
    }
    assert_dressed(reply, https, what);
}

#[tokio::test]
async fn every_answer_is_dressed_for_its_kind() {
    let seen = walk(false).await;
    for status in [200, 307, 400, 401, 403, 404, 405, 415] {
        assert!(seen.contains(&status), "{status} is not among {seen:?}");
    }
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there() {
    walk(true).await;
}

#[tokio::test]
async fn refusals_of_every_door_are_dressed_too() {
    let shop = Shop::with(&["rate.default=1/minute"]).await;
    let caller = shop.caller();
    let long = format!("/api/v1/price/{}", "A".repeat(10_000));
    let replies = [
        (200, caller.get("/api/v1/auth/challenge").await),
        (429, caller.get("/api/v1/auth/challenge").await),
        (414, caller.get(&long).await),
        (
            415,
            caller.clone().with("content-type", "text/plain").call("POST", "/api/v1/auth/login", "{}").await,
        ),
        (
            400,
            caller
                .clone()
                .with("content-type", "application/json")
                .call("POST", "/api/v1/auth/login", "{")
                .await,
        ),
        (
            413,
            caller
                .clone()
                .with("content-type", "application/json")
                .call("POST", "/api/v1/auth/login", "x".repeat(70_000))
                .await,
        ),
        (400, caller.clone().with("x-campaign", "' or 1=1--").get("/api/v1/prices").await),
        (400, caller.clone().with("cookie", "a=<script>alert(1)</script>").get("/api/v1/prices").await),
    ];
    for (status, reply) in replies {
        assert_eq!(reply.status(), status, "{}", reply.text());
        assert_dressed(&reply, false, &format!("{status}"));
    }
}

#[tokio::test]
async fn a_nonce_is_long_and_never_the_same() {
    let shop = Shop::endless(&[]).await;
    let mut nonces = BTreeSet::new();
    for _ in 0..20 {
        let page = shop.caller().get("/docs").await;
        let policy = page.header("content-security-policy").unwrap().to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 22, "{nonce}");
        assert!(!page.text().contains(&nonce), "no script of ours carries it");
        assert!(nonces.insert(nonce), "{nonces:?}");
    }
    // Also what is not sent again is under a policy of its own.
    let etag = shop.caller().get("/docs").await.header("etag").unwrap().to_owned();
    let same = shop.caller().with("if-none-match", &etag).get("/docs").await;
    assert_eq!(same.status(), 304);
    assert_dressed(&same, false, "304");
}

#[tokio::test]
async fn no_page_has_script_style_or_handlers_in_it() {
    let shop = Shop::endless(&[]).await;
    for path in ["/docs", "/problems/not_found", "/problems/xss_attempt"] {
        let text = shop.caller().get(path).await.text().to_lowercase();
        for word in [
            "<script",
            "<style",
            " style=",
            " onload=",
            " onclick=",
            " onerror=",
            "javascript:",
            "<base",
            "<form",
        ] {
            assert!(!text.contains(word), "{path}: {word}");
        }
    }
}
