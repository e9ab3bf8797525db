//! `store.secrets_key`: what the keys that nodes share are sealed with.

use std::{fs, thread};

use aspis_store_sql::Sql;

use super::{Home, PASSWORD, Server, json};
use crate::{
    postgres::Postgres,
    server::{aspis, text},
};

/// 32 bytes, and 32 others.
const KEY: &str = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbi4=";
const OTHER: &str = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q=";
const CLEAR: &str = "SELECT COUNT(*) FROM vault WHERE value NOT LIKE 'sealed.1.%'";
const SEALED: &str = "SELECT COUNT(*) FROM vault WHERE value LIKE 'sealed.1.%'";

fn keyed(home: Home, key: &str, settings: &[&str]) -> Server {
    let mut command = home.command(settings);
    command.env("ASPIS_SECRETS_KEY", key);
    Server::of(home, command)
}

/// What a start says that has to fail.
fn refusal(home: &Home, key: &str, settings: &[&str]) -> String {
    let output = home.command(settings).env("ASPIS_SECRETS_KEY", key).output().unwrap();
    assert!(!output.status.success(), "it started");
    text(&output.stderr)
}

fn sign_in(server: &Server, email: &str) -> u16 {
    let login = json!({"email": email, "password": PASSWORD}).to_string();
    server.post("/api/v1/auth/login", &login).status
}

fn register(server: &Server, email: &str) {
    let person = json!({"email": email, "password": PASSWORD, "full_name": "Ada"}).to_string();
    assert_eq!(server.post("/api/v1/auth/register", &person).status, 201);
}

/// How many shared keys lie in a file in clear.
fn in_clear(home: &Home) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sql = Sql::open(&home.data().join("aspis.db")).await.unwrap();
        let clear = aspis_store::Vault::is_in_clear(&sql).await.unwrap();
        sql.close().await.unwrap();
        clear
    })
}

fn audit(home: &Home, key: &str) -> String {
    let mut command = aspis(&["audit", "--json", "--data"]);
    text(&command.arg(home.data()).env("ASPIS_SECRETS_KEY", key).output().unwrap().stdout)
}

/// What was there in clear is sealed when a key comes, and from then on nothing starts or works without it.
#[test]
fn store_secrets_key() {
    let server = Server::start(&[]);
    register(&server, "ada@example.org");
    let (home, ..) = server.stop();
    assert!(in_clear(&home) && audit(&home, "").contains("ASPIS_SECRETS_KEY"));
    let server = keyed(home, KEY, &[]);
    assert_eq!(sign_in(&server, "ada@example.org"), 200);
    let (home, _, log) = server.stop();
    assert!(!in_clear(&home) && !log.contains(KEY), "{log}");
    let found = audit(&home, KEY);
    assert!(found.contains("no_operator") && !found.contains("vault_in_clear"), "{found}");
    for (key, says) in [("", "are sealed"), (OTHER, "does not open")] {
        let said = refusal(&home, key, &[]);
        assert!(said.contains(says) && said.contains("ASPIS_SECRETS_KEY"), "{said}");
        assert!(!said.contains(OTHER) && !said.contains(KEY), "{said}");
        let mut command = aspis(&["keys", "list", "--data"]);
        let output = command.arg(home.data()).env("ASPIS_SECRETS_KEY", key).output().unwrap();
        assert!(!output.status.success() && text(&output.stderr).contains(says), "{output:?}");
    }
    assert!(refusal(&home, "canary-2214", &[]).contains("not 32 bytes as base64"));
    let server = keyed(home, KEY, &[]);
    assert_eq!(sign_in(&server, "ada@example.org"), 200, "nothing was written over");
}

#[test]
fn store_secrets_key_file() {
    let home = Home::furnished();
    let file = home.beside("key");
    let setting = format!("store.secrets_key_file={}", file.display());
    fs::write(&file, "too short\n").unwrap();
    let (_, said) = home.fails(&[&setting]);
    assert!(said.contains("store.secrets_key_file") && said.contains("32 bytes"), "{said}");
    fs::write(&file, format!("{KEY}\n")).unwrap();
    let (home, ..) = Server::on(home, &[&setting]).stop();
    assert!(!in_clear(&home));
    let said = refusal(&home, OTHER, &[]);
    assert!(said.contains("does not open"), "{said}");
    assert!(refusal(&home, KEY, &[&setting]).contains("name one of the two"));
    drop(keyed(home, KEY, &[]));
}

/// Two that start at once on an empty database, with one key; one with another key is refused.
#[test]
fn nodes_with_one_key_understand_each_other() {
    let database = Postgres::start();
    let url = database.database();
    let name = url.rsplit('/').next().unwrap();
    let store = format!("store.database=\"{url}\"");
    let node = || keyed(Home::empty(), KEY, &[&store]);
    let [one, two] =
        thread::scope(|scope| [scope.spawn(node), scope.spawn(node)].map(|node| node.join().unwrap()));
    register(&one, "ada@example.org");
    assert_eq!(sign_in(&two, "ada@example.org"), 200);
    assert_eq!(database.ask(name, CLEAR), "0");
    assert!(database.ask(name, SEALED).parse::<u64>().unwrap() > 3);
    for (key, says) in [("", "are sealed"), (OTHER, "does not open")] {
        let said = refusal(&Home::empty(), key, &[&store]);
        assert!(said.contains(says), "{said}");
    }
}
