use super::*;

#[test]
fn everything_wrong_is_said_at_once_with_its_line() {
    let text = r#"
mode = "productoin"
[rate]
logn = "5/minute"
login = "5/minit"
[edge]
connections = 0
header_timeout = "10"
[colour]
red = 1
[market]
trusted_sources = ["yfinance", "Yahoo"]
"#;
    insta::assert_snapshot!(lines(&file(text)).join("\n"), @r#"
    aspis.toml:2: mode: "productoin" is not allowed; write one of "development", "production"
    aspis.toml:4: unknown key `rate.logn`; did you mean `rate.login`?
    aspis.toml:5: rate.login: "5/minit" is not a rate; write a number from 1 to 1000000 and a unit, e.g. "5/minute" (units: second, minute, hour, day)
    aspis.toml:7: edge.connections: 0 is not allowed; write a whole number from 1 to 1000000
    aspis.toml:8: edge.header_timeout: "10" is not a duration; write a whole number and a unit (ms, s, m, h, d), e.g. "15m"
    aspis.toml:9: unknown key `colour`; `aspis.toml` lists them all
    aspis.toml:12: market.trusted_sources: "Yahoo" is not a word; write 1 to 64 lower-case letters, digits or underscores
    "#);
}

#[test]
fn an_unknown_key_is_answered_by_the_nearest() {
    let says = |text: &str| lines(&file(text)).join("\n");
    assert!(says("rate.loginn = 1").contains("did you mean `rate.login`?"));
    assert!(says("[rates]\nlogin = 1").contains("unknown key `rates`; did you mean `rate`?"));
    assert!(says("listen = \"127.0.0.1:1\"").contains("did you mean `server.listen`?"));
    assert!(says("body.max-bytes = 5").contains("did you mean `body.max_bytes`?"));
    assert!(says("log.file = \"x\"").contains("unknown key `log.file`; `log` has level"));
    assert!(
        says("\"a b\\n\".c = 1").contains("unknown key `\"a b\\n\"`"),
        "a key shows no control characters"
    );
}

#[test]
fn a_section_is_no_value_and_a_value_no_section() {
    assert_eq!(
        lines(&file("rate = 5")),
        ["aspis.toml:1: rate: this is a section; set its keys, e.g. `rate.default`"]
    );
    assert!(lines(&file("[[rate]]\nlogin = \"5/minute\""))[0].contains("this is a section"));
    assert!(lines(&file("[rate.login]\na = 1"))[0].starts_with("aspis.toml:1: rate.login: "));
    assert!(lines(&file("mode = {}"))[0].contains("write one of"));
}

#[test]
fn every_syntax_error_has_line_and_column() {
    let said = lines(&file("mode = \"development\"\nlog.level = \n[rate\nlogin = \"5/minit\"\n"));
    assert!(said.len() >= 2, "{said:?}");
    assert!(said[0].starts_with("aspis.toml:2:13: not TOML: "), "{said:?}");
    assert!(said[1].starts_with("aspis.toml:3:6: not TOML: "), "{said:?}");
    assert!(
        said.iter().all(|line| line.contains("not TOML")),
        "a broken file is judged no further: {said:?}"
    );
}

#[test]
fn a_repeated_key_is_an_error_at_its_second_place() {
    let said = lines(&file("[rate]\nlogin = \"5/minute\"\nlogin = \"6/minute\"\n"));
    assert_eq!(said, ["aspis.toml:3:1: not TOML: duplicate key"]);
}

#[test]
fn a_number_beyond_counting_is_a_wrong_value() {
    let said = lines(&file("\n[edge]\nconnections = 99999999999999999999\n"));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("aspis.toml:3: edge.connections: "), "{said:?}");
}

#[test]
fn variables_and_flags_are_named() {
    let sources = Sources::default()
        .environment(variable("ASPIS_RATE__LOGIN", "often"))
        .environment(variable("ASPIS_RATE__LOGNI", "5/minute"))
        .environment(variable("ASPIS_BANANA", "1"))
        .set("rate.predict=never")
        .set("edge.conections=5")
        .set("nonsense");
    let said = lines(&sources);
    assert!(said[0].starts_with("environment variable ASPIS_BANANA: unknown key `banana`"), "{said:?}");
    assert!(
        said[1].starts_with("environment variable ASPIS_RATE__LOGIN: rate.login: \"often\" is not"),
        "{said:?}"
    );
    assert!(said[2].ends_with("did you mean ASPIS_RATE__LOGIN?"), "{said:?}");
    assert!(said[3].starts_with("--set edge.conections=…: unknown key `edge.conections`"), "{said:?}");
    assert!(said[4].starts_with("--set rate.predict=…: rate.predict: \"never\" is not a rate"), "{said:?}");
    assert!(said[5].starts_with("--set …=…: not a setting"), "{said:?}");
}

/// Whatever slip of the hand it was: of what was typed only the key is shown.
#[test]
fn a_mistyped_flag_shows_no_secret() {
    for (flag, shown) in [
        ("mail.url:smtps://u:hunter2@mail.example", "--set mail.url=…: not a setting"),
        ("mail.url smtps://u:hunter2@mail.example?tls=no", "--set mail.url=…: not a setting"),
        ("mail.url-hunter2", "--set mail.url=…: not a setting"),
        ("smtps://u:hunter2@mail.example/?a=b", "--set …=…: not a setting"),
        ("hunter2", "--set …=…: not a setting"),
        ("alerts.webhook.secret:whsec_hunter2hunter2=", "--set alerts.webhook.secret=…: not a setting"),
        ("alerts.webhook.secret-whsec_hunter2hunter2=", "--set alerts.webhook.\"secret…\"=…: unknown key"),
        (
            "alerts.webhook.secret.whsec_ab_hunter2hunter2hunter2hunter2=",
            "--set alerts.webhook.secret.\"whsec_ab…\"=…",
        ),
        ("alerts.webhook.\"whsec_ab+hunter2\"=x", "--set alerts.webhook.\"whsec_ab…\"=…"),
        ("mail.urll=smtps://u:hunter2@mail.example", "--set mail.urll=…: unknown key `mail.urll`"),
        ("mail=smtps://u:hunter2@mail.example", "--set mail=…: mail: this is a section"),
        ("mail.url=hunter2", "--set mail.url=…: mail.url: "),
    ] {
        let sources = Sources::default().set(flag);
        let said = lines(&sources).join("\n");
        assert!(said.starts_with(shown), "{flag}: {said}");
        let json = serde_json::to_string(&Report::of(&sources)).unwrap();
        assert!(!said.contains("hunter2") && !json.contains("hunter2"), "{flag}: {said}\n{json}");
    }
}

/// What would never be opened, or never end, is a problem like any other.
#[test]
fn what_is_no_file_is_a_problem_too() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let long = folder.path().join("long.toml");
    std::fs::write(&long, "#".repeat((1 << 20) + 1)).unwrap();
    for (path, what) in [
        (pipe.as_path(), "a pipe"),
        (folder.path(), "a folder"),
        ("/dev/zero".as_ref(), "a device"),
        (&long, "more than"),
    ] {
        let problems = Sources::default().read(path).unwrap_err().to_string();
        assert!(problems.starts_with(&path.display().to_string()) && problems.contains(what), "{problems}");
        // How long a file may be is asked when it is read, and most are only opened here.
        let keys = ["password.list", "tls.certificate", "acme.root", "backup.passphrase_file"];
        for key in keys.into_iter().filter(|_| what != "more than").chain(["keys.leak_keys_file"]) {
            let said = lines(&Sources::default().set(format!("{key}={}", path.display()))).join("\n");
            assert!(said.contains(key) && said.contains(what), "{said}");
        }
    }
}

#[test]
fn the_value_of_an_unknown_key_is_never_shown() {
    let sources = file("alerts.slack.url = \"hunter2\"")
        .environment(variable("ASPIS_ALERTS__SLACK__URL", "hunter2"))
        .set("alerts.slack.url=hunter2");
    let said = lines(&sources);
    assert_eq!(said.len(), 3);
    assert!(!said.join("\n").contains("hunter2"), "{said:?}");
    let json = serde_json::to_string(&Report::of(&sources)).unwrap();
    assert!(!json.contains("hunter2"), "{json}");
}

#[test]
fn doors_that_are_always_on_cannot_be_set() {
    let said = lines(&file("safeguards.shape = \"off\"\nsafeguards.routes.\"GET /\".body = \"off\"\n"));
    assert_eq!(said[0], "aspis.toml:1: `safeguards.shape` cannot be set: shape is always enforced");
    assert_eq!(
        said[1],
        "aspis.toml:2: `safeguards.routes.\"GET /\".body` cannot be set: body is always enforced"
    );
}

#[test]
fn routes_are_checked_where_they_are_known() {
    let text = "[safeguards.routes.\"GET /api/v1/prise/{asset}\"]\ninspect = \"observe\"\n";
    assert!(Settings::load(&file(text)).is_ok());
    let known = file(text).routes(["GET /api/v1/price/{asset}".to_owned(), "GET /".to_owned()]);
    let said = lines(&known);
    assert!(said[0].ends_with("did you mean `safeguards.routes.\"GET /api/v1/price/{asset}\"`?"), "{said:?}");
    assert!(
        lines(&file("safeguards.routes.\"price\".rate = \"off\""))[0].contains("\"price\" is not a route")
    );
    assert!(lines(&file("safeguards.routes.\"GET /\".rat = \"off\""))[0].contains("\"GET /\".rate`?"));
    assert!(lines(&file("safeguards.routes.\"GET /\" = \"off\""))[0].contains("this is a section"));
}

#[test]
fn no_value_breaks_out_of_its_line() {
    for key in
        ["rate.login", "edge.drain", "server.data", "market.trusted_sources", "portfolio.starting_cash"]
    {
        let said = lines(&file(&format!("{key} = \"a\\n\\u001b[31m\"")));
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(!said[0].contains(char::is_control), "{said:?}");
    }
}

#[test]
fn an_unreadable_file_is_a_problem_too() {
    let problems = Sources::default().read("no/such/file.toml".as_ref()).unwrap_err();
    assert!(problems.to_string().starts_with("no/such/file.toml: cannot be read: "), "{problems}");
}

#[test]
fn problems_are_data_as_well() {
    let report = Report::of(&file("\nrate.login = 5\n").set("mode=x"));
    insta::assert_json_snapshot!(report, @r#"
    {
      "ok": false,
      "set": 0,
      "problems": [
        {
          "kind": "wrong_value",
          "from": "file",
          "file": "aspis.toml",
          "line": 2,
          "key": "rate.login",
          "message": "5 is not text; write it in quotes, e.g. \"5/minute\""
        },
        {
          "kind": "wrong_value",
          "from": "flag",
          "set": "mode",
          "key": "mode",
          "message": "\"x\" is not allowed; write one of \"development\", \"production\""
        }
      ]
    }
    "#);
    assert!(report.to_string().ends_with("\n2 problems\n"));
    let fine = Report::of(&file("rate.login = \"6/minute\""));
    assert_eq!(fine.to_string(), "every setting is right (1 set, the others as shipped)\n");
}
