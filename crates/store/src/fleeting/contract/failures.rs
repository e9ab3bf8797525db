//! Tries that are counted by all nodes together.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    chance::SystemChance,
    client::Client,
    scenario::brute_force::tries::{Attempt, Lane, NameKey, Need, Outcome, Rules, SiteChange, SiteRules},
};

use super::Fresh;
use crate::{
    contract::at_once,
    fleeting::{Failures, KeptFailures},
};

fn counts(home: &Fresh, rules: Rules) -> [Arc<KeptFailures>; 2] {
    let count = |nth: usize| KeptFailures::new(home.nodes[nth].facts.clone(), Arc::new(SystemChance), rules);
    [0, 1].map(|nth| Arc::new(count(nth)))
}

/// A try on a name, from a client, that brings a solved challenge with it.
fn attempt(name: u8, client: u32) -> Attempt {
    let client = Client::from_ip(std::net::Ipv4Addr::from_bits(client).into());
    Attempt { name: NameKey([name; 16]), client, lane: Lane::Everyone, challenged: true }
}

async fn fails(count: &dyn Failures, attempt: Attempt) -> Option<SiteChange> {
    let begun = count.begin(attempt).await.expect("asked").expect("nothing stands in the way");
    count.settle(begun, Outcome::Wrong).await.expect("settled").site
}

pub(super) async fn five_wrong_tries_lock_a_name_on_every_node(home: Fresh) {
    let [one, other] = counts(&home, Rules::default());
    for n in 0..4 {
        fails(if n % 2 == 0 { &*one } else { &*other }, attempt(1, n)).await;
    }
    let last = one.begin(attempt(1, 9)).await.expect("asked").expect("four have failed");
    assert!(other.settle(last, Outcome::Wrong).await.expect("settled").locked);
    for count in [&one, &other] {
        let Need::Locked(left) = count.look(&attempt(1, 77)).await.expect("asked") else {
            panic!("not locked")
        };
        assert!(left > Duration::from_secs(3500) && left <= Duration::from_secs(3600), "{left:?}");
        assert_eq!(count.look(&attempt(2, 77)).await.expect("asked"), Need::Nothing);
        let locked = count.locked().await.expect("asked");
        assert_eq!(locked.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [NameKey([1; 16])]);
    }
    assert_eq!(one.failures(attempt(1, 9).client).await.expect("asked"), 1);
}

pub(super) async fn a_hundred_at_once_get_no_further_than_one_after_the_other(home: Fresh) {
    let counts = counts(&home, Rules::default());
    let tries = (0..100).map(|n| {
        let count = counts[n as usize % 2].clone();
        async move { count.begin(attempt(1, n)).await.expect("asked").is_ok() }
    });
    assert_eq!(at_once(tries).await.into_iter().filter(|begun| *begun).count(), 5);
}

pub(super) async fn a_lock_is_lifted_everywhere(home: Fresh) {
    let [one, other] = counts(&home, Rules::default());
    for n in 0..5 {
        fails(&*one, attempt(1, n)).await;
    }
    assert!(other.lift(NameKey([1; 16])).await.expect("asked"));
    assert!(!one.lift(NameKey([1; 16])).await.expect("asked"), "it is lifted");
    assert_eq!(one.look(&attempt(1, 77)).await.expect("asked"), Need::Nothing);
    assert_eq!(one.locked().await.expect("asked"), []);
    // One that is right takes its own failure back, on whatever node it is settled.
    let begun = one.begin(attempt(3, 500)).await.expect("asked").expect("nothing stands in the way");
    assert_eq!(other.failures(attempt(3, 500).client).await.expect("asked"), 1);
    other.settle(begun, Outcome::Right).await.expect("settled");
    assert_eq!(one.failures(attempt(3, 500).client).await.expect("asked"), 0);
}

pub(super) async fn an_attack_on_the_site_is_told_once(home: Fresh) {
    let site = SiteRules { failures: 20, clients: 5, ..SiteRules::default() };
    let counts = counts(&home, Rules { site, ..Rules::default() });
    let tries = (0..40_u8).map(|n| {
        let count = counts[usize::from(n % 2)].clone();
        async move { fails(&*count, attempt(n, u32::from(n))).await }
    });
    let told: Vec<_> = at_once(tries).await.into_iter().flatten().collect();
    assert_eq!(told, [SiteChange::Began]);
    for count in &counts {
        assert!(count.site_under_attack().await.expect("asked"));
        assert_eq!(count.tick().await.expect("asked"), None);
        let bare = Attempt { challenged: false, ..attempt(99, 99) };
        assert_eq!(count.look(&bare).await.expect("asked"), Need::Challenge);
    }
}
