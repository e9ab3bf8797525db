//! A proof that is shown to two nodes.

use aspis_core::{chance::SeededChance, clock::ManualClock};
use aspis_store::{
    StoreError, Stored,
    fleeting::{Local, Room, spent::Once},
};
use async_trait::async_trait;

use super::*;

/// A home that never answers.
#[derive(Debug)]
struct Away;

#[async_trait]
impl Spent for Away {
    async fn spend(&self, _: Once, _: &[u8], _: Duration) -> Stored<bool> {
        Err(StoreError::because("away"))
    }
}

fn beside(all: &Arc<dyn Spent>) -> Proofs {
    proofs().shared(Some(Arc::clone(all)))
}

async fn everywhere(proofs: &Proofs, proof: &str) -> Result<Thumbprint, DpopError> {
    let shown = proofs.verify(proof, METHOD, URL, Some(TOKEN), at(NOW))?;
    proofs.spend(shown.unspent.expect("there are others"), at(NOW)).await?;
    Ok(shown.key)
}

#[tokio::test]
async fn what_one_node_has_taken_no_other_takes() {
    let clock = Arc::new(ManualClock::at(at(NOW)));
    let home = Arc::new(Local::new(Room::default(), clock.clone(), &SeededChance::new(1)));
    let all: Arc<dyn Spent> = home;
    let (one, other) = (beside(&all), beside(&all));
    for holder in [Holder::p256(1), Holder::ed25519(1)] {
        let proof = holder.good();
        assert_eq!(everywhere(&one, &proof).await, Ok(holder.thumbprint()));
        for node in [&other, &one] {
            assert_eq!(everywhere(node, &proof).await, Err(DpopError::Replayed));
        }
    }
    // As long as a node whose clock is late would take it, it is remembered.
    clock.advance(Rules::default().past);
    assert_eq!(everywhere(&beside(&all), &Holder::all()[0].good()).await, Err(DpopError::Replayed));
}

#[tokio::test]
async fn while_nobody_knows_each_node_takes_it_once() {
    let all: Arc<dyn Spent> = Arc::new(Away);
    let (one, other) = (beside(&all), beside(&all));
    let proof = Holder::all()[0].good();
    for node in [&one, &other] {
        assert!(everywhere(node, &proof).await.is_ok());
        assert_eq!(everywhere(node, &proof).await, Err(DpopError::Replayed));
    }
}

#[test]
fn a_node_that_is_alone_has_nobody_to_ask() {
    let shown = proofs().verify(&Holder::all()[0].good(), METHOD, URL, Some(TOKEN), at(NOW));
    assert_eq!(shown.map(|shown| shown.unspent), Ok(None));
}
