//! Signing in is a change too: nobody is to be signed in, unknowing, as somebody else.

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop};

const LOGIN: &str = "/api/v1/auth/login";

fn login(session: &str) -> Value {
    json!({"email": "eve@example.org", "password": PASSWORD, "session": session})
}

#[tokio::test]
async fn a_page_of_another_site_signs_nobody_in() {
    let shop = Shop::endless(&[]).await;
    shop.member("eve@example.org").await;
    let before = shop.events().len();
    let pages = [
        vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        vec![("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:9000")],
        vec![("sec-fetch-site", "none")],
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("referer", "https://evil.example/")],
        vec![("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
    ];
    for page in &pages {
        let caller = page.iter().fold(shop.caller(), |caller, (name, value)| caller.with(name, value));
        let reply = caller.post(LOGIN, &login("cookie")).await;
        assert_eq!(reply.refusal(), (403, "forged_request".into()), "{page:?}");
        assert!(reply.set_cookies().is_empty(), "{page:?}: {:?}", reply.set_cookies());
    }
    let events = shop.events();
    assert!(events[before..].iter().all(|word| *word == "forged_request"), "{:?}", &events[before..]);
    assert_eq!(events.len() - before, pages.len(), "no password was looked at");
}

#[tokio::test]
async fn a_page_of_ours_and_a_program_may() {
    let shop = Shop::endless(&[]).await;
    shop.member("eve@example.org").await;
    let here = ("origin", "http://127.0.0.1:8001");
    for page in [vec![("sec-fetch-site", "same-origin"), here], vec![here], vec![]] {
        let caller = page.iter().fold(shop.caller(), |caller, (name, value)| caller.with(name, value));
        let reply = caller.post(LOGIN, &login("cookie")).await;
        assert_eq!(reply.status(), 200, "{page:?}: {}", reply.text());
    }
    let named = shop.caller().with("origin", "https://evil.example").post(LOGIN, &login("token")).await;
    assert_eq!(named.status(), 200, "tokens are no use to who cannot read the answer");
}

#[tokio::test]
async fn a_form_signs_nobody_in() {
    let shop = Shop::endless(&[]).await;
    shop.member("eve@example.org").await;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let form = shop.caller().with("content-type", kind);
        let reply = form.call("POST", LOGIN, login("cookie").to_string()).await;
        assert_eq!(reply.refusal(), (415, "unsupported_media_type".into()), "{kind}");
        assert!(reply.set_cookies().is_empty());
    }
}
