//! The commands, at a server that runs and without one.

use serde_json::Value;

use crate::server::{Home, Server, run, text};

fn call(home: &Home, args: &[&str]) -> std::process::Output {
    let data = home.data().display().to_string();
    run(&[&["--data", &data], args].concat())
}

fn says(home: &Home, args: &[&str]) -> Value {
    let output = call(home, &[&["--json"], args].concat());
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(server: &Server) -> String {
    let answer = server.get("/api/v1/price/BTC';DROP%20TABLE%20users;--");
    answer.json()["request_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_refusal_is_explained_by_memory_and_by_the_log() {
    let server = Server::start(&["rate.prices=60000/minute"]);
    let first = refused(&server);
    let told = says(server.home(), &["explain", &first]);
    assert_eq!((&told["from"], &told["refusals"][0]["code"]), (&"memory".into(), &"sqli_attempt".into()));
    let (home, ..) = server.stop();
    let told = says(&home, &["explain", &first]);
    assert_eq!((&told["from"], &told["refusals"][0]["code"]), (&"log".into(), &"sqli_attempt".into()));
    assert_eq!(told["refusals"][0]["setting"]["value"], "enforce");
    let shown = text(&call(&home, &["explain", &first]).stdout);
    assert!(shown.contains("passes when  The same request without what matched"), "{shown}");
    let server = Server::on(home, &["rate.prices=60000/minute"]);
    assert_eq!(says(server.home(), &["explain", &first])["from"], "log", "memory begins anew");
    let unknown = call(server.home(), &["explain", "01a20053-4b9d-73d6-b98f-648603a5d354"]);
    let said = text(&unknown.stderr);
    assert!(
        !unknown.status.success()
            && said.contains("Memory goes back to")
            && said.contains("log goes back to"),
        "{said}"
    );
}

#[test]
fn somebody_is_excused_by_command() {
    let server = Server::start(&["rate.prices=1/minute"]);
    let home = server.home();
    let prices = |server: &Server| server.get("/api/v1/prices").status;
    assert_eq!((prices(&server), prices(&server)), (200, 429));
    let wish =
        ["exempt", "--client", "127.0.0.1", "--rule", "rate.prices", "--for", "2h", "--why", "it's us"];
    let granted = says(home, &wish);
    assert_eq!(prices(&server), 200);
    assert_eq!(says(home, &["exempt", "list"])["exemptions"][0]["why"], "it's us");
    let id = granted["id"].as_str().unwrap();
    says(home, &["exempt", "end", id]);
    assert_eq!(prices(&server), 429);
    let output =
        call(home, &["exempt", "--client", "127.0.0.1", "--rule", "forgery", "--for", "2h", "--why", "no"]);
    assert!(
        !output.status.success() && text(&output.stderr).contains("never excused"),
        "{}",
        text(&output.stderr)
    );
    // An exemption of nobody would look as if it held.
    let unknown = "01a20053-4b9d-73d6-b98f-648603a5d354";
    let nobody = |home: &Home| {
        for whom in ["--account", "--key"] {
            let wish = ["exempt", whom, unknown, "--rule", "rate", "--for", "2h", "--why", "no"];
            let said = text(&call(home, &wish).stderr);
            assert!(said.contains("There is no such") && said.contains("not_found"), "{said}");
        }
        assert_eq!(says(home, &["exempt", "list"])["exemptions"].as_array().unwrap().len(), 0);
    };
    nobody(home);
    // Without a server the next start obeys.
    let (home, ..) = server.stop();
    nobody(&home);
    says(&home, &wish);
    let server = Server::on(home, &["rate.prices=1/minute"]);
    assert_eq!((prices(&server), prices(&server)), (200, 200));
    server.writes(&["exemption_began", "exemption_ended"]);
}

#[test]
fn what_only_observes_is_summed_up() {
    let server = Server::start(&["safeguards.rate=observe", "rate.prices=1/minute"]);
    for _ in 0..4 {
        assert_eq!(server.get("/api/v1/prices").status, 200);
    }
    let (home, ..) = server.stop();
    let report = says(&home, &["observe", "report", "--since", "1h"]);
    let rule = &report["rules"][0];
    assert_eq!(
        (&rule["rule"], &rule["safeguard"], &rule["would_refuse"], &rule["signed_in"]),
        (&"rate.prices".into(), &"rate".into(), &3.into(), &0.into()),
        "{report}"
    );
    assert_eq!(rule["most_by"][0][0], "127.0.0.1");
    let shown = text(&call(&home, &["observe", "report"]).stdout);
    assert!(
        shown.contains("would have refused 3, 0 of them signed in") && shown.contains("strangers only"),
        "{shown}"
    );
}
