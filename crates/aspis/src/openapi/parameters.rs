//! Every parameter that any route knows, with its bounds. A name that is not here stops the document's tests.

use aspis_core::refusal::Code;
use aspis_guard::surface::{Access, Row};
use serde_json::{Value, json};

use super::{Doc, words};
use crate::{
    routes::{
        admin::{alerts, keys, reviews},
        auth::challenge,
        market::history,
    },
    settings::Settings,
};

/// The parameters of one row: of its path, of its query, of its header.
pub(super) fn of(row: &Row, doc: &Doc, settings: &Settings) -> Vec<Value> {
    let path = names_in(row.path).map(|name| parameter("path", name, settings));
    let query = row.query.iter().map(|name| parameter("query", name, settings));
    let key = doc.idempotent.then(idempotency_key);
    let challenge = (row.access == Access::Optional).then(solution);
    path.chain(query).chain(key).chain(challenge).collect()
}

/// The parameters in a path, by name.
pub(super) fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

fn parameter(place: &str, name: &str, settings: &Settings) -> Value {
    let (description, schema) = known(name, settings);
    json!({ "name": name, "in": place, "required": place == "path", "description": description, "schema": schema })
}

fn known(name: &str, settings: &Settings) -> (&'static str, Value) {
    match name {
        "asset" => ("The name of an asset, in any case.", asset()),
        "token" => (
            "The token of the invitation, as it was printed.",
            json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$", "minLength": 1, "maxLength": 200 }),
        ),
        "request_id" => ("The `request_id` of a refusal.", identifier()),
        "id" => (
            "Its identifier.",
            json!({ "type": "string", "format": "uuid", "minLength": 36, "maxLength": 36 }),
        ),
        "name" => (
            "The name of a source of prices.",
            json!({ "type": "string", "pattern": "^[a-z0-9_]+$", "minLength": 1, "maxLength": 40 }),
        ),
        "lasting" => ("Alerts that last, or those that are over.", words_of(&alerts::LASTING)),
        "severity" => ("How much they matter.", words_of(&alerts::SEVERITIES)),
        "rule" => ("The name of a rule of alarm.", json!({ "type": "string", "enum": rule_words() })),
        "since" => ("Only events of this moment or later.", moment("2020-01-17T00:00:00Z")),
        "until" => ("Only events of this moment or earlier.", moment("2020-01-18T00:00:00Z")),
        "client" => (
            "Only of this address; of IPv6 its /64.",
            json!({ "type": "string", "minLength": 2, "maxLength": 45, "examples": ["203.0.113.7"] }),
        ),
        "key" => ("Only of the API key with this identifier.", identifier()),
        "request" => {
            ("Only of the request with this identifier, or of a sum it may be part of.", identifier())
        }
        "event" => (
            "Only of this kind.",
            json!({ "type": "string", "pattern": "^[a-z_]+$", "minLength": 1, "maxLength": 64, "examples": ["login_success"] }),
        ),
        "scenario" => ("Only of this scenario.", json!({ "type": "string", "enum": scenario_words() })),
        "state" => ("Which reviews are listed.", words_of(&reviews::STATES)),
        "status" => ("Which keys are listed.", words_of(&keys::STATES)),
        "account" => (
            "Only of the account with this identifier.",
            json!({ "type": "string", "format": "uuid", "minLength": 36, "maxLength": 36 }),
        ),
        "purpose" => ("What the challenge is for.", words_of(&challenge::PURPOSES)),
        "kind" => ("The kind of challenge.", words_of(&challenge::KINDS)),
        "code" => ("The stable word of a refusal.", json!({ "type": "string", "enum": code_words() })),
        "interval" => ("The length of a bar.", with_default(&words::interval())),
        "format" => ("How the rows are written.", with_default(&words::format())),
        "limit" => ("The most rows of a page.", limit(settings)),
        "offset" => (
            "Rows to leave out before the first. Not beside `cursor`, which is as fast however deep it stands.",
            json!({ "type": "integer", "minimum": 0, "maximum": history::MOST, "default": 0 }),
        ),
        "from" => ("Only bars that begin at this moment or later.", moment("2020-01-01T00:00:00Z")),
        "to" => {
            ("Only bars that begin before this moment. Not before `from`.", moment("2020-01-17T00:00:00Z"))
        }
        "cursor" => (
            "The `next_cursor` of the page before.",
            json!({ "type": "string", "minLength": 1, "maxLength": 160 }),
        ),
        unknown => unreachable!(
            "{unknown} is a parameter of the surface table without bounds: a test walks them all"
        ),
    }
}

/// The names of all rules of alarm, in the order of the manual.
fn rule_words() -> Vec<&'static str> {
    aspis_core::alert::Rule::ALL.iter().map(|rule| rule.word()).collect()
}

fn identifier() -> Value {
    json!({ "type": "string", "format": "uuid", "minLength": 36, "maxLength": 36 })
}

/// The names of the scenarios, in the order of the manual.
fn scenario_words() -> Vec<&'static str> {
    aspis_core::scenario::Scenario::ALL.iter().map(|scenario| scenario.word()).collect()
}

/// Some words of which the first is taken where nothing is said.
fn words_of<T>(words: &[(&str, T)]) -> Value {
    let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
    json!({ "type": "string", "enum": words, "default": words[0] })
}

fn asset() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9]{1,12}$", "minLength": 1, "maxLength": 12, "examples": ["BTC", "EURUSD"] })
}

fn limit(settings: &Settings) -> Value {
    let market = &settings.market;
    json!({ "type": "integer", "minimum": 1, "maximum": market.page_max.get(), "default": market.page_default.get() })
}

/// A moment, or a bare date, which means its midnight UTC.
fn moment(example: &str) -> Value {
    json!({
        "anyOf": [
            { "type": "string", "format": "date-time", "minLength": 20, "maxLength": 35 },
            { "type": "string", "format": "date", "minLength": 10, "maxLength": 10 },
        ],
        "examples": [example],
    })
}

/// A choice of words of which the first is taken where nothing is said.
fn with_default(words: &utoipa::openapi::Object) -> Value {
    let mut schema = serde_json::to_value(words).expect("a list of words is plain JSON");
    schema["default"] = schema["enum"][0].clone();
    // The parameter says it already.
    schema.as_object_mut().map(|schema| schema.remove("description"));
    schema
}

/// The words of all refusals, in the order of the manual.
pub(super) fn code_words() -> Vec<&'static str> {
    Code::ALL.iter().map(|code| code.word()).collect()
}

fn solution() -> Value {
    json!({
        "name": "Aspis-Challenge",
        "in": "header",
        "required": false,
        "description": "The solution of the challenge that a 401 `challenge_required` brought. It is good once, and opens the routes of the same budget to this client for some minutes.",
        "schema": { "type": "string", "pattern": "^[A-Za-z0-9._:~+/=-]+$", "minLength": 1, "maxLength": 2048 },
    })
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": true,
        "description": "A random word of your own for this order, bare or in double quotes. Send the same one when you try again: the order is placed once.",
        "schema": {
            "type": "string",
            "pattern": "^([A-Za-z0-9._:~+/=-]{1,128}|\"[A-Za-z0-9._:~+/=-]{1,128}\")$",
            "minLength": 1,
            "maxLength": 130,
            "examples": ["0197f3a0-5d1c-7e55-9a51-2f6f0a1b7c11"],
        },
    })
}
