use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, sync::Mutex};

use aspis_core::{
    chance::SeededChance,
    client::Client,
    event::Kind,
    refusal::{Code, Masked, Rule},
};

use super::{
    verify::{What, verify},
    *,
};

mod disk;
mod life;
mod names;
mod owed;

fn options() -> Options {
    Options::new(Arc::new(SeededChance::new(7)), Timestamp(0))
}

fn open(data: &Path) -> SecurityLog {
    SecurityLog::open(data, options()).expect("opened")
}

fn log_of(data: &Path) -> PathBuf {
    data.join("logs/security.log")
}

fn read(data: &Path) -> String {
    fs::read_to_string(log_of(data)).expect("read")
}

fn started(at: i64) -> Event {
    Event::of_server(Kind::Started, Timestamp::from_seconds(at))
}

fn words(data: &Path) -> Vec<What> {
    verify(data, &|| true).expect("read").findings.iter().map(|finding| finding.what).collect()
}

/// Waits until something is so, for ten seconds at most.
fn wait_until(is_so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came to that");
}

/// Keeps what it is told.
#[derive(Default)]
struct Told(Mutex<Vec<Event>>);

impl Told {
    fn kinds(&self) -> Vec<Kind> {
        self.0.lock().expect("held by nobody who fails").iter().map(|event| event.kind).collect()
    }
}

impl Sink for Told {
    fn record(&self, event: Event) {
        self.0.lock().expect("held by nobody who fails").push(event);
    }
}

#[test]
fn an_event_is_one_json_line_whatever_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("logs/security.log");
    let log = open(folder.path());
    let rule = Rule {
        place: Some("note\r\n{\"kind\":\"forged\"}\u{1b}[31m".to_owned()),
        count: Some(3),
        seen: Some(Masked::of(b"' OR \x1b[2J\nforged")),
        ..Rule::named("sqli.tokens")
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
    let text = fs::read_to_string(&path).expect("read");
    assert_eq!(text.lines().count(), 2);
    let line: serde_json::Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        (line["kind"].as_str(), line["owasp"].as_str(), line["client"].as_str()),
        (Some("sqli_attempt"), Some("malicious_sqli"), Some("203.0.113.7"))
    );
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
}
