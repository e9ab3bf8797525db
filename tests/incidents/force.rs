//! What an operator did is in force, whoever has gone and whatever fails meanwhile.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use aspis_core::{
    block::{self, Block, Hand},
    clock::{Clock, Timestamp},
    ids::{AccountId, ActionId},
};
use aspis_store::{
    Actions, Durable, StoreError, Stored,
    actions::{Action, Done, Obstacle, Order, Undo},
};
use async_trait::async_trait;
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use tokio::sync::Notify;

use super::{MAIL, OPERATOR, asks, at, blocked, does, me, ok};
use crate::shop::Shop;

const EVE: &str = "203.0.113.66";
const ENDLESS: [&str; 2] = ["rate.default=60000/minute", "rate.prices=60000/minute"];

/// What becomes of whoever asks what is tightened.
#[derive(Default)]
struct Mood {
    fails: AtomicBool,
    holds: AtomicBool,
    reached: Notify,
    go: Notify,
}

/// A store that carries everything out, and fails or waits when it is asked what is tightened.
struct Moody(Arc<dyn Actions>, Arc<Mood>);

impl Moody {
    fn over(store: Durable, mood: &Arc<Mood>) -> Durable {
        Durable { actions: Arc::new(Self(Arc::clone(&store.actions), Arc::clone(mood))), ..store }
    }
}

#[async_trait]
impl Actions for Moody {
    async fn carry_out(&self, orders: &[Order], dry: bool) -> Stored<Result<Vec<Done>, Obstacle>> {
        self.0.carry_out(orders, dry).await
    }

    async fn undo(&self, undo: Undo<'_>) -> Stored<Result<Vec<Action>, Obstacle>> {
        self.0.undo(undo).await
    }

    async fn action(&self, id: ActionId) -> Stored<Option<Action>> {
        self.0.action(id).await
    }

    async fn actions(&self, after: Option<ActionId>, limit: u64) -> Stored<Vec<Action>> {
        self.0.actions(after, limit).await
    }

    async fn standing(&self, now: Timestamp) -> Stored<Vec<Action>> {
        if self.1.holds.load(Ordering::SeqCst) {
            self.1.reached.notify_one();
            self.1.go.notified().await;
        }
        if self.1.fails.load(Ordering::SeqCst) {
            return Err(StoreError::because("no mood"));
        }
        self.0.standing(now).await
    }

    async fn must_reset(&self, account: AccountId) -> Stored<bool> {
        self.0.must_reset(account).await
    }
}

/// Strangers solve a challenge, a class is tightened, and a network is shut out, in this order.
fn flood() -> Value {
    json!({"action": "contain", "playbook": "flood", "network": EVE})
}

fn challenged() -> (u16, String) {
    (401, "challenge_required".to_owned())
}

#[tokio::test]
async fn what_was_begun_is_done_when_who_asked_has_gone() {
    let mood = Arc::new(Mood::default());
    let shop = Shop::with_store(&ENDLESS, |store| Moody::over(store, &mood)).await;
    let op = shop.another_operator(OPERATOR).await;
    mood.holds.store(true, Ordering::SeqCst);
    {
        let ask = flood();
        let mut asking = pin!(asks(&shop, &op, &ask));
        tokio::select! {
            _ = &mut asking => panic!("it was not held"),
            () = mood.reached.notified() => {}
        }
    }
    assert_eq!(shop.store().actions.actions(None, 10).await.unwrap().len(), 4, "it is durable");
    mood.holds.store(false, Ordering::SeqCst);
    mood.go.notify_one();
    // The end of the server waits for it, and nothing else reads what is in force.
    shop.app.close().await;
    assert_eq!((at(&shop, EVE).await, at(&shop, "203.0.113.1").await), (blocked(), challenged()));
}

#[tokio::test]
async fn one_that_fails_takes_no_other_with_it() {
    let mood = Arc::new(Mood::default());
    let shop = Shop::with_store(&ENDLESS, |store| Moody::over(store, &mood)).await;
    let (op, ada) = (shop.another_operator(OPERATOR).await, shop.member("ada@example.org").await);
    mood.fails.store(true, Ordering::SeqCst);
    let leak = json!({"action": "contain", "playbook": "key_leak", "scope": "everybody", "network": EVE});
    for ask in [leak, json!({"action": "challenge_all"})] {
        let failed = asks(&shop, &op, &ask).await;
        assert_eq!(failed.refusal(), (503, "temporarily_unavailable".into()), "{ask}");
    }
    assert_eq!((at(&shop, EVE).await, at(&shop, "203.0.113.1").await), (blocked(), ok()));
    assert_eq!(me(&shop, &ada, "203.0.113.1").await, 401);
    mood.fails.store(false, Ordering::SeqCst);
    shop.keep().await;
    assert_eq!(at(&shop, "203.0.113.1").await, challenged(), "and by and by it is in force whole");
}

/// What a command did while the server did not hear of it is in force a moment later.
#[tokio::test]
async fn what_is_in_the_store_is_taken_up() {
    let shop = Shop::endless(&[]).await;
    let now = shop.clock.now();
    let block = Block {
        network: block::parse(EVE).unwrap(),
        hand: Hand::Automatic,
        since: now,
        until: Some(now.plus(std::time::Duration::from_secs(60))),
        why: String::new(),
        who: "another process".to_owned(),
    };
    assert!(shop.store().blocks.block_automatically(&block, 10).await.unwrap());
    assert_eq!(at(&shop, EVE).await, ok());
    shop.keep().await;
    assert_eq!(at(&shop, EVE).await, blocked());
}

/// Who is to be shut out is not forgotten because the database was busy just then.
#[tokio::test]
async fn a_block_that_failed_is_made_later() {
    let shop = Shop::impatient(&[]).await;
    for _ in 0..20 {
        shop.at(EVE).get("/api/v1/price/BTC';DROP%20TABLE%20users;--").await;
    }
    let options = SqliteConnectOptions::new().filename(shop.folder().join("aspis.db"));
    let mut other = options.connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    shop.hear_alerts();
    shop.keep().await;
    assert_eq!(at(&shop, EVE).await, ok());
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    // The breaker before the database has to try it again.
    shop.wait(std::time::Duration::from_secs(60));
    shop.keep().await;
    assert_eq!(at(&shop, EVE).await, blocked());
}

/// Letters to many leave room for those that somebody waits for, and are written when there is room again.
#[tokio::test]
async fn letters_to_many_wait_for_room() {
    let shop = Shop::endless(&[]).await;
    let op = shop.another_operator(OPERATOR).await;
    let shop = shop.restart_with(&MAIL).await;
    let before = shop.letters().await.len();
    shop.mail_is_full(true);
    let words = json!({"action": "notify", "scope": "everybody", "text": "We are looking into it."});
    does(&shop, &op, &words).await;
    does(&shop, &op, &json!({"action": "block", "network": EVE})).await;
    assert_eq!((shop.letters().await.len(), at(&shop, EVE).await), (before, blocked()));
    shop.mail_is_full(false);
    assert_eq!(shop.letters().await.len(), before + 2, "each once");
    assert_eq!(shop.letters().await.len(), before + 2);
}
