//! Two nodes as one: real servers on one PostgreSQL and one Redis, each with a folder of its own.

use std::{thread, time::Duration};

use aspis_core::clock::{Clock, SystemClock};

use serde_json::{Value, json};

use crate::{
    cut::Cut,
    postgres::Postgres,
    redis::Redis,
    server::{Answer, Home, Server},
    shop::PASSWORD,
};

mod alarms;
mod budgets;
mod bytes;
mod leader;
mod passes;
mod proofs;
mod registrations;
mod told;
mod trouble;
mod votes;
mod words;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// What nodes share, and what they are started with.
struct Ground {
    database: Postgres,
    url: String,
    redis: Redis,
}

impl Ground {
    /// Fresh and empty; nothing where there is no such program, and whoever runs the tests knows.
    fn new() -> Option<Self> {
        let redis = Redis::start()?;
        let database = Postgres::start();
        let url = database.database();
        Some(Self { database, url, redis })
    }

    /// A node with some settings whose way to the database can be cut.
    fn node_by(&self, cut: &Cut, settings: &[&str]) -> Server {
        let url = self.url.replace(&self.database.port().to_string(), &cut.port().to_string());
        let store = format!("store.database=\"{url}\"");
        self.node_on(Home::empty(), &[settings, &[store.as_str()]].concat())
    }

    /// A node with some settings.
    fn node(&self, settings: &[&str]) -> Server {
        self.node_on(Home::empty(), settings)
    }

    /// The same on a folder.
    fn node_on(&self, home: Home, settings: &[&str]) -> Server {
        let (store, state) =
            (format!("store.database=\"{}\"", self.url), format!("store.state=\"{}\"", self.redis.url()));
        Server::on(home, &[&[store.as_str(), state.as_str()], settings].concat())
    }

    /// Two of them. The first makes the tables and loads the prices.
    fn two(&self, settings: &[&str]) -> [Server; 2] {
        let one = self.node(settings);
        [one, self.node(settings)]
    }
}

/// Asks with a token.
fn asked(node: &Server, method: &str, path: &str, token: &str, body: &str) -> Answer {
    let bearer = format!("authorization: Bearer {token}");
    let fields: &[&str] =
        if body.is_empty() { &[&bearer] } else { &[&bearer, "content-type: application/json"] };
    node.wire().ask(method, path, fields, body)
}

/// Registers and signs in; the tokens.
fn member(node: &Server, email: &str) -> Value {
    let person = json!({"email": email, "password": PASSWORD, "full_name": "Ada"}).to_string();
    let made = node.post("/api/v1/auth/register", &person);
    assert_eq!(made.status, 201, "{}", made.body);
    signed_in(node, email)
}

fn signed_in(node: &Server, email: &str) -> Value {
    let login = node.post("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD}).to_string());
    assert_eq!(login.status, 200, "{}", login.body);
    login.json()
}

fn word<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap()
}

/// Waits until something is so; how long that took.
fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let clock = SystemClock::start();
    while !is_so() {
        assert!(clock.uptime() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(2));
    }
    clock.uptime()
}
