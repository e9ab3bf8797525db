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
        ("security-log.days", 0o600),
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

/// A log of a server that had something to tell, and the lines of it.
fn furnished() -> (Home, Vec<String>) {
    let server = Server::start(&[]);
    fail(&server, "ada");
    fail(&server, "eve");
    wait_for(&server.data(), "invalid_credentials", 2);
    let (home, ..) = server.stop();
    let text = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    (home, text.lines().map(str::to_owned).collect())
}

fn whole(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// Each harm that can come to a log has its own word, and what is put right again is whole.
#[test]
fn every_harm_is_found_and_named() {
    let (home, lines) = furnished();
    let (_other, others) = furnished();
    let log = home.data().join("logs/security.log");
    let last = lines.len() - 1;
    let changed = |at: usize| {
        let mut bytes = whole(&lines).into_bytes();
        bytes[at] ^= 1;
        bytes
    };
    let without = |line: usize| {
        let mut left = lines.clone();
        left.remove(line);
        whole(&left).into_bytes()
    };
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    let length = whole(&lines).len();
    let mut harms: Vec<(&str, Vec<u8>)> = vec![
        ("missing", without(2)),
        ("reordered", whole(&swapped).into_bytes()),
        ("cut", without(last)),
        ("cut", whole(&lines).into_bytes()[..length - 7].to_vec()),
        ("", whole(&others).into_bytes()),
    ];
    // Another server's log in its place has the one or the other word. A bit of any byte: somewhere in each line, and in
    // its end.
    harms.extend((3..length).step_by(length / 40).map(|at| ("", changed(at))));
    for (what, harmed) in harms {
        fs::write(&log, &harmed).unwrap();
        let (code, report) = verdict(&home.data());
        let words: Vec<_> =
            report["findings"].as_array().unwrap().iter().map(|one| one["what"].clone()).collect();
        assert!(
            code == Some(1) && words.iter().any(|word| what.is_empty() || word == what),
            "{what}: {report}"
        );
    }
    fs::remove_file(&log).unwrap();
    assert_eq!(verdict(&home.data()).0, Some(1), "a file that is gone");
    fs::write(&log, whole(&lines)).unwrap();
    assert_eq!(verdict(&home.data()).0, Some(0), "put right again");
}
