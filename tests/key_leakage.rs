//! Scenario 6, key leakage: a key opens what it was made for and no more, from where it may, and not for long.

mod honey;
mod leaks;
mod lives;
mod makes;
mod opens;
mod reporters;
mod sends;
mod suspends;
mod warns;

use serde_json::{Value, json};

use crate::shop::{Caller, Reply, Shop};

const KEYS: &str = "/api/v1/keys";
const ADA: &str = "ada@example.org";
const SCOPES: [&str; 5] = ["read:prices", "write:prices", "predict", "read:portfolio", "write:portfolio"];

/// A shop with Ada in it; her access token.
async fn shop() -> (Shop, String) {
    let shop = Shop::endless(&[]).await;
    let token = shop.member(ADA).await;
    (shop, token)
}

/// Ada asks for a key.
async fn ask(shop: &Shop, token: &str, wish: &Value) -> Reply {
    shop.caller().token(token).post(KEYS, wish).await
}

/// Ada makes a key with some scopes; the key and its identifier.
async fn make(shop: &Shop, token: &str, scopes: &[&str]) -> (String, String) {
    let reply = ask(shop, token, &json!({"name": "the nightly job", "scopes": scopes})).await;
    assert_eq!(reply.status(), 201, "{}", reply.text());
    read(&reply)
}

/// The key in an answer, and its identifier.
fn read(reply: &Reply) -> (String, String) {
    let json = reply.json();
    (json["key"].as_str().unwrap().to_owned(), json["id"].as_str().unwrap().to_owned())
}

fn with_key<'a>(caller: Caller<'a>, key: &str) -> Caller<'a> {
    caller.with("x-api-key", key)
}

async fn revoke(shop: &Shop, token: &str, id: &str) -> Reply {
    shop.caller().token(token).call("DELETE", &format!("{KEYS}/{id}"), "").await
}

async fn rotate(shop: &Shop, token: &str, id: &str, wish: &Value) -> Reply {
    shop.caller().token(token).post(&format!("{KEYS}/{id}/rotate"), wish).await
}

async fn list(shop: &Shop, token: &str) -> Vec<Value> {
    let reply = shop.caller().token(token).get(KEYS).await;
    assert_eq!(reply.status(), 200, "{}", reply.text());
    reply.json()["keys"].as_array().unwrap().clone()
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
