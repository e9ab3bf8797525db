//! Paths that climb, and bytes that cut a string short.

use crate::shop::Shop;

use super::Places;

const CLIMBS: [&str; 24] = [
    "../../etc/passwd",
    "..",
    "../",
    "/..",
    "..\\..\\windows\\win.ini",
    "%2e%2e/%2e%2e/etc/passwd",
    "%2e%2e%2fetc%2fpasswd",
    "..%2f..%2fetc%2fpasswd",
    "%2E%2E/",
    ".%2e/.%2E/etc",
    "..%5c..%5cboot.ini",
    "%252e%252e%252fetc",
    "%252e%252e/etc",
    "..%252f..%252fetc",
    "BTC/../../x",
    "BTC/..",
    "..;/admin",
    "BTC/..;/x",
    "..;a=b/x",
    "%2e%2e%3b/x",
    "%2e./x",
    "..%2f",
    "x%2f..%2fy",
    "..%2F..%2F..%2F..%2Fproc%2Fself%2Fenviron",
];

#[tokio::test]
async fn a_path_that_climbs_is_refused_as_what_it_is() {
    let shop = Shop::endless(&[]).await;
    for climb in CLIMBS {
        let reply = shop.caller().get(&format!("/api/v1/price/{climb}")).await;
        assert_eq!(reply.refusal(), (400, "traversal_attempt".into()), "{climb}");
        assert!(!reply.text().contains("passwd"), "{}", reply.text());
        let event = shop.event_log().pop().unwrap();
        assert_eq!(event.kind.word(), "traversal_attempt", "{climb}");
        assert!(event.rule.unwrap().place.unwrap().starts_with("path at "), "{climb}");
    }
}

#[tokio::test]
async fn a_query_that_climbs_is_refused() {
    let shop = Shop::endless(&[]).await;
    for climb in [
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "..%5c..%5cboot.ini",
        "/var/www/../../etc",
        "%252e%252e%252fetc",
    ] {
        let reply = shop.caller().get(&format!("/api/v1/history/BTC?cursor={climb}")).await;
        assert_eq!(reply.refusal(), (400, "traversal_attempt".into()), "{climb}");
    }
}

#[tokio::test]
async fn null_and_control_bytes_are_refused_everywhere() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    for text in ["BTC\0", "\0", "BTC\u{1}", "a\u{1b}[31mb", "a\u{7f}b", "x\u{8}y", "\u{85}", "\u{9b}31m"] {
        for place in Places::ALL.into_iter().filter(|place| place.holds(text)) {
            let reply = place.send(&shop, &token, text).await;
            assert_eq!(reply.refusal(), (400, "control_bytes".into()), "{place:?} {text:?}");
        }
    }
    for text in ["BTC\r\nX: y", "a\nb", "a\tb"] {
        for place in [Places::Path, Places::Query, Places::QueryName] {
            let reply = place.send(&shop, &token, text).await;
            assert_eq!(reply.refusal(), (400, "control_bytes".into()), "{place:?} {text:?}");
        }
    }
    assert!(shop.event_log().iter().filter(|event| event.kind.word() == "control_bytes").count() > 50);
}
