//! `[store]`: where everything durable is.

use std::{thread, time::Duration};

use aspis_core::clock::{Clock, SystemClock};

use super::{Home, PASSWORD, Server, json};
use crate::{
    postgres::Postgres,
    server::{aspis, run, text},
};

/// A server of ours on a database of its own, and how it is called.
fn on(database: &Postgres, settings: &[&str]) -> (Server, String) {
    let url = database.database();
    let store = format!("store.database=\"{url}\"");
    let server = Server::on(Home::empty(), &[&[store.as_str()], settings].concat());
    let name = url.rsplit('/').next().unwrap().to_owned();
    (server, name)
}

fn register(server: &Server, email: &str) -> u16 {
    let person = json!({"email": email, "password": PASSWORD, "full_name": "Ada"});
    server.post("/api/v1/auth/register", &person.to_string()).status
}

#[test]
fn store_database() {
    let database = Postgres::start();
    let (server, name) = on(&database, &[]);
    assert_eq!(register(&server, "ada@example.org"), 201);
    assert_eq!(database.ask(&name, "SELECT COUNT(*) FROM account WHERE email = 'ada@example.org'"), "1");
    assert!(database.ask(&name, "SELECT COUNT(*) FROM bar").parse::<u64>().unwrap() > 1000, "and the prices");
    assert!(!server.data().join("aspis.db").exists(), "there is no file");
    let (home, status, log) = server.stop();
    assert!(status.success(), "{log}");
    let url = database.url(&name).replace("aspis@", "aspis:canary-8812@");
    let store = format!("store.database=\"{url}\"");
    let again = Server::on(home, &[&store]);
    let login = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    assert_eq!(again.post("/api/v1/auth/login", &login).status, 200);
    let (_, _, log) = again.stop();
    assert!(!log.contains("canary-8812"), "{log}");
}

#[test]
fn store_database_is_judged_and_not_shown() {
    let home = Home::empty();
    let (_, said) = home.fails(&["store.database=mysql://me:canary-8812@db/aspis"]);
    assert!(said.contains("store.database") && said.contains("not a PostgreSQL server"), "{said}");
    let (_, nowhere) = home.fails(&["store.database=postgres://me:canary-8812@127.0.0.1:1/aspis"]);
    assert!(nowhere.contains("postgres://127.0.0.1:1/aspis"), "{nowhere}");
    let far = "store.database=postgres://me:canary-8812@db.example.com/aspis?sslmode=require";
    let (_, open) = home.fails(&["mode=production", far]);
    assert!(open.contains("sslmode=verify-full"), "{open}");
    assert!(!format!("{said}{nowhere}{open}").contains("canary-8812"));
}

#[test]
fn check_and_other_commands_ask_the_server() {
    let database = Postgres::start();
    let (server, name) = on(&database, &[]);
    let file = server.home().beside("aspis.toml");
    std::fs::write(&file, format!("[store]\ndatabase = \"{}\"\n", database.url(&name))).unwrap();
    let data = server.data();
    let command = |args: &[&str]| {
        let mut command = aspis(args);
        command.arg("--config").arg(&file).arg("--data").arg(&data);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    assert!(command(&["check"]).contains("the database is of this release"));
    assert!(command(&["assets", "list"]).contains("BTC"));
    drop(server);
}

#[test]
fn store_connections() {
    let database = Postgres::start();
    let (server, name) =
        on(&database, &["store.connections=1", "rate.login=60000/minute", "rate.register=60000/minute"]);
    register(&server, "ada@example.org");
    thread::scope(|scope| {
        for n in 0..12 {
            let server = &server;
            scope.spawn(move || {
                let login = json!({"email": format!("{n}@example.org"), "password": PASSWORD}).to_string();
                server.post("/api/v1/auth/login", &login)
            });
        }
    });
    let held = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'aspis' AND datname = current_database()";
    let held: u32 = database.ask(&name, held).parse().unwrap();
    // One that reads, one that writes, and one that listens.
    assert!((2..=3).contains(&held), "{held}");
}

#[test]
fn store_statement_limit() {
    let database = Postgres::start();
    let (server, name) = on(&database, &["store.statement_limit=200ms"]);
    assert_eq!(register(&server, "ada@example.org"), 201);
    let name = &name;
    let database = &database;
    thread::scope(|scope| {
        scope.spawn(move || {
            database
                .ask(name, "BEGIN; LOCK TABLE account IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4); COMMIT");
        });
        let locked = "SELECT COUNT(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = \
            (SELECT oid FROM pg_class WHERE relname = 'account')";
        while database.ask(name, locked) == "0" {
            thread::sleep(Duration::from_millis(20));
        }
        let login = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
        let clock = SystemClock::start();
        assert_eq!(server.post("/api/v1/auth/login", &login).status, 503);
        let held = database.ask(name, locked);
        assert!(held == "1", "it was refused before the lock was free, after {:?}", clock.uptime());
    });
}

/// A folder that was served is moved to a server, and served from there.
#[test]
fn what_was_in_a_file_goes_on_in_a_server() {
    let database = Postgres::start();
    let server = Server::start(&[]);
    assert_eq!(register(&server, "ada@example.org"), 201);
    let url = database.database();
    let data = server.data();
    let move_it = || {
        let mut command = aspis(&["migrate", "--json", "--to", &url, "--data"]);
        command.arg(&data).output().unwrap()
    };
    let live = move_it();
    assert!(!live.status.success() && text(&live.stderr).contains("stop it first"), "{}", text(&live.stderr));
    let (home, ..) = server.stop();
    let moved = move_it();
    assert!(moved.status.success(), "{}", text(&moved.stderr));
    let told: serde_json::Value = serde_json::from_slice(&moved.stdout).unwrap();
    assert!(told["ok"] == true && told["rows"]["account"].as_u64().unwrap() >= 1, "{told}");
    assert!(text(&moved.stderr).lines().any(|line| line.contains(" rows")), "lines in a pipe");
    let again = move_it();
    assert!(again.status.success(), "it is whole: {}", text(&again.stderr));
    let store = format!("store.database=\"{url}\"");
    let server = Server::on(home, &[&store]);
    let login = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    assert_eq!(server.post("/api/v1/auth/login", &login).status, 200);
    let nowhere = run(&["migrate", "--from", "sqlite:/no/such.db", "--to", &url]);
    assert!(!nowhere.status.success());
}

/// A backup of a server is a file that any other server, or none, can be made of.
#[test]
fn a_server_is_backed_up_and_put_back_into_another() {
    let database = Postgres::start();
    let (server, name) = on(&database, &[]);
    assert_eq!(register(&server, "ada@example.org"), 201);
    let (home, ..) = server.stop();
    let (kept, fresh) = (home.beside("kept.tar.gz"), Home::empty());
    let said = |args: &[&str], url: &str| {
        let mut command = aspis(args);
        let output = command.env("ASPIS_STORE__DATABASE", url).output().unwrap();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let data = home.data().display().to_string();
    let made = said(&["backup", "--data", &data, "--out", kept.to_str().unwrap()], &database.url(&name));
    assert!(made.0, "{made:?}");
    let (other, new) = (database.database(), fresh.data().display().to_string());
    let back = ["restore", "--data", &new, kept.to_str().unwrap()];
    let taken = said(&back, &database.url(&name));
    assert!(!taken.0 && taken.2.contains("not empty"), "{taken:?}");
    assert!(!fresh.data().exists(), "nothing was changed");
    let restored = said(&back, &other);
    assert!(restored.0, "{restored:?}");
    assert!(!fresh.data().join("aspis.db").exists(), "it is in the server");
    let store = format!("store.database=\"{other}\"");
    let server = Server::on(fresh, &[&store]);
    let login = json!({"email": "ada@example.org", "password": PASSWORD}).to_string();
    assert_eq!(server.post("/api/v1/auth/login", &login).status, 200);
    drop(server);
    let alone = Home::empty();
    let file = alone.data().display().to_string();
    let restored = said(&["restore", "--data", &file, kept.to_str().unwrap()], "");
    assert!(restored.0, "{restored:?}");
    let server = Server::on(alone, &[]);
    assert_eq!(server.post("/api/v1/auth/login", &login).status, 200, "and without any server");
}
