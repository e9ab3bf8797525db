//! Many requests at once, from two nodes.

use tokio::task::JoinSet;
use uuid::Uuid;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_at_once_at_two_nodes_are_let_in_to_the_limit_fifty_times() {
    let Some(server) = Redis::start() else { return };
    let nodes = [node(&server, "aspis"), node(&server, "aspis")];
    for turn in 0..50 {
        let asks =
            [ask(client(turn), "60/hour"), ask(Subject::Principal(Uuid::from_u128(turn.into())), "50/hour")];
        let mut tries = JoinSet::new();
        for n in 0..1000 {
            let node = nodes[n % 2].clone();
            tries.spawn(async move { admitted(&node.admit(&asks).await.unwrap()) });
        }
        let passed = tries.join_all().await.into_iter().filter(|passed| *passed).count();
        assert_eq!(passed, 50, "at the turn {turn}");
    }
}

#[tokio::test]
async fn who_is_over_a_limit_is_refused_without_a_trip() {
    let Some(server) = Redis::start() else { return };
    let node = node(&server, "aspis");
    let asks = [ask(client(1), "5/hour"), ask(client(2), "50/hour")];
    while admitted(&node.admit(&asks).await.unwrap()) {}
    let calls = || {
        let stats = server.ask("INFO stats");
        let from = stats.find("total_commands_processed:").unwrap() + "total_commands_processed:".len();
        stats[from..].chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u64>().unwrap()
    };
    let before = calls();
    for _ in 0..10_000 {
        assert!(!admitted(&node.admit(&asks).await.unwrap()));
    }
    // The question itself is one of them.
    assert!(calls() - before <= 2, "a flood has reached the server");
    assert!(admitted(&node.admit(&asks[1..]).await.unwrap()), "the other window is not to blame");
}

#[tokio::test]
async fn one_decision_is_one_round_trip() {
    let Some(server) = Redis::start() else { return };
    let node = node(&server, "aspis");
    let scripts = || {
        let stats = server.ask("INFO commandstats");
        let calls = |command: &str| {
            let from = stats.find(&format!("cmdstat_{command}:calls=")).map(|at| at + command.len() + 15);
            from.map_or(0, |from| {
                stats[from..].chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
            })
        };
        (calls("evalsha"), calls("eval"))
    };
    let both = |n| [ask(client(n), "5/hour"), ask(Subject::Principal(Uuid::from_u128(n.into())), "5/hour")];
    node.admit(&both(0)).await.unwrap();
    assert_eq!(scripts(), (1, 1), "the first time it does not know the script");
    for n in 0..100 {
        node.admit(&both(n)).await.unwrap();
    }
    assert_eq!(scripts(), (101, 1));
}
