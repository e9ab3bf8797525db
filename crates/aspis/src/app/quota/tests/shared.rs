//! Strangers at two nodes that count together.

use aspis_core::chance::SeededChance;
use aspis_core::scenario::data_scraping::quota::Exceeded;
use aspis_store::fleeting::{
    Local, Room,
    bytes::{Bytes, Promise},
};

use super::*;
use crate::app::quota::owed::MOST;

/// The memory of a node as the home of two, with a gate in front: each asking takes a pass.
#[derive(Debug)]
struct Home {
    memory: Local,
    passes: Semaphore,
    settled: AtomicU64,
}

impl Home {
    async fn pass(&self) -> Stored<()> {
        self.passes.acquire().await.map(drop).map_err(StoreError::because)
    }
}

#[async_trait]
impl Bytes for Home {
    async fn reserve(&self, client: Client, limit: u64, bytes: u64) -> Stored<Result<Promise, Exceeded>> {
        self.pass().await?;
        self.memory.reserve(client, limit, bytes).await
    }

    async fn settle(&self, promise: Promise, sent: u64) -> Stored<()> {
        self.settled.fetch_add(1, Ordering::SeqCst);
        self.pass().await?;
        self.memory.settle(promise, sent).await
    }
}

struct Nodes {
    home: Arc<Home>,
    clock: Arc<ManualClock>,
    quotas: [Arc<Quota>; 2],
}

const EVE: Client = Client::V4(Ipv4Addr::new(192, 0, 2, 1));

fn nodes(limit: u64) -> Nodes {
    let clock = Arc::new(ManualClock::at(Timestamp::parse("2026-11-21T23:58:00Z").expect("a moment")));
    let memory = Local::new(Room::default(), clock.clone(), &SeededChance::new(1));
    let home = Arc::new(Home { memory, passes: Semaphore::new(1000), settled: AtomicU64::new(0) });
    let limits = Limits { account: 0, client: limit, table: 16 };
    let shared = || Some(home.clone() as Arc<dyn Bytes>);
    let quota = || Quota::new(Arc::new(Memory::default()), shared(), clock.clone(), limits);
    let quotas = [quota(), quota()];
    Nodes { home, clock, quotas }
}

impl Nodes {
    async fn reserve(&self, at: usize, bytes: u64) -> Result<Reserved, Denied> {
        self.quotas[at].reserve(Payer::Client(EVE), bytes).await
    }

    /// What is left, as each node says.
    async fn left(&self) -> [u64; 2] {
        let mut left = [0; 2];
        for (at, left) in left.iter_mut().enumerate() {
            *left = self.reserve(at, 0).await.expect("nothing is always to be had").allowance.left;
        }
        left
    }

    /// Waits for what the nodes do behind the answers.
    async fn rest(&self) {
        for quota in &self.quotas {
            quota.close().await;
        }
    }
}

#[tokio::test]
async fn what_is_sent_at_one_node_counts_at_the_other() {
    let nodes = nodes(100);
    let mut first = nodes.reserve(0, 60).await.expect("room");
    assert_eq!((first.allowance.limit, first.allowance.left), (100, 40));
    assert!(first.send(60) && !first.send(1), "not a byte more than was promised");
    drop(first);
    let denied = nodes.reserve(1, 41).await.expect_err("40 are left");
    assert_eq!(denied.allowance.map(|all| (all.limit, all.left)), Some((100, 40)));
    assert_eq!(denied.refusal.code(), Code::QuotaExceeded);
    let rule = denied.refusal.facts().rule.clone().expect("a rule");
    assert_eq!((rule.name.as_ref(), rule.count), ("scraping.anonymous_quota", Some(100)));
    let wait = denied.refusal.facts().retry_after.expect("midnight");
    assert!(wait >= Duration::from_secs(120) && wait < Duration::from_secs(150), "{wait:?}");
    assert!(nodes.reserve(1, 40).await.expect("the rest").send(40));
    assert_eq!(nodes.left().await, [0, 0]);
    nodes.rest().await;
    assert_eq!(nodes.left().await, [0, 0], "all was sent");
    assert_eq!(nodes.home.settled.load(Ordering::SeqCst), 0, "and nobody has to be told");
}

#[tokio::test]
async fn what_is_not_sent_is_there_again_at_both() {
    let nodes = nodes(100);
    let mut first = nodes.reserve(0, 90).await.expect("room");
    assert!(first.send(20) && first.send(10));
    assert!(nodes.reserve(1, 11).await.is_err(), "while it is on its way");
    drop(first);
    nodes.rest().await;
    assert_eq!(nodes.left().await, [70, 70]);
    let denied = nodes.reserve(1, 71).await.expect_err("70 are left");
    assert_eq!(denied.allowance.map(|all| all.left), Some(70));
}

#[tokio::test]
async fn midnight_closes_the_day_of_all() {
    let nodes = nodes(100);
    let late = nodes.reserve(0, 60).await.expect("room");
    nodes.clock.advance(Duration::from_secs(180));
    assert_eq!(nodes.left().await, [100, 100], "a fresh day");
    assert!(nodes.reserve(1, 70).await.expect("room").send(70));
    drop(late);
    nodes.rest().await;
    assert_eq!(nodes.left().await, [30, 30], "what was promised before is no matter of this day");
}

#[tokio::test]
async fn who_leaves_while_all_are_asked_loses_none() {
    let nodes = nodes(100);
    let passes = nodes.home.passes.acquire_many(1000).await.expect("open");
    let asked = tokio::time::timeout(Duration::from_millis(20), nodes.reserve(0, 100)).await;
    assert!(asked.is_err(), "gone");
    drop(passes);
    nodes.rest().await;
    assert_eq!(nodes.left().await, [100, 100]);
}

#[tokio::test]
async fn answers_end_at_once_while_the_home_is_slow_and_what_waits_is_bounded() {
    let most = MOST as u64;
    let nodes = nodes(3 * most);
    let mut open = Vec::new();
    for _ in 0..2 * most {
        open.push(nodes.reserve(0, 1).await.expect("room"));
    }
    let passes = nodes.home.passes.acquire_many(1000).await.expect("open");
    drop(open);
    drop(passes);
    nodes.rest().await;
    assert_eq!(nodes.left().await, [2 * most; 2], "what found no room stays counted");
    drop(nodes.reserve(0, 1).await.expect("room"));
    nodes.rest().await;
    assert_eq!(nodes.left().await, [2 * most; 2], "and there is room again");
}

#[tokio::test]
async fn what_ends_outside_a_runtime_is_told_at_the_end() {
    let nodes = nodes(100);
    let open = nodes.reserve(0, 100).await.expect("room");
    std::thread::spawn(move || drop(open)).join().expect("it does not panic");
    assert_eq!(nodes.left().await, [0, 0]);
    nodes.rest().await;
    assert_eq!(nodes.left().await, [100, 100]);
}

#[tokio::test]
async fn a_home_that_fails_gives_nothing_and_what_it_gave_stays_counted() {
    let nodes = nodes(100);
    let open = nodes.reserve(0, 60).await.expect("room");
    nodes.home.passes.close();
    let denied = nodes.reserve(0, 1).await.expect_err("nobody answers");
    assert_eq!(denied.refusal.code(), Code::Unavailable);
    drop(open);
    nodes.rest().await;
    let promise = nodes.home.memory.reserve(EVE, 100, 0).await.expect("asked").expect("nothing");
    assert_eq!(promise.left, 40);
}
