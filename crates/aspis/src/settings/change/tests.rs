use std::collections::BTreeSet;

use super::*;
use crate::settings::{Sources, shipped};

fn loaded(flags: &[&str]) -> Loaded {
    let sources = flags.iter().fold(Sources::default(), |sources, flag| sources.set(*flag));
    Settings::load(&sources).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn what_is_live_is_there() {
    let (shipped, mut sections) = (shipped(), BTreeSet::new());
    let keys: Vec<String> = leaves(&shipped, "").into_iter().map(|(key, _)| key).collect();
    for live in LIVE {
        let known = match live.strip_suffix(".*") {
            Some(section) => shipped.get(section).is_some_and(Value::is_table),
            None => keys.iter().any(|key| key == live),
        };
        assert!(known && sections.insert(live), "{live}");
    }
    let live = keys.iter().filter(|key| Effect::of(key) == Effect::Live).count();
    assert!((40..keys.len()).contains(&live), "{live} of {}", keys.len());
    assert_eq!(Effect::of("server.listen"), Effect::Restart);
    assert_eq!(Effect::of("no.such_key"), Effect::Restart, "until its owner says otherwise");
}

#[test]
fn live_values_are_taken_and_others_wait() {
    let before = loaded(&["rate.login=6/minute", "server.listen=127.0.0.1:9000"]);
    let route = "safeguards.routes.\"GET /api/v1/assets\".rate=observe";
    let change =
        before.change_to(loaded(&["server.listen=127.0.0.1:9001", "cors.origins=https://a.example", route]));
    let change = change.expect("it goes together");
    assert_eq!(change.changed, ["cors.origins", "rate.login", "safeguards.routes"]);
    assert_eq!(change.waiting, ["server.listen"]);
    let now = &change.in_force.settings;
    assert_eq!(
        now.rate.login,
        Settings::default().rate.login,
        "what is no longer written is the default again"
    );
    assert_eq!(now.server.listen.get().port(), 9000);
    assert_eq!(now.safeguards.of("GET /api/v1/assets").rate, crate::settings::Stance::Observe);
    let again =
        change.in_force.change_to(loaded(&["server.listen=127.0.0.1:9001"])).expect("it goes together");
    assert_eq!(again.waiting, ["server.listen"], "it waits for as long as it is not in force");
    assert_eq!(again.changed, ["cors.origins", "safeguards.routes"]);
}

/// Each side by itself is right, and what would be in force until the restart is not.
#[test]
fn a_mixture_has_to_go_together_too() {
    let before = loaded(&["mode=production", "server.trusted_proxies=10.0.0.1"]);
    let error = before.change_to(loaded(&["mode=development"])).expect_err("production without a proxy");
    let said = error.to_string();
    assert!(
        said.contains("server.trusted_proxies") && said.contains("until a restart") && said.contains("mode"),
        "{said}"
    );
}

#[test]
fn a_secret_is_compared_and_not_shown() {
    let mail =
        |word: &str| loaded(&[&format!("mail.url=smtps://u:{word}@mail.example"), "mail.from=a@example.com"]);
    let change = mail("hunter2").change_to(mail("hunter3")).expect("it goes together");
    assert_eq!(change.waiting, ["mail.url"]);
    assert_eq!(change.in_force.settings.mail.url.get(), Some("smtps://u:hunter2@mail.example"));
    assert!(!format!("{change:?}").contains("hunter"), "{change:?}");
    assert!(mail("hunter2").change_to(mail("hunter2")).expect("it goes together").waiting.is_empty());
}

/// The table of the manual, a row a section.
#[test]
fn the_manual_says_what_is_live() {
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for (section, key) in LIVE.iter().filter_map(|live| live.split_once('.')) {
        match rows.iter_mut().find(|(name, _)| *name == section) {
            Some((_, keys)) => keys.push(key),
            None => rows.push((section, vec![key])),
        }
    }
    let row = |(section, keys): (&str, Vec<&str>)| {
        let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let keys = if keys == ["*"] { "all keys".to_owned() } else { names.join(", ") };
        format!("| `{section}` | {keys} |")
    };
    let rows: Vec<String> = rows.into_iter().map(row).collect();
    let manual = include_str!("../../../../../docs/operations.md");
    let (_, table) =
        manual.split_once("| section | keys |\n| --- | --- |\n").expect("a table of what is live");
    let listed: Vec<&str> = table.lines().take_while(|line| line.starts_with("| ")).collect();
    assert!(listed == rows, "docs/operations.md should list:\n{}", rows.join("\n"));
}
