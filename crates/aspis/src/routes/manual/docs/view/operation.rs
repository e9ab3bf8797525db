//! One operation as the page shows it.

use http::StatusCode;
use serde_json::Value;

use super::{
    super::{
        curl,
        fields::{self, Field},
    },
    Codes, Group, list, text,
};
use crate::surface;

pub(in super::super) struct Operation {
    pub(super) id: String,
    /// The identifier with spaces.
    pub(super) spoken: String,
    pub(super) tag: String,
    pub(super) method: String,
    /// The path cut where its parameters are: each piece with whether it is one.
    pub(super) path: Vec<(String, bool)>,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) is_signed: bool,
    pub(super) parameters: Vec<Field>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<Answer>,
    pub(super) refusals: Vec<Group>,
    pub(super) curl: String,
}

pub(in super::super) struct Body {
    pub(super) shape: String,
    pub(super) required: bool,
    pub(super) fields: Vec<Field>,
}

pub(in super::super) struct Answer {
    pub(super) status: String,
    pub(super) reason: &'static str,
    pub(super) description: String,
    pub(super) media_types: Vec<String>,
    pub(super) shape: Option<String>,
}

/// Every operation, in the order of the surface table.
pub(super) fn all(document: &Value, common: &Codes, base: &str) -> Vec<Operation> {
    each(document)
        .map(|(path, method, operation)| of(document, path, &method, operation, common, base))
        .collect()
}

/// The codes that every operation can be refused with.
pub(super) fn common(document: &Value) -> Codes {
    let sets = each(document).map(|(.., operation)| codes(document, operation));
    sets.reduce(|all, some| &all & &some).unwrap_or_default()
}

/// Codes by status.
pub(super) fn groups(codes: &Codes) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (status, word) in codes {
        match groups.last_mut().filter(|group| group.status == *status) {
            Some(group) => group.words.push(word.clone()),
            None => groups.push(Group { status: status.clone(), words: vec![word.clone()] }),
        }
    }
    groups
}

/// Each operation with its path and its method in small letters.
fn each(document: &Value) -> impl Iterator<Item = (&'static str, String, &Value)> {
    surface::rows().into_iter().map(|row| {
        let method = row.method.as_str().to_ascii_lowercase();
        (row.path, method.clone(), &document["paths"][row.path][method])
    })
}

fn of(
    document: &Value,
    path: &str,
    method: &str,
    operation: &Value,
    common: &Codes,
    base: &str,
) -> Operation {
    let own = &codes(document, operation) - common;
    Operation {
        id: text(&operation["operationId"]),
        spoken: text(&operation["operationId"]).replace('_', " "),
        tag: text(&operation["tags"][0]),
        method: method.to_ascii_uppercase(),
        path: pieces(path),
        summary: text(&operation["summary"]),
        description: text(&operation["description"]),
        is_signed: is_signed(operation),
        parameters: list(&operation["parameters"]).map(Field::of_parameter).collect(),
        body: body(document, &operation["requestBody"]),
        answers: answers(operation),
        refusals: groups(&own),
        curl: curl::of(document, path, method, operation, base),
    }
}

/// True where nothing but a token opens the way.
pub(in super::super) fn is_signed(operation: &Value) -> bool {
    let mut ways = list(&operation["security"]).peekable();
    ways.peek().is_some() && ways.all(|way| way.as_object().is_some_and(|way| !way.is_empty()))
}

fn pieces(path: &str) -> Vec<(String, bool)> {
    let cut = path.split_inclusive('}').flat_map(|piece| match piece.split_once('{') {
        Some((before, name)) => vec![(before.to_owned(), false), (format!("{{{name}"), true)],
        None => vec![(piece.to_owned(), false)],
    });
    cut.filter(|(piece, _)| !piece.is_empty()).collect()
}

fn body(document: &Value, body: &Value) -> Option<Body> {
    let schema = body.pointer("/content/application~1json/schema")?;
    Some(Body {
        shape: fields::name_of(schema)?.to_owned(),
        required: body["required"] == true,
        fields: fields::of_schema(document, schema),
    })
}

fn answers(operation: &Value) -> Vec<Answer> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    responses
        .filter(|(status, _)| status.as_str() < "400")
        .map(|(status, answer)| self::answer(status, answer))
        .collect()
}

fn answer(status: &str, answer: &Value) -> Answer {
    let content = answer["content"].as_object();
    let named = content.into_iter().flatten().find_map(|(_, media)| fields::name_of(&media["schema"]));
    Answer {
        status: status.to_owned(),
        reason: reason(status).unwrap_or_default(),
        description: text(&answer["description"]),
        media_types: content.into_iter().flatten().map(|(media_type, _)| media_type.clone()).collect(),
        shape: named.map(str::to_owned),
    }
}

fn reason(status: &str) -> Option<&'static str> {
    status.parse::<StatusCode>().ok()?.canonical_reason()
}

/// The codes in the refusals of an operation.
fn codes(document: &Value, operation: &Value) -> Codes {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let refusals = responses.filter(|(status, _)| status.as_str() >= "400");
    refusals
        .flat_map(|(status, answer)| {
            let answer = fields::resolved(document, answer);
            let words =
                &answer["content"]["application/problem+json"]["schema"]["properties"]["code"]["enum"];
            list(words).map(|word| (status.clone(), text(word)))
        })
        .collect()
}
