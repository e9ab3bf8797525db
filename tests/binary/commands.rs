//! Commands that serve nothing: what they print for people, for machines, and when something is wrong.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{Home, complaint, printed, run, text};

#[test]
fn it_says_what_it_is() {
    assert_eq!(printed(&["--version"]), format!("aspis {}\n", env!("CARGO_PKG_VERSION")));
    let help = printed(&["--help"]);
    for command in ["serve", "check", "surface", "openapi", "backtest", "assets", "trace", "completions"] {
        assert!(help.contains(command), "{command}: {help}");
        assert!(printed(&[command, "--help"]).contains("Usage: aspis"), "{command}");
    }
}

#[test]
fn what_it_does_not_know_is_said_briefly() {
    for args in [&["serv"][..], &["serve", "--port", "1"], &["completions", "cobol"], &[]] {
        let said = complaint(&run(args));
        assert!(said.contains("Usage") || said.contains("possible values"), "{args:?}: {said}");
    }
    assert!(complaint(&run(&["serv"])).contains("'serve'"), "what may be meant is named");
}

/// What goes into a file or a pipe is plain text.
#[test]
fn a_pipe_gets_no_colours() {
    let home = Home::empty();
    let file = home.beside("bad.toml");
    fs::write(&file, "[rate]\nlogin = \"often\"\n").unwrap();
    let file = file.display().to_string();
    let commands: [&[&str]; 8] = [
        &["--help"],
        &["serv"],
        &["surface"],
        &["surface", "--json"],
        &["openapi"],
        &["completions", "bash"],
        &["check"],
        &["check", &file],
    ];
    for args in commands {
        let output = run(args);
        assert!(
            !output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b),
            "{args:?}: {}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
    }
    let server = super::Server::start(&["log.level=debug"]);
    assert!(!server.greeting.contains('\u{1b}'), "{}", server.greeting);
    let (_, _, log) = server.stop();
    assert!(!log.is_empty() && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn the_surface_is_the_table() {
    let rows: Value = serde_json::from_str(&printed(&["surface", "--json"])).unwrap();
    let names =
        |row: &Value| format!("{} {}", row["method"].as_str().unwrap(), row["path"].as_str().unwrap());
    let printed_rows: BTreeSet<String> = rows.as_array().unwrap().iter().map(names).collect();
    assert_eq!(printed_rows, aspis::surface::names().into_iter().collect());
    let text = printed(&["surface"]);
    assert_eq!(text.lines().count(), printed_rows.len() + 1);
    assert!(text.lines().all(|line| line == line.trim_end()), "{text}");
}

#[test]
fn the_document_is_openapi() {
    let document: Value = serde_json::from_str(&printed(&["openapi"])).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let paths = document["paths"].as_object().unwrap();
    for row in aspis::surface::rows().iter().filter(|row| row.path.starts_with("/api/")) {
        let method = row.method.as_str().to_ascii_lowercase();
        assert!(paths.get(row.path).is_some_and(|path| path.get(&method).is_some()), "{row}");
    }
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        assert!(script.contains("aspis") && script.contains("serve"), "{shell}");
    }
}

#[test]
fn a_good_file_is_called_good() {
    let home = Home::empty();
    let file = home.beside("good.toml");
    fs::write(&file, "[rate]\nlogin = \"10/minute\"\n").unwrap();
    let file = file.display().to_string();
    assert!(!printed(&["check", &file]).is_empty());
    let report: Value = serde_json::from_str(&printed(&["check", &file, "--json"])).unwrap();
    assert_eq!(report["ok"], true);
    printed(&["check"]);
}

/// All that is wrong, at once, each with its line.
#[test]
fn a_bad_file_is_told_everything_at_once() {
    let home = Home::empty();
    let file = home.beside("bad.toml");
    let bad = "mode = \"prod\"\n\n[rate]\nlogin = \"often\"\nlogins = \"5/minute\"\n\n[edge]\nheaders = 5\nidle_timeout = \"soon\"\n\n[nonsense]\na = 1\n";
    fs::write(&file, bad).unwrap();
    let file = file.display().to_string();
    let output = run(&["check", &file]);
    assert_eq!(output.status.code(), Some(1));
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    for (line, key) in [
        (1, "mode"),
        (4, "rate.login"),
        (5, "logins"),
        (8, "edge.headers"),
        (9, "edge.idle_timeout"),
        (11, "nonsense"),
    ] {
        let here = said.lines().any(|told| told.contains(&format!("bad.toml:{line}:")) && told.contains(key));
        assert!(here, "line {line}, {key}:\n{said}");
    }
    let output = run(&["check", &file, "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(report["ok"], false);
    let output = run(&["check", "no-such-file.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(format!("{}{}", text(&output.stdout), text(&output.stderr)).contains("no-such-file.toml"));
}

/// A reader that goes away in the middle (`aspis openapi | head -1`) is no reason for a crash.
#[test]
fn a_reader_that_goes_away_is_no_crash() {
    for args in [
        &["openapi"][..],
        &["surface"],
        &["surface", "--json"],
        &["completions", "bash"],
        &["check"],
        &["--help"],
    ] {
        let mut command = crate::server::aspis(args);
        let mut child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(!text(&output.stderr).contains("panicked"), "{args:?}: {}", text(&output.stderr));
    }
}

/// A mistyped folder or word must not look like a quiet day.
#[test]
fn what_is_not_there_is_no_good_news() {
    let home = Home::empty();
    let nowhere = home.beside("nowhere").display().to_string();
    for args in [
        &["events"][..],
        &["log", "verify"],
        &["alerts", "list"],
        &["blocks"],
        &["incident", "list"],
        &["users", "list"],
        &["keys", "list"],
    ] {
        let said = complaint(&run(&[args, &["--data", &nowhere]].concat()));
        assert!(said.contains("there is no ") && said.contains("--data"), "{args:?}: {said}");
    }
    assert!(complaint(&run(&["events", "--kind", "sqli_atempt"])).contains("no such kind"));
    let said = complaint(&run(&["restore", "no-such-file", "--data", &nowhere]));
    assert_eq!(said.matches("No such file").count(), 1, "{said}");
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let server = super::Server::start(&[]);
    let data = server.data().display().to_string();
    let lists = [
        (&["blocks"][..], "nobody is shut out"),
        (&["incident", "list"], "nothing was done yet"),
        (&["keys", "list"], "no keys"),
        (&["alerts", "list", "--severity", "critical"], "no alerts"),
        (&["users", "locked"], "no name is locked"),
        (&["exempt", "list"], "nobody is excused from anything"),
    ];
    for (args, says) in lists {
        assert_eq!(printed(&[args, &["--data", &data]].concat()).trim_end(), says, "{args:?}");
    }
}
