//! Passwords that are changed, forgotten and set anew, and the letters that go with it.

use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Reply, Shop};

mod change;
mod forgot;
mod registration;
mod reset;
mod theft;

const ADA: &str = "ada@example.org";
const LOGIN: &str = "/api/v1/auth/login";
const CHANGE: &str = "/api/v1/auth/password";
const FORGOT: &str = "/api/v1/auth/password/forgot";
const RESET: &str = "/api/v1/auth/password/reset";
/// Another password that is good enough.
const OTHER: &str = "other unrelated words 43";
const WRONG: &str = "not the right words 7";
/// What lets a test try as often as it likes.
const PATIENT: [&str; 3] = ["lock.after=1000", "lock.challenge_over=1000", "lock.wait_over=1000"];
/// A mail server; in these tests the letters are kept.
const MAIL: [&str; 2] = ["mail.url=smtp://127.0.0.1:25", "mail.from=Aspis <aspis@example.com>"];

async fn login(shop: &Shop, from: &str, password: &str) -> Reply {
    shop.at(from).post(LOGIN, &json!({"email": ADA, "password": password})).await
}

/// Asks for a link, and reads it out of the letter.
async fn link(shop: &Shop, email: &str) -> String {
    let before = links(shop).await.len();
    let asked = shop.at("192.0.2.200").post(FORGOT, &json!({"email": email})).await;
    assert_eq!(asked.status(), 202, "{}", asked.text());
    let mut links = links(shop).await;
    assert_eq!(links.len(), before + 1, "one link for {email}");
    links.pop().unwrap()
}

/// The tokens of all links in letters so far.
async fn links(shop: &Shop) -> Vec<String> {
    let letters = shop.letters().await;
    let token = |text: &str| {
        let (_, rest) = text.split_once("#token=")?;
        rest.split_whitespace().next().map(str::to_owned)
    };
    letters.iter().filter_map(|letter| token(letter.text.expose())).collect()
}

async fn reset(shop: &Shop, token: &str, password: &str) -> Reply {
    shop.at("192.0.2.201").post(RESET, &json!({"token": token, "password": password})).await
}

fn invalid_link() -> (u16, String) {
    refused(400, "invalid_link")
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Somebody with a token, at a place of their own.
fn signed<'a>(shop: &'a Shop, tokens: &Value) -> Caller<'a> {
    shop.caller().token(tokens["access_token"].as_str().unwrap())
}

async fn me(caller: &Caller<'_>) -> u16 {
    caller.get("/api/v1/auth/me").await.status()
}

/// The kinds of the owner's notices.
async fn notices(caller: &Caller<'_>) -> Vec<String> {
    let seen = caller.get("/api/v1/auth/notices").await.json();
    let all = seen["notices"].as_array().unwrap();
    all.iter().map(|notice| notice["kind"].as_str().unwrap().to_owned()).collect()
}

/// How often something happened.
fn times(shop: &Shop, word: &str) -> usize {
    shop.events().iter().filter(|other| **other == word).count()
}

/// Locks the name for everybody whose device is not known: five wrong passwords from five places.
async fn locks_ada_out(shop: &Shop) {
    for at in 1..=5 {
        login(shop, &format!("192.0.2.{at}"), WRONG).await;
    }
    assert_eq!(login(shop, "192.0.2.6", PASSWORD).await.refusal(), refused(423, "account_locked"));
}
