//! Accounts that one address makes in a day, wherever it makes them.

use super::*;

/// Asks for an account without a challenge.
fn register(node: &Server, name: &str) -> (u16, String) {
    let person =
        json!({"email": format!("{name}@example.org"), "password": PASSWORD, "full_name": "Ada"}).to_string();
    let answer = node.post("/api/v1/auth/register", &person);
    if answer.status == 201 { (201, String::new()) } else { answer.refusal() }
}

fn made() -> (u16, String) {
    (201, String::new())
}

fn challenged() -> (u16, String) {
    (401, "challenge_required".to_owned())
}

#[test]
fn the_third_account_of_a_day_needs_a_challenge_wherever_the_first_two_were_made() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&["register.challenge_after=2", "rate.register=60000/minute"]);
    assert_eq!(register(&nodes[0], "ada"), made());
    assert_eq!(register(&nodes[1], "ada").0, 409, "it is taken, and counts for nothing");
    assert_eq!(register(&nodes[1], "bob"), made());
    for node in &nodes {
        assert_eq!(register(node, "cem"), challenged());
    }
}

#[test]
fn without_redis_each_node_goes_by_what_it_has_seen_and_together_again_after_it() {
    let Some(mut ground) = Ground::new() else { return };
    let nodes = ground.two(&["register.challenge_after=2", "rate.register=60000/minute"]);
    assert_eq!(register(&nodes[0], "ada"), made());
    ground.redis.kill();
    assert_eq!(register(&nodes[0], "bob"), made());
    assert_eq!(register(&nodes[0], "cem"), challenged(), "two were made here");
    assert_eq!(register(&nodes[1], "dan"), made());
    ground.redis.go_on();
    // It was killed and knows of nobody: two more in all, and the one that the second node had left.
    let (mut more, mut number) = (0, 0);
    until("it counts again", || {
        number += 1;
        let met = [0, 1].map(|n| register(&nodes[n], &format!("somebody{number}.{n}")));
        more += met.iter().filter(|one| **one == made()).count();
        met == [challenged(), challenged()]
    });
    assert!(more <= 3, "{more}");
}
