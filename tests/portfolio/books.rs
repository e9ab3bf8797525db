//! The books while many trade at once: money and holdings never go below zero, never appear, never vanish.

use futures_util::future::join_all;

use super::{Fixed, Shop, Trader, books_are_in_order, fixed, price, product, text};

/// Cash from the trades alone: what an account started with, less what it paid, and what it got.
async fn cash_by_trades(trader: &Trader<'_>) -> Fixed {
    trader.trades().await.iter().fold(text("100000"), |cash, trade| {
        let total = fixed(&trade["total"]);
        let next = if trade["side"] == "buy" { cash.checked_sub(total) } else { cash.checked_add(total) };
        next.unwrap()
    })
}

#[tokio::test]
async fn many_orders_at_once_leave_the_books_balanced() {
    let shop = Shop::endless(&["admission.in_progress=1000"]).await;
    let mut traders = Vec::new();
    for name in ["ada@example.org", "bob@example.org", "eve@example.org"] {
        traders.push(Trader::new(&shop, name).await);
    }
    let mut orders = Vec::new();
    for (who, trader) in traders.iter().enumerate() {
        for at in 0..40 {
            let asset = ["BTC", "ETH", "EURUSD"][at % 3];
            // More is sold than bought, so that some of it must be refused.
            let (side, quantity) = if at % 2 == 0 { ("buy", "0.12345678") } else { ("sell", "0.2") };
            orders.push(async move { trader.trade(side, &format!("{who}-{at}"), asset, quantity).await });
        }
    }
    let replies = join_all(orders).await;
    for reply in &replies {
        let refused = reply.status() == 422 && reply.code() == "insufficient_holdings";
        assert!(reply.status() == 201 || refused, "{}", reply.text());
    }
    let placed = replies.iter().filter(|reply| reply.status() == 201).count();
    let mut listed = 0;
    for trader in &traders {
        listed += trader.trades().await.len();
        assert_eq!(trader.cash().await, cash_by_trades(trader).await);
    }
    assert_eq!(placed, listed);
    assert!((60..120).contains(&placed), "{placed}");
    books_are_in_order(&shop).await;
}

#[tokio::test]
async fn the_last_cash_is_spent_once() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    // Three of these can be paid, and a fourth cannot.
    let price = price(&shop, "BTC").await;
    let quantity = Fixed::from_f64(30_000.0 / price.to_f64()).unwrap();
    let keys: Vec<String> = (0..20).map(|at| format!("k{at}")).collect();
    let quantity_text = quantity.to_string();
    let replies = join_all(keys.iter().map(|key| ada.trade("buy", key, "BTC", &quantity_text))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status() == 201).count(), 3);
    assert!(replies.iter().all(|reply| reply.status() == 201 || reply.code() == "insufficient_funds"));
    let paid = product(quantity, price, true);
    let left = (0..3).fold(text("100000"), |cash, _| cash.checked_sub(paid).unwrap());
    assert_eq!(ada.cash().await, left);
    books_are_in_order(&shop).await;
}

#[tokio::test]
async fn the_last_coin_is_sold_once() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    ada.trade("buy", "stake", "ETH", "1").await;
    let keys: Vec<String> = (0..20).map(|at| format!("k{at}")).collect();
    let replies = join_all(keys.iter().map(|key| ada.trade("sell", key, "ETH", "1"))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status() == 201).count(), 1);
    assert_eq!(ada.holds("ETH").await, text("0"));
    books_are_in_order(&shop).await;
}

#[tokio::test]
async fn the_books_outlive_a_restart() {
    let shop = Shop::endless(&[]).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    for (at, asset) in ["BTC", "ETH", "LTC", "IBM"].into_iter().enumerate() {
        assert_eq!(ada.trade("buy", &format!("k{at}"), asset, "0.7").await.status(), 201);
    }
    let (before, trades) = (ada.portfolio().await, ada.trades().await);
    let shop = shop.restart().await;
    let ada = Trader::again(&shop, "ada@example.org").await;
    assert_eq!((ada.portfolio().await, ada.trades().await), (before, trades));
    books_are_in_order(&shop).await;
}
