//! Which page sends it: what Fetch Metadata, `Origin` and `Referer` say, each of which stops a forged request alone.

use super::{changing, is_forged, path, rules, shop_with_ada};
use crate::shop::{Caller, Shop};

const HERE: &str = "http://127.0.0.1:8001";
const EVIL: &str = "https://evil.example";
const LOGOUT: &str = "/api/v1/auth/logout";

/// What a page says of itself: `Sec-Fetch-Site`, `Origin`, `Referer`; an empty text is a field that is not sent.
type Said = (&'static str, &'static str, &'static str);

const FORGED: [(Said, &str); 22] = [
    (("cross-site", EVIL, ""), "forgery.fetch_metadata"),
    (("cross-site", HERE, ""), "forgery.fetch_metadata"),
    (("cross-site", "", ""), "forgery.fetch_metadata"),
    (("same-site", HERE, ""), "forgery.fetch_metadata"),
    (("same-site", "http://127.0.0.1:9000", ""), "forgery.fetch_metadata"),
    (("none", HERE, ""), "forgery.fetch_metadata"),
    (("none", "", ""), "forgery.fetch_metadata"),
    (("same-origin", EVIL, ""), "forgery.origin"),
    (("", EVIL, ""), "forgery.origin"),
    (("", EVIL, "http://127.0.0.1:8001/"), "forgery.origin"),
    (("", "null", ""), "forgery.origin"),
    (("", "null", "http://127.0.0.1:8001/"), "forgery.origin"),
    (("", "https://127.0.0.1:8001", ""), "forgery.origin"),
    (("", "http://127.0.0.1", ""), "forgery.origin"),
    (("", "http://127.0.0.1:8001.evil.example", ""), "forgery.origin"),
    (("", "http://127.0.0.1:80010", ""), "forgery.origin"),
    (("", "", ""), "forgery.origin"),
    (("same-moon", "", ""), "forgery.origin"),
    (("", "", "https://evil.example/http://127.0.0.1:8001/"), "forgery.referer"),
    (("", "", "http://127.0.0.1:8001@evil.example/"), "forgery.referer"),
    (("", "", "http://127.0.0.1:8001.evil.example/"), "forgery.referer"),
    (("same-origin", "", "https://evil.example/"), "forgery.referer"),
];

fn saying(caller: Caller<'_>, (site, origin, referer): Said) -> Caller<'_> {
    let bare = caller.without("sec-fetch-site").without("origin").without("referer");
    let fields = [("sec-fetch-site", site), ("origin", origin), ("referer", referer)];
    fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .fold(bare, |caller, (name, value)| caller.with(name, value))
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let (shop, ada) = shop_with_ada().await;
    for (said, rule) in FORGED {
        let reply = saying(ada.acts(&shop), said).call("POST", LOGOUT, "").await;
        assert_eq!(reply.refusal(), (403, "forged_request".into()), "{said:?}");
        assert_eq!(rules(&shop).last().map(String::as_str), Some(rule), "{said:?}");
    }
    assert_eq!(ada.me(&shop).await.0, 200);
}

#[tokio::test]
async fn on_no_route_and_by_no_method() {
    let (shop, ada) = shop_with_ada().await;
    for row in changing() {
        for said in [FORGED[0].0, FORGED[3].0, FORGED[5].0, FORGED[10].0, FORGED[16].0, FORGED[18].0] {
            let reply = saying(ada.acts(&shop), said).call(row.method.as_str(), &path(&row), "").await;
            assert_eq!(reply.refusal(), (403, "forged_request".into()), "{row} {said:?}");
        }
    }
    assert_eq!(ada.me(&shop).await.0, 200);
}

#[tokio::test]
async fn fields_that_stand_twice_say_nothing_good() {
    let (shop, ada) = shop_with_ada().await;
    for (name, value) in [("origin", EVIL), ("origin", HERE), ("sec-fetch-site", "cross-site")] {
        let reply = ada.acts(&shop).with(name, value).call("POST", LOGOUT, "").await;
        if name == "origin" {
            assert_eq!(reply.refusal(), (403, "forged_request".into()), "{name}: {value}");
        } else {
            // What is not understood is passed over, and the origin is still ours.
            assert!(reply.status() == 204 || is_forged(&reply), "{}", reply.text());
        }
    }
}

#[tokio::test]
async fn a_page_of_ours_may_in_every_way_that_browsers_have() {
    let (shop, ada) = shop_with_ada().await;
    let ways: [Said; 6] = [
        ("same-origin", HERE, "http://127.0.0.1:8001/portfolio"),
        ("same-origin", HERE, ""),
        ("same-origin", "", ""),
        ("", HERE, ""),
        ("", "", "http://127.0.0.1:8001/portfolio?asset=BTC"),
        ("same-moon", HERE, ""),
    ];
    for said in ways {
        let reply = saying(ada.acts(&shop), said).call("DELETE", "/api/v1/auth/sessions", "").await;
        assert_eq!(reply.status(), 200, "{said:?}: {}", reply.text());
    }
}

#[tokio::test]
async fn where_the_server_is_called_by_a_name_that_name_counts() {
    let shop = Shop::endless(&["server.public_url=https://api.example.com"]).await;
    let ada = crate::shop::Browser::of(&shop, "ada@example.org").await;
    let ask = |origin: &'static str| {
        let caller = ada.acts(&shop).but("origin", origin);
        async move { caller.call("DELETE", "/api/v1/auth/sessions", "").await }
    };
    assert_eq!(ask("https://api.example.com").await.status(), 200);
    for other in [HERE, "http://api.example.com", "https://api.example.com:8443", "https://example.com"] {
        assert_eq!(ask(other).await.refusal(), (403, "forged_request".into()), "{other}");
    }
}

#[tokio::test]
async fn what_changes_nothing_needs_nothing() {
    let (shop, ada) = shop_with_ada().await;
    for said in FORGED.map(|(said, _)| said) {
        let reply = saying(ada.looks(&shop), said).get("/api/v1/auth/me").await;
        assert_eq!(reply.status(), 200, "{said:?}");
        let head = saying(ada.looks(&shop), said).call("HEAD", "/api/v1/auth/me", "").await;
        assert_eq!(head.status(), 200, "{said:?}");
    }
}

/// A token in a header never comes along by itself: nobody can forge what holds it.
#[tokio::test]
async fn a_token_in_a_header_needs_nothing_of_it() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    for said in FORGED.map(|(said, _)| said) {
        let reply =
            saying(shop.caller().token(&token), said).call("DELETE", "/api/v1/auth/sessions", "").await;
        assert_eq!(reply.status(), 200, "{said:?}: {}", reply.text());
    }
    let nobody = saying(shop.caller(), FORGED[0].0).call("POST", "/api/v1/predict/BTC", "").await;
    assert_eq!(nobody.status(), 200, "nor does nobody: {}", nobody.text());
}

#[tokio::test]
async fn watched_only_it_is_recorded_and_passes() {
    for (mode, seen) in [("observe", Some(false)), ("off", None)] {
        let shop = Shop::endless(&[&format!("safeguards.forgery={mode}")]).await;
        let ada = crate::shop::Browser::of(&shop, "ada@example.org").await;
        let forged = saying(ada.looks(&shop), FORGED[0].0);
        let reply = forged.call("DELETE", "/api/v1/auth/sessions", "").await;
        assert_eq!(reply.status(), 200, "{mode}: {}", reply.text());
        let events = shop.event_log();
        let event = events.iter().find(|event| event.kind.word() == "forged_request");
        assert_eq!(event.map(|event| event.enforced), seen, "{mode}");
    }
}
