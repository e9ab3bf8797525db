//! One order: what it costs, what it changes, and why it may be refused.

use std::time::Duration;

use serde_json::json;

use super::{Shop, Trader, books_are_in_order, fixed, price, product, stand_in, text};

#[tokio::test]
async fn an_account_starts_with_cash_and_nothing_else() {
    let shop = Shop::open().await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let expected = json!({"currency": "USD", "cash": "100000", "positions": [], "value": "100000"});
    assert_eq!(ada.portfolio().await, expected);
    assert!(ada.trades().await.is_empty());
}

#[tokio::test]
async fn what_is_bought_is_paid_and_can_be_sold() {
    let shop = Shop::open().await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let price = price(&shop, "BTC").await;
    let bought = ada.trade("buy", "one", "btc", "0.5").await;
    assert_eq!(bought.status(), 201, "{}", bought.text());
    assert_eq!(bought.header("idempotent-replayed"), None);
    let bought = bought.json();
    let total = product(text("0.5"), price, true);
    assert_eq!(
        (bought["side"].as_str(), bought["asset_id"].as_str(), bought["quantity"].as_str()),
        (Some("buy"), Some("BTC"), Some("0.5"))
    );
    assert_eq!((fixed(&bought["price"]), fixed(&bought["total"])), (price, total));
    let left = text("100000").checked_sub(total).unwrap();
    assert_eq!((fixed(&bought["cash"]), ada.cash().await), (left, left));
    assert_eq!(bought["transaction_id"].as_str().unwrap().len(), 36);

    let portfolio = ada.portfolio().await;
    let position = &portfolio["positions"][0];
    let value = product(text("0.5"), price, false);
    assert_eq!((fixed(&position["price"]), fixed(&position["value"])), (price, value));
    assert_eq!(fixed(&portfolio["value"]), left.checked_add(value).unwrap());
    assert_eq!(
        position["stale"], true,
        "the clock of this test is years after the data: marked, and still traded"
    );

    // Trades of one moment have no order of their own.
    shop.wait(Duration::from_millis(1));
    let sold = ada.trade("sell", "two", "BTC", "0.5").await;
    assert_eq!(sold.status(), 201, "{}", sold.text());
    assert_eq!(ada.portfolio().await["positions"], json!([]));
    let trades = ada.trades().await;
    let sides: Vec<_> = trades.iter().map(|trade| trade["side"].as_str().unwrap()).collect();
    assert_eq!(sides, ["sell", "buy"]);
    books_are_in_order(&shop).await;
}

/// Charged up and paid down, always at eight decimals, never to cents: a round trip never makes money.
#[tokio::test]
async fn totals_are_rounded_against_the_caller() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let mut finer_than_cents = 0;
    for asset in ["BTC", "ETH", "EURUSD", "IBM"] {
        let price = price(&shop, asset).await;
        for quantity in ["0.00000001", "0.00000003", "0.12345678", "0.33333333", "0.99999999", "1"] {
            let before = ada.cash().await;
            let bought = ada.trade("buy", &format!("b-{asset}-{quantity}"), asset, quantity).await.json();
            let sold = ada.trade("sell", &format!("s-{asset}-{quantity}"), asset, quantity).await.json();
            let (paid, got) = (fixed(&bought["total"]), fixed(&sold["total"]));
            assert_eq!(paid, product(text(quantity), price, true), "{asset} {quantity}");
            assert_eq!(got, product(text(quantity), price, false), "{asset} {quantity}");
            let lost = paid.checked_sub(got).unwrap();
            assert!(lost.units() == 0 || lost.units() == 1, "{asset} {quantity}: {lost}");
            assert_eq!(ada.cash().await, before.checked_sub(lost).unwrap());
            finer_than_cents += usize::from(paid.units() % 1_000_000 != 0);
        }
    }
    assert!(finer_than_cents > 10, "{finer_than_cents}");
    books_are_in_order(&shop).await;
}

#[tokio::test]
async fn a_price_limit_is_kept_to_the_last_decimal() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let price = price(&shop, "BTC").await;
    let (below, above) =
        (price.checked_sub(text("0.00000001")).unwrap(), price.checked_add(text("0.00000001")).unwrap());
    let cases = [
        ("buy", "max_price", below, 422),
        ("buy", "max_price", price, 201),
        ("buy", "max_price", above, 201),
    ];
    let sells = [
        ("sell", "min_price", above, 422),
        ("sell", "min_price", price, 201),
        ("sell", "min_price", below, 201),
    ];
    for (at, (side, limit, worst, status)) in cases.into_iter().chain(sells).enumerate() {
        let reply = ada
            .0
            .order(
                side,
                &format!("k{at}"),
                &json!({"asset_id": "BTC", "quantity": "0.1", limit: worst.to_string()}),
            )
            .await;
        assert_eq!(reply.status(), status, "{side} {worst}: {}", reply.text());
        if status == 422 {
            assert_eq!(reply.code(), "price_limit");
        }
    }
    // A limit of the other side is no field of this one.
    let wrong =
        ada.0.order("buy", "x", &json!({"asset_id": "BTC", "quantity": "0.1", "min_price": "1"})).await;
    assert_eq!((wrong.status(), wrong.fields()), (400, vec!["min_price".to_owned()]));
}

#[tokio::test]
async fn nobody_spends_what_is_not_there() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    assert_eq!(ada.trade("buy", "a", "BTC", "1000").await.refusal(), (422, "insufficient_funds".into()));
    assert_eq!(
        ada.trade("sell", "b", "BTC", "0.00000001").await.refusal(),
        (422, "insufficient_holdings".into())
    );
    assert_eq!(ada.trade("buy", "c", "ETH", "1.5").await.status(), 201);
    assert_eq!(
        ada.trade("sell", "d", "ETH", "1.50000001").await.refusal(),
        (422, "insufficient_holdings".into())
    );
    assert_eq!(ada.trade("sell", "e", "BTC", "1.5").await.refusal(), (422, "insufficient_holdings".into()));
    assert_eq!((ada.trades().await.len(), ada.holds("ETH").await), (1, text("1.5")));
    assert_eq!(ada.trade("sell", "f", "ETH", "1.5").await.status(), 201);
    books_are_in_order(&shop).await;
}

/// Cash can be spent to the last 10⁻⁸, and not one further.
#[tokio::test]
async fn cash_ends_at_nothing_and_never_below() {
    let shop = Shop::with_store(&["portfolio.starting_cash=1.00000001"], stand_in::with_penny).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    assert_eq!(
        ada.trade("buy", "a", "PENNY", "10.0000002").await.refusal(),
        (422, "insufficient_funds".into())
    );
    assert_eq!(ada.trade("buy", "b", "PENNY", "10.0000001").await.status(), 201);
    assert_eq!(ada.cash().await, text("0"));
    assert_eq!(
        ada.trade("buy", "c", "PENNY", "0.00000001").await.refusal(),
        (422, "insufficient_funds".into())
    );
    books_are_in_order(&shop).await;
}

#[tokio::test]
async fn a_total_of_nothing_or_beyond_counting_is_refused() {
    let shop = Shop::with_store(&["portfolio.starting_cash=1000000000"], stand_in::with_penny).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    // 10⁻⁸ at a price of 0.1: charged as 10⁻⁸, but paid out it would be nothing.
    let bought = ada.trade("buy", "a", "PENNY", "0.00000001").await;
    assert_eq!((bought.status(), bought.json()["total"].as_str()), (201, Some("0.00000001")));
    assert_eq!(
        ada.trade("sell", "b", "PENNY", "0.00000001").await.refusal(),
        (422, "total_out_of_range".into())
    );
    for (at, asset) in ["BTC", "EURUSD"].into_iter().enumerate() {
        let huge = ada.trade("buy", &format!("h{at}"), asset, "92233720368.54775807").await;
        assert_eq!(huge.refusal(), (422, "total_out_of_range".into()), "{asset}");
    }
    // This one can be counted, and there is not the money for it.
    assert_eq!(
        ada.trade("buy", "c", "PENNY", "92233720368.54775807").await.refusal(),
        (422, "insufficient_funds".into())
    );
    assert_eq!(ada.holds("PENNY").await, text("0.00000001"));
    books_are_in_order(&shop).await;
}

#[tokio::test]
async fn a_note_comes_back_as_it_was_sent() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let longest = "ü".repeat(500);
    let notes = [
        "O'Brien's plan: select a fund; drop nothing",
        "a < b && c > d",
        "100 % ✓ 🛡",
        "line one\nline two\ttab",
        "",
        "\"quoted\" \\ back",
        &longest,
    ];
    for (at, note) in notes.iter().enumerate() {
        let reply = ada
            .0
            .order("buy", &format!("n{at}"), &json!({"asset_id": "ETH", "quantity": "0.01", "note": note}))
            .await;
        assert_eq!((reply.status(), reply.json()["note"].as_str()), (201, Some(*note)), "{}", reply.text());
        shop.wait(Duration::from_millis(1));
    }
    let kept: Vec<String> =
        ada.trades().await.iter().rev().map(|trade| trade["note"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kept, notes);
}

#[tokio::test]
async fn an_order_without_sign_in_is_no_order() {
    let shop = Shop::open().await;
    let body = json!({"asset_id": "BTC", "quantity": "1"});
    for side in ["buy", "sell"] {
        assert_eq!(
            shop.caller().order(side, "k", &body).await.refusal(),
            (401, "credentials_required".into())
        );
        let wrong = shop.caller().token("a.b.c").order(side, "k", &body).await;
        assert_eq!(wrong.refusal(), (401, "invalid_token".into()));
    }
}
