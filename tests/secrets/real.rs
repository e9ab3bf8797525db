//! Ten kinds of secrets that are real: issued by this server to somebody, or written in its settings, and then sent to
//! every route in every place that a request has.

use super::*;
use crate::shop::{Browser, PASSWORD};

/// What the server was told in its settings; part of nothing else.
const OTHER: &str = "c4n4ry-other-secret";
const HOOK: &str = "c4n4ry-hook-secret";

/// The secrets of somebody who has one of each kind, by what they are.
async fn issued(shop: &Shop) -> Vec<(&'static str, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let tokens = shop.tokens("ada@example.org").await;
    let access = text(&tokens["access_token"]);
    let browser = Browser::of(shop, "eve@example.org").await;
    let key = shop
        .caller()
        .token(&access)
        .post("/api/v1/keys", &json!({"name": "robot", "scopes": ["read:prices"]}))
        .await
        .json();
    let other = shop.member("kim@example.org").await;
    let begun = shop.caller().token(&other).call("POST", "/api/v1/auth/totp", "").await.json();
    let (_, codes) = shop.enrol(&shop.member("lee@example.org").await).await;
    shop.caller().post("/api/v1/auth/password/forgot", &json!({"email": "ada@example.org"})).await;
    let letters = shop.letters().await;
    let link = letters.iter().find_map(|letter| letter.text.expose().split_once("#token=")).unwrap().1;
    vec![
        ("password", PASSWORD.to_owned()),
        ("access token", access),
        ("refresh token", text(&tokens["refresh_token"])),
        ("device token", text(&tokens["device_token"])),
        ("api key", text(&key["key"])),
        ("session cookie", browser.cookie),
        ("csrf token", browser.csrf),
        ("secret of an authenticator", text(&begun["secret"])),
        ("recovery code", codes[0].clone()),
        ("reset link", link.split_whitespace().next().unwrap().to_owned()),
    ]
}

/// Sends a secret where it belongs, and everywhere else: in each header, the cookie, the query, the path and each field.
async fn spread(shop: &Shop, secret: &str) -> Vec<Reply> {
    let bearer = format!("Bearer {secret}");
    let cookies = format!("aspis_session={secret}; aspis_device={secret}; theme={secret}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("authorization", secret),
        ("cookie", cookies.as_str()),
        ("x-api-key", secret),
        ("x-csrf-token", secret),
        ("dpop", secret),
        ("aspis-challenge", secret),
        ("idempotency-key", secret),
        ("user-agent", secret),
        ("referer", secret),
        ("x-forwarded-for", secret),
    ];
    let bodies = [
        json!({"email": secret, "password": secret, "full_name": secret, "totp": secret, "device_token": secret}),
        json!({"refresh_token": format!("{secret}x")}),
        json!({"token": format!("{secret}x"), "password": "short"}),
        json!({"code": secret, "note": secret, "asset_id": secret, "quantity": secret, "name": secret}),
        json!([{ "token": secret, "type": secret, "url": secret, "source": secret }]),
        json!({ secret: secret }),
    ];
    let escaped = secret.replace(' ', "%20");
    let mut replies = Vec::new();
    for (name, value) in headers {
        for path in ["/api/v1/auth/me", "/api/v1/price/BTC", "/api/v1/portfolio", "/nowhere"] {
            replies.push(shop.caller().with(name, value).get(path).await);
        }
        replies.push(shop.caller().with(name, value).post_raw("/api/v1/auth/login", "{").await);
    }
    for row in aspis::surface::rows().iter().filter(|row| row.method == "POST") {
        let path = row.path.replace("{asset}", "BTC").replace("{token}", &escaped).replace("{id}", &escaped);
        for body in &bodies {
            replies.push(shop.at("192.0.2.77").post(&path, body).await);
        }
    }
    for path in ["history/BTC?cursor=", "price/", "admin/events?client=", "bulk/prices?asset="] {
        replies.push(shop.caller().get(&format!("/api/v1/{path}{escaped}")).await);
    }
    replies
}

#[tokio::test]
async fn no_secret_that_is_real_is_ever_found_again() {
    let talk = Talk::default();
    let listening = talk.listen();
    let other = format!("alerts.discord.url=http://127.0.0.1:1/{OTHER}");
    let hook = format!("alerts.slack.url=http://127.0.0.1:1/{HOOK}");
    let shop = Shop::lenient(&[&other, &hook]).await;
    let secrets = issued(&shop).await;
    assert_eq!(secrets.len(), 10);
    for (what, secret) in &secrets {
        for reply in spread(&shop, secret).await {
            assert!(reply.status() < 500, "{what}: {}", reply.text());
            let said = reply.headers().any(|(_, value)| value.contains(secret.as_str()));
            assert!(!said && !reply.text().contains(secret.as_str()), "{what}: {}", reply.text());
        }
    }
    drop(listening);
    let events = shop.event_log();
    let told = ["an event", "the log", "a metric", "the server log", "the settings"].into_iter().zip([
        format!("{events:?}"),
        log_of(&events),
        shop.app.metrics.render(),
        talk.text(),
        format!("{:?}", shop.app.settings),
    ]);
    let mut all = secrets;
    all.extend([("other webhook", OTHER.to_owned()), ("webhook", HOOK.to_owned())]);
    for (place, text) in told {
        for (what, secret) in &all {
            assert!(!text.contains(secret.as_str()), "{what} in {place}");
        }
    }
}
