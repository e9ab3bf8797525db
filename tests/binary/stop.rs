//! Stopping in good order: nothing in progress is lost, nothing is left behind.

use nix::sys::signal::Signal;

use super::{Server, demo, order, trades};

#[test]
fn both_signals_stop_it_in_good_order() {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let server = Server::start(&[]);
        assert_eq!(server.get("/api/v1/price/BTC").status, 200);
        server.signal(signal);
        let (home, status, log) = server.ended();
        assert_eq!(status.code(), Some(0), "{signal}: {log}");
        assert!(log.contains("stopped") && log.contains("cut=0"), "{log}");
        assert!(!log.contains("no backtest"), "a stop is no fault of the model: {log}");
        let security = std::fs::read_to_string(home.data().join("logs/security.log")).unwrap();
        let kinds: Vec<String> = security
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).unwrap()["kind"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(kinds.last().map(String::as_str), Some("server_stopped"), "{kinds:?}");
        assert!(kinds.contains(&"server_started".to_owned()), "{kinds:?}");
    }
}

/// A connection that only waits holds up nothing.
#[test]
fn a_connection_that_waits_holds_up_nothing() {
    let server = Server::start(&["edge.drain=10m"]);
    let mut idle = server.wire();
    idle.send("GET /api/v1/assets HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert_eq!(idle.next().status, 200);
    let mut silent = server.wire();
    let (_, status, log) = server.stop();
    assert!(status.success(), "{log}");
    assert_eq!((idle.rest(), silent.rest()), (String::new(), String::new()));
}

/// Orders that are sent while it stops: each was answered and is in the books, or was not taken at all.
#[test]
fn no_order_is_lost_between_two_starts() {
    let server = Server::start(&["rate.portfolio=1000/minute", "rate.login=1000/minute"]);
    let token = demo(&server);
    let mut wires: Vec<_> = (0..20).map(|_| server.wire()).collect();
    let body = "{\"asset_id\":\"ETH\",\"quantity\":\"0.01\"}";
    for (at, wire) in wires.iter_mut().enumerate() {
        wire.send(format!(
            "POST /api/v1/portfolio/buy HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nidempotency-key: k{at}\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ));
    }
    server.signal(Signal::SIGTERM);
    let answered = wires.iter_mut().map(|wire| wire.last().status).filter(|status| *status == 201).count();
    assert_eq!(answered, 20, "all were sent before the stop");
    let (home, status, log) = server.ended();
    assert!(status.success() && log.contains("cut=0"), "{log}");
    let server = Server::on(home, &[]);
    let token = demo(&server);
    assert_eq!(trades(&server, &token), 20);
    assert_eq!(order(&server, &token, "k7").0, 201, "sent again, it is the same order");
    assert_eq!(trades(&server, &token), 20);
}
