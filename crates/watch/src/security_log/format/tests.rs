use aspis_core::{
    client::Client,
    clock::Timestamp,
    event::{Event, Kind},
    ids::{AccountId, RequestId},
    refusal::{Bound, Code, Masked, Rule},
};
use serde_json::Value;

use super::{
    super::{
        chain::{Head, Link},
        item::{Lost, Mark, Sum, Why},
        native,
    },
    *,
};

fn refusal() -> Item {
    let rule = Rule {
        place: Some("note=|\\ at 3\r\n aspis={\"aspis\":{".to_owned()),
        count: Some(3),
        seen: Some(Masked::of(b"' OR =|\\")),
        bound: Some(Bound { limit: 5, window_s: Some(60) }),
        ..Rule::named("sqli.tokens")
    };
    Item::Event(Event {
        client: Some(Client::from_ip([203, 0, 113, 7].into())),
        account: Some(AccountId(uuid::Uuid::nil())),
        request: Some(RequestId(uuid::Uuid::nil())),
        route: "POST /api/v1/auth/login".into(),
        rule: Some(rule),
        ..Event::of_server(Kind::Refused(Code::SqliAttempt), Timestamp(1_763_000_000_000_000))
    })
}

fn items() -> Vec<Item> {
    let at = Timestamp::from_seconds(1_763_000_000);
    let mark = Mark { at, request: Some(RequestId(uuid::Uuid::nil())) };
    let client = Some(Client::V6(0x2001_0db8_0000_0001));
    let sum = Sum { at, kind: Kind::Refused(Code::RateLimited), client, count: 970, first: mark, last: mark };
    let lost = |why| Item::Lost(Lost { at, count: 3, why });
    let mut items =
        vec![refusal(), Item::Sum(sum), lost(Why::Slow), lost(Why::Unwritable(at)), lost(Why::Killed)];
    items.extend(Kind::ALL.iter().map(|kind| Item::Event(Event::of_server(*kind, at))));
    items.extend(Code::ALL.iter().map(|code| Item::Event(Event::of_server(Kind::Refused(*code), at))));
    items
}

fn written(format: Format, item: &Item) -> String {
    String::from_utf8(format.write(item, Head::default().after(b"before")).expect("written")).expect("UTF-8")
}

/// Whatever the form, our own words stand whole at the end, and the chain with them.
#[test]
fn every_form_holds_our_own() {
    for item in items() {
        let own = written(Format::Native, &item);
        for format in [Format::Native, Format::Ecs, Format::Ocsf, Format::Cef] {
            let line = written(format, &item);
            assert!(!line.contains(['\n', '\r', '\u{1b}']), "{line}");
            let inner = native::of(line.as_bytes()).expect("our own");
            assert_eq!(String::from_utf8_lossy(&inner), own, "{format:?}: {line}");
            assert_eq!(Link::of(line.as_bytes()).map(|link| link.seq), Some(2), "{line}");
        }
    }
}

#[test]
fn the_elastic_schema_has_its_fields() {
    let line: Value = serde_json::from_str(&written(Format::Ecs, &refusal())).expect("JSON");
    let at = |path: &str| line.pointer(path).cloned().unwrap_or_default();
    for (path, value) in [
        ("/@timestamp", "2025-11-13T02:13:20Z"),
        ("/event/action", "sqli_attempt"),
        ("/event/code", "malicious_sqli"),
        ("/event/outcome", "failure"),
        ("/event/kind", "event"),
        ("/event/type/0", "denied"),
        ("/source/ip", "203.0.113.7"),
        ("/user/id", "00000000-0000-0000-0000-000000000000"),
        ("/http/request/method", "POST"),
        ("/rule/name", "sqli.tokens"),
        ("/log/level", "warn"),
    ] {
        assert_eq!(at(path), value, "{path}: {line}");
    }
    let sum: Value = serde_json::from_str(&written(Format::Ecs, &items()[1])).expect("JSON");
    assert_eq!(
        (&sum["source"]["address"], &sum["source"]["ip"]),
        (&"2001:db8:0:1::/64".into(), &Value::Null)
    );
    assert_eq!(sum["aspis"]["first"]["request_id"], "00000000-0000-0000-0000-000000000000");
}

/// OCSF 1.8: every class has its category, activity and type by the rule of the schema.
#[test]
fn the_open_schema_adds_up() {
    for item in items() {
        let line: Value = serde_json::from_str(&written(Format::Ocsf, &item)).expect("JSON");
        let number = |name: &str| line[name].as_u64().unwrap_or_else(|| panic!("{name}: {line}"));
        assert_eq!(number("category_uid"), number("class_uid") / 1000);
        assert_eq!(number("type_uid"), number("class_uid") * 100 + number("activity_id"));
        assert!((1..=6).contains(&number("severity_id")) && number("time") > 1_700_000_000_000);
        let profiles = line["metadata"]["profiles"].as_array().expect("profiles");
        assert_eq!(profiles.is_empty(), number("class_uid") != 4002, "{line}");
    }
    let line: Value = serde_json::from_str(&written(Format::Ocsf, &refusal())).expect("JSON");
    assert_eq!(
        (line["class_uid"].as_u64(), line["action_id"].as_u64(), line["disposition_id"].as_u64()),
        (Some(4002), Some(2), Some(2))
    );
    let sign_in = Item::Event(Event::of_server(Kind::SignedIn, Timestamp(0)));
    let line: Value = serde_json::from_str(&written(Format::Ocsf, &sign_in)).expect("JSON");
    assert_eq!((line["type_uid"].as_u64(), line["status_id"].as_u64()), (Some(300_201), Some(1)));
}

/// Seven fields between bars, and then only names whose values hold no bare `=`.
#[test]
fn the_common_format_cannot_be_forged() {
    let line = written(Format::Cef, &refusal());
    let fields: Vec<_> = line.splitn(8, '|').collect();
    assert_eq!(fields[..3], ["CEF:0", "Aspis", "Aspis"]);
    assert_eq!((fields[4], fields[6]), ("malicious_sqli", "7"));
    let mut plain = fields[7].replace("\\\\", "").replace("\\=", "");
    for name in ["rt", "cat", "src", "suid", "externalId", "requestMethod", "act", "outcome", "aspis"] {
        assert!(plain.contains(&format!("{name}=")), "{name}: {line}");
        plain = plain.replacen(&format!("{name}="), "", 1);
    }
    assert!(!plain.contains('='), "{plain}");
    assert!(fields[7].contains(" src=203.0.113.7 ") && fields[7].contains(" outcome=failure "), "{line}");
}
