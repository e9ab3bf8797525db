//! The answers of an operation when all is well.

use serde_json::{Map, Value, json};

use super::{
    doc::{Answer, Doc, Shape},
    headers,
    schema::reference,
};

/// The largest text that a generated client has to expect: what a 32-bit length can say.
const MOST: u32 = i32::MAX as u32;
/// The most members of a JSON object of no fixed form.
const MEMBERS: u32 = 10_000;

const HELD: &str = "It waits for an operator. Ask at the review's link what has become of it.";
const ACCEPTED: &str = "Taken. What follows, the owner of the address learns by mail.";

/// Each status with its answer.
pub(super) fn of(doc: &Doc) -> Vec<(u16, Value)> {
    let (status, description, content) = match doc.answer {
        Answer::Json(status, shape) => (status, described(status), json_of(shape)),
        Answer::JsonOrNothing(shape) | Answer::JsonOrHeld(shape, _) => (200, described(200), json_of(shape)),
        Answer::CreatedOrAccepted(shape) => (201, described(201), json_of(shape)),
        Answer::Accepted => (202, ACCEPTED, Value::Null),
        Answer::AnyJson => (200, described(200), json!({ "application/json": { "schema": any_object() } })),
        Answer::Nothing => (204, "Done.", Value::Null),
        Answer::Text(media_type) => (200, described(200), text(media_type)),
        Answer::Rows(media_types, shape) => {
            (200, "The rows, in the format that was asked for.", rows(media_types, &shape().name))
        }
        Answer::Elsewhere => (307, "It is elsewhere.", Value::Null),
    };
    let mut answer = json!({ "description": description, "headers": own_headers(doc, status) });
    if !content.is_null() {
        answer["content"] = content;
    }
    let unchanged = doc.is_cached().then(|| {
        (304, json!({ "description": "Your copy is the current one.", "headers": own_headers(doc, 304) }))
    });
    let other = match doc.answer {
        Answer::JsonOrNothing(_) => Some((204, "Done.")),
        Answer::CreatedOrAccepted(_) => Some((202, ACCEPTED)),
        _ => None,
    };
    let bare = |(status, description): (u16, &str)| {
        (status, json!({ "description": description, "headers": own_headers(doc, status) }))
    };
    let held = match doc.answer {
        Answer::JsonOrHeld(_, shape) => Some((202, held(doc, shape))),
        _ => None,
    };
    std::iter::once((status, answer)).chain(unchanged).chain(other.map(bare)).chain(held).collect()
}

fn held(doc: &Doc, shape: Shape) -> Value {
    let mut fields = own_headers(doc, 202);
    headers::add(&mut fields, "Location", "Location");
    headers::add(&mut fields, "Retry-After", "RetryAfter");
    json!({ "description": HELD, "headers": fields, "content": json_of(shape) })
}

fn json_of(shape: Shape) -> Value {
    json!({ "application/json": { "schema": reference(&shape().name) } })
}

const fn described(status: u16) -> &'static str {
    if status == 201 { "Made." } else { "The answer." }
}

fn own_headers(doc: &Doc, status: u16) -> Map<String, Value> {
    let mut fields = headers::common();
    let own = [
        (doc.is_cached(), "ETag", "ETag"),
        (doc.paged, "Link", "Link"),
        (doc.idempotent, "Idempotent-Replayed", "IdempotentReplayed"),
        (status == 307, "Location", "Location"),
    ];
    for (_, name, component) in own.iter().filter(|(has, ..)| *has) {
        headers::add(&mut fields, name, component);
    }
    fields
}

fn any_object() -> Value {
    json!({ "type": "object", "additionalProperties": true, "minProperties": 0, "maxProperties": MEMBERS })
}

fn text(media_type: &str) -> Value {
    if media_type == "application/json" {
        return json!({ media_type: { "schema": any_object() } });
    }
    json!({ media_type: { "schema": { "type": "string", "minLength": 1, "maxLength": MOST } } })
}

/// A format of lines is text; JSON is one object with all rows.
fn rows(media_types: &[&str], row: &str) -> Value {
    let schema = |media_type: &str| match media_type {
        "application/json" => reference(&list_name(row)),
        _ => json!({ "type": "string", "minLength": 0, "maxLength": MOST }),
    };
    media_types
        .iter()
        .map(|media_type| ((*media_type).to_owned(), json!({ "schema": schema(media_type) })))
        .collect::<Map<_, _>>()
        .into()
}

fn list_name(row: &str) -> String {
    format!("{row}s")
}

/// The JSON object with all rows, where a route answers in rows.
pub(super) fn list(doc: &Doc) -> Option<(String, Value)> {
    let Answer::Rows(_, shape) = doc.answer else { return None };
    let row = shape().name;
    let list = json!({
        "type": "object",
        "description": "All rows as one JSON document.",
        "required": ["rows"],
        "properties": {
            "rows": { "type": "array", "items": reference(&row), "minItems": 0, "maxItems": MOST, "description": "The rows, by asset and newest first." },
        },
    });
    Some((list_name(&row), list))
}
