//! A server that is gone, paused, full, a replica, loading, or back with nothing in it.

use aspis_core::scenario::denial_of_service::windows::Windows;
use aspis_store::fleeting::{SharedOrOwn, Watched};
use tokio::sync::watch;

use super::*;
use crate::ConnectError;

/// Two nodes of one deployment, each with windows of its own behind, of which it takes half.
struct Pair {
    server: Redis,
    nodes: [Arc<SharedOrOwn>; 2],
    watches: [watch::Receiver<Watched>; 2],
}

impl Pair {
    fn start() -> Option<Self> {
        // Longer than any machine needs: what fails here fails at once.
        Redis::start().map(|server| Self::on(server, Duration::from_secs(20)))
    }

    /// On a server whose answers are waited for so long.
    fn on(server: Redis, limit: Duration) -> Self {
        let node = || {
            let config = Config { limit, ..config(&server, "aspis") };
            let shared = Arc::new(Shared::connect(&config, clock()).unwrap());
            let own = Arc::new(Windows::new(1024, *b"0123456789abcdef"));
            Arc::new(SharedOrOwn::new(shared, own, clock(), 0.5))
        };
        let nodes = [node(), node()];
        let watches = [nodes[0].watch(), nodes[1].watch()];
        Self { server, nodes, watches }
    }

    /// How many of so many from each node are let in. Nobody ever learns of an error.
    async fn passed(&self, n: u32, rate: &str, tries: u32) -> [u32; 2] {
        let mut passed = [0; 2];
        for _ in 0..tries {
            for (passed, node) in passed.iter_mut().zip(&self.nodes) {
                let verdict = node.admit(&[ask(client(n), rate)]).await.expect("always an answer");
                *passed += u32::from(admitted(&verdict));
            }
        }
        passed
    }

    /// Goes on asking until both nodes are where they should be.
    async fn until(&self, away: bool) {
        for n in 0..60_000_u32 {
            self.passed(1_000_000 + n, "9/minute", 1).await;
            if self.watches.iter().all(|watch| watch.borrow().away == away) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("a node never came to be away: {away}");
    }

    /// With the server in trouble each node takes its half; without it both have the whole between them again.
    async fn holds_while(&mut self, trouble: impl FnOnce(&mut Redis), mend: impl FnOnce(&mut Redis)) {
        self.until(false).await;
        assert_eq!(self.passed(1, "10/hour", 1).await, [1, 1]);
        trouble(&mut self.server);
        self.until(true).await;
        assert_eq!(self.passed(1, "10/hour", 20).await, [4, 4], "five are the half, one was taken before");
        assert_eq!(self.passed(2, "10/hour", 20).await, [5, 5]);
        mend(&mut self.server);
        self.until(false).await;
        let of_both: u32 = self.passed(3, "10/second", 20).await.into_iter().sum();
        assert!(of_both >= 10, "{of_both}");
        let over: u32 = self.passed(2, "10/hour", 20).await.into_iter().sum();
        assert!(over <= 10, "{over} beyond the halves");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_and_comes_back_empty() {
    let Some(mut pair) = Pair::start() else { return };
    pair.holds_while(Redis::kill, Redis::go_on).await;
    assert!(pair.watches.iter().all(|watch| watch.borrow().forgot == 1), "{:?}", pair.watches);
    assert_eq!(pair.passed(2, "10/hour", 20).await, [0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_paused() {
    let Some(server) = Redis::start() else { return };
    let mut pair = Pair::on(server, Duration::from_millis(500));
    pair.holds_while(|server| server.pause(true), |server| server.pause(false)).await;
    assert!(pair.watches.iter().all(|watch| watch.borrow().forgot == 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_memory() {
    let Some(mut pair) = Pair::start() else { return };
    let full = |server: &mut Redis| {
        assert_eq!(server.ask("CONFIG SET maxmemory-policy noeviction"), "+OK");
        assert_eq!(server.ask("CONFIG SET maxmemory 1"), "+OK");
    };
    let room = |server: &mut Redis| assert_eq!(server.ask("CONFIG SET maxmemory 0"), "+OK");
    pair.holds_while(full, room).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_only_reads() {
    let Some(mut pair) = Pair::start() else { return };
    let Some(other) = Redis::start() else { return };
    let port = other.port();
    let replica = |server: &mut Redis| {
        assert_eq!(server.ask(&format!("REPLICAOF 127.0.0.1 {port}")), "+OK");
    };
    let leader = |server: &mut Redis| assert_eq!(server.ask("REPLICAOF NO ONE"), "+OK");
    pair.holds_while(replica, leader).await;
}

/// It loads slowly what it wrote down before it died.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_loading() {
    let slow = ["--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024"];
    let Some(server) = Redis::start_with(&slow) else { return };
    let many = "EVAL \"for n = 1, 30000 do redis.call('SET', 'k' .. n, 'some words') end return 1\" 0";
    assert_eq!(server.ask(many), ":1");
    let load = |server: &mut Redis| {
        assert_eq!(server.ask("SAVE"), "+OK");
        server.kill();
        server.go_on();
        assert!(server.ask("PING").starts_with("-LOADING"));
    };
    let hurry = |server: &mut Redis| assert_eq!(server.ask("CONFIG SET key-load-delay 0"), "+OK");
    let mut pair = Pair::on(server, Duration::from_secs(2));
    pair.holds_while(load, hurry).await;
    assert!(pair.watches.iter().all(|watch| watch.borrow().forgot == 0), "all was written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_emptied_under_way() {
    let Some(pair) = Pair::start() else { return };
    assert_eq!(pair.passed(1, "10/hour", 4).await, [4, 4]);
    assert_eq!(pair.server.ask("FLUSHALL"), "+OK");
    assert_eq!(pair.passed(1, "10/hour", 20).await, [1, 1], "a half each, of which four are spent");
    assert_eq!(pair.passed(2, "10/hour", 20).await, [5, 5]);
    assert!(pair.watches.iter().all(|watch| *watch.borrow() == Watched { away: false, forgot: 1 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_forgotten_the_script() {
    let Some(pair) = Pair::start() else { return };
    assert_eq!(pair.passed(1, "10/hour", 4).await, [4, 4]);
    assert_eq!(pair.server.ask("SCRIPT FLUSH"), "+OK");
    assert_eq!(pair.passed(1, "10/hour", 20).await, [1, 1], "nothing was forgotten but the script");
    assert!(pair.watches.iter().all(|watch| *watch.borrow() == Watched::default()));
}

#[tokio::test]
async fn a_server_that_was_never_there_is_found_when_it_comes() {
    let Some(mut server) = Redis::start() else { return };
    server.kill();
    let node = node(&server, "aspis");
    let asks = [ask(client(1), "100000/hour")];
    assert!(node.admit(&asks).await.is_err());
    server.go_on();
    for _ in 0..60_000 {
        if node.admit(&asks).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("it was not found");
}

/// Who asks while it is left alone does not wait: the breaker bounds what a dead server costs.
#[tokio::test]
async fn nobody_waits_for_a_server_that_is_left_alone() {
    let Some(server) = Redis::start() else { return };
    let config = Config { limit: Duration::from_millis(50), ..config(&server, "aspis") };
    let (node, time) = (Shared::connect(&config, clock()).unwrap(), clock());
    server.pause(true);
    let began = time.uptime();
    for n in 0..20_000 {
        assert!(node.admit(&[ask(client(n), "5/hour")]).await.is_err());
    }
    let took = time.uptime().saturating_sub(began);
    // Twenty thousand waits of their own would be a quarter of an hour.
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn an_address_that_is_none_is_refused_and_not_repeated() {
    for url in
        ["", "http://127.0.0.1/", "redis://user:hunter2@", "postgres://u:hunter2@h/x", "redis://:hunter2@h/x"]
    {
        let config = Config::new(SecretText::new(url), Secret::new(*b"pepper"));
        let error = Shared::connect(&config, clock()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}

#[test]
fn a_prefix_makes_no_hash_tag_of_its_own() {
    let url = || SecretText::new("redis://127.0.0.1/");
    for prefix in ["", "a}b", "{a", "a b", "ä", &"a".repeat(33)] {
        let config = Config { prefix: prefix.to_owned(), ..Config::new(url(), Secret::new(*b"pepper")) };
        assert_eq!(Shared::connect(&config, clock()).unwrap_err(), ConnectError::Prefix, "{prefix}");
    }
}
