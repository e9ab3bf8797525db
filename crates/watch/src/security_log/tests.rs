use std::os::unix::fs::PermissionsExt;

use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::Kind,
    refusal::{Code, Masked, Rule},
};

use super::*;

#[test]
fn an_event_is_one_json_line_whatever_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("security.log");
    let log = SecurityLog::open(&path).expect("opened");
    let rule = Rule {
        name: "sqli.tokens".into(),
        place: Some("note\r\n{\"kind\":\"forged\"}\u{1b}[31m".to_owned()),
        count: Some(3),
        seen: Some(Masked::of(b"' OR \x1b[2J\nforged")),
        bound: None,
    };
    let event = Event {
        client: Some(Client::from_ip([203, 0, 113, 7].into())),
        rule: Some(rule),
        ..Event::of_server(Kind::Refused(Code::SqliAttempt), Timestamp(0))
    };
    log.record(event.clone());
    log.record(event);
    log.close();
    log.record(Event::of_server(Kind::Stopped, Timestamp(0)));
    let text = std::fs::read_to_string(&path).expect("read");
    assert_eq!(text.lines().count(), 2);
    let line: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        (line["kind"].as_str(), line["owasp"].as_str(), line["client"].as_str()),
        (Some("sqli_attempt"), Some("malicious_sqli"), Some("203.0.113.7"))
    );
    assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
}
