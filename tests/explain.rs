//! Why was this refused, who is excused from it, what would other settings have done, and what would a safeguard do that
//! only observes: the questions that operators ask about refusals.

use serde_json::{Value, json};

use crate::shop::{Reply, Shop};

mod commands;
mod exemptions;
mod refusals;
mod replay;
mod turns;

const OPERATOR: &str = "op@example.org";
const DESK: &str = "198.51.100.77";
const EVE: &str = "203.0.113.66";
const SQLI: &str = "/api/v1/price/BTC';DROP%20TABLE%20users;--";

/// The identifier that a refused caller is told.
fn id(reply: &Reply) -> String {
    reply.json()["request_id"].as_str().unwrap().to_owned()
}

/// What operators are told of a request.
async fn explain(shop: &Shop, token: &str, request: &str) -> Reply {
    shop.at(DESK).token(token).get(&format!("/api/v1/admin/explain/{request}")).await
}

/// The one refusal of a request, explained.
async fn explained(shop: &Shop, token: &str, reply: &Reply) -> Value {
    let told = explain(shop, token, &id(reply)).await;
    assert_eq!(told.status(), 200, "{}", told.text());
    let told = told.json();
    let refusals = told["refusals"].as_array().unwrap();
    refusals.last().unwrap().clone()
}

/// Excuses somebody.
async fn exempt(shop: &Shop, token: &str, wish: Value) -> Reply {
    shop.at(DESK).token(token).post("/api/v1/admin/exemptions", &wish).await
}

/// An operator, where nobody can register without a challenge.
async fn operator_by_hand(shop: &Shop) -> String {
    let invitation = shop.app.invitation().await.unwrap().expose().to_owned();
    let person = json!({"email": OPERATOR, "password": crate::shop::PASSWORD, "full_name": "Op"});
    let path = format!("/api/v1/auth/invitations/{invitation}");
    assert_eq!(shop.at(DESK).post(&path, &person).await.status(), 201);
    let login = json!({"email": OPERATOR, "password": crate::shop::PASSWORD});
    let tokens = shop.at(DESK).post("/api/v1/auth/login", &login).await;
    tokens.json()["access_token"].as_str().unwrap().to_owned()
}
