//! What an operator has to explain a refusal by: a line of the security log with the rule, the place, the shape of what
//! matched and the request's identifier, for every place a request has for text.

use std::fs;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    log_of,
    shield::{FORM, PARTS, parts, send, shield},
};
use crate::{
    server::{Answer, Server},
    shop::Shop,
};

const ATTACK: &str = "x' UNION SELECT password FROM users--";

/// One that was refused: what the line must call its place, and the identifier that the caller was told.
type Refused = (&'static str, String);

fn refused(place: &'static str, answer: &Answer) -> Refused {
    assert_eq!(answer.refusal(), (400, "sqli_attempt".into()), "{place}: {answer:?}");
    let told = answer.header("x-request-id").expect("an identifier").to_owned();
    assert_eq!(answer.json()["request_id"], told.as_str());
    (place, told)
}

/// The line of a request says which rule, where and how long, and a mask of that length.
fn assert_explains(log: &str, (field, request): &Refused, route: &str) {
    let lines = || log.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
    // The one that makes it too many raises an alert as well, which names the request.
    let is_own = |line: &Value| line["request_id"] == request.as_str() && line["kind"] != "alert_raised";
    let own: Vec<_> = lines().filter(is_own).collect();
    assert_eq!(own.len(), 1, "{field}: {log}");
    let line = &own[0];
    let said = ["kind", "scenario", "owasp", "route"].map(|name| line[name].as_str().unwrap_or_default());
    assert_eq!(said, ["sqli_attempt", "sql_injection", "malicious_sqli", route], "{field}");
    assert!(line["client"].is_string() && line["enforced"] == true, "{line}");
    let rule = &line["rule"];
    assert!(rule["name"].as_str().is_some_and(|name| name.starts_with("sqli.")), "{line}");
    let place = rule["place"].as_str().unwrap_or_default();
    let rest = place.strip_prefix(&format!("{field} at ")).and_then(|rest| rest.strip_suffix(" bytes"));
    let (offset, length) = rest.and_then(|rest| rest.split_once(", ")).unwrap_or_else(|| panic!("{line}"));
    let length: usize = length.parse().expect("a length");
    assert!(offset.parse::<usize>().is_ok() && (1..=ATTACK.len() * 3).contains(&length), "{line}");
    let seen = rule["seen"].as_str().unwrap_or_default();
    assert_eq!(seen.chars().count(), length.min(40), "{line}");
    let is_masked = |c: char| c == 'a' || c == '0' || !c.is_ascii_alphanumeric();
    assert!(seen.chars().all(is_masked) && seen.contains('a'), "{line}");
}

/// The real binary, and the file that it writes.
#[test]
fn every_refusal_of_the_server_can_be_explained() {
    let server = Server::start(&["register.challenge_after=1000"]);
    let escaped = utf8_percent_encode(ATTACK, NON_ALPHANUMERIC).to_string().replace("%2D", "-");
    let register = |body: &Value| server.post("/api/v1/auth/register", &body.to_string());
    let price = |headers: &[&str]| server.wire().ask("GET", "/api/v1/price/BTC", headers, "");
    let person = |name: &str| json!({"email": "ada@example.org", "password": "x", "full_name": name});
    let (asset, post) = ("GET /api/v1/price/{asset}", "POST /api/v1/auth/register");
    let sent = [
        (asset, refused("path", &server.get(&format!("/api/v1/price/{escaped}")))),
        (
            "GET /api/v1/history/{asset}",
            refused("query", &server.get(&format!("/api/v1/history/BTC?cursor={escaped}"))),
        ),
        (asset, refused("x-campaign", &price(&[&format!("x-campaign: {ATTACK}")]))),
        (asset, refused("cookie", &price(&[&format!("cookie: theme={ATTACK}")]))),
        (post, refused("full_name", &register(&person(ATTACK)))),
        (post, refused("a key", &register(&json!({(ATTACK): 1})))),
    ];
    let (home, status, _) = server.stop();
    assert!(status.success());
    let log = fs::read_to_string(home.data().join("logs").join("security.log")).unwrap();
    for (route, one) in &sent {
        assert_explains(&log, one, route);
    }
    assert!(!log.contains("UNION") && !log.contains("users--"), "{log}");
}

/// Forms and files are what services behind the shield take.
#[tokio::test]
async fn every_refusal_of_the_shield_can_be_explained() {
    let shop = Shop::endless(&[]).await;
    let shield = shield(&shop);
    let escaped = utf8_percent_encode(ATTACK, NON_ALPHANUMERIC).to_string();
    let file =
        format!("--x\r\nContent-Disposition: form-data; name=f; filename=\"{ATTACK}\"\r\n\r\n1\r\n--x--");
    let before = shop.event_log().len();
    let mut sent = Vec::new();
    for (place, kind, body) in [
        ("note", FORM, format!("a=1&note={escaped}")),
        ("a field's name", FORM, format!("{escaped}=1")),
        ("note", PARTS, parts(&[("a", "1"), ("note", ATTACK)])),
        ("f, its file name", PARTS, file),
        ("a.b", "application/json", json!({"a": [{"b": ATTACK}]}).to_string()),
        ("a key", "application/json", json!({"a": {(ATTACK): 1}}).to_string()),
        ("body", "text/plain", ATTACK.to_owned()),
    ] {
        let (status, answer) = send(&shield, kind, body).await;
        let problem: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!((status, &problem["code"]), (400, &json!("sqli_attempt")), "{kind} {place}: {problem}");
        sent.push((place, problem["request_id"].as_str().unwrap().to_owned()));
    }
    let log = log_of(&shop.event_log()[before..]);
    for one in &sent {
        assert_explains(&log, one, "POST /upload");
    }
    assert!(!log.contains("UNION") && !log.contains("users--"), "{log}");
}
