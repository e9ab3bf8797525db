//! A file that turned up, and whose copy it is: beside the server, after it, and where there never was one.

use std::{fs, io::Write, process::Stdio};

use serde_json::Value;

use super::{Home, Server, demo, run, text};
use crate::server::aspis;

fn code_and_words(args: &[&str]) -> (i32, String) {
    let output = run(args);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    (output.status.code().unwrap(), said)
}

#[test]
fn the_demo_account_is_found_out() {
    let server = Server::start(&["marks.volumes=true"]);
    let token = format!("authorization: Bearer {}", demo(&server));
    let answer = server.wire().ask("GET", "/api/v1/history/BTC?limit=1000", &[&token], "");
    assert_eq!(answer.status, 200, "{answer:?}");
    let data = server.data().display().to_string();
    let found = server.data().join("found.json");
    fs::write(&found, &answer.body).unwrap();
    let found = found.display().to_string();
    let (code, said) = code_and_words(&["--data", &data, "trace", &found]);
    assert!(code == 0 && said.contains("1000 rows to demo@example.org"), "{said}");
    assert!(said.contains("covers these rows") && said.contains("marks: demo@example.org"), "{said}");

    let mut bare: Value = serde_json::from_str(&answer.body).unwrap();
    bare.as_object_mut().unwrap().remove("_signature");
    let (home, _, _) = server.stop();
    let mut child = aspis(&["--data", &data, "trace", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bare.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{report}");
    assert_eq!(report["marks"]["named"][0]["email"], "demo@example.org");
    drop(home);
}

#[test]
fn what_cannot_be_read_is_another_end_than_finding_nobody() {
    let home = Home::furnished();
    let data = home.data().display().to_string();
    let file = home.beside("found.csv");
    fs::write(&file, "time,close\n2020-01-17,1\n").unwrap();
    let file = file.display().to_string();
    let (code, said) = code_and_words(&["--data", &data, "trace", &file]);
    assert!(code == 2 && said.contains("has never given out a file"), "{said}");
    let (code, said) = code_and_words(&["--data", "/nowhere", "trace", &file]);
    assert!(code == 2 && said.contains("no database"), "{said}");
    let (code, said) = code_and_words(&["--data", &data, "trace", "/nowhere/found.csv"]);
    assert!(code == 2 && said.contains("/nowhere/found.csv"), "{said}");
}

#[test]
fn nothing_from_outside_steers_the_terminal_and_nothing_is_said_twice() {
    let server = Server::start(&[]);
    let token = format!("authorization: Bearer {}", demo(&server));
    let answer = server.wire().ask("GET", "/api/v1/history/BTC?limit=10", &[&token], "");
    assert_eq!(answer.status, 200, "{answer:?}");
    let data = server.data().display().to_string();
    let file = server.data().join("found.json");
    fs::write(&file, &answer.body).unwrap();
    let file = file.display().to_string();
    let odd = "\u{1b}[2J\u{9b}\u{202e}\naspis: found";
    for args in [
        &["--data", &data, "trace", &format!("{data}/{odd}")][..],
        &["--data", &data, "trace", &file, "--asset", odd],
        &["--data", &format!("{data}/{odd}"), "trace", &file],
    ] {
        let (code, said) = code_and_words(args);
        assert_eq!(code, 2, "{said:?}");
        assert!(!said.trim_end().contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{said:?}");
        assert!(!said.lines().any(|line| line == "aspis: found"), "{said:?}");
    }
    let (code, said) = code_and_words(&["--data", &data, "trace", &data]);
    assert!(code == 2 && said.matches("folder").count() == 1, "{said}");
}
