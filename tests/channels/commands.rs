//! `aspis alerts test`: does it arrive?

use std::process::Output;

use serde_json::Value;

use crate::{
    server::{Home, Server, aspis, text},
    shop::{Act, Receiver},
};

/// The command beside a server, or without one; what the settings say comes from the environment.
fn test(home: &Home, channel: &str, settings: &[(&str, &str)], more: &[&str]) -> Output {
    let mut command = aspis(&["alerts", "test", channel, "--data"]);
    command.arg(home.data()).args(more);
    for (key, value) in settings {
        command.env(format!("ASPIS_{}", key.replace('.', "__").to_uppercase()), value);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(!all.contains("c4n4ry") && !all.contains("panicked"), "{all}");
    (output.status.code(), text(&output.stdout))
}

#[test]
fn it_says_what_came_back() {
    let home = Home::furnished();
    let says = |act: Act| {
        let receiver = Receiver::moody(move |_| act);
        said(&test(&home, "slack", &[("alerts.slack.url", &receiver.url())], &[]))
    };
    assert_eq!(says(Act::Say(200, "")), (Some(0), "slack: delivered: the answer was 200\n".to_owned()));
    for (act, why) in [
        (Act::Say(404, ""), "the answer was 404: nothing is there; is the address right?"),
        (Act::Say(403, ""), "the answer was 403: it refuses us; is the address or the secret right?"),
        (
            Act::Say(302, "location: /c4n4ry\r\n"),
            "the answer was 302: it points elsewhere, which is not followed",
        ),
        (Act::Say(500, ""), "the answer was 500: it is in trouble itself"),
        (Act::Close, "the connection broke, or what came was no answer"),
    ] {
        assert_eq!(says(act), (Some(1), format!("slack: not delivered: {why}\n")));
    }
    let nobody = said(&test(&home, "slack", &[("alerts.slack.url", "http://127.0.0.1:1/c4n4ry")], &[]));
    let why = "no connection: nobody listens there, or there is no such name";
    assert_eq!(nobody, (Some(1), format!("slack: not delivered: {why}\n")));
    let none = said(&test(&home, "slack", &[], &[]));
    assert_eq!(none.0, Some(2), "{}", none.1);
}

#[test]
fn machines_are_told_in_json() {
    let (home, receiver) = (Home::furnished(), Receiver::kind());
    let told = |channel, settings: &[(&str, &str)]| {
        let (code, text) = said(&test(&home, channel, settings, &["--json"]));
        (code, serde_json::from_str::<Value>(&text).unwrap())
    };
    let (code, report) = told("discord", &[("alerts.discord.url", &receiver.url())]);
    let expected = serde_json::json!({"channel": "discord", "configured": true, "delivered": true, "says": "the answer was 204"});
    assert_eq!((code, report), (Some(0), expected));
    let (code, report) = told("sms", &[]);
    assert_eq!((code, &report["configured"], &report["delivered"]), (Some(2), &false.into(), &false.into()));
}

/// Beside a server it is the server that sends, with the settings that are in force there; and that is on record.
#[test]
fn a_server_that_runs_sends_it_itself() {
    let receiver = Receiver::kind();
    let server = Server::start(&[&format!("alerts.slack.url={}", receiver.url())]);
    let (code, says) = said(&test(server.home(), "slack", &[], &[]));
    assert_eq!((code, says.as_str()), (Some(0), "slack: delivered: the answer was 204\n"));
    let body = receiver.waits_for(1)[0].json();
    assert_eq!(body["blocks"][0]["text"]["text"], "Test: this is no alarm");
    assert_eq!(said(&test(server.home(), "sms", &[], &[])).0, Some(2));
    let (home, status, log) = server.stop();
    let events = std::fs::read_to_string(home.data().join("logs/security.log")).unwrap();
    assert!(status.success() && events.contains("alerts-test slack"), "{events}");
    assert!(!log.contains("c4n4ry") && !events.contains("c4n4ry"), "{log}{events}");
}
