//! Registrations of a day.

use std::sync::Arc;

use aspis_core::{chance::SystemChance, client::Client, scenario::brute_force::registrations::Rules};

use super::Fresh;
use crate::{
    contract::at_once,
    fleeting::{KeptRegistrations, Registrations},
};

pub(super) async fn the_third_of_a_day_needs_a_challenge(home: Fresh) {
    let count = |nth: usize| {
        KeptRegistrations::new(home.nodes[nth].facts.clone(), Arc::new(SystemChance), Rules::default())
    };
    let counts = [0, 1].map(|nth| Arc::new(count(nth)));
    let client = Client::from_ip([192, 0, 2, 1].into());
    let tries = (0..30).map(|n| {
        let count = counts[n % 2].clone();
        async move { count.begin(client, false).await.expect("asked").ok() }
    });
    let mut begun: Vec<_> = at_once(tries).await.into_iter().flatten().collect();
    assert_eq!(begun.len(), 2);
    let [one, other] = &counts;
    assert!(one.needs_challenge(client).await.expect("asked"));
    let _kept = one.begin(client, true).await.expect("asked").expect("a challenge came with it");
    // One that came to nothing counts no more.
    for _ in 0..2 {
        other.settle(begun.pop().expect("two began"), false).await.expect("settled");
    }
    assert!(!one.needs_challenge(client).await.expect("asked"));
    assert!(!one.needs_challenge(Client::from_ip([192, 0, 2, 2].into())).await.expect("asked"));
}
