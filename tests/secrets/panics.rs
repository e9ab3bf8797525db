//! What a part says when it panics: where, and nothing of what it was working on.

use std::sync::Arc;

use aspis_core::{clock::Timestamp, ids::AccountId};
use aspis_store::{
    Durable, Ledger, Stored,
    ledger::{After, Audit, Balances, KeyReused, Order, Placed, Transaction},
};
use async_trait::async_trait;

use super::*;

/// Books that break over an order, and quote it.
struct Loud(Arc<dyn Ledger>);

#[async_trait]
impl Ledger for Loud {
    async fn place(&self, order: Order) -> Stored<Result<Placed, KeyReused>> {
        panic!("no place for {order:?}")
    }

    async fn balances(&self, account: AccountId) -> Stored<Balances> {
        self.0.balances(account).await
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
async fn a_panic_quotes_nobody() {
    let talk = Talk::default();
    let listening = talk.listen();
    let shop =
        Shop::with_store(&[], |store| Durable { ledger: Arc::new(Loud(Arc::clone(&store.ledger))), ..store });
    let shop = shop.await;
    let token = shop.member("ada@example.org").await;
    aspis::panics::hold_their_tongue();
    let order = json!({"asset_id": "BTC", "quantity": "0.1", "note": secret("note")});
    let reply = shop.caller().token(&token).order("buy", &secret("key"), &order).await;
    drop(std::panic::take_hook());
    drop(listening);
    assert_eq!(reply.refusal(), (500, "internal_error".into()));
    let said = talk.text();
    assert!(said.contains("panicked") && said.contains("panics.rs:"), "where it was: {said}");
    let told = [said, reply.text(), format!("{:?}", shop.event_log()), shop.app.metrics.render()];
    for text in told {
        assert!(!text.contains(CANARY), "{text}");
    }
}
