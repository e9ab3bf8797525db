//! The OpenAPI 3.1 document, made from the surface table: what is not in the table is not in the document.
//!
//! The table says where a route is and who may call it, a handler's [`Doc`] what it takes and answers, and the
//! corridor what any route may be refused with. Deliberately not here: pages (`routes::manual` reads the document).

mod answers;
mod components;
mod doc;
mod headers;
mod links;
mod operation;
mod parameters;
mod problems;
mod schema;
pub(crate) mod words;

use serde_json::{Map, Value, json};

pub(crate) use doc::Doc;
pub(crate) use operation::spoken;
pub(crate) use schema::json;

use crate::{settings::Settings, surface};

/// The tags with what stands under them, in the order of the manual.
const TAGS: [(&str, &str); 7] = [
    ("accounts", "Accounts, sign-ins and the tokens that prove them."),
    ("factors", "Second factors: authenticators, recovery codes, passkeys."),
    ("keys", "API keys: what programs call with, each with as much as it needs."),
    ("market", "Assets, their latest prices, their history and where they may go."),
    ("portfolio", "Paper money: orders at the server's price, in books that always balance."),
    ("operators", "For callers with the role `admin`."),
    ("manual", "What this API says of itself."),
];

const ABOUT: &str = "A market API with the safeguards that an API needs. Amounts are decimal strings, moments are \
RFC 3339 in UTC, and every refusal is `application/problem+json` (RFC 9457) whose `type` is a page of this manual.";

/// The whole document for a server with these settings.
pub(crate) fn document(settings: &Settings) -> Value {
    let routes = surface::table();
    let mut paths = Map::new();
    for route in &routes {
        let operation = operation::of(route, &routes, settings);
        let item = paths.entry(route.row.path).or_insert_with(|| json!({}));
        item[route.row.method.as_str().to_ascii_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Aspis",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A market API that is safe from the first start.",
            "description": ABOUT,
            "license": { "name": "Apache-2.0 OR MIT", "identifier": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [{ "url": "/", "description": "The server that this document came from." }],
        "tags": TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": components::all(&routes, settings),
    })
}

#[cfg(test)]
mod tests;
