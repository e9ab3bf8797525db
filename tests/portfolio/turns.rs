//! A repeat while the first is still at work: it waits its turn, and not for ever.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Shop, Trader, books_are_in_order, stand_in::Held};

#[tokio::test]
async fn a_repeat_waits_for_the_first() {
    let gate = Arc::new(Semaphore::new(0));
    let shop = Shop::with_store(&["portfolio.idempotency_wait=30s"], |store| Held::over(store, &gate)).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let (first, second, ()) =
        tokio::join!(ada.trade("buy", "k", "BTC", "0.1"), ada.trade("buy", "k", "BTC", "0.1"), async {
            gate.add_permits(2);
        });
    assert_eq!((first.status(), first.header("idempotent-replayed")), (201, None));
    assert_eq!((second.header("idempotent-replayed"), second.text()), (Some("true"), first.text()));
    assert_eq!(ada.trades().await.len(), 1);
}

#[tokio::test]
async fn a_repeat_that_waited_long_enough_is_told_so() {
    let gate = Arc::new(Semaphore::new(0));
    let shop =
        Shop::with_store(&["portfolio.idempotency_wait=100ms"], |store| Held::over(store, &gate)).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    let (first, second) = tokio::join!(ada.trade("buy", "k", "BTC", "0.1"), async {
        let second = ada.trade("buy", "k", "BTC", "0.1").await;
        gate.add_permits(10);
        second
    });
    assert_eq!(second.refusal(), (409, "in_progress".into()));
    assert_eq!(second.header("retry-after"), Some("1"));
    assert_eq!(first.status(), 201, "{}", first.text());
    assert_eq!(ada.trade("buy", "k", "BTC", "0.1").await.text(), first.text());
    assert_eq!(ada.trades().await.len(), 1);
    books_are_in_order(&shop).await;
}

/// One key at work holds up no other key, and no other account.
#[tokio::test]
async fn only_the_same_key_waits() {
    let gate = Arc::new(Semaphore::new(0));
    let shop = Shop::with_store(&["portfolio.idempotency_wait=0s"], |store| Held::over(store, &gate)).await;
    let (ada, eve) =
        (Trader::new(&shop, "ada@example.org").await, Trader::new(&shop, "eve@example.org").await);
    let (one, two, three, ()) = tokio::join!(
        ada.trade("buy", "one", "BTC", "0.1"),
        ada.trade("buy", "two", "BTC", "0.1"),
        eve.trade("buy", "one", "BTC", "0.1"),
        async { gate.add_permits(3) }
    );
    assert_eq!((one.status(), two.status(), three.status()), (201, 201, 201));
}

/// A caller that goes away in the middle leaves no turn taken behind it.
#[tokio::test]
async fn a_caller_that_goes_away_frees_its_key() {
    let gate = Arc::new(Semaphore::new(0));
    let shop = Shop::with_store(&["portfolio.idempotency_wait=0s"], |store| Held::over(store, &gate)).await;
    let ada = Trader::new(&shop, "ada@example.org").await;
    {
        let mut gone = Box::pin(ada.trade("buy", "k", "BTC", "0.1"));
        tokio::select! {
            biased;
            reply = &mut gone => panic!("it was answered: {}", reply.text()),
            () = tokio::task::yield_now() => {}
        }
    }
    gate.add_permits(2);
    assert_eq!(ada.trade("buy", "k", "BTC", "0.1").await.status(), 201);
    assert_eq!(ada.trades().await.len(), 1);
}
