//! What one node issues another takes, and what one has taken no other takes again.

use aspis_core::clock::ManualClock;
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
impl fleeting::Spent for Away {
    async fn spend(&self, _: Once, _: &[u8], _: Duration) -> Stored<bool> {
        Err(StoreError::because("away"))
    }
}

fn home() -> Arc<dyn fleeting::Spent> {
    Arc::new(Local::new(Room::default(), Arc::new(ManualClock::at(NOW)), &SeededChance::new(2)))
}

fn beside(spent: &Arc<dyn fleeting::Spent>, now: Timestamp) -> Desk {
    let Desk { challenges, chance } = Desk::open();
    Desk { challenges: challenges.shared(Arc::clone(spent), now), chance }
}

impl Desk {
    async fn everywhere(&self, solution: &str) -> Result<(), ChallengeError> {
        self.challenges.redeem_everywhere(solution, Purpose::Login, client(1), NOW).await
    }
}

#[tokio::test]
async fn a_solution_is_good_once_at_all_nodes() {
    let spent = home();
    let (one, other) = (beside(&spent, NOW), beside(&spent, NOW));
    let sum = one.math();
    for solution in [solve(&one.proof()), answered(&sum, answer(&sum))] {
        assert_eq!(other.everywhere(&solution).await, Ok(()));
        for node in [&one, &other] {
            assert_eq!(node.everywhere(&solution).await, Err(ChallengeError::Used));
        }
    }
    let alone = Desk::open();
    let solution = solve(&alone.proof());
    assert_eq!(alone.everywhere(&solution).await, Ok(()));
    assert_eq!(alone.everywhere(&solution).await, Err(ChallengeError::Used));
}

#[tokio::test]
async fn a_wrong_answer_is_the_only_one_at_all_nodes() {
    let spent = home();
    let (one, other) = (beside(&spent, NOW), beside(&spent, NOW));
    let sum = one.math();
    assert_eq!(one.everywhere(&answered(&sum, answer(&sum) + 1)).await, Err(ChallengeError::Wrong));
    assert_eq!(other.everywhere(&answered(&sum, answer(&sum))).await, Err(ChallengeError::Used));
}

#[tokio::test]
async fn while_nobody_knows_what_the_others_took_each_takes_it_once() {
    let spent: Arc<dyn fleeting::Spent> = Arc::new(Away);
    let (one, other) = (beside(&spent, NOW), beside(&spent, NOW));
    let solution = solve(&one.proof());
    for node in [&one, &other] {
        assert_eq!(node.everywhere(&solution).await, Ok(()));
        assert_eq!(node.everywhere(&solution).await, Err(ChallengeError::Used));
    }
    let restarted = beside(&spent, NOW.plus(Duration::from_secs(2)));
    assert_eq!(restarted.everywhere(&solution).await, Err(ChallengeError::Used), "it may have been, here");
}

#[test]
fn where_nobody_waits_it_is_good_once_on_each_node_and_not_once_more_after_its_start() {
    let spent = home();
    let (one, other) = (beside(&spent, NOW), beside(&spent, NOW));
    let solution = solve(&one.proof());
    for node in [&one, &other] {
        assert_eq!(node.redeem(&solution), Ok(()));
        assert_eq!(node.redeem(&solution), Err(ChallengeError::Used));
    }
    let later = NOW.plus(Duration::from_secs(2));
    let restarted = beside(&spent, later);
    assert_eq!(restarted.redeem_at(&solution, later), Err(ChallengeError::Used));
}
