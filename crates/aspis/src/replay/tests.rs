use std::io::Write;

use aspis_core::{clock::Timestamp, ids::RequestId};
use aspis_watch::decisions::{Answered, Line, Start, Who, open};
use uuid::Uuid;

use super::*;
use crate::settings::Sources;

const SECOND: u64 = 1_000_000_000;

fn settings(set: &[&str]) -> Settings {
    let sources = set.iter().map(ToString::to_string).fold(Sources::default(), Sources::set);
    Settings::load(&sources).expect("right").settings
}

fn request(n: u64, second: u64) -> Answered {
    Answered {
        at: Timestamp::from_seconds(i64::try_from(second).expect("few")),
        up: second * SECOND,
        request: RequestId(Uuid::from_u128(u128::from(n))),
        client: "203.0.113.7".to_owned(),
        who: Who::Nobody,
        route: "GET /api/v1/prices".into(),
        class: "prices".into(),
        status: 200,
        refused: None,
        rule: None,
        door: None,
        passed: None,
        exempt: false,
        lured: false,
        judged: true,
        own: None,
        late: None,
        device: None,
        family: None,
        attacked: false,
        step: None,
        score: None,
        suspected: false,
        bytes: None,
    }
}

fn replayed(lines: &[Line], set: &[&str]) -> Report {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    for line in lines {
        writeln!(file, "{}", serde_json::to_string(line).expect("JSON")).expect("written");
    }
    let mut reader = open(file.path()).expect("opened");
    run(&mut reader, settings(set)).expect("read")
}

/// An oracle for a limit: of n in one window all but the limit are stopped.
#[test]
fn a_lower_limit_stops_exactly_what_is_over_it() {
    let start = Line::Start(Start { at: Timestamp(0), up: 0 });
    let mut lines = vec![start];
    lines.extend((0..40).map(|n| Line::Request(Box::new(request(n, n)))));
    assert_eq!(replayed(&lines, &[]).rules, []);
    let report = replayed(&lines, &["rate.prices=30/minute"]);
    assert_eq!((report.requests, report.rules.len()), (40, 1));
    assert_eq!((&*report.rules[0].rule, report.rules[0].would_stop), ("rate.prices", 10));
    let first = RequestId(Uuid::from_u128(30)).to_string();
    assert_eq!(report.rules[0].examples[0], first);
    assert_eq!((&*report.clients[0].client, report.clients[0].changed), ("203.0.113.7", 10));
    // A start in the middle counts anew.
    lines.insert(21, start_again());
    for line in &mut lines[22..] {
        if let Line::Request(answered) = line {
            answered.up -= 20 * SECOND;
        }
    }
    assert_eq!(replayed(&lines, &["rate.prices=30/minute"]).rules, []);
}

/// What a page of another site had a browser send is otherwise, and not its visitor's. Lines without the word are older.
#[test]
fn what_a_page_had_sent_is_nobodys_own() {
    let observed = |n| Answered { passed: Some(("inspect".into(), "sqli_attempt".into())), ..request(n, n) };
    let lured = Answered { lured: true, ..observed(2) };
    let lines = [observed(1), lured].map(|one| Line::Request(Box::new(one)));
    let report = replayed(&lines, &[]);
    assert_eq!((report.rules[0].would_stop, report.lured), (2, 1));
    assert_eq!((report.clients.len(), report.clients[0].changed), (1, 1));
    let old = serde_json::to_string(&lines[0]).expect("JSON");
    assert!(!old.contains("lured"), "{old}");
    let shut = Answered {
        door: Some("blocked".into()),
        refused: Some("blocked".into()),
        rule: Some("block.automatic".into()),
        status: 403,
        lured: true,
        judged: false,
        ..request(3, 3)
    };
    let shut = [Line::Request(Box::new(shut))];
    assert_eq!(replayed(&shut, &[]).lured, 0);
    let report = replayed(&shut, &["block.auto=false"]);
    assert_eq!((report.rules[0].would_pass, report.lured, report.clients), (1, 1, vec![]));
}

/// What cannot be read is counted, and where that is all of it nothing was judged.
#[test]
fn lines_that_cannot_be_read_are_counted() {
    let line = serde_json::to_string(&Line::Request(Box::new(request(1, 1)))).expect("JSON");
    for (text, requests, unreadable) in [
        (String::new(), 0, 0),
        ("hello\n{}\n[\n".to_owned(), 0, 3),
        (format!("hello\n{line}\n\n{line}\n{{\"line\":"), 2, 2),
    ] {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        let report = run(&mut open(file.path()).expect("opened"), settings(&[])).expect("read");
        assert_eq!((report.requests, report.unreadable), (requests, unreadable), "{text}");
        assert_eq!(report.has_judged(), requests > 0, "{text}");
    }
}

/// A window of another length begins with nothing, as in the server, and the report says so.
#[test]
fn a_window_of_another_length_begins_with_nothing_and_that_is_said() {
    let tightened = |n| Answered { step: Some(0), ..request(n, n) };
    let mut lines: Vec<_> = (0..91).map(|n| Line::Request(Box::new(request(n, n)))).collect();
    assert_eq!(replayed(&lines, &["rate.prices=90/hour"]).rules[0].would_stop, 1);
    lines[90] = Line::Request(Box::new(tightened(90)));
    let report = replayed(&lines, &["rate.prices=90/hour"]);
    assert_eq!(report.rules, [], "the hour is full, and the minute is not");
    assert!(report.cannot_know.iter().any(|unknown| unknown.contains("another length")));
}

fn start_again() -> Line {
    Line::Start(Start { at: Timestamp::from_seconds(20), up: 0 })
}

#[test]
fn modes_and_thresholds_are_asked_again() {
    let observed = Answered { passed: Some(("inspect".into(), "sqli_attempt".into())), ..request(1, 1) };
    let stopped = Answered {
        judged: false,
        status: 400,
        refused: Some("sqli_attempt".into()),
        rule: Some("sqli.tokens".into()),
        door: Some("inspect".into()),
        ..request(2, 2)
    };
    let scored = Answered { score: Some(1), ..request(3, 3) };
    let lines = [observed, stopped, scored].map(|one| Line::Request(Box::new(one)));
    let rows = |set: &[&str]| -> Vec<(String, u64, u64)> {
        let report = replayed(&lines, set);
        report.rules.into_iter().map(|row| (row.rule, row.would_stop, row.would_pass)).collect()
    };
    let row = |rule: &str, stop, pass| (rule.to_owned(), stop, pass);
    assert_eq!(rows(&["safeguards.inspect=observe"]), [row("sqli.tokens", 0, 1)]);
    assert_eq!(rows(&["scraping.score=1"]), [row("scraping.score", 1, 0), row("sqli_attempt", 1, 0)]);
}
