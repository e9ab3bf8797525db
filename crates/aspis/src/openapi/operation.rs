//! One row of the surface table as an operation.

use aspis_core::rate::Rate;
use aspis_guard::surface::{Access, BodyKind, Row};
use serde_json::{Map, Value, json};

use super::{answers, links, parameters, problems, schema::reference};
use crate::{app, settings::Settings, surface::Route};

/// The operation of a route; the others are where its links lead.
pub(super) fn of(route: &Route, routes: &[Route], settings: &Settings) -> Value {
    let (row, doc) = (&route.row, &route.doc);
    let mut operation = json!({
        "operationId": doc.id,
        "tags": [doc.tag],
        "summary": doc.summary,
        "description": described(row, settings),
        "security": security(row),
        "responses": responses(route, routes),
    });
    let parameters = parameters::of(row, doc, settings);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(shape) = doc.input {
        let kind = if row.body == BodyKind::Reports { "application/csp-report" } else { "application/json" };
        let content = json!({ kind: { "schema": reference(&shape().name) } });
        let required =
            matches!(row.body, BodyKind::Json | BodyKind::JsonRows | BodyKind::Reports | BodyKind::Attested);
        operation["requestBody"] = json!({ "required": required, "content": content });
    }
    operation
}

/// Who may call it, and how often: both are settings or the table's word, so both are true here.
fn described(row: &Row, settings: &Settings) -> String {
    let who = match row.access {
        Access::Public => "Open to everybody.",
        Access::Optional => "Open to everybody; a token that is sent must be good.",
        Access::Signed | Access::Proving => "For signed-in callers.",
        Access::Operator => "For operators.",
    };
    let rate = spoken(app::rate(settings, row.class));
    let each = if row.class.is_per_principal() {
        "each client, and as many for each account or key"
    } else {
        "each client"
    };
    let key = row.scope.map(|scope| format!(" An API key needs the scope `{scope}`."));
    let key = key.unwrap_or_default();
    format!("{who}{key} Budget `{}`: {rate} for {each}.", row.class.word())
}

/// `5/minute` as "5 a minute".
pub(crate) fn spoken(rate: Rate) -> String {
    rate.to_string().replace("/hour", " an hour").replace('/', " a ")
}

fn security(row: &Row) -> Value {
    let open = (row.access == Access::Optional).then(|| json!({}));
    let person = (row.access != Access::Public).then(|| json!({ "bearer": [] }));
    let key = row.scope.map(|scope| json!({ "key": [scope.word()] }));
    open.into_iter().chain(person).chain(key).collect()
}

fn responses(route: &Route, routes: &[Route]) -> Map<String, Value> {
    let mut responses = Map::new();
    for (status, mut answer) in answers::of(&route.doc) {
        let links = links::of(route, status, routes);
        if !links.is_empty() {
            answer["links"] = links.into();
        }
        responses.insert(status.to_string(), answer);
    }
    for (status, codes) in problems::of(&route.row, &route.doc) {
        responses.insert(status.to_string(), problems::answer(&codes));
    }
    responses
}
