//! The books.

use aspis_core::{ids::AccountId, money::Fixed, refusal::Code};

use super::{at, fixed, order, with_account};
use crate::{
    Durable,
    ledger::{KeyReused, Order, Placed, Side},
};

async fn place(home: &Durable, order: Order) -> Placed {
    home.ledger.place(order).await.expect("stored").expect("a key of its own")
}

async fn cash(home: &Durable, account: AccountId) -> Fixed {
    home.ledger.balances(account).await.expect("read").cash
}

pub(super) async fn trades_move_both_sides(home: Durable) {
    let ada = with_account(&home).await;
    let bought = place(&home, order(1, ada, "k1", Side::Buy, "2", "300.00000001")).await;
    assert_eq!(bought.cash, fixed("99699.99999999"));
    let sold = place(&home, order(2, ada, "k2", Side::Sell, "0.5", "80")).await;
    assert_eq!(sold.cash, fixed("99779.99999999"));
    let balances = home.ledger.balances(ada).await.expect("read");
    assert_eq!(balances.positions, vec![("BTC".to_owned(), fixed("1.5"))]);
    let trades = home.ledger.transactions(ada, None, 10).await.expect("read");
    assert_eq!(trades.iter().map(|trade| trade.side).collect::<Vec<_>>(), vec![Side::Sell, Side::Buy]);
    assert_eq!(trades[0].note.as_deref(), Some("a < b"));
    let rest = home.ledger.transactions(ada, Some((trades[0].at, trades[0].id)), 10).await.expect("read");
    assert_eq!(rest, trades[1..]);
    let audit = home.ledger.audit().await.expect("read");
    assert!(audit.is_clean() && audit.entries == 3, "{audit:?}");
}

pub(super) async fn what_is_not_there_cannot_be_spent(home: Durable) {
    let ada = with_account(&home).await;
    let dear = place(&home, order(1, ada, "k1", Side::Buy, "1", "100000.00000001")).await;
    assert_eq!((dear.answer, dear.cash), (Err(Code::InsufficientFunds), fixed("100000")));
    let short = place(&home, order(2, ada, "k2", Side::Sell, "1", "1")).await;
    assert_eq!(short.answer, Err(Code::InsufficientHoldings));
    assert!(
        place(&home, order(3, ada, "k3", Side::Buy, "1", "100000")).await.answer.is_ok(),
        "the last cent can be spent"
    );
    assert_eq!(cash(&home, ada).await, Fixed::ZERO);
    assert!(home.ledger.audit().await.expect("read").is_clean());
}

pub(super) async fn an_order_is_placed_once(home: Durable) {
    let ada = with_account(&home).await;
    let first = place(&home, order(1, ada, "k1", Side::Buy, "1", "10")).await;
    let again = place(&home, order(2, ada, "k1", Side::Buy, "1", "10")).await;
    assert_eq!((first.replayed, again.replayed), (false, true));
    assert_eq!((&first.answer, first.cash), (&again.answer, again.cash));
    let other = home.ledger.place(order(3, ada, "k1", Side::Buy, "2", "20")).await.expect("stored");
    assert_eq!(other, Err(KeyReused));
    let refused = Order { refused: Some(Code::PriceLimit), ..order(4, ada, "k4", Side::Buy, "1", "10") };
    assert_eq!(place(&home, refused).await.answer, Err(Code::PriceLimit));
    let again = place(&home, order(5, ada, "k4", Side::Buy, "1", "10")).await;
    assert_eq!((again.answer, again.replayed), (Err(Code::PriceLimit), true), "a stored refusal stands");
    let late = Order { keys_since: at(1000), at: at(2000), ..order(6, ada, "k1", Side::Buy, "1", "10") };
    assert!(!place(&home, late).await.replayed, "the key is older than a day");
    assert_eq!(cash(&home, ada).await, fixed("99980"));
    assert_eq!(home.ledger.sweep_keys(at(1000)).await.expect("swept"), 1);
}

pub(super) async fn many_at_once_never_overspend(home: Durable) {
    let ada = with_account(&home).await;
    let mut set = tokio::task::JoinSet::new();
    for n in 0..50_u128 {
        let ledger = home.ledger.clone();
        set.spawn(async move {
            ledger
                .place(order(n, ada, &format!("k{n}"), Side::Buy, "1", "30000"))
                .await
                .expect("stored")
                .expect("own key")
        });
    }
    let placed = set.join_all().await;
    assert_eq!(placed.iter().filter(|p| p.answer.is_ok()).count(), 3);
    assert_eq!(cash(&home, ada).await, fixed("10000"));
    assert!(home.ledger.audit().await.expect("read").is_clean());
}

pub(super) async fn nothing_overflows(home: Durable) {
    let ada = with_account(&home).await;
    let most = Fixed::MAX.to_string();
    assert!(place(&home, order(1, ada, "k1", Side::Buy, &most, "1")).await.answer.is_ok());
    assert_eq!(
        place(&home, order(2, ada, "k2", Side::Buy, "1", "1")).await.answer,
        Err(Code::TotalOutOfRange)
    );
    assert_eq!(
        place(&home, order(3, ada, "k3", Side::Sell, "1", &most)).await.answer,
        Err(Code::TotalOutOfRange)
    );
    assert_eq!(cash(&home, ada).await, fixed("99999"), "neither side moved");
    assert!(home.ledger.audit().await.expect("read").is_clean());
}
