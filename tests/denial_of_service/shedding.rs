//! A house that is nearly full keeps its last places for those who lose most by standing outside.

use std::{sync::Arc, time::Duration};

use aspis_core::{clock::Timestamp, ids::AccountId};
use aspis_store::{
    Durable, Ledger, Stored,
    ledger::{After, Audit, Balances, KeyReused, Order, Placed, Transaction},
};
use async_trait::async_trait;

use super::crowd::House;
use crate::shop::{Reply, Shop};

const PRICE: &str = "/api/v1/price/BTC";

fn busy() -> (u16, String) {
    (503, "server_busy".to_owned())
}

#[tokio::test]
async fn strangers_are_shed_first_members_later_and_operators_never() {
    let house = House::open(&[]).await;
    let (stranger, member) = (house.stranger(), house.member("ada@example.org").await);
    let operator = house.operator().await;
    let eight = house.fill(8).await;
    assert_eq!(stranger.get(PRICE).await.status(), 200, "nine of ten places are for strangers too");
    let nine = house.fill(1).await;
    assert_eq!(stranger.get(PRICE).await.refusal(), busy());
    assert_eq!(member.get(PRICE).await.status(), 200);
    let ten = house.fill(1).await;
    assert_eq!(stranger.get(PRICE).await.refusal(), busy());
    let refused = member.get("/api/v1/auth/me").await;
    assert_eq!((refused.refusal(), refused.header("retry-after")), (busy(), Some("1")));
    for path in [PRICE, "/api/v1/auth/me", "/api/v1/admin/surface"] {
        assert_eq!(operator.get(path).await.status(), 200, "{path}");
    }
    for crowd in [eight, nine, ten] {
        assert!(crowd.go_on().await.iter().all(|status| *status == 201));
    }
    assert_eq!(stranger.get(PRICE).await.status(), 200);
}

#[tokio::test]
async fn a_prediction_has_a_queue_of_its_own_and_takes_no_place() {
    let house = House::open(&[]).await;
    let _crowd = house.fill(10).await;
    let asked = house.stranger().call("POST", "/api/v1/predict/BTC", "").await;
    assert_eq!(asked.status(), 200, "{}", asked.text());
}

#[tokio::test]
async fn who_hangs_up_leaves_a_place() {
    let house = House::open(&[]).await;
    for _ in 0..3 {
        let crowd = house.fill(10).await;
        assert_eq!(house.stranger().get(PRICE).await.refusal(), busy());
        drop(crowd);
        assert_eq!(house.stranger().get(PRICE).await.status(), 200);
    }
}

#[tokio::test]
async fn who_is_shed_hears_how_long_it_has_been_full_or_how_fast_it_empties() {
    let house = House::open(&[]).await;
    let mut crowds = Vec::new();
    for _ in 0..10 {
        crowds.push(house.fill(1).await);
    }
    let wait = async || {
        let reply = house.stranger().get(PRICE).await;
        assert_eq!(reply.refusal(), busy());
        reply.header("retry-after").unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(wait().await, 1);
    house.shop.wait(Duration::from_secs(8));
    assert_eq!(wait().await, 8, "nobody has left for so long");
    crowds.remove(0).go_on().await;
    assert_eq!(wait().await, 8, "one in eight seconds, and one has to go");
    house.shop.wait(Duration::from_secs(3600));
    assert_eq!(wait().await, 60, "nobody is told more");
}

/// A ledger whose every look at an account breaks.
struct Broken(Arc<dyn Ledger>);

#[async_trait]
impl Ledger for Broken {
    async fn place(&self, order: Order) -> Stored<Result<Placed, KeyReused>> {
        self.0.place(order).await
    }

    async fn balances(&self, _: AccountId) -> Stored<Balances> {
        panic!("a fault of ours")
    }

    async fn transactions(&self, account: AccountId, after: After, limit: u64) -> Stored<Vec<Transaction>> {
        self.0.transactions(account, after, limit).await
    }

    async fn audit(&self) -> Stored<Audit> {
        self.0.audit().await
    }

    async fn sweep_keys(&self, before: Timestamp) -> Stored<u64> {
        self.0.sweep_keys(before).await
    }
}

#[tokio::test]
async fn a_route_that_panics_leaves_its_place() {
    let shop = Shop::with_store(&["admission.in_progress=1"], |store| Durable {
        ledger: Arc::new(Broken(Arc::clone(&store.ledger))),
        ..store
    })
    .await;
    let ada = shop.caller().token(&shop.member("ada@example.org").await);
    for _ in 0..3 {
        let broken: Reply = ada.get("/api/v1/portfolio").await;
        assert_eq!(broken.refusal(), (500, "internal_error".into()));
        assert_eq!(ada.get(PRICE).await.status(), 200);
    }
}
