//! Texts of the right type that say nothing a field can mean.

use serde_json::json;

use super::{Accept, Buy, Login, Predict, Refresh, Register, Route, Sell, Site};

async fn all_named(routes: &[Route], field: &str, texts: &[&str]) {
    let site = Site::open().await;
    let before = site.state().await;
    for route in routes {
        for text in texts {
            let body = site.but(*route, field, &json!(text).to_string());
            let shown: String = text.chars().take(40).collect();
            site.names(&site.send(*route, body).await, field, &format!("{route:?} {field} {shown:?}"));
        }
    }
    assert_eq!(site.state().await, before);
}

#[tokio::test]
async fn what_is_no_address_is_named() {
    let long = format!("{}@example.org", "a".repeat(300));
    let texts = [
        "",
        " ",
        "ada",
        "@",
        "a@",
        "@b.c",
        "a@b",
        "a b@c.de",
        "a@b@c.de",
        "a..b@c.de",
        "a@[127.0.0.1]",
        "ä@c.de",
        "a@ç.de",
        "<a@c.de>",
        " ada@example.org",
        "ada@example.org ",
        "a\u{0}@c.de",
        "a@c.de\r\nBcc: x@y.z",
        "a@c.de\u{2028}",
        &long,
    ];
    all_named(&[Register, Accept], "email", &texts).await;
}

#[tokio::test]
async fn what_is_no_name_is_named() {
    let (long, wide) = ("n".repeat(101), "ü".repeat(101));
    let texts = [
        "",
        "a<b",
        "a>b",
        "<b>",
        "a\nb",
        "a\tb",
        "a\u{0}b",
        "a\u{7f}b",
        "a\u{85}b",
        "\u{1b}[31mred",
        &long,
        &wide,
    ];
    all_named(&[Register, Accept], "full_name", &texts).await;
}

#[tokio::test]
async fn a_weak_password_is_named_and_not_said() {
    let long = "x1!".repeat(43);
    let texts = [
        "",
        "1234567",
        "password",
        "Password1",
        "12345678",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "letmein123",
        "keeper12",
        &long,
    ];
    all_named(&[Register, Accept], "password", &texts).await;
    let site = Site::open().await;
    for route in [Register, Accept] {
        let reply = site.send(route, site.but(route, "password", "\"letmein-letmein\"")).await;
        assert!(!reply.text().contains("letmein"), "{}", reply.text());
    }
}

#[tokio::test]
async fn what_is_no_asset_is_named_and_an_unknown_one_is_not_there() {
    let texts = [
        "",
        " ",
        "BTC ",
        " BTC",
        "B C",
        "BTC-USD",
        "BTC/USD",
        "ABCDEFGHIJKLM",
        "é",
        "ＢＴＣ",
        "B\u{0}",
        "BTC\n",
        "..",
        "null\u{200b}",
        "$USD",
        "*",
        "ß",
        "ſ",
    ];
    all_named(&[Buy, Sell], "asset_id", &texts).await;
    let site = Site::open().await;
    for route in [Buy, Sell] {
        for unknown in ["\"ZZZZ\"", "\"0\"", "\"null\"", "\"ABCDEFGHIJKL\""] {
            let reply = site.send(route, site.but(route, "asset_id", unknown)).await;
            assert_eq!(reply.refusal(), (404, "unknown_asset".into()), "{unknown}");
        }
    }
}

#[tokio::test]
async fn what_is_no_note_is_named() {
    let (long, wide) = ("n".repeat(501), "ü".repeat(501));
    all_named(&[Buy, Sell], "note", &["a\u{0}b", "<script>alert(1)</script>", &long, &wide]).await;
}

#[tokio::test]
async fn an_untrusted_source_is_named() {
    let long = "a".repeat(5000);
    let texts = [
        "",
        " ",
        "bitstamp",
        "INTERNAL_DB",
        "internal_db ",
        "internal_db,yfinance",
        "a\u{0}",
        "*",
        "ü",
        &long,
    ];
    all_named(&[Predict], "source", &texts).await;
    let site = Site::open().await;
    let reply = site.send(Predict, site.but(Predict, "source", &json!(long).to_string())).await;
    assert!(reply.text().len() < 1000, "what was sent is cut short: {}", reply.text().len());
}

#[tokio::test]
async fn a_price_far_from_the_market_is_named() {
    let site = Site::open().await;
    for price in ["\"1000000.00000001\"", "\"92233720368.54775807\"", "\"0.00000001\"", "\"1\"", "\"999999\""]
    {
        let reply = site.send(Predict, site.but(Predict, "price", price)).await;
        site.names(&reply, "price", price);
        assert_eq!(reply.code(), "implausible_price", "{price}");
    }
}

/// Whatever stands where a credential is expected is a wrong credential, not wrong input.
#[tokio::test]
async fn a_wrong_credential_of_any_form_is_a_wrong_credential() {
    let site = Site::open().await;
    let long = "x".repeat(60_000);
    for text in ["", " ", "ada", "a\u{0}b", "' or 1=1 --", "<script>", "ü", "\u{1f512}", &long] {
        let raw = json!(text).to_string();
        let password = site.send(Login, site.but(Login, "password", &raw)).await;
        assert_eq!(password.refusal(), (401, "invalid_credentials".into()), "{text:.20}");
        let token = site.send(Refresh, site.but(Refresh, "refresh_token", &raw)).await;
        assert_eq!(token.refusal(), (401, "invalid_refresh_token".into()), "{text:.20}");
    }
    for email in ["", "ada", "@", "nobody@example.org", "ü@example.org"] {
        let reply = site.send(Login, site.but(Login, "email", &json!(email).to_string())).await;
        assert_eq!(reply.refusal(), (401, "invalid_credentials".into()), "{email:?}");
    }
}
