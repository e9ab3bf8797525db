//! What the database tells, and what is left to say where it cannot be read: by the real command on real folders.

use std::time::Duration;

use super::{deployment::Deployment, *};
use crate::binary::upgrade::run;

fn sound() -> Deployment {
    Deployment::sound(Duration::from_secs(3600))
}

/// A database that cannot be read is no good verdict, and what can be judged without it is judged.
#[test]
fn a_database_that_is_destroyed_is_no_good_verdict() {
    let place = sound();
    let database = place.data().join("aspis.db");
    let whole = fs::read(&database).unwrap();
    // What stands beside it would be read with it.
    for beside in ["aspis.db-wal", "aspis.db-shm"] {
        let _ = fs::remove_file(place.data().join(beside));
    }
    let harms: [(&str, Option<Vec<u8>>, &str); 4] = [
        ("garbage", Some(b"x".repeat(10_000)), "damaged"),
        ("cut", Some(whole[..whole.len() / 2].to_vec()), "damaged"),
        ("empty", Some(Vec::new()), "--begin-anew"),
        ("missing", None, "--begin-anew"),
    ];
    for (what, bytes, says) in harms {
        match bytes {
            Some(bytes) => fs::write(&database, bytes).unwrap(),
            None => fs::remove_file(&database).unwrap(),
        }
        for bar in ["never", "high"] {
            let output = place.command(&["audit", "--json", "--fail-on", bar]).output().unwrap();
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{what}: {said}");
            assert!(said.contains("no whole audit") && said.contains(says), "{what}: {said}");
            assert!(said.contains("estore a backup"), "{what}: {said}");
            let report: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert!(report["unread"].as_str().unwrap().contains("database"), "{what}: {report}");
            let hidden = report["not_checked"].to_string();
            for id in ["ledger_broken", "operator_without_factor", "exemption_wide"] {
                assert!(hidden.contains(id), "{what}: {hidden}");
            }
        }
    }
    assert_eq!(place.command(&["check"]).output().unwrap().status.code(), Some(1));
}

/// A whole one makes a whole report.
#[test]
fn a_whole_audit_says_nothing_of_what_is_unread() {
    let output = sound().command(&["audit", "--json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.code() == Some(0) && report["unread"].is_null(), "{report}");
}

#[test]
fn a_log_that_was_taken_away_with_its_key_is_found() {
    let (place, id) = (sound(), "log_gone");
    assert!(!place.found(&[]).contains(id));
    take_the_log_away(&place.data());
    assert!(place.found(&[]).contains(id), "the database has had one");
}

fn take_the_log_away(data: &Path) {
    fs::remove_dir_all(data.join("logs")).unwrap();
    for entry in fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("security-log.") {
            fs::remove_file(path).unwrap();
        }
    }
}

/// A server that starts on it begins another one, which is told, and stays found.
#[test]
fn another_log_in_its_place_is_told_and_found() {
    let server = Server::start(&[]);
    let (home, ..) = server.stop();
    assert!(!ids(&audit(&home.data(), &["--json"]).1).contains(&"log_gone".to_owned()));
    take_the_log_away(&home.data());
    let server = Server::on(home, &[]);
    let (home, _, log) = server.stop();
    assert!(log.contains("was taken away with its key"), "{log}");
    let events = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert!(events.contains("log_broken") && events.contains("log.another"), "{events}");
    let server = Server::on(home, &[]);
    let (home, _, log) = server.stop();
    assert!(!log.contains("was taken away with its key"), "it is told once: {log}");
    let (_, said) = audit(&home.data(), &["--json"]);
    assert!(ids(&said).contains(&"log_gone".to_owned()), "{said}");
    assert!(!ids(&said).contains(&"log_broken".to_owned()), "the new one is whole: {said}");
}

#[test]
fn exemptions_that_last_or_are_wide_are_found() {
    let place = sound();
    let exempt = |client: &str, time: &str| {
        let wish = ["exempt", "--client", client, "--rule", "rate.prices", "--for", time, "--why", "a batch"];
        let output = place.command(&wish).output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    exempt("203.0.113.7", "1h");
    let found = place.found(&[]);
    assert!(!found.contains("exemption_lasts") && !found.contains("exemption_wide"), "{found:?}");
    exempt("203.0.113.7", "30d");
    let found = place.found(&[]);
    assert!(found.contains("exemption_lasts") && !found.contains("exemption_wide"), "{found:?}");
    exempt("198.51.0.0/16", "1h");
    assert!(place.found(&[]).contains("exemption_wide"));
}

#[test]
fn books_that_do_not_balance_are_found() {
    let (place, id) = (sound(), "ledger_broken");
    assert!(!place.found(&[]).contains(id));
    run(
        &place.data().join("aspis.db"),
        &["UPDATE balance SET amount = amount + 1 WHERE owner <> 'house'".to_owned()],
    );
    assert!(place.found(&[]).contains(id));
}
