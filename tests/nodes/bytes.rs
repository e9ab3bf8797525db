//! One day of bytes for a stranger, whichever node is asked.

use super::*;
use crate::server::Wire;

const PAGE: &str = "/api/v1/history/BTC";
const DAY: u64 = 100_000;

/// Somebody on this machine.
type From = [u8; 4];
const EVE: From = [127, 0, 1, 1];

fn two(ground: &Ground) -> [Server; 2] {
    let day = format!("scraping.anonymous_quota={DAY}");
    ground.two(&[&day, "rate.prices=60000/minute", "safeguards.scraping=off"])
}

fn page(who: From, node: &Server) -> Answer {
    Wire::between(who, node.address).ask("GET", PAGE, &[], "")
}

/// What is left of the day, as an answer says.
fn left(answer: &Answer) -> u64 {
    let said = answer.header("ratelimit").unwrap();
    let (_, rest) = said.split_once("\"bytes\";r=").unwrap_or_else(|| panic!("{said}"));
    rest.split(';').next().unwrap().parse().unwrap()
}

/// Takes pages until one is refused, at each of these in turn; the bytes that came.
fn takes_all(who: From, nodes: &[&Server]) -> u64 {
    let mut sum = 0;
    for node in nodes.iter().cycle() {
        let answer = page(who, node);
        if answer.status == 200 {
            sum += answer.body.len() as u64;
            assert!(sum <= 3 * DAY, "without end");
            continue;
        }
        assert_eq!(answer.refusal(), (429, "quota_exceeded".to_owned()));
        return sum;
    }
    sum
}

#[test]
fn a_stranger_has_one_day_of_bytes_at_all_nodes() {
    let Some(ground) = Ground::new() else { return };
    let nodes = two(&ground);
    let mut sum = 0;
    for turn in 0.. {
        let answer = page(EVE, &nodes[turn % 2]);
        if answer.status != 200 {
            break;
        }
        sum += answer.body.len() as u64;
        assert_eq!(left(&answer), DAY - sum, "both count one day");
        let head = Wire::between(EVE, nodes[(turn + 1) % 2].address).ask("HEAD", PAGE, &[], "");
        assert_eq!((head.status, left(&head)), (200, DAY - sum), "and the other knows");
    }
    assert!(sum > DAY / 2, "{sum}");
    for node in &nodes {
        let refused = page(EVE, node);
        assert_eq!((refused.refusal(), left(&refused)), ((429, "quota_exceeded".to_owned()), DAY - sum));
        assert_eq!(page([127, 0, 1, 2], node).status, 200, "another has a day of its own");
    }
    let ada = member(&nodes[0], "ada@example.org");
    assert_eq!(
        asked(&nodes[1], "GET", PAGE, word(&ada, "access_token"), "").status,
        200,
        "so has who signs in"
    );
}

#[test]
fn without_redis_each_node_gives_what_is_left_on_its_own_page_and_no_more_when_it_is_back() {
    let Some(mut ground) = Ground::new() else { return };
    let nodes = two(&ground);
    let size = page(EVE, &nodes[0]).body.len() as u64;
    for at in [1, 0, 1] {
        assert_eq!(page(EVE, &nodes[at]).status, 200);
    }
    ground.redis.kill();
    for node in &nodes {
        let sum = 2 * size + takes_all(EVE, &[node]);
        assert!(sum <= DAY && DAY - sum < size, "a day at each, with what was had before: {sum}");
    }
    ground.redis.go_on();
    let mut number = 0;
    until("both count one day again", || {
        number += 1;
        let who = [127, 0, 2, number];
        let both = [left(&page(who, &nodes[0])), left(&page(who, &nodes[1]))];
        let is_one = both == [DAY - size, DAY - 2 * size];
        thread::sleep(Duration::from_millis(if is_one { 0 } else { 300 }));
        is_one
    });
    for node in &nodes {
        assert_eq!(takes_all(EVE, &[node]), 0, "a Redis that has forgotten gives nobody a new day");
    }
    let sum = takes_all([127, 0, 3, 1], &[&nodes[0], &nodes[1]]);
    assert!(sum <= DAY && DAY - sum < size, "{sum}");
}
