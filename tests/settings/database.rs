//! A database that is somebody's, half there, of another kind, or silent: what is said about it.

use std::{fs, net::TcpListener, thread};

use super::{Home, PASSWORD, Server, json};
use crate::{
    postgres::Postgres,
    server::{aspis, text},
};

const NOTE: &str = "CREATE TABLE copying \
    (name TEXT NOT NULL PRIMARY KEY, last BIGINT NOT NULL, rows BIGINT NOT NULL, source TEXT NOT NULL)";

/// What a command says on a database, and whether it went well.
fn said(home: &Home, url: &str, args: &[&str]) -> (bool, String) {
    let mut command = aspis(args);
    let output = command.arg("--data").arg(home.data()).env("ASPIS_STORE__DATABASE", url).output().unwrap();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

fn name(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

/// Of two that start at once on an empty database one makes the way in and the demo account.
#[test]
fn of_nodes_that_start_at_once_one_invites() {
    let database = Postgres::start();
    let url = database.database();
    let store = format!("store.database=\"{url}\"");
    let node = || Server::on(Home::empty(), &[&store]);
    let nodes = thread::scope(|scope| [0; 3].map(|_| scope.spawn(node)).map(|node| node.join().unwrap()));
    let open = database.ask(name(&url), "SELECT COUNT(*) FROM invitation");
    assert_eq!(open, "1");
    for (file, table) in [("operator-invitation", "invitation"), ("demo-password", "account")] {
        let held = nodes.iter().filter(|node| node.data().join(file).exists()).count();
        assert_eq!(held, 1, "{file} ({table})");
    }
    let keeper = nodes.iter().find(|node| node.data().join("demo-password").exists()).unwrap();
    let password = fs::read_to_string(keeper.data().join("demo-password")).unwrap();
    let login = json!({"email": "demo@example.org", "password": password.trim_end()}).to_string();
    assert_eq!(nodes[0].post("/api/v1/auth/login", &login).status, 200, "it is the account's");
    let told = nodes.map(|node| node.stop().2).iter().filter(|log| log.contains("another node made")).count();
    assert_eq!(told, 2);
}

#[test]
fn half_a_copy_and_half_a_backup_are_refused_by_all_in_the_same_words() {
    let database = Postgres::start();
    for (source, says, not) in
        [("7 bytes", "half a copy", "restore"), ("restored: 7 bytes", "half of a backup", "migrate")]
    {
        let url = database.database();
        let name = name(&url);
        database.ask(name, NOTE);
        database.ask(name, &format!("INSERT INTO copying VALUES ('', 0, 0, '{source}')"));
        let home = Home::empty();
        fs::create_dir_all(home.data()).unwrap();
        let kept = home.beside("kept.tar.gz").display().to_string();
        let serve = ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"];
        let anew = [serve.as_slice(), &["--begin-anew"]].concat();
        for args in [&serve, anew.as_slice(), &["check"], &["backup", "--out", &kept], &["audit"]] {
            let (good, words) = said(&home, &url, args);
            assert!(!good && words.contains(says) && !words.contains(not), "{args:?}: {words}");
        }
    }
}

#[test]
fn a_database_of_another_encoding_is_refused() {
    let database = Postgres::start();
    let url = database.database();
    database.ask(
        name(&url),
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    );
    let (home, url) = (Home::furnished(), database.url("latin"));
    for args in [["serve"].as_slice(), &["check"], &["migrate"]] {
        let (good, words) = said(&home, &url, args);
        assert!(!good && words.contains("LATIN1") && words.contains("UTF8"), "{args:?}: {words}");
    }
}

#[test]
fn a_server_that_is_not_there_or_no_database_is_called_what_it_is() {
    let home = Home::furnished();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mute = format!("postgres://me:canary-8812@127.0.0.1:{}/aspis", silent.local_addr().unwrap().port());
    for (url, says) in
        [(mute.as_str(), "there is no answer"), ("postgres://me:canary-8812@127.0.0.1:1/aspis", "refused")]
    {
        for args in [["serve"].as_slice(), &["check"], &["migrate"]] {
            let (good, words) = said(&home, url, args);
            assert!(!good && words.contains(says), "{args:?}: {words}");
            assert!(!words.contains("canary-8812") && !words.contains("pool"), "{words}");
        }
    }
}

#[test]
fn a_mistyped_address_is_not_shown() {
    let home = Home::furnished();
    for args in [
        ["migrate", "--to", "postgres//me:canary-8812@db/aspis"],
        ["migrate", "--to", "mysql://me:canary-8812@db/aspis"],
        ["migrate", "--from", "postgres://me:canary-8812@db/aspis"],
    ] {
        let (good, words) = said(&home, "", &args);
        assert!(!good && words.contains("not shown") && !words.contains("canary-8812"), "{words}");
        assert!(words.contains(args[1]), "{words}");
    }
    let (good, words) = said(&home, "", &["migrate", "--to=postgres//me:canary-8812@db/aspis"]);
    assert!(!good && !words.contains("canary-8812"), "{words}");
}

/// Said again it is whole; of another file, or after somebody worked there, it is not.
#[test]
fn a_copy_that_is_whole_is_known_again() {
    let database = Postgres::start();
    let url = database.database();
    let (home, ..) = Server::start(&[]).stop();
    let (other, ..) = Server::start(&[]).stop();
    for _ in 0..2 {
        let (good, words) = said(&home, &url, &["migrate"]);
        assert!(good && words.contains("counted on both sides"), "{words}");
    }
    let (good, words) = said(&other, &url, &["migrate"]);
    assert!(!good && words.contains("not empty"), "{words}");
    let store = format!("store.database=\"{url}\"");
    let server = Server::on(home, &[&store]);
    let person = json!({"email": "ada@example.org", "password": PASSWORD, "full_name": "Ada"});
    assert_eq!(server.post("/api/v1/auth/register", &person.to_string()).status, 201);
    let (home, ..) = server.stop();
    let (good, words) = said(&home, &url, &["migrate"]);
    assert!(!good && words.contains("not empty"), "{words}");
}
