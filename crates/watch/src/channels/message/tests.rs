use aspis_core::{client::Client, ids::AlertId};

use super::*;

fn alert(severity: Severity, turn: Turn) -> Alert {
    Alert {
        id: AlertId(Uuid::from_u128(1)),
        rule: "logins.failed_by_client",
        severity,
        scenario: Some(aspis_core::scenario::Scenario::BruteForce),
        subject: Subject::Client(Client::from_ip("192.0.2.1".parse().unwrap())),
        turn,
        began: Timestamp::from_seconds(1_700_000_000),
        at: Timestamp::from_seconds(1_700_000_060),
        count: 21,
        bound: Some(Bound { limit: 20, window_s: Some(3600) }),
        says: "21 failed sign-ins by client 192.0.2.1 in an hour.".to_owned(),
        client: None,
        request: None,
        enforced: true,
    }
}

fn message(n: u128, severity: Severity, turn: Turn) -> Message {
    Message::of(&alert(severity, turn), Uuid::from_u128(n))
}

#[test]
fn an_alert_is_a_headline_a_sentence_and_facts() {
    let told = message(7, Severity::Critical, Turn::Began);
    assert_eq!(told.title, "Critical: logins.failed_by_client");
    assert_eq!(told.text, "21 failed sign-ins by client 192.0.2.1 in an hour.");
    let facts: Vec<_> = told.facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let expected = [
        "rule=logins.failed_by_client",
        "about=client 192.0.2.1",
        "count=21",
        "bound=20 in 3600 s",
        "scenario=brute_force",
        "since=2023-11-14T22:13:20Z",
    ];
    assert_eq!(facts, expected);
    assert_eq!(message(7, Severity::Warning, Turn::Ended).title, "Over: logins.failed_by_client");
    let back: Message = serde_json::from_str(&serde_json::to_string(&told).unwrap()).unwrap();
    assert_eq!(back, told);
}

#[test]
fn the_same_is_the_same_however_often_it_is_told() {
    let key = |n, severity, turn| message(n, severity, turn).key();
    let first = key(1, Severity::Warning, Turn::Began);
    assert_eq!(first, key(2, Severity::Warning, Turn::Began));
    assert_ne!(first, key(3, Severity::Critical, Turn::Began));
    assert_ne!(first, key(4, Severity::Warning, Turn::Ended));
}

#[test]
fn a_message_about_a_channel_does_not_go_by_it() {
    let dead = Alert {
        rule: "channel.dead",
        subject: Subject::Named("slack".to_owned()),
        ..alert(Severity::Warning, Turn::Began)
    };
    let told = Message::of(&dead, Uuid::from_u128(1));
    assert_eq!(told.but.as_deref(), Some("slack"));
    let own = Message::of_channel("slack", true, dead.at, Uuid::from_u128(2));
    assert_eq!((own.key(), own.but), (told.key(), told.but), "it is told once, whoever says it first");
}

#[test]
fn many_are_one_and_sums_of_sums_count_their_parts() {
    let at = Timestamp::from_seconds(5);
    let mut many: Vec<_> = (0..30).map(|n| message(n, Severity::Warning, Turn::Began)).collect();
    many.push(message(99, Severity::Critical, Turn::Began));
    let one = Message::digest(&many, Uuid::from_u128(100), at);
    assert_eq!(
        (one.severity, one.title.as_str()),
        (Severity::Critical, "31 alerts at once: 1 critical, 30 warning")
    );
    let lines: Vec<_> = one.text.lines().collect();
    assert!(lines[0].starts_with("Critical: ") && lines.len() == 21, "{lines:?}");
    assert!(lines[20].starts_with("and 11 more"), "{lines:?}");
    let two = Message::digest(&[one, message(200, Severity::Info, Turn::Began)], Uuid::from_u128(201), at);
    assert_eq!(two.title, "32 alerts at once: 1 critical, 30 warning, 1 info");
    assert!(two.text.lines().last().unwrap().starts_with("and 12 more"), "{}", two.text);
}
