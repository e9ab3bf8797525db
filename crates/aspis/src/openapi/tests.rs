use std::collections::BTreeSet;

use aspis_guard::surface::BodyKind;

use super::*;
use crate::settings::Sources;

fn shipped() -> Value {
    document(&Settings::default())
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        item.as_object()
            .into_iter()
            .flatten()
            .map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    all.collect()
}

/// Every value under a key, wherever it stands.
fn under<'a>(key: &str, value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(key));
            members.values().for_each(|member| under(key, member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| under(key, item, found)),
        _ => {}
    }
}

fn all_under<'a>(key: &str, value: &'a Value) -> Vec<&'a Value> {
    let mut found = Vec::new();
    under(key, value, &mut found);
    found
}

#[test]
fn the_document_is_the_table() {
    let document = shipped();
    let written: BTreeSet<_> = operations(&document).into_iter().map(|(name, _)| name).collect();
    assert_eq!(written, surface::names().into_iter().collect());
}

#[test]
fn operations_have_names_of_their_own_and_known_tags() {
    let document = shipped();
    let ids: BTreeSet<_> =
        operations(&document).iter().map(|(_, operation)| operation["operationId"].to_string()).collect();
    assert_eq!(ids.len(), surface::names().len());
    for (name, operation) in operations(&document) {
        let tag = operation["tags"][0].as_str().unwrap();
        assert!(TAGS.iter().any(|(known, _)| *known == tag), "{name}: {tag}");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = shipped();
    let references = all_under("$ref", &document);
    assert!(references.len() > 100);
    for reference in references {
        let path = reference.as_str().and_then(|text| text.strip_prefix('#')).unwrap();
        assert!(document.pointer(path).is_some(), "{path}");
    }
}

#[test]
fn nothing_is_described_that_nobody_uses() {
    let document = shipped();
    let used: BTreeSet<_> =
        all_under("$ref", &document).iter().filter_map(|reference| reference.as_str()).collect();
    for kind in ["schemas", "responses", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            assert!(used.contains(format!("#/components/{kind}/{name}").as_str()), "{kind}/{name}");
        }
    }
}

#[test]
fn every_link_leads_to_an_operation_and_fills_what_it_takes() {
    let routes = surface::table();
    for route in &routes {
        for link in route.doc.links.iter().flatten() {
            let target = links::find(link.target, &routes).expect(link.target);
            assert!(
                answers::of(&route.doc).iter().any(|(status, _)| *status == link.status),
                "{}: {}",
                route.doc.id,
                link.status
            );
            let path: Vec<_> = parameters::names_in(target.row.path).collect();
            assert!(
                path.iter().all(|name| link.arguments.iter().any(|(given, _)| given == name)),
                "{} to {}",
                route.doc.id,
                link.target
            );
            let extra = link
                .arguments
                .iter()
                .any(|(name, _)| !path.contains(name) && !target.row.query.contains(name));
            assert!(!extra || target.row.body != BodyKind::None, "{} to {}", route.doc.id, link.target);
        }
    }
}

#[test]
fn whatever_is_done_to_a_key_is_reached_from_where_keys_are_made_and_listed() {
    let routes = surface::table();
    let done = routes.iter().filter(|route| route.row.path.starts_with("/api/v1/keys/{id}"));
    let done: Vec<_> = done.map(|route| route.doc.id).collect();
    assert!(done.len() >= 3, "{done:?}");
    for from in ["create_key", "keys"] {
        let route = routes.iter().find(|route| route.doc.id == from).expect(from);
        let targets: Vec<_> = route.doc.links.iter().flatten().map(|link| link.target).collect();
        for id in &done {
            assert!(targets.contains(id), "{from} to {id}");
        }
    }
}

#[test]
fn every_schema_has_bounds() {
    let mut document = shipped();
    let mut schemas: Vec<Value> = all_under("schema", &document).into_iter().cloned().collect();
    schemas.extend(document["components"]["schemas"].as_object_mut().unwrap().values().cloned());
    for mut whole in schemas {
        let shown = whole.clone();
        schema::walk(&mut whole, &mut |schema| assert!(is_bounded(schema), "{schema:?}\nin {shown:#}"));
    }
}

fn is_bounded(schema: &Map<String, Value>) -> bool {
    let has = |words: &[&str]| words.iter().all(|word| schema.contains_key(*word));
    let has_type = |kind: &str| {
        schema
            .get("type")
            .is_some_and(|own| own == kind || own.as_array().is_some_and(|own| own.contains(&json!(kind))))
    };
    let named =
        ["$ref", "enum", "const", "allOf", "anyOf", "oneOf"].iter().any(|word| schema.contains_key(*word));
    let text = !has_type("string") || has(&["minLength", "maxLength"]);
    let number = !(has_type("integer") || has_type("number")) || has(&["minimum", "maximum"]);
    let list = !has_type("array") || has(&["minItems", "maxItems", "items"]);
    let object = !has_type("object") || has(&["properties"]) || has(&["maxProperties"]);
    named || (schema.contains_key("type") && text && number && list && object)
}

#[test]
fn what_comes_in_is_closed_and_every_shape_is_named() {
    let document = shipped();
    for (name, shape) in document["components"]["schemas"].as_object().unwrap() {
        assert!(
            name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.bytes().all(|b| b.is_ascii_alphanumeric()),
            "{name}"
        );
        if name.ends_with("Input") {
            assert_eq!(shape["additionalProperties"], false, "{name}");
        }
    }
    for (name, operation) in operations(&document) {
        let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else {
            continue;
        };
        // Scanners speak words of their own, and more of them as time goes by.
        let is_foreign = name == "POST /api/v1/keys/leaks";
        let is_closed = schema["$ref"].as_str().is_some_and(|target| target.ends_with("Input"));
        assert!(is_closed || is_foreign, "{name}");
    }
}

#[test]
fn a_route_that_takes_a_body_says_which() {
    for route in surface::table() {
        assert_eq!(route.row.body == BodyKind::None, route.doc.input.is_none(), "{}", route.row);
    }
}

#[test]
fn bounds_are_those_of_the_settings() {
    let sources =
        ["password.min_length=12", "market.page_max=50", "market.page_default=20", "rate.login=7/hour"];
    let sources = sources.iter().fold(Sources::default(), |sources, set| sources.set((*set).to_owned()));
    let settings = Settings::load(&sources).unwrap().settings;
    let document = document(&settings);
    assert_eq!(document["components"]["schemas"]["RegisterInput"]["properties"]["password"]["minLength"], 12);
    let history = &document["paths"]["/api/v1/history/{asset}"]["get"];
    let limit = history["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .find(|parameter| parameter["name"] == "limit")
        .unwrap();
    assert_eq!(limit["schema"], json!({ "type": "integer", "minimum": 1, "maximum": 50, "default": 20 }));
    let login = &document["paths"]["/api/v1/auth/login"]["post"]["description"];
    assert!(login.as_str().unwrap().contains("7 an hour for each client."), "{login}");
}

#[test]
fn the_document_is_stable() {
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("openapi", shipped(), { ".info.version" => "[version]" });
    });
}
