//! Second factors: an authenticator, recovery codes, passkeys, and what wants a proof that is young.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{PASSWORD, Reply, Shop};

mod codes;
mod enrolment;
mod operators;
mod passkeys;
mod recovery;
mod step_up;
mod told;

const ADA: &str = "ada@example.org";
const LOGIN: &str = "/api/v1/auth/login";
const TOTP: &str = "/api/v1/auth/totp";
const CONFIRM: &str = "/api/v1/auth/totp/confirm";
const RECOVERY: &str = "/api/v1/auth/recovery-codes";
const STEP_UP: &str = "/api/v1/auth/step-up";
/// As long as one code is shown.
const STEP: Duration = Duration::from_secs(30);
/// What lets a test try as often as it likes.
const PATIENT: [&str; 3] = ["lock.after=1000", "lock.challenge_over=1000", "lock.wait_over=1000"];

/// Signs in with the right password, from an address, with or without a code.
async fn login(shop: &Shop, from: &str, email: &str, code: Option<&str>) -> Reply {
    let mut body = json!({"email": email, "password": PASSWORD});
    if let Some(code) = code {
        body["totp"] = code.into();
    }
    shop.at(from).post(LOGIN, &body).await
}

/// The access token of a sign-in that succeeded.
fn access(reply: &Reply) -> String {
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn totp_required() -> (u16, String) {
    refused(401, "totp_required")
}

/// The sign-in that a token is of, as its owner sees it.
async fn current(shop: &Shop, token: &str) -> Value {
    let listed = shop.caller().token(token).get("/api/v1/auth/sessions").await.json();
    let all = listed["sessions"].as_array().unwrap();
    all.iter().find(|session| session["current"] == true).unwrap().clone()
}

/// The kinds of the owner's notices.
async fn notices(shop: &Shop, token: &str) -> Vec<String> {
    let seen = shop.caller().token(token).get("/api/v1/auth/notices").await.json();
    let all = seen["notices"].as_array().unwrap();
    all.iter().map(|notice| notice["kind"].as_str().unwrap().to_owned()).collect()
}

/// How often something happened.
fn times(shop: &Shop, word: &str) -> usize {
    shop.events().iter().filter(|other| **other == word).count()
}
