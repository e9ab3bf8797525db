//! `[store]`: what nodes count together, and what each lets in alone.

use super::{Home, Server};
use crate::redis::Redis;

fn on(home: Home, state: &Redis, settings: &[&str]) -> Server {
    let state = format!("store.state=\"{}\"", state.url());
    Server::on(home, &[&[state.as_str(), "safeguards.scraping=off"], settings].concat())
}

/// So many prices, one after the other: how many were let in.
fn admitted(server: &Server, asked: usize) -> usize {
    (0..asked).filter(|_| server.get("/api/v1/price/BTC").status == 200).count()
}

/// What was counted there outlives the server that counted it.
#[test]
fn store_state() {
    let Some(state) = Redis::start() else { return };
    let settings = ["rate.prices=4/hour"];
    let server = on(Home::furnished(), &state, &settings);
    assert_eq!(admitted(&server, 3), 3);
    let (home, status, log) = server.stop();
    assert!(status.success(), "{log}");
    let server = on(home, &state, &settings);
    assert_eq!(admitted(&server, 5), 1);
    let (home, ..) = server.stop();
    let alone = Server::on(home, &settings);
    assert_eq!(admitted(&alone, 5), 4, "its own memory begins anew");
}

#[test]
fn store_state_is_judged_and_not_shown() {
    let home = Home::empty();
    let (_, said) = home.fails(&["store.state=memcached://me:canary-4471@state"]);
    assert!(said.contains("store.state") && said.contains("not a Redis or Valkey server"), "{said}");
    let (_, open) = home.fails(&["mode=production", "store.state=redis://me:canary-4471@state.example.com"]);
    assert!(open.contains("rediss://"), "{open}");
    assert!(!format!("{said}{open}").contains("canary-4471"));
}

#[test]
fn store_share() {
    for (share, let_in) in [("0.25", 2), ("1", 8), ("0", 1)] {
        let Some(mut state) = Redis::start() else { return };
        let share = format!("store.share={share}");
        let server = on(Home::furnished(), &state, &["rate.prices=8/hour", &share]);
        state.kill();
        assert_eq!(admitted(&server, 12), let_in, "{share}");
    }
}
