//! The real binary, killed while an alert is on its way.

use nix::sys::signal::Signal;

use crate::{
    server::Server,
    shop::{Act, Receiver},
};

const SECRET: &str = "alerts.webhook.secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Three hostile requests: a warning.
fn attack(server: &Server) {
    for _ in 0..3 {
        assert_eq!(server.get("/api/v1/price/BTC';DROP%20TABLE%20users;--").status, 400);
    }
}

/// Killed between the receiver's having it and its being written down: it comes again, with the same identifier.
#[test]
fn what_was_on_its_way_arrives_after_the_next_start() {
    let receiver = Receiver::moody(|number| if number == 1 { Act::Hang } else { Act::Say(204, "") });
    let url = format!("alerts.webhook.url={}", receiver.url());
    let settings = [url.as_str(), SECRET, "alerts.webhook.from=warning"];
    let server = Server::start(&settings);
    attack(&server);
    receiver.waits_for(1);
    server.signal(Signal::SIGKILL);
    let (home, _, log) = server.ended();
    assert!(!log.contains("c4n4ry"), "{log}");
    let server = Server::on(home, &settings);
    let posts = receiver.waits_for(2);
    assert_eq!(posts[0].fields["webhook-id"], posts[1].fields["webhook-id"]);
    assert_eq!(posts[0].body, posts[1].body);
    let (home, status, log) = server.stop();
    assert!(status.success(), "{log}");
    // And once only: it is crossed out.
    let server = Server::on(home, &settings);
    server.get("/api/v1/assets");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(receiver.posts().len(), 2);
    drop(server);
}

/// A receiver that never answers does not keep the server from ending, and what it should have got is kept.
#[test]
fn a_receiver_that_hangs_does_not_keep_the_server() {
    let receiver = Receiver::moody(|_| Act::Hang);
    let url = format!("alerts.slack.url={}", receiver.url());
    let server = Server::start(&[&url]);
    attack(&server);
    receiver.waits_for(1);
    for _ in 0..20 {
        assert_eq!(server.get("/api/v1/assets").status, 200, "no request waits for it");
    }
    let (home, status, log) = server.stop();
    assert!(status.success(), "{log}");
    let well = Receiver::kind();
    let server = Server::on(home, &[&format!("alerts.slack.url={}", well.url())]);
    assert!(well.waits_for(1)[0].body.contains("hostile.by_client"));
    drop(server);
}
