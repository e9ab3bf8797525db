//! The contract on a real server, and what the other tests share.

use std::{sync::Arc, time::Duration};

use aspis_core::{
    client::Client,
    clock::{Clock, SystemClock},
    rate::Rate,
    scenario::denial_of_service::windows::{Ask, Subject, Verdict},
    secret::{Secret, SecretText},
};
use aspis_store::fleeting::{
    Budgets,
    contract::{self, Fresh, Passing},
};
use async_trait::async_trait;

use crate::{Config, Shared};

mod at_once;
mod deaf;
mod encrypted;
mod oracle;
#[path = "../../../tests/services/redis.rs"]
mod redis;
mod storm;
mod trouble;
mod votes;

pub(crate) use redis::Redis;

/// The clock of a node.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::start())
}

pub(crate) fn config(server: &Redis, prefix: &str) -> Config {
    let (url, pepper) = (SecretText::new(server.url()), Secret::new(*b"what all nodes share"));
    Config { prefix: prefix.to_owned(), ..Config::new(url, pepper) }
}

/// A node of the deployment with this name.
pub(crate) fn node(server: &Redis, prefix: &str) -> Arc<Shared> {
    // A test that shares a machine with others must not fail for being slow.
    let config = Config { limit: Duration::from_secs(20), ..config(server, prefix) };
    Arc::new(Shared::connect(&config, clock()).unwrap())
}

pub(crate) fn client(n: u32) -> Subject {
    Subject::Client(Client::from_ip(std::net::Ipv4Addr::from_bits(n).into()))
}

pub(crate) fn ask(subject: Subject, rate: &str) -> Ask {
    let rate: Rate = rate.parse().unwrap();
    Ask { class: 1, subject, rate }
}

pub(crate) fn admitted(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Admitted(_))
}

struct Waiting;

#[async_trait]
impl Passing for Waiting {
    async fn pass(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

#[tokio::test]
async fn a_server_keeps_the_contract() {
    let Some(server) = Redis::start() else { return };
    let count = std::sync::atomic::AtomicU32::new(0);
    contract::run(|| async {
        let prefix = format!("t{}", count.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
        Fresh::of([node(&server, &prefix), node(&server, &prefix)], Arc::new(Waiting))
    })
    .await;
}

#[tokio::test]
async fn every_key_ends_by_itself() {
    let Some(server) = Redis::start() else { return };
    let node = node(&server, "aspis");
    for n in 0..50 {
        node.admit(&[ask(client(n), "5/minute"), ask(client(n), "50/day")]).await.unwrap();
    }
    let (keys, ending) = {
        let space = server.ask("INFO keyspace");
        let number = |name: &str| {
            let from = space.find(name).unwrap() + name.len();
            space[from..].chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().unwrap()
        };
        (number("keys="), number("expires="))
    };
    assert_eq!((keys, ending), (101, 101));
}

#[tokio::test]
async fn a_window_takes_little_room() {
    let Some(server) = Redis::start() else { return };
    let node = node(&server, "aspis");
    let used = || {
        let memory = server.ask("INFO memory");
        let from = memory.find("used_memory:").unwrap() + "used_memory:".len();
        memory[from..].chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u64>().unwrap()
    };
    node.admit(&[ask(client(0), "5/day")]).await.unwrap();
    let (before, keys) = (used(), 20_000);
    for n in 1..=keys {
        node.admit(&[ask(client(n), "5/day")]).await.unwrap();
    }
    let each = (used() - before) / u64::from(keys);
    println!("a window takes {each} bytes in the server");
    assert!(each < 300, "{each} bytes");
}
