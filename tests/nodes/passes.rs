//! A class that a stranger has opened by solving a challenge is open at every node, and was opened once.

use super::*;
use crate::{server::Wire, shop::solver};

const PRICE: &str = "/api/v1/price/BTC";
const PREDICT: &str = "/api/v1/predict/BTC";
const CHALLENGED: (u16, &str) = (401, "challenge_required");

/// Somebody on this machine.
type From = [u8; 4];
const ADA: From = [127, 0, 1, 1];

/// Two nodes at which Ada has walked into a trap, so that both ask her for a challenge.
fn two(ground: &Ground) -> [Server; 2] {
    let nodes = ground.two(&["challenge.difficulty=1", "auth.fingerprint=off"]);
    lure(&nodes, ADA);
    nodes
}

fn lure(nodes: &[Server; 2], who: From) {
    for node in nodes {
        for honey in ["XRQD", "MTXQ"] {
            asks(who, node, &format!("/api/v1/price/{honey}"), None);
        }
    }
}

fn ask(node: &Server, path: &str, solution: Option<&str>) -> Answer {
    asks(ADA, node, path, solution)
}

fn asks(who: From, node: &Server, path: &str, solution: Option<&str>) -> Answer {
    let field = solution.map(|solution| format!("aspis-challenge: {solution}"));
    let method = if path == PREDICT { "POST" } else { "GET" };
    let fields: Vec<_> = field.as_deref().into_iter().collect();
    Wire::between(who, node.address).ask(method, path, &fields, "")
}

fn is_refused(answer: &Answer) -> bool {
    answer.status != 200 && answer.refusal() == (CHALLENGED.0, CHALLENGED.1.to_owned())
}

/// The solution of the challenge that comes with a refusal.
fn solved(who: From, node: &Server, path: &str) -> String {
    let refused = asks(who, node, path, None);
    assert!(is_refused(&refused), "{refused:?}");
    solver::proof(&refused.json()["challenge"])
}

#[test]
fn what_a_solution_opens_at_one_node_is_open_at_the_other_and_it_opens_nothing_else() {
    let Some(ground) = Ground::new() else { return };
    let [one, other] = two(&ground);
    let solution = solved(ADA, &one, PRICE);
    assert_eq!(ask(&other, PRICE, Some(&solution)).status, 200);
    for node in [&one, &other] {
        assert_eq!(ask(node, PRICE, None).status, 200, "open at both");
        assert!(is_refused(&ask(node, PREDICT, Some(&solution))), "it was used");
    }
    let next = solved(ADA, &other, PREDICT);
    assert_eq!(ask(&one, PREDICT, Some(&next)).status, 200);
    assert_eq!(ask(&other, PREDICT, None).status, 200);
}

#[test]
fn of_many_that_come_with_one_solution_all_find_the_class_open() {
    let Some(ground) = Ground::new() else { return };
    let [one, _other] = two(&ground);
    let solution = solved(ADA, &one, PRICE);
    thread::scope(|scope| {
        let asking: Vec<_> =
            (0..8).map(|_| scope.spawn(|| ask(&one, PRICE, Some(&solution)).status)).collect();
        for asked in asking {
            assert_eq!(asked.join().unwrap(), 200);
        }
    });
}

#[test]
fn without_redis_a_class_is_open_where_it_is_known_to_be_and_a_solution_opens_it_at_each_node() {
    let Some(mut ground) = Ground::new() else { return };
    let nodes = two(&ground);
    let [one, other] = &nodes;
    let solution = solved(ADA, one, PRICE);
    assert_eq!(ask(one, PRICE, Some(&solution)).status, 200);
    ground.redis.kill();
    assert_eq!(ask(one, PRICE, None).status, 200);
    assert!(is_refused(&ask(other, PRICE, None)), "it has not heard of it");
    let alone = solved(ADA, other, PRICE);
    for node in &nodes {
        assert_eq!(ask(node, PREDICT, Some(&alone)).status, 200);
        assert_eq!(ask(node, PREDICT, None).status, 200);
    }
    assert!(is_refused(&ask(other, PRICE, Some(&alone))), "once at each");
    ground.redis.go_on();
    let mut number = 0;
    until("what is opened at one is open at the other", || {
        number += 1;
        let who = [127, 0, 2, number];
        lure(&nodes, who);
        let solution = solved(who, &nodes[0], PRICE);
        assert_eq!(asks(who, &nodes[0], PRICE, Some(&solution)).status, 200);
        let is_open = asks(who, &nodes[1], PRICE, None).status == 200;
        thread::sleep(Duration::from_millis(if is_open { 0 } else { 300 }));
        is_open
    });
}
