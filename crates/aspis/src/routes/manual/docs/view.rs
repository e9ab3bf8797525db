//! What the page shows, gathered from the OpenAPI document.

mod operation;

use std::{collections::BTreeSet, time::Duration};

use askama::Template;
use aspis_core::refusal::Code;
use aspis_guard::surface::Class;
use serde_json::Value;

use self::operation::Operation;
pub(super) use self::operation::is_signed;
use super::{
    curl,
    fields::{self, Field},
};
use crate::{app, openapi::spoken, settings::Settings};

/// The whole page.
#[derive(Template)]
#[template(path = "docs.html")]
pub(super) struct View {
    version: String,
    title: String,
    about: String,
    start: Vec<(&'static str, String)>,
    budgets: Vec<Budget>,
    order_kept: String,
    tags: Vec<Tag>,
    shapes: Vec<Shape>,
    common: Vec<Group>,
    problems: Vec<Code>,
}

struct Budget {
    class: &'static str,
    rate: String,
    per_account: bool,
}

struct Tag {
    name: String,
    description: String,
    operations: Vec<Operation>,
}

struct Shape {
    name: String,
    description: String,
    fields: Vec<Field>,
    /// What a shape is that has no fields.
    plain: Option<Field>,
}

/// Codes of one status.
struct Group {
    status: String,
    words: Vec<String>,
}

impl View {
    pub(super) fn of(document: &Value, settings: &Settings) -> Self {
        let common = operation::common(document);
        let base = curl::base(settings);
        let operations = operation::all(document, &common, &base);
        let start = start(&operations);
        Self {
            version: text(&document["info"]["version"]),
            title: text(&document["info"]["summary"]),
            about: text(&document["info"]["description"]),
            start,
            budgets: Class::ALL.map(|class| budget(class, settings)).into(),
            order_kept: length(settings.portfolio.idempotency.get()),
            tags: tags(document, operations),
            shapes: shapes(document),
            common: operation::groups(&common),
            problems: Code::ALL.to_vec(),
        }
    }
}

/// The first calls, in order. The second keeps the token for the ones after it.
fn start(operations: &[Operation]) -> Vec<(&'static str, String)> {
    let call = |id: &str| {
        operations
            .iter()
            .find(|operation| operation.id == id)
            .map_or_else(String::new, |found| found.curl.clone())
    };
    vec![
        ("Make an account", call("register")),
        ("Sign in, and keep the token", curl::keeping_token(&call("login"))),
        ("Ask where a price may go", call("predict")),
        ("Buy with paper money", call("buy")),
    ]
}

fn budget(class: Class, settings: &Settings) -> Budget {
    Budget {
        class: class.word(),
        rate: spoken(app::rate(settings, class)),
        per_account: class.is_per_principal(),
    }
}

/// A length of time in its largest whole unit.
fn length(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)];
    let (unit, size) =
        units.into_iter().find(|(_, size)| seconds.is_multiple_of(*size)).unwrap_or(("second", 1));
    let count = seconds / size;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

fn tags(document: &Value, operations: Vec<Operation>) -> Vec<Tag> {
    let mut tags: Vec<Tag> = list(&document["tags"])
        .map(|tag| Tag {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            operations: Vec::new(),
        })
        .collect();
    for operation in operations {
        if let Some(tag) = tags.iter_mut().find(|tag| tag.name == operation.tag) {
            tag.operations.push(operation);
        }
    }
    tags
}

fn shapes(document: &Value) -> Vec<Shape> {
    let schemas = document["components"]["schemas"].as_object();
    let shape = |(name, schema): (&String, &Value)| {
        let fields = fields::of_schema(document, schema);
        let plain = fields.is_empty().then(|| Field::of(name, schema, true));
        Shape { name: name.clone(), description: text(&schema["description"]), fields, plain }
    };
    schemas.into_iter().flatten().map(shape).collect()
}

/// A member as text; nothing where there is none.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Codes with their status, as `(404, "unknown_asset")`.
type Codes = BTreeSet<(String, String)>;
