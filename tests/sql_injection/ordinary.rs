//! What people write passes, and comes back byte for byte.

use std::time::Duration;

use aspis_core::event::Kind;
use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop};

const TEXTS: [&str; 40] = [
    "O'Brien",
    "Conan O'Brien & D'Arcy's",
    "select a plan",
    "Please select one of the plans, or drop me a line",
    "a < b",
    "a < b && c > d",
    "x <= 3 and y >= 4",
    "<3 you",
    "5 > 3 <- true",
    "SELECT",
    "Drop Table Ltd",
    "union of workers",
    "1 or 2 items",
    "it's 5 o'clock",
    "don't order by phone",
    "rock & roll; jazz -- and blues",
    "100% sure: \"yes\"",
    "see ../docs",
    "C:\\temp\\notes.txt",
    "if (a || b) { return c; }",
    "let x = vec![1, 2]; // two",
    "for (i = 0; i < n; i++) { sum += a[i]; }",
    "e = m * c^2 # physics",
    "C# or Go?",
    "f(x) = 'x' -> 'y'",
    "https://example.org/?a=1&b=2#c",
    "mailto:ada@example.org",
    "naïve café, 日本語, Ελληνικά, עברית",
    "🛡️ shield ⚔️",
    "line one\nline two\ttabbed\r\nline three",
    "  leading and trailing  ",
    "&lt;b&gt; &amp; &#39;",
    "%27 %3C %00 are escapes",
    "\\u0041 \\n \\\\",
    "tea -- milk first -- please",
    "the update was deleted, then created again",
    "=SUM(A1)",
    "null",
    "{\"json\": \"in a string\"}",
    "e\u{301} is not é, and ﬁ is not fi",
];

#[tokio::test]
async fn a_note_comes_back_byte_for_byte() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let caller = shop.caller().token(&token);
    // That somebody registered is an alert, which comes when it comes.
    let events =
        |shop: &Shop| shop.event_log().iter().filter(|event| event.kind != Kind::AlertRaised).count();
    let quiet = events(&shop);
    for (at, text) in TEXTS.into_iter().enumerate() {
        let placed = caller
            .order("buy", &format!("k{at}"), &json!({"asset_id": "BTC", "quantity": "0.001", "note": text}))
            .await;
        assert_eq!(placed.status(), 201, "{text:?}: {}", placed.text());
        assert_eq!(placed.json()["note"], text);
        // Trades of one moment have no order of their own.
        shop.wait(Duration::from_millis(1));
    }
    let shop = shop.restart().await;
    let page = shop.caller().token(&token).get("/api/v1/portfolio/transactions").await.json();
    let notes: Vec<_> =
        page["transactions"].as_array().unwrap().iter().rev().map(|trade| trade["note"].clone()).collect();
    assert_eq!(notes, TEXTS.map(Value::from));
    assert_eq!(events(&shop), quiet, "nothing of it is an event");
}

#[tokio::test]
async fn a_name_comes_back_byte_for_byte() {
    let shop = Shop::lenient(&[]).await;
    let names =
        TEXTS.into_iter().filter(|text| !text.contains(['<', '>']) && !text.chars().any(char::is_control));
    for (at, name) in names.enumerate() {
        let email = format!("ada{at}@example.org");
        let made = shop
            .caller()
            .post("/api/v1/auth/register", &json!({"email": email, "password": PASSWORD, "full_name": name}))
            .await;
        assert_eq!((made.status(), made.json()["full_name"].as_str()), (201, Some(name)), "{}", made.text());
        let token = shop
            .caller()
            .post("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD}))
            .await
            .json();
        let me = shop.caller().token(token["access_token"].as_str().unwrap()).get("/api/v1/auth/me").await;
        assert_eq!(me.json()["full_name"], name);
    }
}

#[tokio::test]
async fn ordinary_queries_and_headers_pass() {
    let shop = Shop::endless(&[]).await;
    for query in [
        "from=2019-01-01T00:00:00%2B02:00",
        "from=2019-01-01&to=2020-01-01",
        "limit=10&offset=20",
        "interval=1h",
    ] {
        let reply = shop.caller().get(&format!("/api/v1/history/BTC?{query}")).await;
        assert_eq!(reply.status(), 200, "{query}: {}", reply.text());
    }
    for (name, value) in [
        (
            "user-agent",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
        ),
        ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
        ("sec-ch-ua", "\"Not/A)Brand\";v=\"8\", \"Chromium\";v=\"126\", \"Google Chrome\";v=\"126\""),
        ("if-none-match", "W/\"686897696a7c876b7e\", \"x\""),
        ("cookie", "theme=dark; lang=en-GB; _ga=GA1.2.1033501218.1368477899; seen=%7B%22a%22%3A1%7D"),
        ("referer", "https://example.org/search?q=select+a+plan&page=2"),
        ("accept-language", "en-GB,en;q=0.9,de;q=0.8"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("baggage", "userId=alice,serverNode=DF%2028,isProduction=false"),
        ("cache-control", "max-age=0, no-cache"),
    ] {
        let reply = shop.caller().with(name, value).get("/api/v1/price/BTC").await;
        assert_eq!(reply.status(), 200, "{name}: {}", reply.text());
    }
    assert!(shop.event_log().is_empty());
}
