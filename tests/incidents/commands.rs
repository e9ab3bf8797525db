//! The commands: at the server that runs, and on the database without one.

use std::{fs, process::Command};

use serde_json::Value;

use crate::server::{Home, Server, run, text};

const EVE: &str = "x-forwarded-for: 203.0.113.50";
const PROXY: &str = "server.trusted_proxies=[\"127.0.0.1\"]";

/// Runs a command on a folder; what it says as JSON.
fn says(home: &Home, args: &[&str]) -> Value {
    let output = call(home, args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn call(home: &Home, args: &[&str]) -> std::process::Output {
    let data = home.data().display().to_string();
    run(&[&["--data", &data, "--json"][..], args].concat())
}

fn fails(home: &Home, args: &[&str]) -> String {
    let output = call(home, args);
    let said = text(&output.stderr);
    assert!(!output.status.success() && !said.contains("panicked"), "{args:?}: {said}");
    said
}

fn status(server: &Server) -> u16 {
    server.wire().ask("GET", "/api/v1/prices", &[EVE], "").status
}

/// Bytes that never became a request: their event names the caller, and not the proxy.
#[test]
fn what_is_no_request_is_an_event_of_who_sent_it() {
    let server = Server::start(&[PROXY]);
    let mut wire = server.wire();
    wire.send(format!("GET /<script>alert(1)</script> HTTP/1.1\r\nHost: localhost\r\n{EVE}\r\n\r\n"));
    assert_eq!(wire.last().refusal(), (400, "xss_attempt".to_owned()));
    server.writes(&["\"client\":\"203.0.113.50\"", "\"route\":\"edge\""]);
}

#[test]
fn a_command_reaches_the_server_that_runs() {
    let server = Server::start(&[PROXY]);
    assert_eq!(status(&server), 200);
    let home = server.home();
    let done = says(home, &["incident", "block", "203.0.113.50", "--for", "1h", "--why", "it's him"]);
    assert_eq!(status(&server), 403);
    server.writes(&["\"why\":\"it's him\""]);
    let own = says(home, &["incident", "list"]);
    assert_eq!(
        (&own["actions"][0]["id"], &own["actions"][0]["why"]),
        (&done["actions"][0]["id"], &"it's him".into())
    );
    assert!(fails(home, &["incident", "block", "127.0.0.1"]).contains("locks_you_out"));
    says(home, &["incident", "undo", done["actions"][0]["id"].as_str().unwrap()]);
    assert_eq!(status(&server), 200);
    let token = sign_in(&server);
    assert_eq!(me(&server, &token), 200);
    for vague in
        [&["incident", "logout-all"][..], &["incident", "end"], &["incident", "force-password-reset"]]
    {
        fails(home, vague);
    }
    assert!(fails(home, &["incident", "logout-all"]).contains("scope: everybody"));
    assert_eq!(me(&server, &token), 200);
    let dry = says(home, &["incident", "logout-all", "--everybody", "--dry-run"]);
    assert_eq!((&dry["dry_run"], me(&server, &token)), (&true.into(), 200));
    says(home, &["incident", "logout-all", "--everybody"]);
    assert_eq!(me(&server, &token), 401);
    says(home, &["incident", "rotate-keys", "--now"]);
    says(home, &["users", "disable", "demo@example.org", "--why", "left"]);
    assert_eq!(login(&server).status, 401);
    says(home, &["users", "enable", "demo@example.org"]);
    assert_eq!(login(&server).status, 200);
    assert_eq!(says(home, &["users", "unlock", "demo@example.org"])["lifted"], false);
    assert_eq!(says(home, &["users", "locked"])["lockouts"].as_array().unwrap().len(), 0);
    server.writes(&["logout_all", "(0): everybody"]);
}

/// Which name it was is written down, as the list calls it.
#[test]
fn a_lock_is_lifted_by_command() {
    let server = Server::start(&[
        "lock.after=3",
        "lock.challenge_over=1000",
        "lock.wait_over=1000",
        "rate.login=600/minute",
    ]);
    let wrong = serde_json::json!({"email": "demo@example.org", "password": "none of these words 1"});
    for _ in 0..3 {
        server.post("/api/v1/auth/login", &wrong.to_string());
    }
    assert_eq!(login(&server).status, 423);
    let locked = says(server.home(), &["users", "locked"]);
    let (id, email) = (&locked["lockouts"][0]["id"], &locked["lockouts"][0]["email"]);
    assert_eq!(email, "demo@example.org");
    assert_eq!(says(server.home(), &["users", "unlock", "demo@example.org"])["lifted"], true);
    assert_eq!(login(&server).status, 200);
    let log = server.writes(&["account_lock_lifted"]);
    let lifted = log.lines().find(|line| line.contains("account_lock_lifted")).unwrap();
    assert!(lifted.contains(&format!("(0): {}", id.as_str().unwrap())), "{lifted}");
}

fn login(server: &Server) -> crate::server::Answer {
    let password = fs::read_to_string(server.data().join("demo-password")).unwrap();
    let login = serde_json::json!({"email": "demo@example.org", "password": password.trim_end()});
    server.post("/api/v1/auth/login", &login.to_string())
}

fn sign_in(server: &Server) -> String {
    login(server).json()["access_token"].as_str().unwrap().to_owned()
}

fn me(server: &Server, token: &str) -> u16 {
    let field = format!("authorization: Bearer {token}");
    server.wire().ask("GET", "/api/v1/auth/me", &[&field], "").status
}

#[test]
fn without_a_server_the_next_start_obeys() {
    let server = Server::start(&[PROXY]);
    let token = sign_in(&server);
    let (home, ..) = server.stop();
    for args in [
        &["incident", "block", "203.0.113.50"][..],
        &["incident", "rotate-keys"],
        &["incident", "tighten", "prices"],
        &["incident", "force-password-reset", "--account", "demo@example.org"],
        &["incident", "notify", "--everybody", "We are looking into it."],
    ] {
        says(&home, args);
    }
    assert!(fails(&home, &["incident", "unblock", "203.0.113.51"]).contains("not_found"));
    assert!(fails(&home, &["users", "show", "nobody@example.org"]).contains("no account"));
    let shown = says(&home, &["users", "show", "demo@example.org"]);
    assert_eq!(shown["accounts"][0]["password_reset_forced"], true);
    assert!(!shown.to_string().contains("argon2"), "{shown}");
    let invited = says(&home, &["users", "invite"]);
    let log = fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    let told = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told = told.filter(|line| line["kind"] == "operator_invited").collect::<Vec<_>>();
    assert_eq!(told.len(), 1, "{log}");
    assert!(told[0].to_string().contains("(0): until "), "{}", told[0]);
    assert!(!log.contains(invited["invitation"].as_str().unwrap()));
    let server = Server::on(home, &[PROXY]);
    assert_eq!((status(&server), me(&server, &token)), (403, 401));
    assert_eq!(login(&server).refusal(), (403, "password_reset_required".into()));
    assert_eq!((server.get("/api/v1/prices").status, server.get("/api/v1/prices").status), (200, 429));
    let path = format!("/api/v1/auth/invitations/{}", invited["invitation"].as_str().unwrap());
    let person =
        serde_json::json!({"email": "op@example.org", "password": crate::shop::PASSWORD, "full_name": "Op"});
    assert_eq!(server.post(&path, &person.to_string()).status, 201);
}

/// Who would run a playbook is who names it.
#[test]
fn the_playbooks_of_the_server_that_runs_are_named() {
    const OWN: &str =
        "incident.playbooks={stolen_laptop = {says = \"One person's\", actions = [\"logout_all\"]}}";
    let server = Server::start(&[OWN]);
    for args in [&["incident", "playbooks"][..], &["incident", "contain", "--list"]] {
        let named = says(server.home(), args)["playbooks"].as_array().unwrap().clone();
        let own = named.iter().find(|one| one["name"] == "stolen_laptop").unwrap();
        assert_eq!((&own["does"], &own["wants_to_know_whose"]), (&"One person's".into(), &true.into()));
    }
    let (home, ..) = server.stop();
    assert_eq!(says(&home, &["incident", "playbooks"])["playbooks"].as_array().unwrap().len(), 6);
}

#[test]
fn a_list_says_where_it_is_cut_off() {
    let home = Home::furnished();
    for network in ["203.0.113.7", "203.0.113.8", "203.0.113.9"] {
        says(&home, &["incident", "block", network]);
    }
    for (limit, told) in [("2", true), ("3", false)] {
        let output = call(&home, &["incident", "list", "--limit", limit]);
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(all["actions"].as_array().unwrap().len().to_string(), limit);
        let said = text(&output.stderr);
        assert_eq!(said.contains("only the newest 2 are shown; --limit shows more"), told, "{said}");
    }
    let said = fails(&home, &["blocks", "--format", "nft"]);
    assert!(said.contains("--json goes with the list alone"), "{said}");
}

/// The real tools read what is written for them.
#[test]
fn firewalls_take_the_list() {
    let home = Home::furnished();
    for tables in [true, false] {
        for (format, tool) in [("nft", "nft"), ("nginx", "nginx"), ("plain", "")] {
            let written = call_plain(&home, &["blocks", "--format", format]);
            assert_eq!(
                written.contains("203.0.113.0/24") && written.contains("2001:db8::/64"),
                !tables,
                "{written}"
            );
            judge(tool, &home, &written);
        }
        if tables {
            for network in ["203.0.113.7", "203.0.113.0/24", "2001:db8::7"] {
                says(&home, &["incident", "block", network, "--why", "}; drop table\n#"]);
            }
        }
    }
    let listed = says(&home, &["blocks"]);
    assert_eq!(listed["blocks"].as_array().unwrap().len(), 3);
    assert_eq!(call_plain(&home, &["blocks", "--format", "plain"]), "203.0.113.0/24\n2001:db8::/64\n");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the programs that the lists are for, with arguments of the test's own"
)]
fn judge(tool: &str, home: &Home, written: &str) {
    let file = home.beside("list");
    let is_there = |tool: &str| Command::new(tool).arg("-v").output().is_ok();
    let output = match tool {
        "nft" if is_there("nft") => {
            fs::write(&file, written).unwrap();
            Command::new("nft").args(["-c", "-f"]).arg(&file).output().unwrap()
        }
        "nginx" if is_there("nginx") => {
            let pid = home.beside("pid");
            let config =
                format!("pid {};\nevents {{}}\nhttp {{\naccess_log off;\n{written}}}\n", pid.display());
            fs::write(&file, config).unwrap();
            Command::new("nginx").args(["-t", "-q", "-e", "stderr", "-c"]).arg(&file).output().unwrap()
        }
        "" => return,
        absent => return eprintln!("SKIPPED: {absent} is not installed, so nothing has judged its list"),
    };
    let said = text(&output.stderr);
    if said.contains("Operation not permitted") {
        return eprintln!("SKIPPED: {tool} may not look here: {said}");
    }
    assert!(output.status.success(), "{tool}: {said}\n{written}");
}

#[test]
fn a_report_says_what_happened_and_what_was_done() {
    let server = Server::start(&[PROXY]);
    for _ in 0..3 {
        let asked = server.wire().ask("GET", "/api/v1/price/BTC';DROP%20TABLE%20users;--", &[EVE], "");
        assert_eq!(asked.status, 400);
    }
    says(server.home(), &["incident", "block", "203.0.113.50", "--why", "`x` | <b>"]);
    let (home, ..) = server.stop();
    let report = call_plain(&home, &["incident", "report", "--since", "1h"]);
    let why = "touched 1: `'x' ' <b>`";
    for part in [
        "# Incident report",
        "`sql_injection` | 3",
        "an attempt to inject SQL",
        "`block` `203.0.113.50/32` by",
        why,
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert!(!report.contains("DROP"), "{report}");
    let file = home.beside("report.md").display().to_string();
    says(&home, &["incident", "report", "--out", &file]);
    assert_eq!(crate::server::mode(std::path::Path::new(&file)) & 0o777, 0o600);
    assert!(
        fails(&home, &["incident", "report", "--out", &file]).contains("report.md exists"),
        "nothing is written over"
    );
    let empty = call_plain(&home, &["incident", "report", "--since", "2030-01-01T00:00:00Z"]);
    assert!(empty.contains(": 0 events") && empty.contains("Nothing by an operator"), "{empty}");
}

fn call_plain(home: &Home, args: &[&str]) -> String {
    let data = home.data().display().to_string();
    let output = run(&[&["--data", &data][..], args].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}
