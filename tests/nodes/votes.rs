//! What most nodes find broken, the others leave alone: once, and never on the word of one.

use super::*;

/// A breaker that opens soon, and is soon tried again.
const SOON: [&str; 3] = ["breaker.from=2", "breaker.open=2s", "breaker.probes=1"];

/// Longer than a word lasts and than it takes to be heard.
const A_WHILE: Duration = Duration::from_secs(8);

/// Three nodes; the way to the database of the first two can be cut.
struct Three {
    ground: Ground,
    cuts: [Cut; 2],
    nodes: [Server; 3],
}

impl Three {
    /// Running for so long that each knows of all.
    fn new() -> Option<Self> {
        let ground = Ground::new()?;
        let port = ground.database.port();
        let cuts = [Cut::to(port), Cut::to(port)];
        let third = ground.node(&SOON);
        let nodes = [ground.node_by(&cuts[0], &SOON), ground.node_by(&cuts[1], &SOON), third];
        thread::sleep(A_WHILE);
        Some(Self { ground, cuts, nodes })
    }

    fn cut_both(&self, is_cut: bool) {
        self.cuts.iter().for_each(|way| way.cut(is_cut));
    }

    /// Waits until the first two find that reading is broken, or works.
    fn until_both(&self, find: Stand) {
        for node in &self.nodes[..2] {
            until("it finds out", || stands(node) == find);
        }
    }

    /// How often the third has left reading alone because most find it broken.
    fn followed(&self) -> usize {
        turns(&self.nodes[2], "breaker_opened", "reading, by vote")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Closed,
    Open,
}

/// Which way the breaker of reading stands.
fn stands(node: &Server) -> Stand {
    let metrics = crate::server::Wire::to(node.ops).ask("GET", "/metrics", &[], "").body;
    let closed = "aspis_database_breaker{side=\"reading\"} 0";
    if metrics.lines().any(|line| line == closed) { Stand::Closed } else { Stand::Open }
}

/// Events of a node's breaker before the database.
fn turns(node: &Server, kind: &str, place: &str) -> usize {
    let log = std::fs::read_to_string(node.data().join("logs/security.log")).unwrap_or_default();
    let place = format!("\"place\":\"{place}\"");
    log.lines().filter(|line| line.contains(kind) && line.contains(&place)).count()
}

#[test]
fn what_two_of_three_find_broken_the_third_leaves_alone_once() {
    let Some(three) = Three::new() else { return };
    let third = &three.nodes[2];
    three.cuts[0].cut(true);
    until("the first finds out", || stands(&three.nodes[0]) == Stand::Open);
    thread::sleep(A_WHILE);
    let bad = |node| turns(node, "breaker_opened", "reading, by vote");
    assert_eq!((bad(&three.nodes[1]), bad(third)), (0, 0), "one is nobody");
    three.cuts[1].cut(true);
    until("the third hears of it", || three.followed() == 1);
    assert_eq!(third.get("/api/v1/price/BTC").status, 200);
    until("it has tried by itself", || turns(third, "breaker_closed", "reading") == 1);
    thread::sleep(A_WHILE);
    assert_eq!((stands(third), three.followed()), (Stand::Closed, 1), "it knows better by now");
    three.cut_both(false);
    three.until_both(Stand::Closed);
    thread::sleep(A_WHILE);
    three.cut_both(true);
    until("it is another time", || three.followed() == 2);
    for sick in &three.nodes[..2] {
        assert_eq!(bad(sick), 0, "they found out by themselves");
    }
}

#[test]
fn without_redis_each_goes_by_its_own_results() {
    let Some(mut three) = Three::new() else { return };
    three.ground.redis.kill();
    three.cut_both(true);
    three.until_both(Stand::Open);
    thread::sleep(A_WHILE);
    assert_eq!((stands(&three.nodes[2]), three.followed()), (Stand::Closed, 0));
    three.ground.redis.go_on();
    until("they are heard again", || three.followed() == 1);
}
