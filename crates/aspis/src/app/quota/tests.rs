//! Leases over a store that counts how often it is asked, and over one that fails.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU64, Ordering},
};

use aspis_core::clock::{ManualClock, Timestamp};
use aspis_store::{
    Quotas, StoreError, Stored,
    memory::Memory,
    quotas::{Back, Taken, Used},
};
use async_trait::async_trait;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{books::BLOCK, *};

mod shared;

/// Memory with a gate in front: each writing takes a pass.
#[derive(Debug)]
struct Gated {
    memory: Memory,
    passes: Semaphore,
    takes: AtomicU64,
    broken: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl Quotas for Gated {
    async fn take(&self, account: AccountId, day: Day, bytes: u64, most: u64) -> Stored<Taken> {
        self.takes.fetch_add(1, Ordering::SeqCst);
        let _pass = self.passes.acquire().await;
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::because("broken"));
        }
        self.memory.take(account, day, bytes, most).await
    }

    async fn give_back(&self, backs: &[Back]) -> Stored<()> {
        self.memory.give_back(backs).await
    }

    async fn used(&self, account: AccountId, day: Day) -> Stored<Used> {
        self.memory.used(account, day).await
    }

    async fn sweep_days(&self, before: Day) -> Stored<u64> {
        self.memory.sweep_days(before).await
    }
}

struct Node {
    quota: Arc<Quota>,
    store: Arc<Gated>,
    clock: Arc<ManualClock>,
}

const ADA: AccountId = AccountId(Uuid::from_u128(1));

fn node(limit: u64) -> Node {
    let store = Arc::new(Gated {
        memory: Memory::default(),
        passes: Semaphore::new(1000),
        takes: AtomicU64::new(0),
        broken: false.into(),
    });
    let clock = Arc::new(ManualClock::at(Timestamp::parse("2026-11-21T23:58:00Z").expect("a moment")));
    let limits = Limits { account: limit, client: 100, table: 16 };
    Node { quota: Quota::new(store.clone(), None, clock.clone(), limits), store, clock }
}

impl Node {
    async fn reserve(&self, bytes: u64) -> Result<Reserved, Denied> {
        self.quota.reserve(Payer::Account(ADA), bytes).await
    }

    /// Sends an answer of so many bytes, if they are to be had.
    async fn send(&self, bytes: u64) -> bool {
        match self.reserve(bytes).await {
            Ok(mut reserved) => reserved.send(bytes),
            Err(_) => false,
        }
    }

    fn call(&self) {
        self.quota.called(ADA, self.clock.now(), self.clock.uptime());
    }

    async fn stored(&self, day: i64) -> u64 {
        self.store.used(ADA, Day(self.quota.today().0 + day)).await.expect("read").bytes
    }

    async fn used(&self) -> u64 {
        self.quota.of(ADA).await.expect("read").used
    }
}

#[tokio::test]
async fn a_block_serves_many_answers() {
    let node = node(100_000_000);
    for _ in 0..100 {
        assert!(node.send(10_000).await);
    }
    assert_eq!(node.store.takes.load(Ordering::SeqCst), 1);
    assert_eq!((node.stored(0).await, node.used().await), (BLOCK, 1_000_000));
    assert!(node.send(3 * BLOCK).await, "more than a block at once");
    assert_eq!(node.stored(0).await, 3 * BLOCK + 1_000_000);
}

#[tokio::test]
async fn the_last_byte_is_given_and_no_more() {
    let node = node(BLOCK + 1000);
    assert!(node.send(BLOCK).await);
    for _ in 0..9 {
        assert!(node.send(100).await);
    }
    let denied = node.reserve(101).await.expect_err("100 are left");
    assert_eq!(denied.refusal.code(), Code::QuotaExceeded);
    assert_eq!(denied.allowance.map(|all| (all.limit, all.left)), Some((BLOCK + 1000, 100)));
    let wait = denied.refusal.facts().retry_after.expect("midnight");
    assert!(wait >= Duration::from_secs(120) && wait < Duration::from_secs(150), "{wait:?}");
    assert!(node.send(100).await && !node.send(1).await && node.send(0).await);
    assert_eq!((node.stored(0).await, node.used().await), (BLOCK + 1000, BLOCK + 1000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_at_once_never_pass_the_limit() {
    let node = Arc::new(node(3_000_000));
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let node = Arc::clone(&node);
        all.spawn(async move { node.send(40_000).await });
    }
    let sent = all.join_all().await.into_iter().filter(|sent| *sent).count();
    assert_eq!((sent, node.used().await), (75, 3_000_000));
}

#[tokio::test]
async fn what_is_not_sent_is_there_again() {
    let node = node(1000);
    let mut first = node.reserve(1000).await.expect("all of it");
    assert_eq!(first.allowance.left, 0);
    assert!(first.send(300) && !first.send(701), "not a byte more than was promised");
    assert!(!node.send(1).await);
    drop(first);
    assert_eq!(node.used().await, 300);
    assert!(node.send(700).await && !node.send(1).await);
}

#[tokio::test]
async fn who_is_quiet_holds_nothing() {
    let node = node(100_000_000);
    node.call();
    assert!(node.send(10).await);
    let open = node.reserve(2 * BLOCK).await.expect("room");
    node.clock.advance(Duration::from_secs(61));
    node.quota.keep().await;
    assert_eq!(node.stored(0).await, 2 * BLOCK + 10, "an answer is on its way");
    drop(open);
    node.quota.drawing.close();
    node.quota.drawing.wait().await;
    assert_eq!(node.stored(0).await, BLOCK + 10, "beyond a block it goes back at once");
    node.quota.keep().await;
    assert_eq!(node.stored(0).await, 10, "it was quiet long enough");
    assert_eq!((node.used().await, node.quota.of(ADA).await.expect("read").calls), (10, 1));
}

#[tokio::test]
async fn midnight_closes_the_day() {
    let node = node(1000);
    let mut late = node.reserve(600).await.expect("room");
    node.clock.advance(Duration::from_secs(180));
    assert!(node.send(1000).await, "a fresh day");
    late.send(200);
    drop(late);
    assert_eq!(node.used().await, 1000, "what was promised before is no matter of this day");
    node.quota.keep().await;
    assert_eq!((node.stored(-1).await, node.stored(0).await), (200, 1000));
}

#[tokio::test]
async fn a_good_end_leaves_the_truth_in_the_store() {
    let node = node(100_000_000);
    for bytes in [10, 20, 30] {
        node.call();
        assert!(node.send(bytes).await);
    }
    node.quota.close().await;
    let used = node.store.used(ADA, node.quota.today()).await.expect("read");
    assert_eq!(used, Used { bytes: 60, calls: 3 });
}

#[tokio::test]
async fn every_call_is_counted_on_its_day_whoever_calls_beside() {
    let node = node(100_000_000);
    // Those of every second stand together, the others apart.
    let all: Vec<_> = (0..50_u128).map(|n| AccountId(Uuid::from_u128(n << 8 | (n % 2 * n)))).collect();
    let calls = |times: usize| {
        for turn in 0..times {
            for (_, account) in all.iter().enumerate().filter(|(nth, _)| nth % 5 >= turn % 3) {
                node.quota.called(*account, node.clock.now(), node.clock.uptime());
            }
        }
    };
    let of = |nth: usize, times: usize| (0..times).filter(|turn| nth % 5 >= turn % 3).count() as u64;
    calls(7);
    for (nth, account) in all.iter().enumerate() {
        assert_eq!(node.quota.of(*account).await.expect("read").calls, of(nth, 7), "account {nth}");
    }
    calls(4);
    node.clock.advance(Duration::from_secs(300));
    calls(5);
    node.quota.close().await;
    let today = node.quota.today();
    for (nth, account) in all.iter().enumerate() {
        let on = async |day| node.store.used(*account, day).await.expect("read").calls;
        assert_eq!((on(Day(today.0 - 1)).await, on(today).await), (of(nth, 7) + of(nth, 4), of(nth, 5)));
    }
}

#[tokio::test]
async fn who_leaves_while_bytes_are_drawn_loses_none() {
    let node = node(100_000_000);
    let passes = node.store.passes.acquire_many(1000).await.expect("open");
    let quota = Arc::clone(&node.quota);
    let caller = tokio::time::timeout(Duration::from_millis(20), quota.reserve(Payer::Account(ADA), 500));
    assert!(caller.await.is_err(), "gone");
    drop(passes);
    node.quota.close().await;
    assert_eq!(node.stored(0).await, 0);
}

#[tokio::test]
async fn without_the_store_nothing_more_is_given() {
    let node = node(100_000_000);
    assert!(node.send(10).await);
    node.store.broken.store(true, Ordering::SeqCst);
    assert!(node.send(10).await, "what was drawn is there");
    let denied = node.reserve(BLOCK).await.expect_err("no more can be drawn");
    assert_eq!(denied.refusal.code(), Code::Unavailable);
}

#[tokio::test]
async fn strangers_have_a_day_each() {
    let node = node(1000);
    let payer = |n| Payer::Client(Client::V4(Ipv4Addr::from_bits(n)));
    let mut first = node.quota.reserve(payer(1), 90).await.expect("room");
    assert_eq!(first.allowance.left, 10);
    assert!(node.quota.reserve(payer(1), 11).await.is_err());
    assert!(node.quota.reserve(payer(2), 100).await.is_ok());
    first.send(40);
    drop(first);
    let denied = node.quota.reserve(payer(1), 61).await.expect_err("60 are left");
    assert_eq!(denied.allowance.map(|all| all.left), Some(60));
    let rule = denied.refusal.facts().rule.clone().expect("a rule");
    assert_eq!((rule.name.as_ref(), rule.count), ("scraping.anonymous_quota", Some(100)));
    assert!(node.quota.reserve(payer(1), 60).await.is_ok());
}
