//! A cursor is good where it was made, and cannot be made up.

use serde_json::json;

use crate::shop::{Caller, Shop};

async fn cursor(caller: &Caller<'_>, path: &str) -> String {
    let reply = caller.get(path).await;
    reply.json()["next_cursor"].as_str().unwrap_or_else(|| panic!("{}", reply.text())).to_owned()
}

async fn refused(caller: &Caller<'_>, path: &str, cursor: &str) {
    let sign = if path.contains('?') { '&' } else { '?' };
    let reply = caller.get(&format!("{path}{sign}cursor={cursor}")).await;
    assert_eq!(
        (reply.refusal(), reply.fields()),
        ((400, "invalid_query".into()), vec!["cursor".to_owned()]),
        "{path} {cursor}"
    );
    assert_eq!(reply.json()["errors"][0]["code"], "invalid_cursor");
}

#[tokio::test]
async fn a_cursor_moves_to_no_other_asset_interval_or_account() {
    let shop = Shop::endless(&[]).await;
    let (ada, eve) = (shop.member("ada@example.org").await, shop.member("eve@example.org").await);
    let (ada, eve) = (shop.caller().token(&ada), shop.caller().token(&eve));
    for caller in [&ada, &eve] {
        for key in ["k1", "k2"] {
            assert_eq!(
                caller.order("buy", key, &json!({"asset_id": "BTC", "quantity": "0.1"})).await.status(),
                201
            );
        }
    }
    let bars = cursor(&ada, "/api/v1/history/BTC?limit=5").await;
    refused(&ada, "/api/v1/history/ETH?limit=5", &bars).await;
    refused(&ada, "/api/v1/history/BTC?limit=5&interval=1h", &bars).await;
    refused(&ada, "/api/v1/portfolio/transactions", &bars).await;
    let trades = cursor(&ada, "/api/v1/portfolio/transactions?limit=1").await;
    refused(&eve, "/api/v1/portfolio/transactions", &trades).await;
    refused(&ada, "/api/v1/history/BTC", &trades).await;
    assert_eq!(
        ada.get(&format!("/api/v1/history/btc?limit=5&cursor={bars}")).await.status(),
        200,
        "the same asset in another case"
    );
}

#[tokio::test]
async fn a_cursor_cannot_be_made_up() {
    let shop = Shop::endless(&[]).await;
    let token = shop.member("ada@example.org").await;
    let caller = shop.caller().token(&token);
    let good = cursor(&caller, "/api/v1/history/BTC?limit=5").await;
    let (position, seal) = good.rsplit_once('.').unwrap();
    let earlier = position.parse::<i64>().unwrap() - 86_400_000_000;
    let forged = [
        String::new(),
        ".".into(),
        position.to_owned(),
        format!("{position}."),
        format!(".{seal}"),
        format!("{earlier}.{seal}"),
        format!("-{position}.{seal}"),
        format!("{position}.{}", "0".repeat(seal.len())),
        format!("{position}.{}", &seal[..seal.len() - 1]),
        format!("{position}.{}", seal.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A")),
        format!("{good}0"),
        format!("0{good}"),
        format!("%20{good}"),
        "9".repeat(2000),
        "%EF%BC%91.x".into(),
    ];
    for cursor in forged {
        refused(&caller, "/api/v1/history/BTC?limit=5", &cursor).await;
    }
    assert_eq!(caller.get(&format!("/api/v1/history/BTC?cursor={good}")).await.status(), 200);
    let shop = shop.restart().await;
    assert_eq!(
        shop.caller().get(&format!("/api/v1/history/BTC?cursor={good}")).await.status(),
        200,
        "it outlives a restart"
    );
}
