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
