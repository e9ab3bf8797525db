//! Nodes with breakers that tell each other each second: what some of them do not reach, and what the rest make of it.

use super::*;
use crate::scenario::denial_of_service::breaker::{Breaker, Outcome, Rules, Stance, Turn};

struct Node {
    /// It does not reach the part.
    is_sick: bool,
    breaker: Breaker,
    tally: Tally,
    was_heard: bool,
    /// How often it opened because most nodes found the part broken.
    followed: u32,
}

struct Nodes(Vec<Node>);

impl Nodes {
    /// So many, of which the first so many are sick.
    fn new(count: usize, sick: usize) -> Self {
        let rules = Rules { from: 4, ..Rules::default() };
        let node = |nth| Node {
            is_sick: nth < sick,
            breaker: Breaker::new(rules),
            tally: Tally::default(),
            was_heard: false,
            followed: 0,
        };
        Self((0..count).map(node).collect())
    }

    /// A second in which each is asked so often, and then each speaks where it reaches the home.
    fn second(&mut self, now: Duration, asked: &[u8], reaches: impl Fn(usize) -> bool) {
        for (node, asked) in self.0.iter_mut().zip(asked) {
            for _ in 0..*asked {
                if let Ok(permit) = node.breaker.ask(now) {
                    let outcome = if node.is_sick { Outcome::Fault } else { Outcome::Good };
                    node.breaker.report(permit, outcome, now);
                }
            }
        }
        let speak: Vec<bool> = (0..self.0.len()).map(reaches).collect();
        let spoke = || self.0.iter().zip(&speak).filter(|(_, speaks)| **speaks);
        let nodes = u32::try_from(spoke().count()).unwrap();
        let votes = spoke().filter(|(node, _)| node.breaker.finds_broken(now)).count();
        for (node, speaks) in self.0.iter_mut().zip(&speak) {
            if *speaks {
                let broken = [u32::try_from(votes).unwrap(), 0, 0];
                node.hear(&Heard { known: node.was_heard, nodes, broken }, now);
            }
            node.was_heard = *speaks;
        }
    }

    fn well(&self) -> impl Iterator<Item = &Node> {
        self.0.iter().filter(|node| !node.is_sick)
    }
}

impl Node {
    fn hear(&mut self, heard: &Heard, now: Duration) {
        for (_, change) in self.tally.hear(heard, now) {
            let turn = match change {
                Change::Rose => self.breaker.heed(now),
                Change::Fell => self.breaker.relent(),
            };
            self.followed += u32::from(turn == Some(Turn::Opened));
        }
    }
}

proptest! {
    /// Half of the nodes and fewer close a part for nobody else, however they and the others are asked.
    #[test]
    fn half_of_them_close_nothing_for_the_rest(
        count in 1_usize..8,
        seconds in prop::collection::vec(prop::collection::vec(0_u8..8, 8), 20..80),
    ) {
        let mut nodes = Nodes::new(count, count / 2);
        for (second, asked) in (0_u32..).zip(&seconds) {
            nodes.second(second * SECOND, asked, |_| true);
            prop_assert!(nodes.well().all(|node| node.followed == 0));
        }
    }

    /// Who follows the most does so once for as long as they find it broken, and is back by its own tries.
    #[test]
    fn the_rest_follow_once_and_are_back(count in 3_usize..8, more in 0_usize..3) {
        let sick = (count / 2 + 1 + more).min(count - 1);
        let mut nodes = Nodes::new(count, sick);
        for second in 0_u32..60 {
            nodes.second(second * SECOND, &[5; 8], |_| true);
        }
        prop_assert!(nodes.well().all(|node| node.followed == 1));
        prop_assert!(nodes.well().all(|node| node.breaker.stance(60 * SECOND) == Stance::Closed));
    }

    /// A home that is emptied while some are sick and fewer than most: whoever comes back first, nobody follows them.
    #[test]
    fn who_comes_back_first_to_an_empty_home_is_not_taken_for_most(count in 3_usize..8, late in 1_u32..5) {
        let sick = (count - 1) / 2;
        let mut nodes = Nodes::new(count, sick);
        for second in 0_u32..60 {
            // Nobody for a while; then the sick ones and one more, and the others late.
            let is_there = |nth| second < 20 || second > 30 + if nth <= sick { 0 } else { late };
            nodes.second(second * SECOND, &[5; 8], is_there);
            prop_assert!(nodes.well().all(|node| node.followed == 0));
        }
    }
}

#[test]
fn who_is_not_asked_is_closed_again_when_most_find_it_works() {
    let mut nodes = Nodes::new(3, 2);
    for second in 0_u32..12 {
        nodes.second(second * SECOND, &[5, 5, 0], |_| true);
    }
    assert_eq!(nodes.0[2].followed, 1);
    for node in &mut nodes.0 {
        node.is_sick = false;
    }
    for second in 12_u32..30 {
        nodes.second(second * SECOND, &[5, 5, 0], |_| true);
    }
    assert_eq!(nodes.0[2].breaker.stance(30 * SECOND), Stance::Closed);
}
