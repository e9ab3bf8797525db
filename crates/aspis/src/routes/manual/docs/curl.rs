//! A call of each operation for the command line, from the examples in the document. What no example can know is a
//! shell variable: `$ACCESS_TOKEN`, `$REFRESH_TOKEN`.

use serde_json::{Map, Value};

use super::{fields::resolved, view::is_signed};
use crate::settings::Settings;

/// Stands around the name of a variable until quotes are known: no JSON text holds it unescaped.
const MARK: char = '\u{1}';

/// Where this server is reached.
pub(super) fn base(settings: &Settings) -> String {
    let listen = settings.server.listen.get();
    settings.server.public_url.get().map_or_else(|| format!("http://{listen}"), str::to_owned)
}

/// The command.
pub(super) fn of(document: &Value, path: &str, method: &str, operation: &Value, base: &str) -> String {
    let mut parts = vec![format!("curl {}", in_double_quotes(&format!("{base}{}", filled(path, operation))))];
    let body = operation.pointer("/requestBody/content/application~1json/schema");
    if method != "get" && body.is_none() {
        parts[0] = parts[0].replacen("curl", &format!("curl -X {}", method.to_ascii_uppercase()), 1);
    }
    if is_signed(operation) {
        parts.push("-H \"Authorization: Bearer $ACCESS_TOKEN\"".to_owned());
    }
    if parameters(operation).any(|parameter| parameter["name"] == "Idempotency-Key") {
        let what = operation["operationId"].as_str().unwrap_or("order");
        parts.push(format!("-H \"Idempotency-Key: {what}-$(date +%s)\""));
    }
    if let Some(schema) = body {
        parts.push("-H 'Content-Type: application/json'".to_owned());
        parts.push(format!("-d {}", in_single_quotes(&on_lines(&example("", document, schema)))));
    }
    parts.join(" \\\n  ")
}

/// The command with its access token kept in a variable.
pub(super) fn keeping_token(command: &str) -> String {
    let quiet = command.replacen("curl", "curl -s", 1);
    format!("ACCESS_TOKEN=$({quiet} \\\n  | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')")
}

/// JSON on one line where there is one field, else on as many as there are.
fn on_lines(body: &Value) -> String {
    if body.as_object().is_none_or(|fields| fields.len() < 2) {
        return body.to_string();
    }
    let pretty = serde_json::to_string_pretty(body).unwrap_or_default();
    pretty.replace('\n', "\n  ")
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

fn filled(path: &str, operation: &Value) -> String {
    let mut filled = path.to_owned();
    for parameter in parameters(operation).filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap_or_default();
        let value = example(name, &Value::Null, &parameter["schema"]);
        filled = filled.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
    }
    filled
}

/// A value that fits a schema.
fn example(name: &str, document: &Value, schema: &Value) -> Value {
    let schema = resolved(document, schema);
    let given = [&schema["examples"][0], &schema["default"], &schema["enum"][0], &schema["minimum"]];
    if let Some(given) = given.into_iter().find(|value| !value.is_null()) {
        return given.clone();
    }
    match schema["properties"].as_object() {
        Some(properties) => object(document, schema, properties),
        None => Value::String(format!("{MARK}{}{MARK}", name.to_ascii_uppercase())),
    }
}

/// What has to be there; where nothing has to, the first field, so that there is something to see.
fn object(document: &Value, schema: &Value, properties: &Map<String, Value>) -> Value {
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut names: Vec<&str> = names.collect();
    if names.is_empty() {
        names.extend(properties.keys().next().map(String::as_str));
    }
    names
        .iter()
        .map(|name| ((*name).to_owned(), example(name, document, &properties[*name])))
        .collect::<Map<_, _>>()
        .into()
}

/// A text that the shell takes as it is, but for the variables in it.
fn in_single_quotes(text: &str) -> String {
    let escaped = text.replace('\'', "'\\''").replace("\\u0001", "\u{1}");
    let pieces = escaped.split(MARK).enumerate();
    let written: String = pieces
        .map(|(at, piece)| if at % 2 == 1 { format!("'\"${piece}\"'") } else { piece.to_owned() })
        .collect();
    format!("'{written}'")
}

/// An address; quotes only where a variable stands in it.
fn in_double_quotes(url: &str) -> String {
    if !url.contains(MARK) {
        return url.to_owned();
    }
    let pieces = url.split(MARK).enumerate();
    let written: String =
        pieces.map(|(at, piece)| if at % 2 == 1 { format!("${piece}") } else { piece.to_owned() }).collect();
    format!("\"{written}\"")
}

#[cfg(test)]
mod tests;
