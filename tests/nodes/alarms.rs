//! Alarms over what all nodes have counted.

use super::*;
use crate::server::{aspis, text};

/// What the alerts of a rule have counted that last: there is one list for all nodes.
fn lasting(ground: &Ground, node: &Server, rule: &str) -> Vec<u64> {
    let mut list = aspis(&["alerts", "list", "--open", "--json", "--rule", rule, "--data"]);
    let listed = list.arg(node.data()).env("ASPIS_STORE__DATABASE", &ground.url).output().unwrap();
    assert!(listed.status.success(), "{}", text(&listed.stderr));
    let listed: Value = serde_json::from_str(&text(&listed.stdout)).unwrap();
    listed["alerts"].as_array().unwrap().iter().map(|alert| alert["count"].as_u64().unwrap()).collect()
}

fn hostile(node: &Server) {
    assert_eq!(node.get("/api/v1/price/BTC'%20OR%201=1--").status, 400);
}

/// Two hostile inputs at each of two nodes: nowhere three, and four together, of which one node tells.
#[test]
fn what_is_too_much_only_together_is_told_by_one() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&[]);
    for node in &nodes {
        hostile(node);
        hostile(node);
    }
    let rule = "hostile.by_client";
    until("an alert is raised", || !lasting(&ground, &nodes[0], rule).is_empty());
    // By now both have heard what the sum is.
    thread::sleep(Duration::from_secs(3));
    let told = lasting(&ground, &nodes[1], rule);
    assert!(matches!(told[..], [3 | 4]), "{told:?}");
}

/// Without what they share each goes by what it has counted itself.
#[test]
fn while_nobody_adds_up_each_node_judges_by_itself() {
    let Some(mut ground) = Ground::new() else { return };
    let nodes = ground.two(&[]);
    ground.redis.kill();
    for node in &nodes {
        hostile(node);
        hostile(node);
    }
    thread::sleep(Duration::from_secs(3));
    let rule = "hostile.by_client";
    assert_eq!(lasting(&ground, &nodes[0], rule), [0_u64; 0]);
    hostile(&nodes[1]);
    until("an alert is raised", || lasting(&ground, &nodes[0], rule) == [3]);
    ground.redis.go_on();
    thread::sleep(Duration::from_secs(3));
    assert_eq!(lasting(&ground, &nodes[0], rule), [3], "what was counted meanwhile is not added up anew");
}
