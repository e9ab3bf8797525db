//! Dying without a word: what was answered is kept, and the next start needs no help.

use nix::sys::signal::Signal;

use super::{Server, demo, order, trades};

#[test]
fn what_was_answered_outlives_a_kill() {
    let mut server = Server::start(&["rate.portfolio=1000/minute"]);
    let mut placed = 0;
    for round in 0..3 {
        let token = demo(&server);
        for at in 0..5 {
            let (status, body) = order(&server, &token, &format!("{round}-{at}"));
            assert_eq!(status, 201, "{body}");
            placed += 1;
        }
        server.signal(Signal::SIGKILL);
        let (home, status, _) = server.ended();
        assert_eq!(status.code(), None, "killed");
        server = Server::on(home, &["rate.portfolio=1000/minute"]);
        let token = demo(&server);
        assert_eq!(trades(&server, &token), placed);
        // What is sent again after the crash is what was answered before it.
        let (status, _) = order(&server, &token, &format!("{round}-4"));
        assert_eq!((status, trades(&server, &token)), (201, placed));
    }
}

/// Killed in the middle of loading the history: the next start loads it whole.
#[test]
fn a_kill_in_the_first_start_leaves_nothing_half_made() {
    let home = super::Home::empty();
    for _ in 0..4 {
        let mut command = home.command(&[]);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        // As soon as there is a database, wherever it is by then.
        while !home.data().join("aspis.db").exists() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let server = Server::on(home, &[]);
    assert_eq!(server.get("/api/v1/assets").json()["assets"].as_array().unwrap().len(), 8);
    assert_eq!(server.get("/api/v1/price/BTC").json()["price"], "8709.49");
    demo(&server);
}

/// A folder whose server was killed is free again: no lock outlives its process.
#[test]
fn a_killed_server_leaves_no_lock() {
    let server = Server::start(&[]);
    server.signal(Signal::SIGKILL);
    let (home, ..) = server.ended();
    assert!(home.data().join("lock").exists());
    Server::on(home, &[]);
}
