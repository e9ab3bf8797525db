//! Killed while a day of the log is closed: no line of it is lost or told twice, and the chain holds.

use std::{process::Stdio, sync::Arc, time::Duration};

use aspis_core::{
    chance::SystemChance,
    clock::{Clock, SystemClock, Timestamp},
    event::{Event, Kind, Sink},
    ids::AccountId,
};
use aspis_watch::security_log::{Options, SecurityLog};

use super::*;
use crate::server::moments;

/// Lines of yesterday: enough that it takes a while to compress them.
const LINES: usize = 10_000;

/// A folder with a log of yesterday, which the next start closes.
fn yesterday() -> Home {
    let home = Home::furnished();
    let today = SystemClock::start().now().seconds() / 86_400 * 86_400;
    let at = |line: usize| Timestamp::from_seconds(today - 85_000 + 3 * i64::try_from(line).unwrap());
    let log = SecurityLog::open(&home.data(), Options::new(Arc::new(SystemChance), at(0))).unwrap();
    for line in 0..LINES {
        // What names an account is never summed up.
        let account = Some(AccountId(uuid::Uuid::nil()));
        log.record(Event { account, ..Event::of_server(Kind::SplitApplied, at(line)) });
    }
    log.close();
    home
}

/// The same folder once more.
fn copied(home: &Home) -> Home {
    let copy = Home::empty();
    copy_all(&home.data(), &copy.data());
    copy
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_all(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}

/// How many archives there are, and whether one of them is only half written.
fn archives(data: &Path) -> usize {
    fs::read_dir(data.join("logs/archive")).map_or(0, Iterator::count)
}

fn kept(data: &Path) -> usize {
    lines(data, &["events", "--json", "--kind", "split_applied", "--limit", "1000000"]).len()
}

/// How long a start takes until the day before is closed.
#[expect(clippy::disallowed_methods, reason = "how long a process takes is measured by the machine's clock")]
fn closing(home: Home) -> Duration {
    let began = std::time::Instant::now();
    let server = Server::on(home, &[]);
    while archives(&server.data()) == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    began.elapsed()
}

#[test]
fn a_day_whose_closing_is_killed_loses_no_line() {
    let home = yesterday();
    assert_eq!(kept(&home.data()), LINES);
    let took = closing(copied(&home));
    for (round, span) in moments(took).enumerate() {
        let home = copied(&home);
        let mut command = home.command(&[]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(span);
        child.kill().unwrap();
        child.wait().unwrap();
        let verdict = |data: &Path| {
            let output = super::command(data, &["log", "verify"]);
            assert!(output.status.success(), "round {round}, {span:?}: {}", text(&output.stdout));
        };
        verdict(&home.data());
        assert_eq!(kept(&home.data()), LINES, "round {round}, {span:?}");
        let server = Server::on(home, &[]);
        wait_for(&server.data(), "server_started", 1);
        let (home, ..) = server.stop();
        verdict(&home.data());
        assert_eq!((kept(&home.data()), archives(&home.data())), (LINES, 1), "round {round}, {span:?}");
    }
}
