//! Secrets that are real: issued by this server to somebody, or written in its settings; and where each is looked for.

use aws_lc_rs::rand::fill;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::*;
use crate::shop::{Browser, Holder, PASSWORD};

/// What the server is told in its settings; part of nothing else.
pub(super) const OTHER: &str = "c4n4ry-other-secret-of-the-settings";
pub(super) const HOOK: &str = "c4n4ry-hook-secret-of-the-settings";
pub(super) const GATE: &str = "c4n4ry-gate-secret-of-the-settings";
pub(super) const PHRASE: &str = "c4n4ry several words of a passphrase";
/// Of the webhook, and of those who report leaked keys.
pub(super) const WEBHOOK: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(super) const REPORTER: &str = "C2FVsBQIhrscChlQIMV9b5sWLbnPaIHa";

/// A secret by what it is.
pub(super) type Kind = (&'static str, String);

/// What is written in the settings.
pub(super) fn told() -> Vec<Kind> {
    let all = [
        ("address of Discord", OTHER),
        ("address of Slack", HOOK),
        ("header of the SMS gateway", GATE),
        ("passphrase of backups", PHRASE),
        ("secret of the webhook", WEBHOOK),
        ("secret of leak reports", REPORTER),
    ];
    all.map(|(what, secret)| (what, secret.to_owned())).to_vec()
}

/// The secrets of people who have one of each kind, and a key of the server itself.
pub(super) async fn issued(shop: &Shop) -> Vec<Kind> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let tokens = shop.tokens("ada@example.org").await;
    let access = text(&tokens["access_token"]);
    let browser = Browser::of(shop, "eve@example.org").await;
    let wish = json!({"name": "robot", "scopes": ["read:prices"]});
    let key = shop.caller().token(&access).post("/api/v1/keys", &wish).await.json();
    let other = shop.member("kim@example.org").await;
    let begun = shop.caller().token(&other).call("POST", "/api/v1/auth/totp", "").await.json();
    let secured = shop.secured("lee@example.org").await;
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
        ("code of an authenticator", secured.app.code_of(shop, 1)),
        ("recovery code", secured.recovery_codes[0].clone()),
        ("reset link", link.split_whitespace().next().unwrap().to_owned()),
        ("key of proofs", private_key(shop).await),
        ("signing key", signing_key(shop).await),
    ]
}

/// A private key that its holder sent along with the public one, by mistake.
async fn private_key(shop: &Shop) -> String {
    let mut seed = [0; 32];
    fill(&mut seed).unwrap();
    let private = URL_SAFE_NO_PAD.encode(seed);
    let path = "/api/v1/auth/login";
    let proof = Holder::ed25519(9).proof(shop, "POST", path).jwk("d", json!(private)).text();
    let login = json!({"email": "ada@example.org", "password": PASSWORD});
    assert_eq!(shop.caller().with("dpop", &proof).post(path, &login).await.code(), "invalid_dpop_proof");
    private
}

/// What access tokens are signed with, as the database keeps it.
async fn signing_key(shop: &Shop) -> String {
    use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

    let options = SqliteConnectOptions::new().filename(shop.folder().join("aspis.db"));
    let mut conn = options.connect().await.unwrap();
    let ask = "SELECT value FROM vault WHERE name LIKE 'signing%' OR name LIKE '%signing%' ORDER BY name";
    let value: String = sqlx::query_scalar(ask).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    value
}

/// True where a text holds a secret. A code of digits alone is one only where nothing joins it.
pub(super) fn holds(text: &str, secret: &str) -> bool {
    if !secret.bytes().all(|byte| byte.is_ascii_digit()) {
        let encoded = [STANDARD.encode(secret), secret.to_owned()];
        return encoded.iter().any(|form| text.contains(form.as_str()));
    }
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
    text.match_indices(secret).any(|(at, _)| {
        !joins(text[..at].chars().next_back()) && !joins(text[at + secret.len()..].chars().next())
    })
}
