//! Orders are filled at the server's price; a caller can only say how bad it may be.

use serde_json::{Value, json};

use crate::shop::{Caller, Reply, Shop};

const PRICE: &str = "8709.49";

async fn order(caller: &Caller<'_>, side: &str, key: &str, more: Value) -> Reply {
    let mut body = json!({"asset_id": "BTC", "quantity": "1"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    caller.order(side, key, &body).await
}

#[tokio::test]
async fn the_server_sets_the_price() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    let bought = order(&caller, "buy", "k1", json!({"max_price": "9999"})).await.json();
    assert_eq!(
        (&bought["price"], &bought["total"], &bought["cash"]),
        (&json!(PRICE), &json!(PRICE), &json!("91290.51"))
    );
    let sold = order(&caller, "sell", "k2", json!({"min_price": "1"})).await.json();
    assert_eq!((&sold["price"], &sold["cash"]), (&json!(PRICE), &json!("100000")));
    for field in ["price", "total", "current_price", "cash", "account_id"] {
        for side in ["buy", "sell"] {
            let reply = order(&caller, side, field, json!({(field): "0.01"})).await;
            assert_eq!(
                (reply.refusal(), reply.fields()),
                ((400, "invalid_input".into()), vec![field.to_owned()])
            );
        }
    }
    let crossed = order(&caller, "buy", "k3", json!({"min_price": "1"})).await;
    assert_eq!((crossed.status(), crossed.fields()), (400, vec!["min_price".to_owned()]));
}

#[tokio::test]
async fn a_limit_is_kept_to_the_last_decimal() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    for (side, field, limit, status) in [
        ("buy", "max_price", "8709.48999999", 422),
        ("buy", "max_price", "8709.49", 201),
        ("sell", "min_price", "8709.49000001", 422),
        ("sell", "min_price", "8709.49", 201),
    ] {
        let reply = order(&caller, side, &format!("{side}{limit}"), json!({(field): limit})).await;
        assert_eq!(reply.status(), status, "{side} {limit}: {}", reply.text());
        if status == 422 {
            assert_eq!(reply.code(), "price_limit");
        }
    }
    let holdings = caller.get("/api/v1/portfolio").await.json();
    assert_eq!(
        (&holdings["cash"], &holdings["positions"]),
        (&json!("100000"), &json!([])),
        "a refused order leaves no trace"
    );
}

#[tokio::test]
async fn a_question_with_a_price_moves_no_order_and_no_value() {
    let shop = Shop::endless(&[]).await;
    let caller = shop.ada().await;
    order(&caller, "buy", "k1", json!({})).await;
    let before = caller.get("/api/v1/portfolio").await.json();
    for price in ["9500", "7900"] {
        assert_eq!(
            caller
                .post("/api/v1/predict/BTC", &json!({"price": price, "source": "internal_db"}))
                .await
                .status(),
            200
        );
    }
    assert_eq!(caller.get("/api/v1/portfolio").await.json(), before);
    assert_eq!(order(&caller, "sell", "k2", json!({})).await.json()["price"], PRICE);
    assert!(shop.app.store.ledger.audit().await.unwrap().is_clean());
}
