//! Every setting has a test that shows its effect, and a key that is none stops the start.
//!
//! The test of a key is called like the key, with `_` for the dot, so that the walk over `aspis.toml` can miss none.

use aspis::settings::{DEFAULTS, Settings, Sources};
use serde_json::json;
use toml::{Table, Value};

use crate::{
    server::{Home, Server},
    shop::{PASSWORD, Reply, Shop},
};

mod accounts;
mod alerts;
mod api_keys;
mod attack;
mod block;
mod bodies;
mod breaker;
mod browsers;
mod challenges;
mod channels;
mod cors;
mod database;
mod decisions;
mod doors;
mod edge;
mod edge_slow;
mod incidents;
mod ingest;
mod keys;
mod leaks;
mod locks;
mod mail;
mod market;
mod marks;
mod messages;
mod otel;
mod passwords;
mod places;
mod quota;
mod rates;
mod review;
mod scraping;
mod sealed;
mod sources;
mod state;
mod store;
mod tls;
mod upkeep;

const TESTS: &[&str] = &[
    include_str!("settings/accounts.rs"),
    include_str!("settings/alerts.rs"),
    include_str!("settings/api_keys.rs"),
    include_str!("settings/attack.rs"),
    include_str!("settings/block.rs"),
    include_str!("settings/bodies.rs"),
    include_str!("settings/breaker.rs"),
    include_str!("settings/browsers.rs"),
    include_str!("settings/challenges.rs"),
    include_str!("settings/channels.rs"),
    include_str!("settings/cors.rs"),
    include_str!("settings/decisions.rs"),
    include_str!("settings/doors.rs"),
    include_str!("settings/edge.rs"),
    include_str!("settings/edge_slow.rs"),
    include_str!("settings/incidents.rs"),
    include_str!("settings/ingest.rs"),
    include_str!("settings/keys.rs"),
    include_str!("settings/leaks.rs"),
    include_str!("settings/locks.rs"),
    include_str!("settings/mail.rs"),
    include_str!("settings/market.rs"),
    include_str!("settings/marks.rs"),
    include_str!("settings/messages.rs"),
    include_str!("settings/otel.rs"),
    include_str!("settings/passwords.rs"),
    include_str!("settings/places.rs"),
    include_str!("settings/quota.rs"),
    include_str!("settings/rates.rs"),
    include_str!("settings/review.rs"),
    include_str!("settings/scraping.rs"),
    include_str!("settings/sealed.rs"),
    include_str!("settings/sources.rs"),
    include_str!("settings/state.rs"),
    include_str!("settings/store.rs"),
    include_str!("settings/tls.rs"),
    include_str!("settings/upkeep.rs"),
];

/// Every key of a table, dotted.
fn keys(table: &Table, before: &str) -> Vec<String> {
    let of = |(name, value): (&String, &Value)| match value {
        Value::Table(inner) if !inner.is_empty() => keys(inner, &format!("{before}{name}.")),
        _ => vec![format!("{before}{name}")],
    };
    table.iter().flat_map(of).collect()
}

#[test]
fn every_setting_has_a_test() {
    let keys = keys(&DEFAULTS.parse().unwrap(), "");
    assert!(keys.len() > 50, "{}", keys.len());
    let is_tested = |key: &str| {
        let name = key.replace('.', "_");
        let [plain, later] = [format!("#[test]\nfn {name}()"), format!("#[tokio::test]\nasync fn {name}()")];
        TESTS.iter().any(|source| source.contains(&plain) || source.contains(&later))
    };
    let untested: Vec<_> = keys.iter().filter(|key| !is_tested(key)).collect();
    assert!(untested.is_empty(), "without a test: {untested:?}");
}

#[test]
fn an_unknown_key_stops_the_start() {
    let mut tried = 0;
    for key in keys(&DEFAULTS.parse().unwrap(), "") {
        for wrong in [format!("{key}x"), format!("{key}.more"), key.replacen('.', "s.", 1), format!("x{key}")]
        {
            if wrong == key || wrong.starts_with("safeguards.routes.") {
                continue;
            }
            let problems =
                Settings::load(&Sources::default().set(format!("{wrong}=1"))).expect_err(&wrong).to_string();
            assert!(problems.contains(&wrong), "{wrong} is not named: {problems}");
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn an_unknown_key_stops_the_binary_from_wherever_it_comes() {
    let home = Home::furnished();
    let (_, said) = home.fails(&["rate.logins=5/minute"]);
    assert!(
        said.contains("rate.logins") && said.contains("rate.login"),
        "named, with what may be meant: {said}"
    );
    let mut command = home.command(&[]);
    let output = command.env("ASPIS_RATE__LOGINS", "5/minute").output().unwrap();
    assert!(!output.status.success() && crate::server::text(&output.stderr).contains("ASPIS_RATE__LOGINS"));
    let file = home.beside("aspis.toml");
    std::fs::write(&file, "[rate]\nlogin = \"5/minute\"\nlogins = \"5/minute\"\n").unwrap();
    let output = home.command(&[]).arg("--config").arg(&file).output().unwrap();
    let said = crate::server::text(&output.stderr);
    assert!(!output.status.success() && said.contains("aspis.toml:3") && said.contains("logins"), "{said}");
    assert!(!home.data().join("logs").exists(), "nothing was begun");
}

/// Parted from its key by a space in place of `=`, or by a colon: of the slip nothing is shown but the key.
#[test]
fn a_value_that_lost_its_key_is_not_shown() {
    for slip in
        [&["mail.url", "smtps://u:hunter2@mail.example"][..], &["mail.url:smtps://u:hunter2@mail.example"]]
    {
        let output = crate::server::run(&[&["serve", "--set"][..], slip].concat());
        let said = crate::server::text(&output.stderr);
        assert!(!output.status.success() && !said.contains("hunter2"), "{said}");
    }
}

/// What is never shown.
const HIDDEN: &[&str] = &[
    "alerts.discord.url",
    "alerts.slack.url",
    "alerts.sms.body",
    "alerts.sms.headers",
    "alerts.sms.url",
    "alerts.webhook.secret",
    "alerts.webhook.url",
    "keys.leak_secret",
    "mail.url",
    "otel.endpoint",
    "otel.headers",
    "store.database",
    "store.secrets_key",
    "store.state",
];

/// What takes any text.
const ANYTHING: &[&str] = &[
    "auth.issuer",
    "auth.audience",
    "backup.folder",
    "backup.passphrase",
    "otel.service",
    "server.data",
    "safeguards.routes",
];

/// A wrong value stops the start too, and says which.
#[test]
fn a_wrong_value_stops_the_start() {
    for key in keys(&DEFAULTS.parse().unwrap(), "") {
        if ANYTHING.contains(&key.as_str()) {
            continue;
        }
        let problems = Settings::load(&Sources::default().set(format!("{key}=no such value")))
            .expect_err(&key)
            .to_string();
        // Nearly every message repeats what was written; what may hold a password never does.
        let repeats = problems.contains("no such value");
        assert!(problems.contains(&key) && repeats != HIDDEN.contains(&key.as_str()), "{problems}");
    }
}

/// The environment and a file say the same as a flag; the later wins.
#[test]
fn every_layer_reaches_the_server() {
    let home = Home::furnished();
    let file = home.beside("aspis.toml");
    std::fs::write(&file, "[rate]\nprices = \"1/minute\"\nstatic = \"1/minute\"\n").unwrap();
    let mut command = home.command(&["rate.default=3/minute"]);
    command
        .arg("--config")
        .arg(&file)
        .env("ASPIS_RATE__STATIC", "2/minute")
        .env("ASPIS_RATE__DEFAULT", "2/minute");
    let server = Server::of(home, command);
    let limit = |path: &str| server.get(path).header("ratelimit-policy").unwrap().to_owned();
    assert_eq!(limit("/api/v1/assets"), "\"prices\";q=1;w=60", "from the file");
    assert_eq!(limit("/openapi.json"), "\"static\";q=2;w=60", "from the environment, over the file");
    assert_eq!(limit("/nowhere"), "\"default\";q=3;w=60", "from a flag, over the environment");
}
