//! Which other sites' pages may read what is answered: none, unless the settings name them.

use serde_json::json;

use super::Browser;
use crate::shop::{Caller, Reply, Shop};

const APP: &str = "https://app.example.com";
const OPEN: &str = "cors.origins=[\"https://app.example.com\"]";
const EXPOSED: [&str; 6] =
    ["RateLimit", "RateLimit-Policy", "Retry-After", "Link", "DPoP-Nonce", "WWW-Authenticate"];

fn page<'a>(shop: &'a Shop, origin: &str) -> Caller<'a> {
    shop.caller().with("origin", origin)
}

fn preflight<'a>(shop: &'a Shop, origin: &str, method: &str) -> Caller<'a> {
    page(shop, origin).with("access-control-request-method", method)
}

fn says_nothing(reply: &Reply) -> bool {
    !reply.headers().any(|(name, _)| name.starts_with("access-control-"))
}

fn varies(reply: &Reply) -> bool {
    let words = |value: &str| value.split(',').any(|word| word.trim().eq_ignore_ascii_case("origin"));
    reply.headers().any(|(name, value)| name == "vary" && words(value))
}

/// The page may read this answer, with its cookies, and all that it needs of its headers.
fn assert_open(reply: &Reply, what: &str) {
    assert_eq!(reply.header("access-control-allow-origin"), Some(APP), "{what}");
    assert_eq!(reply.header("access-control-allow-credentials"), Some("true"), "{what}");
    let exposed = reply.header("access-control-expose-headers").unwrap_or_default();
    let exposed: Vec<&str> = exposed.split(", ").collect();
    for name in EXPOSED {
        assert!(exposed.contains(&name), "{what}: {name} in {exposed:?}");
    }
    assert!(varies(reply), "{what}");
}

fn assert_shut(reply: &Reply, what: &str) {
    assert!(says_nothing(reply), "{what}: {:?}", reply.headers().collect::<Vec<_>>());
    assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{what}");
}

#[tokio::test]
async fn it_is_closed_by_default() {
    let shop = Shop::endless(&[]).await;
    for row in aspis::surface::rows() {
        let path = row.path.replace("{asset}", "BTC").replace("{code}", "not_found").replace("{id}", "x");
        let path = path.replace("{token}", "x");
        for origin in [APP, "null", "http://127.0.0.1:8001"] {
            let reply = page(&shop, origin).call(row.method.as_str(), &path, "").await;
            assert_shut(&reply, &format!("{row}"));
            let asked = preflight(&shop, origin, row.method.as_str()).call("OPTIONS", &path, "").await;
            assert_eq!(asked.refusal(), (405, "method_not_allowed".into()), "{row}");
            assert_shut(&asked, &format!("{row}"));
        }
    }
}

#[tokio::test]
async fn a_page_that_is_named_may_read_answers_and_refusals() {
    let shop = Shop::with(&[OPEN, "rate.prices=1/minute"]).await;
    let good = page(&shop, APP).get("/api/v1/prices").await;
    assert_eq!(good.status(), 200);
    assert_open(&good, "200");
    assert_eq!(good.header("cross-origin-resource-policy"), Some("cross-origin"));
    for (method, at, status) in [
        ("GET", "/api/v1/price/BTC';DROP%20TABLE%20users;--", 400),
        ("GET", "/api/v1/prices", 429),
        ("GET", "/api/v1/auth/me", 401),
        ("GET", "/nowhere", 404),
        ("DELETE", "/api/v1/auth/me", 405),
        ("POST", "/api/v1/auth/login", 400),
    ] {
        let reply = page(&shop, APP).call(method, at, "").await;
        assert_eq!(reply.status(), status, "{at}: {}", reply.text());
        assert_open(&reply, at);
    }
}

#[tokio::test]
async fn an_origin_is_named_exactly_or_not_at_all() {
    let shop = Shop::endless(&[OPEN]).await;
    for origin in [
        "https://evil.example",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.example",
        "https://evil-app.example.com",
        "https://APP.example.com",
        "https://app.example.com/",
        "null",
        "*",
        "",
    ] {
        let reply = page(&shop, origin).get("/api/v1/prices").await;
        assert_eq!(reply.status(), 200, "CORS is no guard: the answer comes, and the browser keeps it");
        assert_shut(&reply, origin);
        assert!(varies(&reply), "{origin}: a cache must not give it to the page that is named");
        let asked = preflight(&shop, origin, "GET").call("OPTIONS", "/api/v1/prices", "").await;
        assert_eq!(asked.refusal(), (405, "method_not_allowed".into()), "{origin}");
        assert_shut(&asked, origin);
    }
    let unsaid = shop.caller().get("/api/v1/prices").await;
    assert!(says_nothing(&unsaid) && varies(&unsaid));
}

#[tokio::test]
async fn a_preflight_says_what_the_page_may_do() {
    let shop = Shop::endless(&[OPEN]).await;
    let ask =
        preflight(&shop, APP, "POST").with("access-control-request-headers", "content-type,idempotency-key");
    let reply = ask.call("OPTIONS", "/api/v1/portfolio/buy", "").await;
    assert_eq!((reply.status(), reply.text().as_str()), (204, ""));
    assert_open(&reply, "preflight");
    assert_eq!(reply.header("access-control-allow-methods"), Some("GET, HEAD, POST, PUT, DELETE"));
    assert_eq!(
        reply.header("access-control-allow-headers"),
        Some(
            "Authorization, Content-Type, DPoP, Idempotency-Key, X-CSRF-Token, X-Requested-With, Aspis-Challenge"
        )
    );
    assert_eq!(reply.header("access-control-max-age"), Some("600"));
    assert!(reply.set_cookies().is_empty());
    let narrow = Shop::endless(&[OPEN, "cors.methods=[\"GET\"]", "cors.headers=[\"Authorization\"]"]).await;
    let reply = preflight(&narrow, APP, "GET").call("OPTIONS", "/api/v1/prices", "").await;
    assert_eq!(reply.header("access-control-allow-methods"), Some("GET"));
    assert_eq!(reply.header("access-control-allow-headers"), Some("Authorization"));
    let post = preflight(&narrow, APP, "POST").call("OPTIONS", "/api/v1/predict/BTC", "").await;
    let field = preflight(&narrow, APP, "GET").with("access-control-request-headers", "x-csrf-token");
    for refused in [post, field.call("OPTIONS", "/api/v1/prices", "").await] {
        assert_eq!(refused.status(), 405, "{}", refused.text());
        assert_eq!(refused.header("access-control-allow-methods"), None);
        assert_eq!(refused.header("access-control-allow-headers"), None);
    }
}

#[tokio::test]
async fn a_preflight_opens_no_route_that_is_not_there() {
    let shop = Shop::endless(&[OPEN]).await;
    let nowhere = preflight(&shop, APP, "GET").call("OPTIONS", "/nowhere", "").await;
    assert_eq!(nowhere.refusal(), (404, "not_found".into()));
    let delete = preflight(&shop, APP, "DELETE").call("OPTIONS", "/api/v1/prices", "").await;
    assert_eq!(delete.refusal(), (405, "method_not_allowed".into()));
    let bare = page(&shop, APP).call("OPTIONS", "/api/v1/prices", "").await;
    assert_eq!(bare.refusal(), (405, "method_not_allowed".into()), "an OPTIONS that asks for nothing");
}

#[tokio::test]
async fn a_preflight_spends_the_budget_of_what_it_asks_for() {
    let shop = Shop::with(&[OPEN, "rate.prices=2/minute"]).await;
    let ask = || preflight(&shop, APP, "GET");
    assert_eq!(ask().call("OPTIONS", "/api/v1/prices", "").await.status(), 204);
    assert_eq!(page(&shop, APP).get("/api/v1/prices").await.status(), 200);
    let third = ask().call("OPTIONS", "/api/v1/prices", "").await;
    assert_eq!(third.refusal(), (429, "rate_limited".into()));
    assert!(third.header("retry-after").is_some());
    assert_open(&third, "429");
    assert_eq!(ask().call("OPTIONS", "/api/v1/prices", "").await.status(), 429);
    assert_eq!(page(&shop, APP).get("/api/v1/prices").await.status(), 429);
    let login = preflight(&shop, APP, "POST").call("OPTIONS", "/api/v1/auth/login", "").await;
    assert_eq!(login.status(), 204, "another class has a budget of its own");
    assert_eq!(login.header("ratelimit-policy"), Some("\"login\";q=5;w=60"));
}

#[tokio::test]
async fn a_page_that_is_named_acts_with_a_session() {
    let shop = Shop::endless(&[OPEN]).await;
    let ada = Browser::of(&shop, "ada@example.org").await;
    let acts = |origin: &str, site: &str| ada.acts(&shop).but("origin", origin).but("sec-fetch-site", site);
    let end = "/api/v1/auth/sessions";
    for site in ["same-site", "cross-site"] {
        let reply = acts(APP, site).call("DELETE", end, "").await;
        assert_eq!(reply.status(), 200, "{}", reply.text());
        assert_open(&reply, site);
        let other = acts("https://evil.example", site).call("DELETE", end, "").await;
        assert_eq!(other.refusal(), (403, "forged_request".into()));
        assert_shut(&other, site);
    }
    let without = acts(APP, "same-site").without("x-csrf-token").call("DELETE", end, "").await;
    assert_eq!(without.refusal(), (403, "invalid_csrf_token".into()), "it needs the token like ours");
    let login = json!({"email": "ada@example.org", "password": crate::shop::PASSWORD, "session": "cookie"});
    assert_eq!(page(&shop, APP).post("/api/v1/auth/login", &login).await.status(), 200);
}

#[tokio::test]
async fn everybody_is_nobody_in_particular() {
    let shop = Shop::endless(&["cors.origins=[\"*\"]"]).await;
    let reply = page(&shop, "https://anything.example").get("/api/v1/prices").await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("access-control-allow-credentials"), None);
    let asked =
        preflight(&shop, "https://anything.example", "POST").call("OPTIONS", "/api/v1/predict/BTC", "").await;
    assert_eq!(asked.status(), 204);
    assert_eq!(asked.header("access-control-allow-credentials"), None);
    // A session stays with pages of ours.
    let ada = Browser::of(&shop, "ada@example.org").await;
    for site in ["cross-site", "same-site", "same-origin"] {
        let ask = ada.acts(&shop).but("origin", "https://anything.example").but("sec-fetch-site", site);
        let forged = ask.call("DELETE", "/api/v1/auth/sessions", "").await;
        assert_eq!(forged.refusal(), (403, "forged_request".into()), "{site}");
        assert_eq!(forged.header("access-control-allow-credentials"), None);
    }
    let login = json!({"email": "ada@example.org", "password": crate::shop::PASSWORD, "session": "cookie"});
    let refused = page(&shop, "https://anything.example").post("/api/v1/auth/login", &login).await;
    assert_eq!(refused.refusal(), (403, "forged_request".into()));
    let looked = ada.looks(&shop).with("origin", "https://anything.example").get("/api/v1/auth/me").await;
    assert_eq!(looked.header("access-control-allow-credentials"), None);
}
