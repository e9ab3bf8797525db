//! Where answers lead: with these a program walks the API without a person.

use serde_json::{Map, Value, json};

use super::{doc::Link, parameters};
use crate::surface::Route;

/// The links of one answer. Arguments that are no parameters of the target are members of its body.
pub(super) fn of(route: &Route, status: u16, routes: &[Route]) -> Map<String, Value> {
    let links = route.doc.links.iter().flatten().filter(|link| link.status == status);
    links
        .filter_map(|link| Some((link.target.to_owned(), written(link, find(link.target, routes)?))))
        .collect()
}

/// The route of an operation.
pub(super) fn find<'a>(id: &str, routes: &'a [Route]) -> Option<&'a Route> {
    routes.iter().find(|route| route.doc.id == id)
}

fn written(link: &Link, target: &Route) -> Value {
    let is_parameter = |name: &str| {
        target.row.query.contains(&name) || parameters::names_in(target.row.path).any(|known| known == name)
    };
    let (mut parameters, mut body) = (Map::new(), Map::new());
    for (name, expression) in link.arguments {
        let arguments = if is_parameter(name) { &mut parameters } else { &mut body };
        arguments.insert((*name).to_owned(), json!(expression));
    }
    let mut written = json!({ "operationId": link.target, "description": target.doc.summary });
    if !parameters.is_empty() {
        written["parameters"] = parameters.into();
    }
    if !body.is_empty() {
        written["requestBody"] = body.into();
    }
    written
}
