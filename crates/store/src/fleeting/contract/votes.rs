//! What nodes find broken.

use std::time::Duration;

use aspis_core::scenario::denial_of_service::votes::{
    Heard, LASTS,
    Part::{self, Predictions, Reading, Writing},
};

use super::Fresh;
use crate::contract::at_once;

impl Fresh {
    /// What a node hears when it tells, by one connection or the other.
    async fn told(&self, by: usize, node: &str, broken: &[Part]) -> Heard {
        self.nodes[by].votes.tell(node, broken).await.expect("told")
    }
}

fn heard(known: bool, nodes: u32, broken: [u32; 3]) -> Heard {
    Heard { known, nodes, broken }
}

pub(super) async fn every_node_has_one_word_and_hears_all(home: Fresh) {
    assert_eq!(home.told(0, "ada", &[]).await, heard(false, 1, [0, 0, 0]));
    assert_eq!(home.told(1, "bob", &[Reading, Writing]).await, heard(false, 2, [1, 1, 0]));
    assert_eq!(home.told(0, "ada", &[Reading, Predictions]).await, heard(true, 2, [2, 1, 1]));
    for _ in 0..5 {
        assert_eq!(home.told(0, "ada", &[Reading, Reading]).await, heard(true, 2, [2, 1, 0]), "said again");
    }
    assert_eq!(home.told(1, "bob", &[]).await, heard(true, 2, [1, 0, 0]), "it takes its word back");
}

pub(super) async fn a_word_that_is_not_said_again_ends(home: Fresh) {
    home.told(0, "ada", &[Reading]).await;
    home.told(1, "bob", &[Reading]).await;
    home.time.pass(LASTS * 3 / 5).await;
    assert_eq!(home.told(0, "ada", &[Reading]).await, heard(true, 2, [2, 0, 0]));
    home.time.pass(LASTS * 3 / 5).await;
    assert_eq!(home.told(0, "ada", &[Writing]).await, heard(true, 1, [0, 1, 0]), "the other is dead");
    home.time.pass(LASTS + Duration::from_millis(100)).await;
    assert_eq!(home.told(1, "bob", &[]).await, heard(false, 1, [0, 0, 0]), "and back, with nobody there");
}

pub(super) async fn many_nodes_at_once_are_counted_each_once(home: Fresh) {
    let tells = (0..100).map(|n| {
        let votes = home.nodes[n % 2].votes.clone();
        let broken = if n % 4 < 2 { vec![Predictions] } else { vec![] };
        // Fifty nodes, each of which says the same by both.
        async move { votes.tell(&format!("node {}", n / 2), &broken).await.expect("told") }
    });
    let heard = at_once(tells).await;
    assert_eq!(heard.iter().filter(|heard| heard.known).count(), 50, "each is new once");
    assert_eq!(home.told(0, "node 0", &[Predictions]).await, self::heard(true, 50, [0, 0, 25]));
}
