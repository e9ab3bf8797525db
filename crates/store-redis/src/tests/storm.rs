//! One trouble after the other under load: always an answer, and never more than the share rule says.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use aspis_core::scenario::denial_of_service::windows::Windows;
use aspis_store::fleeting::SharedOrOwn;
use tokio::task::JoinSet;

use super::*;

const CLIENTS: u32 = 64;
const LIMIT: u32 = 40;
/// Of each of two nodes: a half.
const PART: u32 = 20;
const TASKS: u32 = 8;

/// What the load sees.
#[derive(Default)]
struct Seen {
    admitted: Vec<AtomicU32>,
    decisions: AtomicU32,
    waits: Mutex<Vec<Duration>>,
    over: AtomicBool,
}

/// Asks for one client after the other at one of the nodes, until it is over.
async fn load(node: Arc<SharedOrOwn>, seen: Arc<Seen>, clock: Arc<dyn Clock>, first: u32) {
    let mut n = first;
    while !seen.over.load(Ordering::SeqCst) {
        let began = clock.uptime();
        let verdict = node.admit(&[ask(client(n % CLIENTS), "40/day")]).await.expect("always an answer");
        seen.waits.lock().unwrap().push(clock.uptime().saturating_sub(began));
        seen.admitted[(n % CLIENTS) as usize].fetch_add(u32::from(admitted(&verdict)), Ordering::SeqCst);
        seen.decisions.fetch_add(1, Ordering::SeqCst);
        n += 1;
        // So that the troubles come while there is still something to admit.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(1500)).await;
}

async fn troubles(server: &mut Redis) {
    for _ in 0..2 {
        server.kill();
        pause().await;
        server.go_on();
        pause().await;
        server.pause(true);
        pause().await;
        server.pause(false);
        pause().await;
        server.ask("FLUSHALL");
        server.ask("SCRIPT FLUSH");
        pause().await;
        server.ask("CONFIG SET maxmemory 1");
        pause().await;
        server.ask("CONFIG SET maxmemory 0");
        pause().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_happens_nobody_gets_more_than_the_share_rule_says() {
    let Some(mut server) = Redis::start() else { return };
    let time = clock();
    let nodes = [0, 1].map(|_| {
        let shared = Shared::connect(&config(&server, "aspis"), time.clone()).unwrap();
        let own = Windows::new(1024, *b"0123456789abcdef");
        Arc::new(SharedOrOwn::new(Arc::new(shared), Arc::new(own), time.clone(), 0.5))
    });
    let admitted = (0..CLIENTS).map(|_| AtomicU32::new(0)).collect();
    let seen = Arc::new(Seen { admitted, ..Seen::default() });
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let node = nodes[(task % 2) as usize].clone();
        tasks.spawn(load(node, seen.clone(), time.clone(), task * 8));
    }
    troubles(&mut server).await;
    seen.over.store(true, Ordering::SeqCst);
    while let Some(done) = tasks.join_next().await {
        done.expect("nobody fails");
    }
    report(&seen);
    let most = seen.admitted.iter().map(|count| count.load(Ordering::SeqCst)).max().unwrap();
    assert!(most <= LIMIT + 2 * PART, "{most} of a limit of {LIMIT}");
    assert!(most >= LIMIT, "{most}: the troubles have kept everybody out");
}

fn report(seen: &Seen) {
    let mut waits = seen.waits.lock().unwrap().clone();
    waits.sort();
    let at = |share: usize| waits[(waits.len() - 1) * share / 1000];
    let counts: Vec<_> = seen.admitted.iter().map(|count| count.load(Ordering::SeqCst)).collect();
    println!("{} decisions, no error", seen.decisions.load(Ordering::SeqCst));
    println!("waits: p50 {:?}, p99 {:?}, p99.9 {:?}, most {:?}", at(500), at(990), at(999), at(1000));
    println!(
        "admitted of a limit of {LIMIT}: {} to {}",
        counts.iter().min().unwrap(),
        counts.iter().max().unwrap()
    );
}
