//! Another method is another way to knock at the same door.

use crate::shop::Shop;

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"];

#[tokio::test]
async fn all_methods_share_the_budget_of_the_path() {
    for path in ["/api/v1/price/BTC", "/api/v1/predict/BTC", "/api/v1/portfolio", "/api/v1/auth/login"] {
        let shop = Shop::with(&[
            "rate.prices=9/minute",
            "rate.predict=9/minute",
            "rate.portfolio=9/minute",
            "rate.login=9/minute",
        ])
        .await;
        for method in METHODS {
            let reply = shop.caller().call(method, path, "").await;
            assert_ne!(reply.status(), 429, "{method} {path}");
            assert!(reply.header("ratelimit-policy").unwrap().contains(";q=9;"), "{method} {path}");
        }
        for method in METHODS {
            assert_eq!(shop.caller().call(method, path, "").await.status(), 429, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_method_that_is_not_taken_is_told_which_are() {
    let shop = Shop::open().await;
    for (method, path, allow) in [
        ("POST", "/api/v1/price/BTC", "GET, HEAD"),
        ("OPTIONS", "/api/v1/price/BTC", "GET, HEAD"),
        ("GET", "/api/v1/auth/login", "POST"),
        ("HEAD", "/api/v1/auth/login", "POST"),
        ("DELETE", "/api/v1/portfolio", "GET, HEAD"),
        ("BREW", "/api/v1/portfolio/buy", "POST"),
    ] {
        let reply = shop.caller().call(method, path, "").await;
        assert_eq!((reply.status(), reply.header("allow")), (405, Some(allow)), "{method} {path}");
    }
}

#[tokio::test]
async fn a_header_cannot_change_the_method() {
    let shop = Shop::open().await;
    for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let reply = shop.caller().with(name, "GET").call("POST", "/api/v1/price/BTC", "").await;
        assert_eq!(reply.refusal(), (405, "method_not_allowed".into()), "{name}");
    }
}

#[tokio::test]
async fn head_goes_where_get_goes() {
    let shop = Shop::open().await;
    let (head, get) = (
        shop.caller().call("HEAD", "/api/v1/price/BTC", "").await,
        shop.caller().get("/api/v1/price/BTC").await,
    );
    assert_eq!((head.status(), head.header("content-type")), (200, get.header("content-type")));
    assert_eq!(shop.caller().call("HEAD", "/api/v1/portfolio", "").await.status(), 401);
}
