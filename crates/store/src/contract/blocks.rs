//! Networks that are shut out.

use aspis_core::{
    block::{self, Block, Hand},
    ids::ActionId,
};
use uuid::Uuid;

use super::{actions::undo, at};
use crate::{
    Durable,
    actions::{Action, ActionKind, Change, Obstacle, Order, Undo},
};

fn automatic(network: &str, since: i64, until: i64) -> Block {
    Block {
        network: block::parse(network).expect("a network"),
        hand: Hand::Automatic,
        since: at(since),
        until: Some(at(until)),
        why: "20 of 'them'".to_owned(),
        who: "hostile.by_client".to_owned(),
    }
}

fn by_hand(n: u128, block: Block, most: usize) -> Order {
    let scope = block.network.to_string();
    let block = Block { hand: Hand::Operator, ..block };
    act(n, ActionKind::Block, scope, Change::Block { block, most })
}

fn act(n: u128, kind: ActionKind, scope: String, change: Change) -> Order {
    let action = Action {
        id: ActionId(Uuid::from_u128(n)),
        kind,
        scope,
        who: "ada".to_owned(),
        at: at(10),
        until: None,
        why: String::new(),
        touched: 0,
        easing: None,
        undone: None,
        part_of: None,
        before: None,
    };
    Order { action, change, notice: None, text: None }
}

async fn networks(home: &Durable, now: i64) -> Vec<String> {
    let blocks = home.blocks.blocks(at(now)).await.expect("stored");
    let mut networks: Vec<_> = blocks.iter().map(|block| block.network.to_string()).collect();
    networks.sort();
    networks
}

/// A block by hand stands above one that the server made; lifting it leaves none, taking it back what was before.
pub(super) async fn by_hand_comes_before_automatic(home: Durable) {
    let own = automatic("203.0.113.7", 1, 100);
    assert!(home.blocks.block_automatically(&own, 10).await.expect("stored"));
    assert!(!home.blocks.block_automatically(&own, 10).await.expect("stored"), "no news");
    let longer = automatic("203.0.113.7", 5, 200);
    assert!(home.blocks.block_automatically(&longer, 10).await.expect("stored"));
    assert_eq!(home.blocks.blocks(at(6)).await.expect("stored")[0].since, at(1), "it goes on");
    assert_eq!(home.blocks.blocked_before(&own, at(0)).await.expect("stored"), 2);
    let done = home.actions.carry_out(&[by_hand(1, own.clone(), 10)], false).await.expect("stored");
    assert_eq!(done.expect("possible")[0].touched, 1);
    let kept = home.blocks.blocks(at(11)).await.expect("stored");
    assert_eq!((kept.len(), kept[0].hand), (1, Hand::Operator));
    assert!(!home.blocks.block_automatically(&automatic("203.0.113.7", 12, 900), 10).await.expect("stored"));
    let id = ActionId(Uuid::from_u128(1));
    home.actions.undo(undo(id, "ada", 13)).await.expect("stored").expect("possible");
    let kept = home.blocks.blocks(at(14)).await.expect("stored");
    assert_eq!((kept.len(), kept[0].hand, kept[0].until), (1, Hand::Automatic, Some(at(200))));
    let lift = |n| act(n, ActionKind::Unblock, own.network.to_string(), Change::Unblock(own.network));
    home.actions.carry_out(&[lift(2)], false).await.expect("stored").expect("possible");
    assert!(networks(&home, 14).await.is_empty());
    assert_eq!(home.actions.carry_out(&[lift(3)], false).await.expect("stored"), Err(Obstacle::Unknown));
    let id = ActionId(Uuid::from_u128(2));
    let held = Undo { held: &[own.network], ..undo(id, "ada", 15) };
    assert_eq!(home.actions.undo(held).await.expect("stored"), Err(Obstacle::LocksOut));
    assert!(networks(&home, 14).await.is_empty());
    home.actions.undo(undo(id, "ada", 15)).await.expect("stored").expect("was");
    assert_eq!(networks(&home, 16).await, ["203.0.113.7/32"]);
}

/// Taking back one of several unmakes what that one made, whichever of them was first and in whatever order.
pub(super) async fn only_what_an_action_made_is_unmade(home: Durable) {
    let own = automatic("203.0.113.9", 1, 100);
    let until = |end| Block { until: Some(at(end)), ..own.clone() };
    // The identifiers say nothing of the order: the last of these is the least.
    for (n, end) in [(9, 300), (5, 400), (1, 500)] {
        home.actions
            .carry_out(&[by_hand(n, until(end), 10)], false)
            .await
            .expect("stored")
            .expect("possible");
    }
    let take_back = async |n| {
        let id = ActionId(Uuid::from_u128(n));
        home.actions.undo(undo(id, "ada", 20)).await.expect("stored").expect("possible");
        let left = home.blocks.blocks(at(21)).await.expect("stored");
        left.first().and_then(|block| block.until)
    };
    assert_eq!(take_back(5).await, Some(at(500)), "the newest stands");
    assert_eq!(take_back(1).await, Some(at(300)), "what was taken back does not come back");
    // Where nothing stands any more, one that the server made since stays.
    let later = automatic("203.0.113.9", 310, 600);
    assert!(home.blocks.block_automatically(&later, 10).await.expect("stored"));
    assert_eq!(take_back(9).await, Some(at(600)));
}

/// A block that is over by the time of its undoing does not come back, whatever it was taken away by.
pub(super) async fn what_is_over_does_not_come_back(home: Durable) {
    let own = automatic("203.0.113.9", 1, 30);
    assert!(home.blocks.block_automatically(&own, 10).await.expect("stored"));
    let longer = Block { until: Some(at(500)), ..own.clone() };
    home.actions.carry_out(&[by_hand(1, longer, 10)], false).await.expect("stored").expect("possible");
    let take_back = async |n, when| {
        let id = ActionId(Uuid::from_u128(n));
        home.actions.undo(undo(id, "ada", when)).await.expect("stored").expect("possible");
        home.blocks.blocks(at(0)).await.expect("stored").len()
    };
    assert_eq!(take_back(1, 31).await, 0, "under a block by hand");
    let own = automatic("203.0.113.9", 32, 60);
    assert!(home.blocks.block_automatically(&own, 10).await.expect("stored"));
    let lift = act(2, ActionKind::Unblock, own.network.to_string(), Change::Unblock(own.network));
    home.actions.carry_out(&[lift], false).await.expect("stored").expect("possible");
    assert_eq!(take_back(2, 60).await, 0, "that was lifted");
}

/// What comes back counts among the most: automatic ones give way to it, and where there are none it stays away.
pub(super) async fn what_comes_back_needs_room(home: Durable) {
    let block = |n: u8| automatic(&format!("203.0.113.{n}"), 1, 500);
    let by_hand = async |n: u8| {
        let order = by_hand(n.into(), block(n), 2);
        home.actions.carry_out(&[order], false).await.expect("stored").expect("possible");
    };
    let lift = async |n: u8| {
        let (id, network) = (100 + u128::from(n), block(n).network);
        let lift = act(id, ActionKind::Unblock, network.to_string(), Change::Unblock(network));
        home.actions.carry_out(&[lift], false).await.expect("stored").expect("possible");
    };
    let back = async |n: u128| {
        let undo = Undo { most: 2, ..undo(ActionId(Uuid::from_u128(100 + n)), "ada", 20) };
        home.actions.undo(undo).await.expect("stored")
    };
    by_hand(1).await;
    by_hand(2).await;
    lift(1).await;
    assert!(home.blocks.block_automatically(&block(3), 2).await.expect("stored"));
    assert!(back(1).await.is_ok());
    assert_eq!(networks(&home, 20).await, ["203.0.113.1/32", "203.0.113.2/32"], "an automatic one gave way");
    lift(2).await;
    by_hand(4).await;
    assert_eq!(back(2).await, Err(Obstacle::Full));
    assert_eq!(networks(&home, 20).await, ["203.0.113.1/32", "203.0.113.4/32"], "nothing of it happened");
}

/// What is over is forgotten, and said once.
pub(super) async fn blocks_end(home: Durable) {
    for (network, until) in [("203.0.113.7", 100), ("2001:db8::1", 50)] {
        home.blocks.block_automatically(&automatic(network, 1, until), 10).await.expect("stored");
    }
    assert_eq!(networks(&home, 49).await, ["2001:db8::/64", "203.0.113.7/32"]);
    assert_eq!(networks(&home, 50).await, ["203.0.113.7/32"]);
    let over = home.blocks.sweep_blocks(at(50)).await.expect("stored");
    assert_eq!(over, [automatic("2001:db8::1", 1, 50)]);
    assert!(home.blocks.sweep_blocks(at(50)).await.expect("stored").is_empty());
}

/// There are never more than the most: automatic ones give way, those by hand do not.
pub(super) async fn automatic_blocks_give_way(home: Durable) {
    for n in 1..=3 {
        let block = automatic(&format!("203.0.113.{n}"), 1, 100 + n);
        assert!(home.blocks.block_automatically(&block, 3).await.expect("stored"));
    }
    assert!(home.blocks.block_automatically(&automatic("203.0.113.4", 2, 200), 3).await.expect("stored"));
    assert_eq!(networks(&home, 5).await, ["203.0.113.2/32", "203.0.113.3/32", "203.0.113.4/32"]);
    for n in 1..=3_u128 {
        let order = by_hand(n, automatic(&format!("198.51.100.{n}"), 1, 500), 3);
        home.actions.carry_out(&[order], false).await.expect("stored").expect("possible");
    }
    assert_eq!(networks(&home, 5).await, ["198.51.100.1/32", "198.51.100.2/32", "198.51.100.3/32"]);
    assert!(!home.blocks.block_automatically(&automatic("203.0.113.5", 2, 900), 3).await.expect("stored"));
    let one_more = by_hand(9, automatic("198.51.100.9", 1, 500), 3);
    assert_eq!(home.actions.carry_out(&[one_more], false).await.expect("stored"), Err(Obstacle::Full));
}
