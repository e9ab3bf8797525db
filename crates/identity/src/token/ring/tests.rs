//! Keys come, sign and go, on one node and on two.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use aspis_core::chance::SeededChance;
use aspis_store::memory::Memory;
use async_trait::async_trait;

use super::*;
use crate::token::{
    TokenError,
    tests::faults::{Forge, SCHEDULE, lifetimes},
};

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

/// The beginning of a generation.
fn start(generation: u64) -> Timestamp {
    Timestamp::default().plus(SCHEDULE.period * u32::try_from(generation).expect("a small number"))
}

/// A vault that can be out of reach.
#[derive(Debug, Default)]
struct Shelf {
    memory: Memory,
    is_away: AtomicBool,
}

#[async_trait]
impl Vault for Shelf {
    async fn get_or_put(&self, name: &str, fresh: &[u8]) -> Stored<Vec<u8>> {
        self.judge()?;
        self.memory.get_or_put(name, fresh).await
    }

    async fn get(&self, name: &str) -> Stored<Option<Vec<u8>>> {
        self.judge()?;
        self.memory.get(name).await
    }

    async fn remove(&self, name: &str) -> Stored<bool> {
        self.judge()?;
        self.memory.remove(name).await
    }

    async fn is_in_clear(&self) -> Stored<bool> {
        self.memory.is_in_clear().await
    }
}

impl Shelf {
    fn judge(&self) -> Stored<()> {
        let away = self.is_away.load(Ordering::SeqCst);
        if away { Err(StoreError::because("out of reach")) } else { Ok(()) }
    }
}

/// One node over a vault.
struct Node<'a> {
    vault: &'a Shelf,
    chance: SeededChance,
    ring: KeyRing,
}

impl<'a> Node<'a> {
    async fn starts(vault: &'a Shelf, seed: u64, now: Timestamp) -> Self {
        let chance = SeededChance::new(seed);
        let ring = KeyRing::open(lifetimes(), SCHEDULE, vault, now, &chance).await.expect("opened");
        Self { vault, chance, ring }
    }

    async fn refresh(&self, now: Timestamp) -> bool {
        self.ring.refresh(self.vault, now, &self.chance).await.expect("refreshed")
    }

    fn issue(&self, now: Timestamp) -> String {
        self.ring.load().issue(Forge::who(), None, None, now, &self.chance)
    }

    fn judge(&self, token: &str, now: Timestamp) -> Result<(), TokenError> {
        self.ring.load().verify(token, now).map(|_| ())
    }

    /// The names of the published keys, oldest first.
    fn published(&self) -> Vec<String> {
        let set = self.ring.jwks();
        let keys = set["keys"].as_array().expect("a set");
        keys.iter().map(|key| key["kid"].as_str().expect("a name").to_owned()).collect()
    }
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_verifies_until_its_last_token_is_over() {
    let vault = Shelf::default();
    let change = start(700);
    let node = Node::starts(&vault, 1, change.minus(DAY * 2)).await;
    let [old] = &node.published()[..] else { panic!("one key in the middle of its time") };
    assert!(!node.ring.is_due(change.minus(DAY * 2)));

    let soon = change.minus(DAY);
    assert!(node.ring.is_due(soon));
    assert!(!node.refresh(soon).await, "the old one signs on");
    let both = node.published();
    assert!(both.len() == 2 && both[0] == *old, "{both:?}");
    let last = change.minus(MINUTE);
    let token = node.issue(last);
    assert!(node.issue(last).starts_with(&header_of(&token)), "one key at a time");

    assert!(node.refresh(change).await, "the new one signs");
    assert!(!node.refresh(change).await, "which is said once");
    assert_ne!(header_of(&node.issue(change)), header_of(&token));
    assert_eq!(node.judge(&token, change.plus(MINUTE)), Ok(()));
    assert_eq!(node.published(), both, "the old one is still published");

    let over = change.plus(SCHEDULE.after).plus(MINUTE);
    assert!(!node.refresh(over).await);
    assert_eq!(node.published(), both[1..]);
    assert!(!vault.remove("token_signing.699").await.expect("asked"), "the vault has forgotten it too");
    assert_eq!(node.judge(&token, over), Err(TokenError::Kind));
}

fn header_of(token: &str) -> String {
    token.split_once('.').expect("a token").0.to_owned()
}

#[tokio::test]
async fn nodes_that_start_at_once_or_later_sign_with_the_same_key() {
    let (vault, now) = (Shelf::default(), start(700).plus(DAY));
    let (one, other) = tokio::join!(Node::starts(&vault, 1, now), Node::starts(&vault, 2, now));
    assert_eq!(one.published(), other.published());
    assert_eq!(other.judge(&one.issue(now), now), Ok(()));

    let change = start(701);
    let token = one.issue(change.minus(MINUTE));
    tokio::join!(one.refresh(change), other.refresh(change));
    assert_eq!(one.published(), other.published());
    let restarted = Node::starts(&vault, 3, change.plus(MINUTE)).await;
    assert_eq!(restarted.judge(&token, change.plus(MINUTE)), Ok(()), "what was signed before a restart");
    assert_eq!(restarted.judge(&one.issue(change), change.plus(MINUTE)), Ok(()));
}

#[tokio::test]
async fn a_node_whose_clock_is_behind_verifies_what_the_next_key_has_signed() {
    let (vault, change) = (Shelf::default(), start(700));
    let ahead = Node::starts(&vault, 1, change).await;
    let behind = Node::starts(&vault, 2, change.minus(MINUTE)).await;
    let token = ahead.issue(change);
    assert_eq!(behind.judge(&token, change.minus(MINUTE)), Err(TokenError::Early), "known, and too early");
}

#[tokio::test]
async fn many_refreshes_at_once_say_once_that_the_key_is_new() {
    let (vault, change) = (Shelf::default(), start(700));
    let node = Node::starts(&vault, 1, change.minus(DAY)).await;
    let said = tokio::join!(node.refresh(change), node.refresh(change), node.refresh(change));
    assert_eq!([said.0, said.1, said.2].into_iter().filter(|new| *new).count(), 1);
}

#[tokio::test]
async fn without_its_vault_a_node_signs_and_verifies_on() {
    let (vault, change) = (Shelf::default(), start(700));
    let node = Node::starts(&vault, 1, change.minus(DAY)).await;
    vault.is_away.store(true, Ordering::SeqCst);
    let late = change.plus(DAY * 3);
    let token = node.issue(late);
    assert_eq!(node.judge(&token, late), Ok(()), "the next key was fetched in time");
    assert!(node.ring.refresh(&vault, late, &node.chance).await.is_err());
    assert!(node.ring.is_due(late), "and it is tried again");
    vault.is_away.store(false, Ordering::SeqCst);
    assert!(node.refresh(late).await);
    assert_eq!(node.judge(&token, late), Ok(()));
}

#[tokio::test]
async fn a_node_that_slept_makes_no_token_it_would_not_take() {
    let (vault, now) = (Shelf::default(), start(700));
    let node = Node::starts(&vault, 1, now).await;
    let awake = start(703).plus(DAY);
    assert!(node.ring.is_due(awake));
    assert!(node.refresh(awake).await);
    assert_eq!(node.judge(&node.issue(awake), awake), Ok(()));
    let restarted = Node::starts(&vault, 2, start(706).plus(DAY)).await;
    for generation in 700..706 {
        let name = format!("token_signing.{generation}");
        assert!(!vault.remove(&name).await.expect("asked"), "{name} was left over");
    }
    assert_eq!(restarted.published().len(), 1);
}

#[tokio::test]
async fn a_damaged_seed_is_an_error_that_says_so() {
    let (vault, now) = (Shelf::default(), start(700));
    vault.get_or_put("token_signing.700", b"short").await.expect("put");
    let opened = KeyRing::open(lifetimes(), SCHEDULE, &vault, now, &SeededChance::new(1)).await;
    assert_eq!(opened.expect_err("damaged").0.to_string(), "the signing key is damaged");
}
