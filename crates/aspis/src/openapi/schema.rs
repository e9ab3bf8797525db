//! JSON schemas (draft 2020-12) of the types on the wire, as `utoipa` derives them, in one house style.

use serde_json::{Map, Value, json};
use utoipa::{ToSchema, openapi::RefOr, openapi::Schema};

/// A type on the wire with everything that it is made of.
#[derive(Debug)]
pub(crate) struct SchemaOf {
    /// Its name under `components`.
    pub(super) name: String,
    /// It and the types inside it, by name.
    pub(super) parts: Vec<(String, Value)>,
}

/// The schema of a type.
pub(crate) fn json<T: ToSchema>() -> SchemaOf {
    let mut nested: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut nested);
    nested.push((T::name().into_owned(), T::schema()));
    let parts = nested.into_iter().map(|(name, schema)| (name, tidied(&schema))).collect();
    SchemaOf { name: T::name().into_owned(), parts }
}

fn tidied(schema: &RefOr<Schema>) -> Value {
    let mut value = serde_json::to_value(schema).expect("a derived schema has only strings for keys");
    walk(&mut value, &mut tidy);
    value
}

/// A schema that is written elsewhere.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Visits a schema and every schema inside it. Names of properties are not taken for keywords.
pub(super) fn walk(schema: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    let Some(object) = schema.as_object_mut() else { return };
    visit(object);
    for (keyword, inner) in object.iter_mut() {
        match keyword.as_str() {
            "properties" => inner.as_object_mut().into_iter().flatten().for_each(|(_, one)| walk(one, visit)),
            "allOf" | "anyOf" | "oneOf" => {
                inner.as_array_mut().into_iter().flatten().for_each(|one| walk(one, visit));
            }
            "items" | "additionalProperties" => walk(inner, visit),
            _ => {}
        }
    }
}

/// The words about a member that may be null belong to the member, not to one of its choices.
fn lift(schema: &mut Map<String, Value>) {
    let choices = schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
    let said: Vec<Value> =
        choices.filter_map(|choice| choice.as_object_mut()?.remove("description")).collect();
    if let Some(first) = said.into_iter().next() {
        schema.entry("description").or_insert(first);
    }
}

/// JSON Schema 2020-12 has `examples`; and a lower bound that goes without saying is said.
fn tidy(schema: &mut Map<String, Value>) {
    lift(schema);
    if let Some(example) = schema.remove("example") {
        schema.insert("examples".to_owned(), json!([example]));
    }
    for (upper, lower) in [("maxLength", "minLength"), ("maxItems", "minItems")] {
        if schema.contains_key(upper) {
            schema.entry(lower).or_insert(json!(0));
        }
    }
}
