//! The hand that tries: signing in, wrongly and rightly, with and without what was asked for.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Reply, Shop, solver};

pub(super) const LOGIN: &str = "/api/v1/auth/login";
pub(super) const ADA: &str = "ada@example.org";
pub(super) const WRONG: &str = "not the right words 7";
pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// A shop where no window is ever spent, and a challenge is quickly solved.
pub(super) async fn open() -> Shop {
    Shop::endless(&["challenge.difficulty=1"]).await
}

pub(super) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// What is sent.
pub(super) fn login(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// The same with a field more.
pub(super) fn with(mut body: Value, field: &str, value: &str) -> Value {
    body[field] = value.into();
    body
}

pub(super) async fn wrong(caller: &Caller<'_>, email: &str) -> Reply {
    caller.post(LOGIN, &login(email, WRONG)).await
}

pub(super) async fn right(caller: &Caller<'_>, email: &str) -> Reply {
    caller.post(LOGIN, &login(email, PASSWORD)).await
}

/// A try with a challenge that was fetched and solved for it.
pub(super) async fn solved(caller: &Caller<'_>, email: &str, password: &str) -> Reply {
    let solution = solution(caller, "purpose=login&kind=math").await;
    caller.post(LOGIN, &with(login(email, password), "challenge", &solution)).await
}

/// Fetches a challenge and solves it.
pub(super) async fn solution(caller: &Caller<'_>, query: &str) -> String {
    let challenge = caller.get(&format!("/api/v1/auth/challenge?{query}")).await;
    assert_eq!(challenge.status(), 200, "{}", challenge.text());
    let challenge = challenge.json();
    if challenge["kind"] == "math" { solver::answer(&challenge) } else { solver::proof(&challenge) }
}

/// Three failures on names that nobody has: from now on a challenge must come with every try from there.
pub(super) async fn stumble(caller: &Caller<'_>) {
    for name in ["one@nobody.example", "two@nobody.example", "three@nobody.example"] {
        assert_eq!(wrong(caller, name).await.refusal(), refusal(401, "invalid_credentials"));
    }
}

/// Five failures on a name, each from a client of its own, all in a network of that number.
pub(super) async fn lock(shop: &Shop, email: &str, network: u8) {
    for host in 1..=5 {
        let reply = wrong(&shop.at(&format!("192.0.{network}.{host}")), email).await;
        assert_eq!(reply.refusal(), refusal(401, "invalid_credentials"), "failure {host}");
    }
}

pub(super) fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// How long a refusal says to wait.
pub(super) fn retry_after(reply: &Reply) -> u64 {
    reply.header("retry-after").unwrap_or_else(|| panic!("{}", reply.text())).parse().unwrap()
}

/// How often something has happened.
pub(super) fn count(shop: &Shop, word: &str) -> usize {
    shop.events().iter().filter(|known| **known == word).count()
}

/// How many passwords were looked at and found wrong.
pub(super) fn looked_at(shop: &Shop) -> usize {
    count(shop, "invalid_credentials")
}

/// An answer without what differs between any two answers.
pub(super) fn gist(reply: &Reply) -> (u16, Vec<(String, String)>, Value) {
    let fields = reply.headers().filter(|(name, _)| *name != "x-request-id");
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut body = reply.json();
    body.as_object_mut().unwrap().remove("request_id");
    (reply.status(), fields, body)
}
