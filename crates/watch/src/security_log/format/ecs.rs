//! The field names of the Elastic Common Schema, with our own line under `aspis`.

use serde::Serialize;

use super::{
    super::{
        item::Item,
        line::{Line, word},
    },
    class::{self, Class},
};

#[derive(Debug, Serialize)]
pub(super) struct Outer<'a> {
    #[serde(rename = "@timestamp")]
    timestamp: String,
    ecs: Version,
    log: Level,
    message: &'static str,
    event: Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http: Option<Http<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Name<'a>>,
    service: Name<'a>,
    aspis: Line<'a>,
}

#[derive(Debug, Serialize)]
struct Version {
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct Level {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct Event {
    kind: &'static str,
    category: &'static [&'static str],
    #[serde(rename = "type")]
    types: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    severity: u8,
    dataset: &'static str,
    module: &'static str,
}

#[derive(Debug, Serialize)]
struct Source {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
}

#[derive(Debug, Serialize)]
struct Id {
    id: String,
}

#[derive(Debug, Serialize)]
struct Http<'a> {
    request: Request<'a>,
}

#[derive(Debug, Serialize)]
struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Name<'a> {
    name: &'a str,
}

impl<'a> Outer<'a> {
    pub(super) fn of(item: &'a Item, line: Line<'a>) -> Self {
        let class = class::of(item);
        let (category, types) = kinds(class);
        let method = line.route.split_once(' ').map(|(method, _)| method);
        let request = Request { id: line.request_id.clone(), method };
        Self {
            timestamp: line.at.clone(),
            ecs: Version { version: "8.11.0" },
            log: Level { level: class.level() },
            message: says(item),
            event: Event {
                kind: if class == Class::Attack { "alert" } else { "event" },
                category,
                types,
                outcome: class.outcome(),
                action: word(item),
                code: line.owasp,
                severity: class.severity(),
                dataset: "aspis.security",
                module: "aspis",
            },
            source: line.client.clone().map(Source::of),
            user: line.account.clone().map(|id| Id { id }),
            http: Some(Http { request })
                .filter(|http| http.request.id.is_some() || http.request.method.is_some()),
            rule: line.rule.map(|rule| Name { name: &rule.name }),
            service: Name { name: "aspis" },
            aspis: line,
        }
    }
}

impl Source {
    /// A network is no address of one machine.
    fn of(address: String) -> Self {
        let ip = Some(address.clone()).filter(|address| !address.contains('/'));
        Self { address, ip }
    }
}

/// What happened, in one sentence.
pub(super) fn says(item: &Item) -> &'static str {
    match item {
        Item::Event(event) => event.kind.says(),
        Item::Sum(sum) => sum.kind.says(),
        Item::Lost(_) => "Events were not written.",
    }
}

type Words = &'static [&'static str];

fn kinds(class: Class) -> (Words, Words) {
    match class {
        Class::SignIn | Class::SignInFailed => (&["authentication"], &["start"]),
        Class::SignOut => (&["authentication", "session"], &["end"]),
        Class::Account(1) => (&["iam"], &["user", "creation"]),
        Class::Account(_) => (&["iam"], &["user", "change"]),
        Class::Granted | Class::Taken => (&["iam"], &["change"]),
        Class::Blocked | Class::Challenged => (&["web", "intrusion_detection"], &["denied"]),
        Class::Faulty => (&["web"], &["error"]),
        Class::Attack => (&["threat", "intrusion_detection"], &["indicator", "info"]),
        Class::House => (&["process"], &["info"]),
    }
}
