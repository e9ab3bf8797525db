//! New settings while the server runs: all of them at once or none, and nobody who is served notices.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use aspis::settings::{DEFAULTS, Effect};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use toml::Table;

use crate::server::{Home, Server, Wire, run, text};

mod attack;
mod bounds;
mod dead;
mod effects;
mod sights;
mod upkeep;

const TESTS: [&str; 6] = [
    include_str!("reload.rs"),
    include_str!("reload/attack.rs"),
    include_str!("reload/bounds.rs"),
    include_str!("reload/effects.rs"),
    include_str!("reload/sights.rs"),
    include_str!("reload/upkeep.rs"),
];

/// A server whose file can be written anew.
struct Shop {
    server: Server,
}

impl Shop {
    fn open(file: &str) -> Self {
        Self::with(file, &[])
    }

    /// The same with flags, which win over the file.
    fn with(file: &str, flags: &[&str]) -> Self {
        let home = Home::furnished();
        let path = home.beside("aspis.toml");
        fs::write(&path, file).unwrap();
        let mut command = home.command(flags);
        command.arg("--config").arg(&path);
        Self { server: Server::of(home, command) }
    }

    fn write(&self, file: &str) {
        fs::write(self.server.home().beside("aspis.toml"), file).unwrap();
    }

    /// The command, with what it said.
    fn reload(&self, file: &str) -> Value {
        self.write(file);
        let data = self.server.data().display().to_string();
        let output = run(&["reload", "--json", "--data", &data]);
        let said: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
        assert_eq!(said["ok"], output.status.success());
        said
    }

    /// The same without a process of its own.
    fn ask(&self) -> Value {
        let mut socket = UnixStream::connect(self.server.data().join("control.sock")).unwrap();
        socket.write_all(b"{\"command\":\"reload\"}\n").unwrap();
        let mut line = String::new();
        BufReader::new(socket).read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Reloads, and everything in the file is in force.
    fn follows(&self, file: &str) {
        let said = self.reload(file);
        assert_eq!((&said["ok"], &said["waiting"]), (&json!(true), &json!([])), "{said}");
    }

    /// The field by which the demo account is known.
    fn bearer(&self) -> String {
        let password = fs::read_to_string(self.server.data().join("demo-password")).unwrap();
        let tokens = json!({"email": "demo@example.org", "password": password.trim_end()}).to_string();
        let tokens = self.server.post("/api/v1/auth/login", &tokens).json();
        format!("authorization: Bearer {}", tokens["access_token"].as_str().unwrap())
    }

    fn policy(&self) -> String {
        self.server.get("/api/v1/assets").header("ratelimit-policy").unwrap().to_owned()
    }

    fn security_log(&self) -> String {
        fs::read_to_string(self.server.data().join("logs/security.log")).unwrap()
    }
}

/// Https is asked for in production alone, where nothing but `enforce` is allowed; and no machine with other work can be
/// relied on to ask at regular intervals.
const UNSEEN: [&str; 2] = ["safeguards.https", "scraping.clockwork"];

/// Each key that is said to take effect at once stands in a test that changes it while a server runs.
#[test]
fn every_live_key_is_shown() {
    let shipped: Table = DEFAULTS.parse().unwrap();
    let sections = shipped.iter().filter_map(|(name, value)| Some((name, value.as_table()?)));
    let keys = sections.flat_map(|(name, keys)| keys.keys().map(move |key| format!("{name}.{key}")));
    let live: Vec<_> = keys.filter(|key| Effect::of(key) == Effect::Live).collect();
    assert!(live.len() > 40, "{live:?}");
    let is_shown = |key: &String| {
        TESTS.iter().any(|test| test.contains(&format!("{key} = ")) || test.contains(&format!("[{key}.")))
    };
    let unseen: Vec<_> = live.iter().filter(|key| !is_shown(key)).collect();
    assert_eq!(unseen, UNSEEN, "without a test");
}

#[test]
fn what_takes_effect_at_once_does_and_the_rest_is_named() {
    let shop = Shop::open("[rate]\nprices = \"50/minute\"\n");
    assert!(shop.policy().contains("q=50;w=60"));
    let said = shop.reload(
        "[rate]\nprices = \"40/minute\"\ntable_slots = 4096\n[cors]\norigins = [\"https://a.example\"]\n",
    );
    assert_eq!(said["changed"], json!(["cors.origins", "rate.prices"]), "{said}");
    assert_eq!(said["waiting"], json!(["rate.table_slots"]), "{said}");
    assert!(shop.policy().contains("q=40;w=60"), "{}", shop.policy());
    let again = shop.reload("rate.prices = \"40/minute\"\nrate.table_slots = 4096\n");
    assert_eq!(
        (&again["changed"], &again["waiting"]),
        (&json!(["cors.origins"]), &json!(["rate.table_slots"]))
    );
    let log = shop.server.writes(&["settings_reloaded"]);
    let line = log.lines().find(|line| line.contains("settings_reloaded")).unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("rate.prices") && line.contains("waits for a restart: rate.table_slots"), "{line}");
    assert!(line.contains(&format!("({})", nix::unistd::geteuid())), "who it was: {line}");
    assert!(!line.contains("a.example") && !line.contains("40/minute"), "names of keys alone: {line}");
}

#[test]
fn what_is_wrong_is_told_whole_and_changes_nothing() {
    let shop = Shop::open("[rate]\nprices = \"50/minute\"\n");
    let wrong = "[rate]\nprices = \"40/minute\"\nlogins = \"1/day\"\n[cors]\norigins = [\"nowhere\"]\n";
    let said = shop.reload(wrong);
    let problems = said["problems"].as_array().unwrap();
    let mut told: Vec<_> =
        problems.iter().map(|one| (one["key"].as_str().unwrap(), one["line"].as_u64())).collect();
    told.sort_unstable();
    assert_eq!(
        (&said["ok"], told),
        (&json!(false), vec![("cors.origins", Some(5)), ("rate.logins", Some(3))]),
        "{said}"
    );
    assert!(shop.policy().contains("q=50;w=60"), "{}", shop.policy());
    for broken in ["[rate", "server.data = 5\n", "[scraping]\nhoney_assets = [\"BTC\"]\n"] {
        let said = shop.reload(broken);
        assert_eq!(said["ok"], false, "{broken}: {said}");
        assert!(shop.policy().contains("q=50;w=60"), "{broken}");
    }
    shop.server.writes(&["settings_refused"]);
    let data = shop.server.data().display().to_string();
    let plain = run(&["reload", "--data", &data]);
    assert!(
        text(&plain.stdout).contains("scraping.honey_assets")
            && text(&plain.stdout).contains("stay in force")
    );
}

#[test]
fn without_a_server_it_says_so() {
    let home = Home::furnished();
    let output = run(&["reload", "--data", &home.data().display().to_string()]);
    assert!(
        !output.status.success() && text(&output.stderr).contains("no server runs on"),
        "{}",
        text(&output.stderr)
    );
}

/// The signal does the same, and a wrong file ends nothing.
#[test]
fn sighup_reloads() {
    let shop = Shop::open("rate.prices = \"50/minute\"\n");
    for (file, policy) in
        [("rate.prices = \"nothing\"\n", "q=50;w=60"), ("rate.prices = \"41/minute\"\n", "q=41;w=60")]
    {
        shop.write(file);
        let before = shop.security_log().lines().count();
        shop.server.signal(Signal::SIGHUP);
        for _ in 0..200 {
            if shop.security_log().lines().skip(before).any(|line| line.contains("settings_re")) {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        assert!(shop.policy().contains(policy), "{file}: {}", shop.policy());
    }
    let log = shop.security_log();
    assert!(
        log.contains("settings_refused") && log.contains("settings_reloaded") && log.contains("SIGHUP"),
        "{log}"
    );
}

/// What was counted, and who is signed in, has nothing to do with settings.
#[test]
fn windows_and_sessions_go_on() {
    let shop = Shop::open("rate.prices = \"5/minute\"\n");
    let price = || shop.server.get("/api/v1/assets").status;
    assert_eq!([(); 6].map(|()| price()), [200, 200, 200, 200, 200, 429]);
    assert_eq!(shop.reload("rate.prices = \"7/minute\"\n")["ok"], true);
    assert_eq!([(); 3].map(|()| price()), [200, 200, 429], "five of the seven were used before");
    let bearer = shop.bearer();
    let me = || shop.server.wire().ask("GET", "/api/v1/auth/me", &[&bearer], "").status;
    assert_eq!(me(), 200);
    assert_eq!(shop.reload("rate.prices = \"8/minute\"\nlock.after = 4\n")["ok"], true);
    assert_eq!(me(), 200, "a token made before is good after");
}

/// Reloads under load: so many that each of a hundred thousand would be seen, every third of them broken.
const RELOADS: usize = 90;

#[test]
fn under_load_no_request_fails() {
    let file = |limit: usize| {
        format!("[rate]\nprices = \"{limit}/minute\"\n[cors]\norigins = [\"https://a{limit}.example\"]\n")
    };
    let shop = Shop::open(&file(500_000));
    let (done, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        let callers: Vec<_> =
            (0..2).map(|_| scope.spawn(|| ask_until(&shop.server, &done, &asked))).collect();
        for turn in 0..RELOADS {
            let broken = turn % 3 == 2;
            shop.write(&if broken { "[rate]\nprices = 5\n".to_owned() } else { file(500_000 + turn) });
            let answer = shop.ask();
            assert_eq!(answer["ok"], !broken, "{answer}");
        }
        done.store(true, Ordering::Relaxed);
        for caller in callers {
            caller.join().unwrap();
        }
    });
    assert!(asked.load(Ordering::Relaxed) > 200, "{}", asked.load(Ordering::Relaxed));
    // The last that was not broken.
    assert!(shop.policy().contains(&format!("q={}", 500_000 + RELOADS - 2)), "{}", shop.policy());
}

/// One connection, kept: each answer is good and says one limit, the old or the new.
fn ask_until(server: &Server, done: &AtomicBool, asked: &AtomicUsize) {
    let mut wire: Wire = server.wire();
    while !done.load(Ordering::Relaxed) {
        wire.send("GET /api/v1/price/BTC HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let answer = wire.next();
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(
            answer.header("ratelimit-policy").is_some_and(|policy| policy.contains("q=500")),
            "{answer:?}"
        );
        asked.fetch_add(1, Ordering::Relaxed);
    }
}
