//! The cookie itself: how it is set, when it counts, and where it is never found again.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    shop::{Browser, Caller, PASSWORD, Shop},
    sql_injection::log_of,
};

const ME: &str = "/api/v1/auth/me";
const LOGIN: &str = "/api/v1/auth/login";
const PRODUCTION: [&str; 4] = [
    "mode=production",
    "server.trusted_proxies=[\"10.0.0.0/8\"]",
    "password.argon2_memory_kib=19456",
    "password.argon2_passes=2",
];

/// A caller over https, by the word of a trusted proxy.
fn over_https(shop: &Shop) -> Caller<'_> {
    shop.at("10.0.0.1").with("x-forwarded-for", "203.0.113.7").with("x-forwarded-proto", "https")
}

/// A cookie as its value and its attributes.
fn parts<'a>(set: &[&'a str], name: &str) -> (&'a str, BTreeSet<&'a str>) {
    let mut named = set.iter().filter_map(|set| set.strip_prefix(name)?.strip_prefix('='));
    let text = named.next().unwrap_or_else(|| panic!("no {name} in {set:?}"));
    assert_eq!(named.next(), None, "{name} is set twice");
    let (value, attributes) = text.split_once("; ").unwrap();
    (value, attributes.split("; ").collect())
}

#[tokio::test]
async fn over_https_both_cookies_are_bound_to_the_host() {
    let shop = Shop::with(&PRODUCTION).await;
    let caller = over_https(&shop);
    let person = json!({"email": "ada@example.org", "password": PASSWORD, "full_name": "Ada"});
    assert_eq!(caller.post("/api/v1/auth/register", &person).await.status(), 201);
    let login = json!({"email": "ada@example.org", "password": PASSWORD, "session": "cookie"});
    let reply = caller.post(LOGIN, &login).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    let set = reply.set_cookies();
    let (value, attributes) = parts(&set, "__Host-aspis_session");
    assert_eq!(attributes, ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=43200"].into());
    let (_, attributes) = parts(&set, "__Host-aspis_device");
    assert_eq!(attributes, ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=34560000"].into());
    assert_eq!(set.len(), 2, "{set:?}");
    // It counts by this name alone: the other one could be planted by a sibling of the host.
    let with = |cookie: String| over_https(&shop).with("cookie", &cookie);
    assert_eq!(with(format!("__Host-aspis_session={value}")).get(ME).await.status(), 200);
    let planted = with(format!("aspis_session={value}")).get(ME).await;
    assert_eq!(planted.refusal(), (401, "credentials_required".into()));
    // And never in clear.
    let clear = shop.caller().with("cookie", &format!("__Host-aspis_session={value}")).get(ME).await;
    assert_eq!(clear.refusal(), (403, "https_required".into()));
    let out = with(format!("__Host-aspis_session={value}"))
        .with("origin", "https://127.0.0.1:8001")
        .with("x-csrf-token", reply.json()["csrf_token"].as_str().unwrap())
        .with("x-requested-with", "fetch")
        .call("POST", "/api/v1/auth/logout", "")
        .await;
    assert_eq!(out.status(), 204, "{}", out.text());
    let (value, attributes) = parts(&out.set_cookies(), "__Host-aspis_session");
    assert_eq!(value, "", "taken back by the name it was given under");
    assert_eq!(attributes, ["Path=/", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=0"].into());
}

#[tokio::test]
async fn over_plain_http_development_leaves_out_what_browsers_refuse_there() {
    let shop = Shop::open().await;
    shop.member("ada@example.org").await;
    let login = json!({"email": "ada@example.org", "password": PASSWORD, "session": "cookie"});
    let reply = shop.caller().post(LOGIN, &login).await;
    let set = reply.set_cookies();
    let (value, attributes) = parts(&set, "aspis_session");
    assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"].into());
    let (_, attributes) = parts(&set, "aspis_device");
    assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=34560000"].into());
    let said = reply.json();
    assert_eq!(said["expires_in"], 43_200);
    assert!(said["csrf_token"].is_string());
    for token in ["access_token", "refresh_token", "device_token", "token_type"] {
        assert!(said.get(token).is_none(), "{token}: no script may have what a session is for");
    }
    assert!(!reply.text().contains(value), "the session is in the cookie alone");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let prefixed = shop.caller().with("cookie", &format!("__Host-aspis_session={value}")).get(ME).await;
    assert_eq!(prefixed.refusal(), (401, "credentials_required".into()));
}

#[tokio::test]
async fn a_sign_in_for_programs_sets_the_device_cookie_alone() {
    let shop = Shop::endless(&[]).await;
    shop.member("ada@example.org").await;
    for login in [
        json!({"email": "ada@example.org", "password": PASSWORD}),
        json!({"email": "ada@example.org", "password": PASSWORD, "session": "token"}),
    ] {
        let reply = shop.caller().post(LOGIN, &login).await;
        assert!(reply.json()["access_token"].is_string());
        let names: Vec<_> = reply.set_cookies().iter().map(|set| set.split('=').next().unwrap()).collect();
        assert_eq!(names, ["aspis_device"]);
    }
    for kind in ["Cookie", "session", "", "cookies"] {
        let login = json!({"email": "ada@example.org", "password": PASSWORD, "session": kind});
        assert_eq!(shop.caller().post(LOGIN, &login).await.status(), 400, "{kind}");
    }
}

#[tokio::test]
async fn two_credentials_at_once_are_none() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let browser = Browser::sign_in(&shop, "ada@example.org").await;
    let cookie = format!("aspis_session={}", browser.cookie);
    let base = || shop.caller();
    let ambiguous = [
        base().with("cookie", &cookie).token(&token),
        base().with("cookie", &cookie).with("authorization", &format!("DPoP {token}")),
        base().with("cookie", "aspis_session=planted").token(&token),
        base().with("cookie", &cookie).with("authorization", "Basic YTpi"),
        base().with("cookie", &format!("{cookie}; {cookie}")),
        base().with("cookie", &format!("{cookie}; aspis_session=planted")),
        base().with("cookie", &format!("aspis_session=planted; theme=dark; {cookie}")),
        base().with("cookie", &cookie).with("cookie", "aspis_session=planted"),
    ];
    for (at, caller) in ambiguous.iter().enumerate() {
        for (method, path) in [("GET", ME), ("POST", "/api/v1/auth/logout"), ("GET", "/api/v1/prices")] {
            let reply = caller.call(method, path, "").await;
            assert_eq!(reply.refusal(), (400, "ambiguous_credentials".into()), "{at} {method} {path}");
        }
    }
    assert_eq!(browser.me(&shop).await.0, 200, "and nothing of it ended the session");
    let among = shop.caller().with("cookie", &format!("theme=dark; {cookie}; aspis_device=x; x"));
    assert_eq!(among.get(ME).await.status(), 200, "other cookies are nobody's business here");
}

#[tokio::test]
async fn a_cookie_that_was_never_given_opens_nothing() {
    let shop = Shop::endless(&[]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    let good = browser.cookie.clone();
    assert!(good.len() >= 43, "256 bits of chance: {}", good.len());
    let swapped: String = good
        .chars()
        .map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
        .collect();
    let made_up = [
        String::new(),
        "x".into(),
        good[..good.len() - 1].to_owned(),
        format!("{good}A"),
        format!("\"{good}\""),
        swapped,
        "aspis_ss_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into(),
        "A".repeat(3000),
    ];
    for cookie in made_up {
        let stranger = Browser { cookie, ..browser.clone() };
        assert_eq!(stranger.me(&shop).await, (401, "invalid_session".into()), "{}", stranger.cookie);
        // Nor is it taken for nobody where nobody may call.
        let open = stranger.looks(&shop).get("/api/v1/prices").await;
        assert_eq!(open.refusal(), (401, "invalid_session".into()));
        assert!(open.header("www-authenticate").is_some(), "RFC 9110, 11.6.1");
    }
    assert_eq!(browser.me(&shop).await.0, 200);
}

#[tokio::test]
async fn neither_cookie_nor_token_is_found_again() {
    let shop = Shop::endless(&[]).await;
    let browser = Browser::of(&shop, "ada@example.org").await;
    let old = browser.clone();
    browser
        .acts(&shop)
        .but("x-csrf-token", &format!("{}x", browser.csrf))
        .call("POST", "/api/v1/auth/logout", "")
        .await;
    let proof = json!({"password": PASSWORD});
    let browser = browser.renewed(&browser.acts(&shop).post("/api/v1/auth/step-up", &proof).await);
    old.acts(&shop).post("/api/v1/auth/step-up", &proof).await;
    browser.stolen("192.0.2.1", "thief/1").acts(&shop).get(ME).await;
    shop.letters().await;
    let events = shop.event_log();
    assert!(events.len() >= 5, "{events:?}");
    let (log, metrics) = (log_of(&events), shop.app.metrics.render());
    let files = shop.stop().await;
    let mut stored = Vec::new();
    for entry in std::fs::read_dir(files.path()).unwrap() {
        stored.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(memchr::memmem::find(&stored, b"ada@example.org").is_some(), "this is where it would be");
    for secret in [&old.cookie, &old.csrf, &browser.cookie, &browser.csrf] {
        let bare = secret.trim_start_matches("aspis_ss_");
        assert!(!format!("{events:?}").contains(bare) && !log.contains(bare), "in an event");
        assert!(!metrics.contains(bare), "in a metric");
        assert!(memchr::memmem::find(&stored, bare.as_bytes()).is_none(), "in the database");
    }
}
