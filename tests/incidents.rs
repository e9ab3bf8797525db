//! Incidents: who is shut out, what operators do, and that nobody locks them out.

use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

mod accounts;
mod actions;
mod again;
mod automatic;
mod beside;
mod blocks;
mod commands;
mod crashes;
mod force;
mod heard;
mod import;
mod limits;
mod passwords;
mod playbooks;
mod walk;

const INCIDENT: &str = "/api/v1/admin/incident";
const OPERATOR: &str = "op@example.org";
const MAIL: [&str; 2] = ["mail.url=smtp://127.0.0.1:25", "mail.from=aspis@example.com"];

/// Asks for something; nobody spends a window here.
async fn asks(shop: &Shop, token: &str, ask: &Value) -> Reply {
    shop.at("198.51.100.77").token(token).post(INCIDENT, ask).await
}

/// Does something that works; what was done.
async fn does(shop: &Shop, token: &str, ask: &Value) -> Value {
    let reply = asks(shop, token, ask).await;
    assert_eq!(reply.status(), 200, "{ask}: {}", reply.text());
    reply.json()
}

/// Takes the first of what was done back.
async fn undo(shop: &Shop, token: &str, done: &Value) -> Reply {
    let path = format!("{INCIDENT}/{}/undo", done["actions"][0]["id"].as_str().unwrap());
    shop.at("198.51.100.77").token(token).post(&path, &json!({})).await
}

/// What a caller at an address gets.
async fn at(shop: &Shop, address: &str) -> (u16, String) {
    let reply = shop.at(address).get("/api/v1/prices").await;
    if reply.status() == 200 { (200, String::new()) } else { reply.refusal() }
}

fn ok() -> (u16, String) {
    (200, String::new())
}

fn blocked() -> (u16, String) {
    (403, "blocked".to_owned())
}

/// What a signed-in caller gets at an address.
async fn me(shop: &Shop, token: &str, address: &str) -> u16 {
    shop.at(address).token(token).get("/api/v1/auth/me").await.status()
}

/// The kinds of somebody's notices.
async fn notices(shop: &Shop, token: &str) -> Vec<String> {
    let told = shop.at("198.51.100.77").token(token).get("/api/v1/auth/notices").await.json();
    let kinds = told["notices"].as_array().unwrap().iter();
    kinds.map(|notice| notice["kind"].as_str().unwrap().to_owned()).collect()
}
