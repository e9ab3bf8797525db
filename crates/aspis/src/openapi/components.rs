//! What operations share: schemas, headers, answers of one word, and how to sign in.

use serde_json::{Map, Value, json};

use super::{answers, doc::Answer, headers, problems};
use crate::{settings::Settings, surface::Route};

/// The `components` of the document.
pub(super) fn all(routes: &[Route], settings: &Settings) -> Value {
    let refusals: Vec<_> = routes.iter().map(|route| problems::of(&route.row, &route.doc)).collect();
    json!({
        "schemas": schemas(routes, settings),
        "headers": headers::all(),
        "responses": problems::shared(refusals.iter()),
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The `access_token` that signing in answers.",
            },
            "key": {
                "type": "apiKey",
                "in": "header",
                "name": "X-API-Key",
                "description": "An API key with the scope that is named; it may also be sent as `Authorization: Bearer`.",
            },
        },
    })
}

fn schemas(routes: &[Route], settings: &Settings) -> Map<String, Value> {
    let mut schemas = Map::new();
    for route in routes {
        let answers = match route.doc.answer {
            Answer::Json(_, shape) | Answer::Rows(_, shape) => [Some(shape), None],
            Answer::JsonOrHeld(shape, held) => [Some(shape), Some(held)],
            _ => [None, None],
        };
        let shapes = route.doc.input.into_iter().chain(answers.into_iter().flatten());
        schemas.extend(shapes.flat_map(|shape| shape().parts));
        schemas.extend(answers::list(&route.doc));
    }
    schemas.insert("Problem".to_owned(), problems::problem());
    schemas.insert("FieldError".to_owned(), problems::field_error());
    fit(&mut schemas, settings);
    schemas
}

/// Puts bounds that are settings in the place of the usual ones.
fn fit(schemas: &mut Map<String, Value>, settings: &Settings) {
    let (min, max) = (settings.password.min_length.get(), settings.password.max_length.get());
    if let Some(password) =
        schemas.get_mut("RegisterInput").and_then(|input| input.pointer_mut("/properties/password"))
    {
        password["minLength"] = min.into();
        password["maxLength"] = max.into();
        password["description"] = format!("{min} to {max} characters, not easy to guess.").into();
    }
}
