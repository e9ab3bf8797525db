//! `GET /api/v1/admin/surface`

use axum::{Json, response::IntoResponse};
use serde_json::json;

use crate::{
    extract::{Answer, Operator},
    openapi::Doc,
    surface,
};

pub(crate) const DOC: Doc = Doc::new("surface", "operators", "Every route with its policy").any_json();

pub(crate) async fn surface(_: Operator) -> Answer {
    Ok(Json(json!({ "rows": surface::rows() })).into_response())
}
