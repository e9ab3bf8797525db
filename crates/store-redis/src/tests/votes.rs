//! Words of nodes in a server that is asked for little, forgets, or is told another time.

use aspis_core::scenario::denial_of_service::votes::{Heard, LASTS, Part};
use aspis_store::fleeting::Votes;

use super::*;

/// The moment that a test has written into the server, in microseconds.
const TOLD: &str = "local now = tonumber(redis.call('GET', 'now'))\n";

fn heard(known: bool, nodes: u32, reading: u32) -> Heard {
    Heard { known, nodes, broken: [reading, 0, 0] }
}

#[tokio::test]
async fn each_part_is_one_key_that_ends_whoever_speaks() {
    let Some(server) = Redis::start() else { return };
    let node = node(&server, "aspis");
    for n in 0..200 {
        node.tell(&format!("node {}", n % 20), &Part::ALL).await.unwrap();
    }
    let keys = server.ask("INFO keyspace");
    assert!(keys.contains("keys=4,expires=4"), "{keys}");
    let sent = server.ask("INFO commandstats");
    assert!(sent.contains("cmdstat_evalsha:calls=200"), "one round trip each: {sent}");
}

#[tokio::test]
async fn a_server_that_is_emptied_knows_nobody_and_hears_all_again() {
    let Some(server) = Redis::start() else { return };
    let (one, other) = (node(&server, "aspis"), node(&server, "aspis"));
    one.tell("ada", &[Part::Reading]).await.unwrap();
    assert_eq!(other.tell("bob", &[]).await.unwrap(), heard(false, 2, 1));
    assert_eq!(server.ask("FLUSHALL"), "+OK");
    assert_eq!(one.tell("ada", &[Part::Reading]).await.unwrap(), heard(false, 1, 1));
    assert_eq!(other.tell("bob", &[]).await.unwrap(), heard(false, 2, 1));
    assert_eq!(server.ask("SCRIPT FLUSH"), "+OK");
    assert_eq!(other.tell("bob", &[]).await.unwrap(), heard(true, 2, 1), "only the script was forgotten");
}

#[tokio::test]
async fn two_deployments_on_one_server_do_not_hear_each_other() {
    let Some(server) = Redis::start() else { return };
    let (one, other) = (node(&server, "one"), node(&server, "other"));
    one.tell("ada", &[Part::Reading]).await.unwrap();
    assert_eq!(other.tell("bob", &[]).await.unwrap(), heard(false, 1, 0));
}

/// What was said at a later hour must not count until that hour comes again.
#[tokio::test]
async fn a_clock_that_is_set_back_leaves_no_word_behind() {
    let Some(server) = Redis::start() else { return };
    let config = Config { limit: Duration::from_secs(20), ..config(&server, "aspis") };
    let node = Shared::by_time(&config, clock(), TOLD).unwrap();
    let set = |micros: u64| server.ask(&format!("SET now {micros}"));
    let begin = 1_700_000_000_123_457;
    set(begin);
    node.tell("ada", &[Part::Reading]).await.unwrap();
    set(begin - 3_600_000_000);
    assert_eq!(node.tell("bob", &[]).await.unwrap(), heard(false, 1, 0));
    let lasts = u64::try_from(LASTS.as_micros()).unwrap();
    set(begin - 3_600_000_000 + lasts - 1);
    assert_eq!(node.tell("cyd", &[]).await.unwrap(), heard(false, 2, 0));
    set(begin - 3_600_000_000 + lasts);
    assert_eq!(
        node.tell("cyd", &[]).await.unwrap(),
        heard(true, 1, 0),
        "the other's ended to the microsecond"
    );
}

/// What is asked once a second must not come to wait behind itself.
#[tokio::test]
async fn a_silent_server_is_waited_for_no_longer_than_by_anybody() {
    let Some(server) = Redis::start() else { return };
    let config = Config { limit: Duration::from_millis(50), ..config(&server, "aspis") };
    let (node, time) = (Shared::connect(&config, clock()).unwrap(), clock());
    server.pause(true);
    let began = time.uptime();
    for _ in 0..1000 {
        assert!(node.tell("ada", &[Part::Reading]).await.is_err());
    }
    // A thousand waits of their own would be fifty seconds.
    assert!(time.uptime().saturating_sub(began) < Duration::from_secs(30));
}
