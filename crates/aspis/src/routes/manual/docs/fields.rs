//! Schemas in words: what a field is, and within which bounds.

use serde_json::Value;

/// One field or parameter.
pub(super) struct Field {
    pub(super) name: String,
    /// `path`, `query` or `header` for a parameter.
    pub(super) place: String,
    pub(super) required: bool,
    /// The kind in words, and the shape that explains it where there is one.
    pub(super) kind: String,
    pub(super) shape: Option<String>,
    pub(super) bounds: Vec<String>,
    pub(super) pattern: String,
    pub(super) description: String,
}

impl Field {
    pub(super) fn of(name: &str, schema: &Value, required: bool) -> Self {
        Self {
            name: name.to_owned(),
            place: String::new(),
            required,
            kind: kind(schema),
            shape: shape(schema),
            bounds: bounds(schema),
            pattern: schema["pattern"].as_str().unwrap_or_default().to_owned(),
            description: schema["description"].as_str().unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn of_parameter(parameter: &Value) -> Self {
        let name = parameter["name"].as_str().unwrap_or_default();
        let description = parameter["description"].as_str().unwrap_or_default().to_owned();
        let place = parameter["in"].as_str().unwrap_or_default().to_owned();
        Self { place, description, ..Self::of(name, &parameter["schema"], parameter["required"] == true) }
    }
}

/// What a reference points to, or the value itself.
pub(super) fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|path| document.pointer(path.strip_prefix('#')?));
    target.unwrap_or(value)
}

/// The name of the shape that a schema refers to.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// The fields of an object, those that must be there first. Parts that stand together (`allOf`) are one.
pub(super) fn of_schema(document: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolved(document, schema);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let mut fields: Vec<Field> = parts.flat_map(|part| of_schema(document, part)).collect();
    let required = |name: &str| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name))
    };
    let own = schema["properties"].as_object().into_iter().flatten();
    fields.extend(own.map(|(name, property)| Field::of(name, property, required(name))));
    fields.sort_by_key(|field| !field.required);
    fields
}

fn kind(schema: &Value) -> String {
    if let Some(name) = name_of(schema) {
        return name.to_owned();
    }
    if let Some(choices) = choices(schema) {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(words) = schema["enum"].as_array().filter(|words| words.len() <= 6) {
        return words
            .iter()
            .filter_map(Value::as_str)
            .map(|word| format!("“{word}”"))
            .collect::<Vec<_>>()
            .join(" or ");
    }
    match &schema["type"] {
        Value::String(only) if only == "array" => format!("list of {}", kind(&schema["items"])),
        Value::String(only) => named(only, schema),
        Value::Array(types) => types
            .iter()
            .filter_map(Value::as_str)
            .map(|one| named(one, schema))
            .collect::<Vec<_>>()
            .join(" or "),
        _ => "any".to_owned(),
    }
}

fn named(kind: &str, schema: &Value) -> String {
    match (kind, schema["format"].as_str()) {
        ("string", Some("date-time")) => "moment".to_owned(),
        ("string", Some(format)) => format.replace("uri-reference", "path"),
        _ => kind.to_owned(),
    }
}

/// The choices of a schema, the one that is nothing last.
fn choices(schema: &Value) -> Option<Vec<Value>> {
    let mut choices = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()?.clone();
    choices.sort_by_key(|choice| choice["type"] == "null");
    Some(choices)
}

fn shape(schema: &Value) -> Option<String> {
    let inside = choices(schema).into_iter().flatten().find_map(|choice| shape(&choice));
    name_of(schema).or_else(|| name_of(&schema["items"])).map(str::to_owned).or(inside)
}

fn bounds(schema: &Value) -> Vec<String> {
    let mut bounds = Vec::new();
    for (least, most, unit) in [
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
        ("minimum", "maximum", ""),
    ] {
        bounds.extend(between(&schema[least], &schema[most], unit));
    }
    if let Some(default) = schema.get("default") {
        bounds.push(format!(
            "{} where nothing is said",
            default.as_str().map_or_else(|| default.to_string(), str::to_owned)
        ));
    }
    bounds
}

fn between(least: &Value, most: &Value, unit: &str) -> Option<String> {
    match (least.as_f64(), most.as_f64()) {
        (Some(low), Some(high)) if low.total_cmp(&high).is_eq() => Some(format!("{most}{unit}")),
        (Some(low), Some(_)) if low == 0.0 && !unit.is_empty() => Some(format!("at most {most}{unit}")),
        (Some(_), Some(_)) => Some(format!("{least} to {most}{unit}")),
        (None, Some(_)) => Some(format!("at most {most}{unit}")),
        (Some(_), None) => Some(format!("at least {least}{unit}")),
        (None, None) => None,
    }
}
