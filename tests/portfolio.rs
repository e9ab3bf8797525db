//! Paper money: orders, what they cost, who has what, and that a repeated order is one order.

use aspis_core::money::Fixed;
use serde_json::{Value, json};

use crate::shop::{Caller, PASSWORD, Reply, Shop};

mod books;
mod keys;
mod orders;
mod paging;
pub(crate) mod stand_in;
mod turns;

/// Somebody with an account.
#[derive(Clone)]
struct Trader<'a>(Caller<'a>);

impl<'a> Trader<'a> {
    async fn new(shop: &'a Shop, email: &str) -> Self {
        Self(shop.caller().token(&shop.member(email).await))
    }

    /// The same person, signed in anew.
    async fn again(shop: &'a Shop, email: &str) -> Self {
        let login =
            shop.caller().post("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD})).await;
        Self(shop.caller().token(login.json()["access_token"].as_str().unwrap()))
    }

    async fn trade(&self, side: &str, key: &str, asset: &str, quantity: &str) -> Reply {
        self.0.order(side, key, &json!({"asset_id": asset, "quantity": quantity})).await
    }

    async fn portfolio(&self) -> Value {
        self.0.get("/api/v1/portfolio").await.json()
    }

    async fn cash(&self) -> Fixed {
        fixed(&self.portfolio().await["cash"])
    }

    /// How much of an asset, as the portfolio says it.
    async fn holds(&self, asset: &str) -> Fixed {
        let portfolio = self.portfolio().await;
        let position =
            portfolio["positions"].as_array().unwrap().iter().find(|position| position["asset_id"] == asset);
        position.map_or(Fixed::ZERO, |position| fixed(&position["quantity"]))
    }

    async fn trades(&self) -> Vec<Value> {
        self.0.get("/api/v1/portfolio/transactions?limit=1000").await.json()["transactions"]
            .as_array()
            .unwrap()
            .clone()
    }
}

/// A decimal of an answer: always text, never a JSON number.
fn fixed(value: &Value) -> Fixed {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).parse().unwrap()
}

fn text(value: &str) -> Fixed {
    value.parse().unwrap()
}

/// Quantity × price by whole numbers alone, rounded down or up at eight decimals.
fn product(quantity: Fixed, price: Fixed, up: bool) -> Fixed {
    let exact = i128::from(quantity.units()) * i128::from(price.units());
    let rounded = if up { (exact + 99_999_999) / 100_000_000 } else { exact / 100_000_000 };
    Fixed::from_units(i64::try_from(rounded).unwrap())
}

async fn price(shop: &Shop, asset: &str) -> Fixed {
    fixed(&shop.caller().get(&format!("/api/v1/price/{asset}")).await.json()["price"])
}

async fn books_are_in_order(shop: &Shop) {
    let audit = shop.app.store.ledger.audit().await.unwrap();
    assert!(audit.is_clean(), "{audit:?}");
}
