//! A proof that was caught is good once, whichever node it is brought to.

use std::sync::{
    Barrier,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use super::*;
use crate::{server::Wire, shop::Holder};

/// What both nodes are called by.
const ORIGIN: &str = "http://localhost:8001";
const LOGIN: &str = "/api/v1/auth/login";
const ME: &str = "/api/v1/auth/me";
const PORTFOLIO: &str = "/api/v1/portfolio";

const REPLAYED: (u16, &str) = (401, "dpop_proof_required");

/// Two nodes that take proofs without a nonce, and a limit or none.
fn two(ground: &Ground, more: &[&str]) -> [Server; 2] {
    let public = format!("server.public_url=\"{ORIGIN}\"");
    let usual = [public.as_str(), "dpop.nonce=false", "auth.fingerprint=off", "rate.login=60000/minute"];
    ground.two(&[&usual, more].concat())
}

fn proof(ada: &Holder, method: &str, path: &str, token: Option<&str>) -> String {
    let made = ada.proof_at(method, &format!("{ORIGIN}{path}"), SystemClock::start().now().seconds());
    match token {
        Some(token) => made.token(token).text(),
        None => made.text(),
    }
}

/// Signs in with a proof.
fn bound(node: &Server, proof: &str) -> Answer {
    let body = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    let dpop = format!("dpop: {proof}");
    node.wire().ask("POST", LOGIN, &["content-type: application/json", &dpop], &body)
}

/// Registers and signs in with a key; the access token.
fn holder(node: &Server, ada: &Holder) -> String {
    member(node, "ada@example.org");
    let tokens = bound(node, &proof(ada, "POST", LOGIN, None));
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    word(&tokens.json(), "access_token").to_owned()
}

/// Asks with a bound token and a proof.
fn shown(wire: Wire, path: &str, token: &str, proof: &str) -> Answer {
    wire.ask("GET", path, &[&format!("authorization: DPoP {token}"), &format!("dpop: {proof}")], "")
}

fn refused(answer: &Answer) -> (u16, String) {
    answer.refusal()
}

fn replayed() -> (u16, String) {
    (REPLAYED.0, REPLAYED.1.to_owned())
}

#[test]
fn a_proof_is_good_once_at_both_nodes_together() {
    let Some(ground) = Ground::new() else { return };
    let nodes = two(&ground, &[]);
    let ada = Holder::ed25519(1);
    let token = holder(&nodes[0], &ada);

    let sign_in = proof(&ada, "POST", LOGIN, None);
    assert_eq!(bound(&nodes[1], &sign_in).status, 200);
    for node in &nodes {
        assert_eq!(bound(node, &sign_in).refusal(), (400, "invalid_dpop_proof".to_owned()));
    }

    let caught = proof(&ada, "GET", ME, Some(&token));
    assert_eq!(shown(nodes[1].wire(), ME, &token, &caught).status, 200);
    for node in &nodes {
        assert_eq!(refused(&shown(node.wire(), ME, &token, &caught)), replayed());
    }
    assert_eq!(shown(nodes[0].wire(), ME, &token, &proof(&ada, "GET", ME, Some(&token))).status, 200);
}

#[test]
fn of_many_at_once_with_one_proof_one_is_let_in() {
    let Some(ground) = Ground::new() else { return };
    let nodes = two(&ground, &["rate.default=60000/minute"]);
    let ada = Holder::ed25519(1);
    let token = holder(&nodes[0], &ada);
    let caught = proof(&ada, "GET", ME, Some(&token));
    let (admitted, start) = (AtomicU32::new(0), Barrier::new(16));
    thread::scope(|scope| {
        for n in 0..16 {
            let (node, token, caught, admitted, start) = (&nodes[n % 2], &token, &caught, &admitted, &start);
            scope.spawn(move || {
                start.wait();
                match shown(node.wire(), ME, token, caught) {
                    answer if answer.status == 200 => drop(admitted.fetch_add(1, SeqCst)),
                    answer => assert_eq!(refused(&answer), replayed()),
                }
            });
        }
    });
    assert_eq!(admitted.into_inner(), 1);
}

#[test]
fn whoever_repeats_a_proof_elsewhere_spends_nothing_of_its_owner() {
    let Some(ground) = Ground::new() else { return };
    let nodes = two(&ground, &["rate.portfolio=2/hour"]);
    let ada = Holder::ed25519(1);
    let token = holder(&nodes[0], &ada);
    let caught = proof(&ada, "GET", PORTFOLIO, Some(&token));
    assert_eq!(shown(nodes[0].wire(), PORTFOLIO, &token, &caught).status, 200);
    for n in 2..12 {
        let thief = Wire::between([127, 0, 1, n], nodes[1].address);
        assert_eq!(refused(&shown(thief, PORTFOLIO, &token, &caught)), replayed());
    }
    let next = proof(&ada, "GET", PORTFOLIO, Some(&token));
    assert_eq!(shown(nodes[1].wire(), PORTFOLIO, &token, &next).status, 200);
}

#[test]
fn without_redis_each_node_takes_a_proof_once_and_together_again_after_it() {
    let Some(mut ground) = Ground::new() else { return };
    let nodes = two(&ground, &["rate.default=60000/minute"]);
    let ada = Holder::ed25519(1);
    let token = holder(&nodes[0], &ada);
    ground.redis.kill();
    let alone = proof(&ada, "GET", ME, Some(&token));
    for node in &nodes {
        assert_eq!(shown(node.wire(), ME, &token, &alone).status, 200);
        assert_eq!(refused(&shown(node.wire(), ME, &token, &alone)), replayed());
    }
    ground.redis.go_on();
    until("it is asked again", || {
        let next = proof(&ada, "GET", ME, Some(&token));
        let met = nodes.each_ref().map(|node| shown(node.wire(), ME, &token, &next).status);
        assert_eq!(met[0], 200);
        met[1] == 401
    });
    for node in &nodes {
        assert_eq!(refused(&shown(node.wire(), ME, &token, &alone)), replayed(), "it remembers its own");
    }
}
