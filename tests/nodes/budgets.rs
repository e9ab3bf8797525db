//! One budget, whichever node is asked.

use std::sync::{
    Barrier,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use super::*;

/// A thousand at once from sixteen threads over two nodes: exactly the limit is let in.
#[test]
fn a_thousand_at_once_over_two_nodes_admit_exactly_the_limit() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&["rate.prices=100/hour", "safeguards.scraping=off"]);
    let (admitted, refused, start) = (AtomicU32::new(0), AtomicU32::new(0), Barrier::new(20));
    thread::scope(|scope| {
        for n in 0..20 {
            let (node, admitted, refused, start) = (&nodes[n % 2], &admitted, &refused, &start);
            scope.spawn(move || {
                start.wait();
                for _ in 0..50 {
                    match node.get("/api/v1/price/BTC").status {
                        200 => admitted.fetch_add(1, SeqCst),
                        429 => refused.fetch_add(1, SeqCst),
                        other => panic!("{other}"),
                    };
                }
            });
        }
    });
    assert_eq!((admitted.into_inner(), refused.into_inner()), (100, 900));
}

/// An account's own window, too, and whatever its client.
#[test]
fn an_account_has_one_window_on_all_nodes() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&["rate.portfolio=6/hour", "auth.fingerprint=off"]);
    let tokens = member(&nodes[0], "ada@example.org");
    let ask = |n: u8, node: &Server| {
        let bearer = format!("authorization: Bearer {}", word(&tokens, "access_token"));
        let wire = crate::server::Wire::between([127, 0, 1, n + 1], node.address);
        wire.ask("GET", "/api/v1/portfolio", &[&bearer], "").status
    };
    let met: Vec<u16> = (0..10).map(|n| ask(n, &nodes[usize::from(n % 2)])).collect();
    assert_eq!(met, [200, 200, 200, 200, 200, 200, 429, 429, 429, 429]);
}

/// Five wrong passwords lock a name, at whichever nodes they are tried; and the lock holds at both.
#[test]
fn a_guesser_has_as_many_tries_at_two_nodes_as_at_one() {
    let Some(ground) = Ground::new() else { return };
    let settings =
        ["rate.login=60000/minute", "lock.challenge_over=1000", "lock.wait_over=1000", "lock.after=5"];
    let nodes = ground.two(&settings);
    member(&nodes[0], "ada@example.org");
    let guess = |n: usize| {
        let login = json!({"email": "ada@example.org", "password": format!("wrong {n}")}).to_string();
        nodes[n % 2].post("/api/v1/auth/login", &login).status
    };
    let met: Vec<u16> = (0..9).map(guess).collect();
    assert_eq!(met, [401, 401, 401, 401, 401, 423, 423, 423, 423]);
    let right = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    for node in &nodes {
        assert_eq!(node.post("/api/v1/auth/login", &right).status, 423);
    }
}
