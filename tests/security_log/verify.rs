//! `aspis log verify`: beside a server, after it, after a kill, and after a hand was laid on the log.

use std::os::unix::fs::PermissionsExt;

use nix::sys::signal::Signal;

use super::*;

fn verdict(data: &Path) -> (Option<i32>, Value) {
    let output = command(data, &["log", "verify", "--json"]);
    let report =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    (output.status.code(), report)
}

#[test]
fn a_server_that_runs_stops_or_is_killed_leaves_a_whole_chain() {
    let server = Server::start(&[]);
    fail(&server, "nobody");
    wait_for(&server.data(), "invalid_credentials", 1);
    let (code, report) = verdict(&server.data());
    assert_eq!((code, &report["ok"]), (Some(0), &json!(true)), "beside a server: {report}");
    server.signal(Signal::SIGKILL);
    let (home, ..) = server.ended();
    assert_eq!(verdict(&home.data()).0, Some(0), "after a kill");
    let (home, status, _) = Server::on(home, &[]).stop();
    assert!(status.success());
    let (code, report) = verdict(&home.data());
    assert_eq!((code, report["findings"].as_array().map(Vec::len)), (Some(0), Some(0)), "{report}");
    assert!(report["lines"].as_u64() >= Some(4), "two starts, a refusal, a stop: {report}");
    for (name, mode) in [
        ("security-log.anchor", 0o600),
        ("security-log.key", 0o600),
        ("logs/security.log", 0o600),
        ("logs/archive", 0o700),
    ] {
        assert_eq!(
            fs::metadata(home.data().join(name)).unwrap().permissions().mode() & 0o777,
            mode,
            "{name}"
        );
    }
    let said = text(&command(&home.data(), &["log", "verify"]).stdout);
    assert!(said.contains("whole"), "{said}");
}

#[test]
fn a_line_that_is_changed_is_named_and_the_next_start_says_so() {
    let (home, ..) = Server::start(&[]).stop();
    let log = home.data().join("logs/security.log");
    let before = fs::read_to_string(&log).unwrap();
    fs::write(&log, before.replacen("server_started", "server_startled", 1)).unwrap();
    let (code, report) = verdict(&home.data());
    let finding = &report["findings"][0];
    assert_eq!(code, Some(1), "{report}");
    assert!(finding["file"] == "security.log" && finding["line"].is_u64(), "{finding}");
    let said = text(&command(&home.data(), &["log", "verify"]).stdout);
    assert!(said.contains("security.log:") && said.contains("BROKEN"), "{said}");
    let server = Server::on(home, &[]);
    wait_for(&server.data(), "log_broken", 1);
}

#[test]
fn a_tail_that_is_cut_is_found() {
    let (home, ..) = Server::start(&[]).stop();
    let log = home.data().join("logs/security.log");
    let text = fs::read_to_string(&log).unwrap();
    let end = text.trim_end().rfind('\n').unwrap() + 1;
    fs::write(&log, &text[..end]).unwrap();
    let (code, report) = verdict(&home.data());
    assert_eq!((code, &report["findings"][0]["what"]), (Some(1), &json!("cut")), "{report}");
}

#[test]
fn where_there_is_no_log_that_is_said() {
    let home = Home::empty();
    fs::create_dir(home.data()).unwrap();
    let output = command(&home.data(), &["log", "verify"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no security log"), "{}", text(&output.stderr));
}
