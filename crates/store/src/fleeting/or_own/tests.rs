//! With the shared home there, away, and back.

use std::sync::atomic::{AtomicBool, Ordering};

use aspis_core::{
    chance::{SeededChance, SystemChance},
    clock::{Clock, ManualClock, Timestamp},
    scenario::brute_force::{
        registrations,
        tries::{Attempt, Lane, NameKey, Need, Outcome, Rules, Signs, Tries},
    },
};

use super::*;
use crate::{
    StoreError,
    fleeting::{
        Facts, Failures, KeptFailures, KeptRegistrations, Registrations, RegistrationsOrOwn, Room,
        facts::{Change, Listed, Loaded, Place},
        failures::FailuresOrOwn,
    },
};

/// A home that can be taken away.
#[derive(Debug)]
struct Frail {
    home: Local,
    /// What there is after it has forgotten all.
    later: Local,
    forgot: AtomicBool,
    away: AtomicBool,
}

impl Frail {
    fn home(&self) -> Stored<&Local> {
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::because("away"));
        }
        Ok(if self.forgot.load(Ordering::SeqCst) { &self.later } else { &self.home })
    }

    fn forget(&self) {
        self.forgot.store(true, Ordering::SeqCst);
    }

    fn go(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }
}

#[async_trait]
impl Spent for Frail {
    async fn spend(&self, what: Once, id: &[u8], span: Duration) -> Stored<bool> {
        self.home()?.spend(what, id, span).await
    }
}

#[async_trait]
impl Shelf for Frail {
    async fn put(&self, word: &[u8], question: Vec<u8>, span: Duration) -> Stored<()> {
        self.home()?.put(word, question, span).await
    }

    async fn take(&self, word: &[u8]) -> Stored<Option<Vec<u8>>> {
        self.home()?.take(word).await
    }
}

#[async_trait]
impl Passes for Frail {
    async fn open_for(&self, class: u8, client: Client) -> Stored<Option<Duration>> {
        self.home()?.open_for(class, client).await
    }

    async fn open(&self, class: u8, client: Client, span: Duration) -> Stored<()> {
        self.home()?.open(class, client, span).await
    }
}

#[async_trait]
impl Bytes for Frail {
    async fn reserve(&self, client: Client, limit: u64, bytes: u64) -> Stored<Result<Promise, Exceeded>> {
        self.home()?.reserve(client, limit, bytes).await
    }

    async fn settle(&self, promise: Promise, sent: u64) -> Stored<()> {
        self.home()?.settle(promise, sent).await
    }
}

#[async_trait]
impl Facts for Frail {
    async fn load(&self, places: &[Place]) -> Stored<Loaded> {
        self.home()?.load(places).await
    }

    async fn swap(&self, changes: &[Change], kept: Duration, listed: Option<Listed>) -> Stored<bool> {
        self.home()?.swap(changes, kept, listed).await
    }

    async fn listed(&self) -> Stored<Vec<([u8; 16], Duration)>> {
        self.home()?.listed().await
    }

    fn life(&self) -> u64 {
        if self.forgot.load(Ordering::SeqCst) { 2 } else { 1 }
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(Timestamp::from_seconds(1_600_000_000)))
}

fn local() -> Local {
    Local::new(Room::default(), clock(), &SeededChance::new(1))
}

/// A shared home and two nodes.
fn homes() -> (Arc<Frail>, [OrOwn<Frail>; 2]) {
    let shared = Arc::new(Frail {
        home: local(),
        later: local(),
        forgot: AtomicBool::default(),
        away: AtomicBool::default(),
    });
    let node = || OrOwn::new(shared.clone(), Arc::new(local()));
    let nodes = [node(), node()];
    (shared, nodes)
}

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_word_is_good_once_on_each_node_at_worst() {
    let (shared, [one, other]) = homes();
    assert!(one.spend(Once::Proof, b"word", MINUTE).await.unwrap());
    assert!(!other.spend(Once::Proof, b"word", MINUTE).await.unwrap());
    shared.go(true);
    assert!(!one.spend(Once::Proof, b"word", MINUTE).await.unwrap());
    assert!(one.spend(Once::Proof, b"another", MINUTE).await.unwrap());
    assert!(!one.spend(Once::Proof, b"another", MINUTE).await.unwrap());
    shared.go(false);
    assert!(!one.spend(Once::Proof, b"another", MINUTE).await.unwrap(), "the node remembers");
}

#[tokio::test]
async fn a_question_that_was_asked_alone_is_answered_where_it_was_asked() {
    let (shared, [one, other]) = homes();
    one.put(b"shared", vec![1], MINUTE).await.unwrap();
    shared.go(true);
    one.put(b"alone", vec![2], MINUTE).await.unwrap();
    shared.go(false);
    assert_eq!(other.take(b"alone").await.unwrap(), None);
    assert_eq!(one.take(b"alone").await.unwrap(), Some(vec![2]));
    assert_eq!(one.take(b"alone").await.unwrap(), None);
    assert_eq!(other.take(b"shared").await.unwrap(), Some(vec![1]));
    assert_eq!(one.take(b"shared").await.unwrap(), None);
}

#[tokio::test]
async fn a_class_that_was_opened_here_is_open_while_the_home_is_away() {
    let (shared, [one, other]) = homes();
    let client = Client::from_ip([192, 0, 2, 1].into());
    one.open(1, client, MINUTE).await.unwrap();
    assert!(other.open_for(1, client).await.unwrap().is_some());
    shared.go(true);
    assert!(one.open_for(1, client).await.unwrap().is_some());
    assert!(other.open_for(1, client).await.unwrap().is_none());
    other.open(1, client, MINUTE).await.unwrap();
    assert!(other.open_for(1, client).await.unwrap().is_some());
}

#[tokio::test]
async fn bytes_that_were_had_count_while_the_home_is_away() {
    let (shared, [one, other]) = homes();
    let client = Client::from_ip([192, 0, 2, 1].into());
    let promise = one.reserve(client, 100, 60).await.unwrap().unwrap();
    one.settle(promise, 50).await.unwrap();
    assert!(other.reserve(client, 100, 51).await.unwrap().is_err());
    shared.go(true);
    assert!(one.reserve(client, 100, 51).await.unwrap().is_err(), "fifty were had here");
    let promise = one.reserve(client, 100, 50).await.unwrap().unwrap();
    shared.go(false);
    one.settle(promise, 0).await.unwrap();
    let promise =
        one.reserve(client, 100, 50).await.unwrap().expect("what this node promised alone is free again");
    assert!(matches!(promise.by, By::Both(Some(_))));
}

#[tokio::test]
async fn a_node_gives_no_more_than_a_day_however_often_the_home_forgets() {
    let (shared, [one, other]) = homes();
    let client = Client::from_ip([192, 0, 2, 1].into());
    assert_eq!(one.reserve(client, 100, 70).await.unwrap().unwrap().left, 30);
    assert_eq!(other.reserve(client, 100, 20).await.unwrap().unwrap().left, 10);
    shared.forget();
    assert_eq!(one.reserve(client, 100, 31).await.unwrap().unwrap_err().left, 30, "seventy were had here");
    assert_eq!(one.reserve(client, 100, 0).await.unwrap().unwrap().left, 30, "and that is no secret");
    let promise = other.reserve(client, 100, 80).await.unwrap().expect("what was refused there is free");
    assert_eq!(promise.left, 0);
    assert_eq!(one.reserve(client, 100, 21).await.unwrap().unwrap_err().left, 20, "one day, of all");
    shared.go(true);
    assert_eq!(one.reserve(client, 100, 30).await.unwrap().unwrap().left, 0);
    shared.go(false);
    assert_eq!(one.reserve(client, 100, 1).await.unwrap().unwrap_err().left, 0);
}

#[tokio::test]
async fn a_page_that_many_share_here_refuses_none_that_the_home_knows_apart() {
    let (shared, _) = homes();
    let room = Room { clients: 1, ..Room::default() };
    let own = Arc::new(Local::new(room, clock(), &SeededChance::new(1)));
    let node = OrOwn::new(shared.clone(), own);
    let client = |last| Client::from_ip([192, 0, 2, last].into());
    for (last, left) in [(1, 40), (2, 40), (3, 40)] {
        let promise = node.reserve(client(last), 100, 60).await.unwrap().expect("each has its own there");
        assert_eq!(promise.left, left);
    }
    shared.go(true);
    assert!(node.reserve(client(3), 100, 60).await.unwrap().is_err(), "and one with its network here");
}

/// A node that counts tries with others.
fn counting(kept: &Arc<KeptFailures>, clock: &Arc<dyn Clock>) -> FailuresOrOwn {
    let rules = Rules::default();
    FailuresOrOwn::new(kept.clone(), Arc::new(Tries::new(rules)), clock.clone(), &rules)
}

fn attempt(last: u8) -> Attempt {
    let client = Client::from_ip([192, 0, 2, last].into());
    Attempt { name: NameKey([1; 16]), client, lane: Lane::Everyone, challenged: true }
}

async fn fails(node: &FailuresOrOwn, last: u8) -> Signs {
    let begun = node.begin(attempt(last)).await.unwrap().expect("nothing stands in the way");
    node.settle(begun, Outcome::Wrong).await.unwrap()
}

#[tokio::test]
async fn a_lock_outlasts_a_home_that_comes_back_empty() {
    let (shared, _) = homes();
    let kept = Arc::new(KeptFailures::new(shared.clone(), Arc::new(SystemChance), Rules::default()));
    let (one, other) = (counting(&kept, &clock()), counting(&kept, &clock()));
    for last in 0..5 {
        fails(&one, last).await;
    }
    assert!(matches!(other.begin(attempt(9)).await.unwrap(), Err(Need::Locked(_))), "all know of it");
    shared.forget();
    assert!(matches!(one.look(&attempt(6)).await.unwrap(), Need::Locked(_)));
    assert!(matches!(one.begin(attempt(6)).await.unwrap(), Err(Need::Locked(_))), "it was seen here");
    assert_eq!(one.locked().await.unwrap().len(), 1);
    assert_eq!(other.look(&attempt(6)).await.unwrap(), Need::Nothing, "and here it was not");
    assert!(one.lift(NameKey([1; 16])).await.unwrap());
    assert_eq!(one.look(&attempt(6)).await.unwrap(), Need::Nothing, "who is let in is let in");
}

#[tokio::test]
async fn a_node_alone_goes_by_the_tries_it_has_seen() {
    let (shared, _) = homes();
    let kept = Arc::new(KeptFailures::new(shared.clone(), Arc::new(SystemChance), Rules::default()));
    let (one, other) = (counting(&kept, &clock()), counting(&kept, &clock()));
    for last in 0..3 {
        fails(&one, last).await;
    }
    fails(&other, 3).await;
    shared.go(true);
    fails(&one, 4).await;
    assert!(fails(&one, 5).await.locked, "five failed here");
    assert!(matches!(one.begin(attempt(6)).await.unwrap(), Err(Need::Locked(_))));
    assert_eq!(one.locked().await.unwrap().len(), 1);
    assert!(one.lift(NameKey([1; 16])).await.is_err(), "it would be back");
    shared.go(false);
    assert!(fails(&other, 7).await.locked, "four were known before");
    assert!(matches!(one.look(&attempt(8)).await.unwrap(), Need::Locked(_)));
    assert!(other.lift(NameKey([1; 16])).await.unwrap());
    assert_eq!(one.look(&attempt(8)).await.unwrap(), Need::Nothing);
}

/// Registrations as a node counts them.
fn registrations(shared: Option<&Arc<Frail>>) -> RegistrationsOrOwn {
    let rules = registrations::Rules::default();
    let kept = |home: &Arc<Frail>| {
        Arc::new(KeptRegistrations::new(home.clone(), Arc::new(SystemChance), rules))
            as Arc<dyn Registrations>
    };
    RegistrationsOrOwn::new(shared.map(kept), registrations::Registrations::new(rules), clock())
}

/// Whether one more account is made without a challenge.
async fn registers(node: &RegistrationsOrOwn) -> bool {
    let client = Client::from_ip([192, 0, 2, 1].into());
    let needed = node.needs_challenge(client).await.unwrap();
    let begun = node.begin(client, false).await.unwrap();
    assert_eq!(begun.is_err(), needed);
    let Ok(one) = begun else { return false };
    node.settle(one, true).await.unwrap();
    true
}

#[tokio::test]
async fn a_node_alone_goes_by_the_registrations_it_has_seen() {
    let (shared, _) = homes();
    let (one, other) = (registrations(Some(&shared)), registrations(Some(&shared)));
    assert!(registers(&one).await && registers(&other).await);
    assert!(!registers(&one).await && !registers(&other).await, "two of a day, wherever");
    shared.go(true);
    assert!(registers(&one).await && registers(&other).await, "each has seen one");
    assert!(!registers(&one).await && !registers(&other).await);
    shared.go(false);
    assert!(!registers(&one).await);
}

#[tokio::test]
async fn a_registration_that_came_to_nothing_counts_nowhere() {
    let (shared, _) = homes();
    let client = Client::from_ip([192, 0, 2, 1].into());
    for node in [registrations(Some(&shared)), registrations(None)] {
        for away in [false, true, false] {
            shared.go(away);
            for _ in 0..5 {
                let begun = node.begin(client, false).await.unwrap().expect("nothing was made");
                node.settle(begun, false).await.unwrap();
            }
        }
        assert!(!node.needs_challenge(client).await.unwrap());
    }
}
