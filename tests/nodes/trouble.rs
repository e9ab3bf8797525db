//! What becomes of requests when Redis or PostgreSQL is gone, silent, or back.

use super::*;

/// Statuses of so many prices, asked one after the other at both nodes in turn.
fn prices(nodes: &[Server; 2], count: usize) -> Vec<u16> {
    (0..count).map(|n| nodes[n % 2].get("/api/v1/price/BTC").status).collect()
}

fn admitted(met: &[u16]) -> usize {
    assert!(met.iter().all(|status| [200, 429].contains(status)), "{met:?}");
    met.iter().filter(|status| **status == 200).count()
}

#[test]
fn without_redis_each_node_lets_in_its_share_and_it_is_told() {
    let Some(mut ground) = Ground::new() else { return };
    let nodes = ground.two(&["rate.prices=10/hour", "store.share=0.2", "safeguards.scraping=off"]);
    ground.redis.kill();
    assert_eq!(admitted(&prices(&nodes, 40)), 4, "two of ten at each");
    until("it is an event", || {
        nodes[0].log().contains("state") || events(&nodes[0]).contains("state_unreachable")
    });
    until("an alert", || {
        nodes[0].get("/readyz").status > 0 && events(&nodes[0]).contains("backend.unreachable")
    });
    ground.redis.go_on();
    until("it is back", || {
        prices(&nodes, 2);
        events(&nodes[0]).contains("state_back")
    });
}

/// The lines of the security log of a node.
fn events(node: &Server) -> String {
    std::fs::read_to_string(node.data().join("logs/security.log")).unwrap_or_default()
}

#[test]
fn a_silent_redis_slows_nobody_for_long_and_opens_nothing() {
    let Some(ground) = Ground::new() else { return };
    let nodes = ground.two(&["rate.prices=10/hour", "store.share=0.5", "safeguards.scraping=off"]);
    assert_eq!(admitted(&prices(&nodes, 6)), 6);
    ground.redis.pause(true);
    let met = prices(&nodes, 40);
    ground.redis.pause(false);
    assert!(admitted(&met) <= 10, "{met:?}");
}

#[test]
fn without_the_database_prices_are_read_and_writes_refused_whole() {
    let Some(mut ground) = Ground::new() else { return };
    let nodes = ground.two(&["auth.fingerprint=off"]);
    let tokens = member(&nodes[0], "ada@example.org");
    let access = word(&tokens, "access_token").to_owned();
    assert_eq!(asked(&nodes[1], "GET", "/api/v1/portfolio", &access, "").status, 200);
    ground.database.stop();
    assert_eq!(nodes[1].get("/api/v1/price/BTC").status, 200);
    let order = json!({"asset_id": "BTC", "quantity": "0.001"}).to_string();
    let buy = |node: &Server| {
        let bearer = format!("authorization: Bearer {access}");
        let fields = [bearer.as_str(), "content-type: application/json", "idempotency-key: k1"];
        node.wire().ask("POST", "/api/v1/portfolio/buy", &fields, &order)
    };
    let refused = buy(&nodes[0]);
    assert_eq!(refused.status, 503, "{}", refused.body);
    ground.database.go_on();
    until("it is carried out", || buy(&nodes[1]).status == 201);
    let again = buy(&nodes[0]);
    assert_eq!(again.status, 201, "{}", again.body);
    let entries = ground
        .database
        .ask(ground.url.rsplit('/').next().unwrap(), "SELECT COUNT(*) FROM entry WHERE kind = 'buy'");
    assert_eq!(entries, "1");
}
